/*
 * tableset_fill.c: a tables document in a file into the catalog; see tableset_fill.h.
 */
#include "tap/metadata/tableset_fill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tap/metadata/told_table.h"
#include "tap/vosi/tableset.h"

struct tableset_filling {
	struct tableset_sink sink; /* first */
	struct catalog *catalog;
	const char *table; /* of a single table, else NULL */
	char *schema;      /* of the table that is read; NULL: of the single one */
	bool tables;       /* some were in the document */
	bool columns;      /* the same */
	uint64_t keys;
};

static bool add_schema(struct tableset_sink *s, const struct tableset_schema *t, struct error **err)
{
	struct tableset_filling *f = (struct tableset_filling *)s;

	return f->table || catalog_add_schema(f->catalog, t->name, t->description, err);
}

static bool add_table(struct tableset_sink *s, const struct tableset_table *t, struct error **err)
{
	struct tableset_filling *f = (struct tableset_filling *)s;
	struct catalog_table c = {.told = (char *)t->name,
				  .type = (char *)t->type,
				  .description =
				      (char *)(t->description ? t->description : t->title),
				  .nrows = t->nrows};

	f->tables = true;
	free(f->schema);
	f->schema = f->table ? NULL : xstrdup(t->schema);
	return f->table || told_table_add(f->catalog, t->schema, &c, err);
}

static bool fill_column(struct tableset_sink *s, const struct tableset_column *t,
			struct error **err)
{
	struct tableset_filling *f = (struct tableset_filling *)s;
	struct catalog_column c = {.name = (char *)t->name,
				   .datatype = (char *)t->datatype,
				   .arraysize = (char *)t->arraysize,
				   .xtype = (char *)t->xtype,
				   .unit = (char *)t->unit,
				   .ucd = (char *)t->ucd,
				   .utype = (char *)t->utype,
				   .description = (char *)t->description,
				   .indexed = t->indexed,
				   .std = t->std};

	f->columns = true;
	return catalog_add_column(f->catalog, f->schema, t->table, &c, err);
}

static bool fill_key(struct tableset_sink *s, const struct tableset_key *t, struct error **err)
{
	struct tableset_filling *f = (struct tableset_filling *)s;
	char id[24];

	snprintf(id, sizeof(id), "%08llu", (unsigned long long)f->keys++);
	for (size_t i = 0; i < t->n; i++) {
		struct catalog_key k = {.id = id,
					.target_table = (char *)t->target,
					.description = (char *)t->description,
					.from_column = (char *)t->from[i],
					.target_column = (char *)t->to[i]};

		if (!catalog_add_key(f->catalog, f->schema, t->table, &k, err))
			return false;
	}
	return true;
}

static bool read_file(struct tableset_filling *f, const char *path, struct error **err)
{
	CLEANUP_FREE char *block = xmalloc(1 << 16);
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct tableset *t;
	bool ok = true;
	ssize_t n;

	f->sink = (struct tableset_sink){add_schema, add_table, fill_column, fill_key};
	if (fd < 0)
		return error_set(err, errno, "cannot open %s: %s", path, strerror(errno));
	t = tableset_new(&f->sink);
	while (ok && (n = read(fd, block, 1 << 16)) > 0)
		ok = tableset_feed(t, block, (size_t)n, err);
	ok = ok && tableset_finish(t, err);
	tableset_free(t);
	free(f->schema);
	f->schema = NULL;
	return ok;
}

bool tableset_fill_table(struct catalog *c, const char *table, const char *path, struct error **err)
{
	struct tableset_filling f = {.catalog = c, .table = table};

	if (catalog_begin_table(c, table, err) && read_file(&f, path, err) &&
	    catalog_commit_table(c, table, err))
		return true;
	catalog_rollback(c);
	return false;
}

bool tableset_fill(struct catalog *c, const char *path, struct error **err)
{
	struct tableset_filling f = {.catalog = c};

	if (catalog_begin(c, err) && read_file(&f, path, err)) {
		if (!f.tables)
			error_set(err, EIO, "it lists no tables");
		else if (catalog_commit(c, f.columns, err))
			return true;
	}
	catalog_rollback(c);
	return false;
}
