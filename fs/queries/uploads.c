/*
 * uploads.c: uploads/: tables that go along with queries which name them, as TAP_UPLOAD.NAME.
 *
 * The files are the user's own and are made and removed as in queries/ (queries.c); there are no
 * folders. What is wrong with a table stands beside it in NAME.error.txt, once it was read
 * (table_check.h). Links lead to results in queries/, or to tables here, of the same service.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "fs/core/listing.h"
#include "fs/core/mount.h"
#include "fs/core/operation.h"
#include "fs/queries/branch.h"
#include "fs/queries/disk_op.h"
#include "fs/queries/entry_node.h"
#include "fs/queries/orphan.h"
#include "fs/queries/own_files.h"
#include "fs/queries/queries.h"
#include "fs/queries/table_check.h"
#include "fs/queries/upload_tables.h"
#include "tap/query/upload.h"
#include "tap/query/upload_name.h"

#define README \
	"README.txt" /* can be removed, as what else tapfs makes here, until the next mount */

/* --- names --- */

/* What "NAME.error.txt" is about, or NULL. */
static struct entry *table_of_note(const struct entry *uploads, const char *name)
{
	size_t n = strlen(name), m = strlen(TABLE_NOTE);
	CLEANUP_FREE char *of = NULL;

	if (n <= m || strcmp(name + n - m, TABLE_NOTE) != 0)
		return NULL;
	of = xstrndup(name, n - m);
	return entry_child(uploads, of);
}

/* A note whose table that process removed a moment ago (see ghost in entry.h). */
static bool was_noted(const struct entry *uploads, const char *name, pid_t pid)
{
	const char *dot = strrchr(name, '.');

	return dot && ghost_is(uploads, name, (size_t)(dot - name), pid);
}

enum outcome uploads_list(struct node *dir, struct listing *l, struct ask *ask)
{
	struct entry *e, *next;

	(void)ask;
	if (!own_files_of(dir->service)->readme_hidden)
		listing_add(l, README, LINE_UPLOADS_README, 0);
	HASH_ITER (hh, entry_of(dir)->in.children, e, next) {
		listing_add(l, e->name, entry_line(e), e->id);
		if (table_has_error(e)) {
			CLEANUP_FREE char *note = table_note(e);

			listing_add(l, note, LINE_UPLOAD_ERROR, 0);
		}
	}
	return READY;
}

enum outcome uploads_find(struct node *dir, const char *name, struct found *f, struct ask *ask)
{
	struct entry *uploads = entry_of(dir);
	struct entry *e = entry_child(uploads, name);

	if (e) {
		found_entry(f, e);
		return READY;
	}
	if (strcmp(name, README) == 0 && !own_files_of(dir->service)->readme_hidden) {
		f->line = LINE_UPLOADS_README;
		return READY;
	}
	e = table_of_note(uploads, name);
	if (e && (table_is_read(e) || table_has_error(e))) {
		f->line = table_is_read(e) ? LINE_UPLOAD_CHECKED : LINE_UPLOAD_ERROR;
		f->object = entry_ref(e);
	} else if (!e && was_noted(uploads, name, ask->pid)) {
		f->line = LINE_GHOST;
	}
	return READY;
}

static enum outcome upload_check_name(struct node *dir, const char *name, struct ask *ask)
{
	const struct entry *uploads = entry_of(dir);

	if (is_query_name(name))
		return ask_fail(ask, EPERM, "%s is a query: drop it into queries/", name);
	if (strcmp(name, README) == 0)
		return ask_fail(ask, EPERM, README " is made by tapfs");
	if (!entry_child(uploads, name) && table_of_note(uploads, name))
		return ask_fail(ask, EEXIST, "%s is where tapfs tells what is wrong with the table",
				name);
	return READY;
}

static enum outcome uploads_unlink(struct node *dir, const char *name, struct ask *ask)
{
	struct entry *uploads = entry_of(dir);
	struct entry *e = entry_child(uploads, name);

	if (e || ask->op)
		return queries_unlink(dir, name, ask);
	e = table_of_note(uploads, name);
	if (strcmp(name, README) == 0 && !own_files_of(dir->service)->readme_hidden)
		own_files_of(dir->service)->readme_hidden = true;
	else if (e && e->table.check)
		e->table.check->hidden = true;
	else if (e || !was_noted(uploads, name, ask->pid))
		return ask_fail(ask, ENOENT, "no such name");
	return READY;
}

static enum outcome uploads_mkdir(struct node *dir, const char *name, struct found *f,
				  struct ask *ask)
{
	(void)dir;
	(void)name;
	(void)f;
	return ask_fail(ask, EPERM,
			"uploads/ has no folders: a query names a table by its file's "
			"name");
}

/* --- links --- */

static void symlink_run(struct disk_op *o)
{
	if (symlink(o->newpath, o->worker.path) < 0 || lstat(o->worker.path, &o->st) < 0)
		worker_op_errno(&o->worker, "cannot make the link");
	else
		file_sync_folder_of(o->worker.path, &o->worker.error);
}

static bool symlink_apply(struct disk_op *o)
{
	struct entry *e = entry_new(o->folder, o->name, &o->st);

	e->target = xstrdup(o->newpath);
	o->entry = entry_ref(e);
	return false;
}

/*
 * What the link holds: a path as seen from uploads/, also where it was said from /, so that it
 * outlasts the mountpoint. NULL: it leads elsewhere. Caller owns.
 */
static char *link_text(const struct node *dir, const char *target)
{
	CLEANUP_FREE char *place = upload_path("uploads", target);
	CLEANUP_BUF struct buf root = BUF_INIT;

	if (*target != '/')
		return place ? xstrdup(target) : NULL;
	buf_addf(&root, "%s/", dir->mount->mountpoint);
	if (dir->mount->all)
		buf_addf(&root, "%s/", dir->service->name);
	if (strncmp(target, root.data, root.len) != 0)
		return NULL;
	place = upload_path("", target + root.len);
	return place ? xasprintf("../%s", place) : NULL;
}

static enum outcome uploads_symlink(struct node *dir, const char *name, const char *target,
				    struct found *f, struct ask *ask)
{
	struct entry *uploads = entry_of(dir);
	enum outcome o;

	if (!ask->op) {
		struct disk_op *op;
		char *text;

		if (is_refused_name(name))
			return ask_fail(ask, EPERM, "%s is not kept here", name);
		o = upload_check_name(dir, name, ask);
		if (o != READY)
			return o;
		text = link_text(dir, target);
		if (!text)
			return ask_fail(
			    ask, EPERM,
			    "a link here leads to queries/ or uploads/ of this service: "
			    "copy the table instead");
		op = disk_op_in(uploads, name, symlink_run, symlink_apply);
		op->newpath = text;
		worker_op_submit(&op->worker, uploads->service->loop, LANE_STATE, ask);
	}
	o = ask_operation(ask);
	if (o == READY)
		found_entry(f, disk_op_of(ask)->entry);
	return o;
}

enum outcome upload_link_text(struct node *n, struct buf *out, struct ask *ask)
{
	const struct entry *e = n->object;

	(void)ask;
	buf_adds(out, e->target);
	return READY;
}

const struct folder_ops uploads_folder = {
    .create = queries_create,
    .mkdir = uploads_mkdir,
    .symlink = uploads_symlink,
    .unlink = uploads_unlink,
    .rename = queries_rename,
    .check_name = upload_check_name,
};

/* --- what is told of them --- */

enum outcome upload_error_text(struct node *n, struct buf *out, struct ask *ask)
{
	struct entry *e = n->object;
	CLEANUP_FREE char *name = upload_table_name(e);

	if (table_is_read(e))
		return ask_wait(ask, &entry_check(e)->changed);
	if (!table_has_error(e))
		return ask_fail(ask, e->parent ? ENOENT : ESTALE,
				"nothing is wrong with the table");
	buf_addf(out, "%s: %s\n\n", e->name, error_text(e->table.check->error));
	if (name)
		buf_addf(out,
			 "Correct it and copy it here again. Until then queries that name "
			 "TAP_UPLOAD.%s fail, and nothing is sent.\n",
			 name);
	else
		buf_adds(out, "Give it the extension of what it is, or remove it.\n");
	return READY;
}

static void tell_upload_limit(const struct capabilities *c, struct buf *out)
{
	char text[CLOCK_TEXT];

	if (!c)
		return;
	if (!capabilities_has_upload(c))
		buf_adds(out, "This service takes no tables along with queries.\n\n");
	else if (c->upload_limit.hard > 0 && c->upload_limit.in_bytes)
		buf_addf(out, "This service takes tables of up to %s, as VOTables.\n\n",
			 clock_bytes((uint64_t)c->upload_limit.hard, text));
	else if (c->upload_limit.hard > 0)
		buf_addf(out, "This service takes tables of up to %" PRId64 " rows.\n\n",
			 c->upload_limit.hard);
}

static void tell_upload(const struct entry *e, struct buf *out)
{
	CLEANUP_FREE char *name = upload_table_name(e);
	const struct table_check *c = e->table.check;
	const char *line;
	size_t n;

	if (!name)
		return;
	buf_addf(out, "  TAP_UPLOAD.%-16s %s", name, e->name);
	if (!upload_name_is_valid(name))
		buf_adds(out, ": " UPLOAD_NAME_RULE "\n");
	else if (e->target)
		buf_addf(out, " -> %s\n", e->target);
	else if (table_has_error(e))
		buf_addf(out, ": %s\n", error_text(c->error));
	else if (table_is_read(e) || !c->table.columns)
		buf_addf(out, ": %s\n", e->size ? "is being read" : "is empty");
	else
		buf_addf(out, ": %u column%s, %" PRIu64 " row%s\n", c->table.columns,
			 c->table.columns == 1 ? "" : "s", c->table.rows,
			 c->table.rows == 1 ? "" : "s");
	for (line = c ? buf_str(&c->table.notes) : ""; *line; line += n + (line[n] == '\n')) {
		n = strcspn(line, "\n");
		buf_addf(out, "      %.*s\n", (int)n, line);
	}
}

enum outcome uploads_readme(struct node *n, struct buf *out, struct ask *ask)
{
	struct entry *uploads = own_files_of(n->service)->uploads;
	struct entry *e, *next;

	(void)ask;
	buf_adds(out,
		 "Tables of your own, to be joined with the service's:\n\n"
		 "  cp targets.csv uploads/\n"
		 "  echo 'SELECT ... FROM TAP_UPLOAD.targets AS t JOIN ...' > queries/mine.adql\n\n"
		 "VOTable (.vot .votable .xml), CSV, TSV, ECSV and FITS (.fits .fit) are taken. A "
		 "table is read when it is\nclosed: what is wrong with it is told in "
		 "NAME.error.txt. It goes along, as a VOTable, with each query\nthat names it; "
		 "after a change, `touch` the query to run it again. Results of other queries:\n\n"
		 "  ln -s ../queries/m31.vot uploads/m31\n\n");
	tell_upload_limit(n->service->capabilities, out);
	buf_adds(out, uploads->in.children ? "Here are:\n\n" : "Nothing is here yet.\n");
	HASH_ITER (hh, uploads->in.children, e, next)
		tell_upload(e, out);
	return READY;
}
