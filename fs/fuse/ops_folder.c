/*
 * ops_folder.c: the kernel's requests on folders.
 *
 * The names of a folder are taken when reading starts at offset 0 and kept in
 * the open folder, so that a listing is consistent. An offset is the number of
 * the next name; 0 and 1 are . and ..
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fs/core/changes.h"
#include "fs/core/names.h"
#include "fs/core/node.h"
#include "fs/core/openers.h"
#include "fs/fuse/ops.h"
#include "fs/fuse/reply_fuse.h"

struct open_folder {
	struct listing names;
	bool listed;
	pid_t thread; /* that opened it */
};

static struct open_folder *open_folder_of(const struct request *r)
{
	return (struct open_folder *)(uintptr_t)fuse_request_of(r)->fi.fh;
}

/* Waits here, if at all: unlike LOOKUP and READDIR, this holds no lock of the folder. */
static void do_opendir(struct request *r)
{
	struct open_folder *f;
	struct node *node;

	if (!settled(r, names_look(r->node, &r->ask)))
		return;
	f = xcalloc(1, sizeof(*f));
	f->thread = r->ask.pid;
	fuse_request_of(r)->fi.fh = (uintptr_t)f;
	node = r->node;
	node_ref(node);
	opener_add(node, f->thread);
	if (!reply_opened(r, NULL)) {
		opener_closed(node, f->thread);
		free(f);
	}
	node_unref(node);
}

void op_opendir(fuse_req_t fuse, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct request *r = request_on_open(fuse, ino, fi, do_opendir);

	request_run(r);
}

void op_releasedir(fuse_req_t fuse, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct open_folder *f = (struct open_folder *)(uintptr_t)fi->fh;
	struct node *n = node_by_id(((struct session *)fuse_req_userdata(fuse))->mount, ino);

	if (n)
		opener_closed(n, f->thread);
	listing_clear(&f->names);
	free(f);
	fuse_reply_err(fuse, 0);
}

static const struct listing_item *item_of(const struct request *r, size_t i)
{
	return &open_folder_of(r)->names.items[i - 2 - open_folder_of(r)->names.first];
}

/* . and .. and then the names. */
static void item_at(const struct request *r, size_t i, const char **name, struct stat *st)
{
	*st = (struct stat){.st_mode = S_IFDIR, .st_ino = r->node->id};
	if (i == 0) {
		*name = ".";
	} else if (i == 1) {
		*name = "..";
		st->st_ino = r->node->parent ? r->node->parent->id : r->node->id;
	} else {
		const struct listing_item *it = item_of(r, i);

		*name = it->name;
		st->st_mode = it->kind->mode & S_IFMT;
		st->st_ino = it->id ? it->id : node_path_id(r->node, it->name, 0);
	}
}

/* A page that is not here: before these names, or behind them. */
static bool is_beyond(const struct listing *l, size_t item)
{
	return item < l->first || (item >= l->first + l->count && l->more);
}

/* One behind the last entry that can be told of now. */
static size_t entries_end(const struct request *r)
{
	return open_folder_of(r)->names.first + open_folder_of(r)->names.count + 2;
}

/* False when the folder's names are not there yet; the request is settled then. */
static bool take_names(struct request *r)
{
	struct open_folder *f = open_folder_of(r);
	size_t from = r->offset > 2 ? (size_t)r->offset - 2 : 0;

	if (f->listed && r->offset != 0 && !is_beyond(&f->names, from))
		return true;
	if (!settled(r, names_list(r->node, from, &f->names, &r->ask)))
		return false;
	f->listed = true;
	return true;
}

static void do_readdir(struct request *r)
{
	size_t used = 0;
	char *out;

	if (!take_names(r))
		return;
	out = buf_reserve(&r->data, r->size);
	for (size_t i = (size_t)r->offset; i < entries_end(r); i++) {
		const char *name;
		struct stat st;
		size_t need;

		item_at(r, i, &name, &st);
		need = fuse_add_direntry(fuse_request_of(r)->fuse, out + used, r->size - used, name,
					 &st, (off_t)i + 1);
		if (need > r->size - used)
			break;
		used += need;
	}
	reply_data(r, out, used);
}

void op_readdir(fuse_req_t fuse, fuse_ino_t ino, size_t size, off_t offset,
		struct fuse_file_info *fi)
{
	struct request *r = request_on_open(fuse, ino, fi, do_readdir);

	r->size = size;
	r->offset = offset;
	request_run(r);
}

/*
 * The entry with attributes, where they are at hand: folders, and files in queries/. Rendered
 * files are listed without (ino = 0): `ls` does not need their sizes, `ls -l` asks one by one.
 */
static bool plus_entry(struct request *r, const struct listing_item *it, struct fuse_entry_param *e)
{
	struct ask ask = {0};
	struct node *n = NULL;
	struct node_view v;
	bool ok = false;

	if (it->kind->text || it->kind->flags & KIND_COLD)
		return false;
	if (names_find(r->node, it->name, &n, &ask) == READY &&
	    node_view_of(n, &v, &ask) == READY) {
		*e = entry_param(&v);
		node_looked_up(n);
		ok = true;
	}
	node_unref(n);
	error_free(ask.error);
	return ok;
}

static void do_readdirplus(struct request *r)
{
	size_t used = 0;
	char *out;

	if (!take_names(r))
		return;
	out = buf_reserve(&r->data, r->size);
	for (size_t i = (size_t)r->offset; i < entries_end(r); i++) {
		struct fuse_entry_param e = {0};
		const char *name;
		size_t need;
		bool counted;

		item_at(r, i, &name, &e.attr);
		need = fuse_add_direntry_plus(fuse_request_of(r)->fuse, NULL, 0, name, NULL, 0);
		if (need > r->size - used)
			break;
		counted = i >= 2 && plus_entry(r, item_of(r, i), &e);
		if (!counted) {
			e = (struct fuse_entry_param){0};
			item_at(r, i, &name, &e.attr);
		}
		used += fuse_add_direntry_plus(fuse_request_of(r)->fuse, out + used, r->size - used,
					       name, &e, (off_t)i + 1);
	}
	reply_data(r, out, used);
}

void op_readdirplus(fuse_req_t fuse, fuse_ino_t ino, size_t size, off_t offset,
		    struct fuse_file_info *fi)
{
	struct request *r = request_on_open(fuse, ino, fi, do_readdirplus);

	r->size = size;
	r->offset = offset;
	request_run(r);
}

/* --- making and removing names --- */

static void reply_new(struct request *r, const struct found *f)
{
	struct node *n = node_get(r->node, r->name, f);
	struct node_view v;

	if (settled(r, node_view_of(n, &v, &r->ask)))
		reply_entry(r, &v);
	node_unref(n);
}

/* A request on a name in a folder. */
static void on_name(fuse_req_t fuse, fuse_ino_t parent, const char *name,
		    void (*handler)(struct request *))
{
	struct request *r = request_new(fuse, parent, handler);

	r->name = xstrdup(name);
	request_run(r);
}

static void do_mkdir(struct request *r)
{
	struct found f = {0};

	if (settled(r, change_mkdir(r->node, r->name, &f, &r->ask)))
		reply_new(r, &f);
}

void op_mkdir(fuse_req_t fuse, fuse_ino_t parent, const char *name, mode_t mode)
{
	(void)mode;
	on_name(fuse, parent, name, do_mkdir);
}

static void do_symlink(struct request *r)
{
	struct found f = {0};

	if (settled(r, change_symlink(r->node, r->name, r->newname, &f, &r->ask)))
		reply_new(r, &f);
}

void op_symlink(fuse_req_t fuse, const char *target, fuse_ino_t parent, const char *name)
{
	struct request *r = request_new(fuse, parent, do_symlink);

	r->name = xstrdup(name);
	r->newname = xstrdup(target);
	request_run(r);
}

static void do_unlink(struct request *r)
{
	if (r->mount->hooks->remove(r))
		return;
	if (settled(r, change_unlink(r->node, r->name, &r->ask)))
		reply_ok(r);
}

void op_unlink(fuse_req_t fuse, fuse_ino_t parent, const char *name)
{
	on_name(fuse, parent, name, do_unlink);
}

static void do_rmdir(struct request *r)
{
	if (r->mount->hooks->remove(r))
		return;
	if (settled(r, change_rmdir(r->node, r->name, &r->ask)))
		reply_ok(r);
}

void op_rmdir(fuse_req_t fuse, fuse_ino_t parent, const char *name)
{
	on_name(fuse, parent, name, do_rmdir);
}

static void do_rename(struct request *r)
{
	if (settled(r, change_rename(r->node, r->name, r->newdir, r->newname, r->flags, &r->ask)))
		reply_ok(r);
}

void op_rename(fuse_req_t fuse, fuse_ino_t parent, const char *name, fuse_ino_t newparent,
	       const char *newname, unsigned flags)
{
	struct request *r = request_new(fuse, parent, do_rename);

	r->newdir = node_by_id(r->mount, newparent);
	if (!r->newdir) {
		reply_errno(r, ESTALE);
		return;
	}
	node_ref(r->newdir);
	r->name = xstrdup(name);
	r->newname = xstrdup(newname);
	r->flags = flags;
	request_run(r);
}
