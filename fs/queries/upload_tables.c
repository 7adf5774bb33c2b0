/* upload_tables.c: which file in uploads/ a query means; see upload_tables.h. */
#include "fs/queries/upload_tables.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/near.h"
#include "fs/queries/table_check.h"
#include "table/read/table_in.h"
#include "tap/query/upload_name.h"

char *upload_table_name(const struct entry *e)
{
	if (is_scratch_name(e->name))
		return NULL;
	if (table_kind_of(e->name) == TABLE_NONE)
		return e->target ? xstrdup(e->name) : NULL;
	return xstrndup(e->name, (size_t)(strrchr(e->name, '.') - e->name));
}

static void describe_file(struct entry *e, struct upload_file *f)
{
	*f = (struct upload_file){
	    .name = e->name,
	    .target = e->target,
	    .busy = e->file.writers ? &entry_check(e)->changed : NULL,
	    .cut_off = e->table.cut_off,
	    .version = e->id + (e->file.changes << 44),
	};
}

static bool file_by_path(void *arg, const char *path, struct upload_file *f)
{
	const struct own_files *own = arg;
	bool is_upload = strncmp(path, "uploads/", 8) == 0;
	struct entry *e = entry_at(is_upload ? own->uploads : own->queries, path + 8);

	if (!e || e->is_folder)
		return false;
	describe_file(e, f);
	return true;
}

/* Why there is none of that name. */
static bool no_such_table(const struct entry *uploads, const char *table, struct error **err)
{
	struct entry *e, *next;

	HASH_ITER (hh, uploads->in.children, e, next) {
		CLEANUP_FREE char *name = upload_table_name(e);

		size_t near = strlen(table) < 6 ? 1 : 2;

		if (name && upload_name_is_valid(name) && near_distance(name, table, near) <= near)
			return error_set(err, ENOENT,
					 "there is no such table in uploads/; do you mean "
					 "TAP_UPLOAD.%s?",
					 name);
	}
	return error_set(
	    err, ENOENT,
	    "there is no such table in uploads/: copy it there, as %s.csv, .tsv, .ecsv, "
	    ".vot or .fits",
	    table);
}

static bool file_by_table(void *arg, const char *table, struct upload_file *f, struct error **err)
{
	struct entry *uploads = ((struct own_files *)arg)->uploads;
	struct entry *e, *next, *found = NULL;

	HASH_ITER (hh, uploads->in.children, e, next) {
		CLEANUP_FREE char *name = upload_table_name(e);

		if (!name || strcasecmp(name, table) != 0)
			continue;
		if (found)
			return error_set(err, EINVAL,
					 "uploads/ has both %s and %s: remove or rename one",
					 found->name, e->name);
		found = e;
	}
	if (!found)
		return no_such_table(uploads, table, err);
	describe_file(found, f);
	return true;
}

struct upload_folder upload_tables(struct own_files *own)
{
	return (struct upload_folder){own, file_by_path, file_by_table};
}
