/*
 * tap_schema.c: TAP_SCHEMA into the catalog; see tap_schema.h.
 *
 * "SELECT *" is asked, since columns differ between TAP 1.0 and 1.1 (column_index,
 * arraysize, xtype) and even "size" must be quoted; what is there is found by
 * name. The columns of keys come in one join, so that a key's pairs stay together.
 */
#include "tap/metadata/tap_schema.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/number.h"
#include "table/votable/rows.h"
#include "tap/metadata/told_table.h"
#include "tap/vosi/tableset.h"

static void add_literal(struct buf *b, const char *s)
{
	buf_addc(b, '\'');
	for (; *s; s++) {
		if (*s == '\'')
			buf_addc(b, '\'');
		buf_addc(b, *s);
	}
	buf_addc(b, '\'');
}

char *tap_schema_query(enum tap_schema_part part, const char *table)
{
	static const char *const queries[PARTS] = {
	    [PART_COUNT] = "SELECT COUNT(*) AS n FROM TAP_SCHEMA.columns",
	    [PART_SCHEMAS] = "SELECT schema_name, description FROM TAP_SCHEMA.schemas",
	    [PART_TABLES] = "SELECT * FROM TAP_SCHEMA.tables",
	    [PART_COLUMNS] = "SELECT * FROM TAP_SCHEMA.columns",
	    [PART_KEYS] = "SELECT k.key_id, k.from_table, k.target_table, k.description, "
			  "c.from_column, c.target_column FROM TAP_SCHEMA.keys AS k "
			  "JOIN TAP_SCHEMA.key_columns AS c ON k.key_id = c.key_id",
	};
	struct buf b = BUF_INIT;

	buf_adds(&b, queries[part]);
	if (table) {
		buf_adds(&b, part == PART_KEYS ? " WHERE k.from_table = " : " WHERE table_name = ");
		add_literal(&b, table);
	}
	return buf_steal(&b);
}

/* Some services name a column themselves, whatever AS says: PostgreSQL, ADQLLib, SQL Server. */
static const char *const count_names[] = {"n",        "count", "count_all",
					  "COUNT(*)", "col_1", "column1"};

#define COUNT_NAMES (sizeof(count_names) / sizeof(*count_names))

static bool count_row(void *arg, const char *const *v, struct error **err)
{
	int64_t *n = arg;

	for (size_t i = 0; i < COUNT_NAMES; i++)
		if (v[i] && number_parse_int(v[i], strlen(v[i]), n) && *n >= 0)
			return true;
	return error_set(err, EIO, "the number of columns is no number");
}

int64_t tap_schema_count(const char *path, struct error **err)
{
	struct table_end end;
	int64_t n = -1;

	return rows_read(path, count_names, COUNT_NAMES, count_row, &n, &end, err) ? n : -1;
}

struct tap_schema_filling {
	struct catalog *catalog;
	size_t ntables; /* that were listed */
};

static bool is_set(const char *flag)
{
	return flag && (strcmp(flag, "1") == 0 || strcasecmp(flag, "true") == 0 ||
			strcasecmp(flag, "t") == 0);
}

static bool schema_row(void *arg, const char *const *v, struct error **err)
{
	struct tap_schema_filling *f = arg;

	return catalog_add_schema(f->catalog, v[0] ? v[0] : "", v[1], err);
}

static bool table_row(void *arg, const char *const *v, struct error **err)
{
	struct tap_schema_filling *f = arg;
	struct catalog_table t = {
	    .told = (char *)v[1], .type = (char *)v[2], .description = (char *)v[3], .nrows = -1};
	int64_t n;

	if (!t.told)
		return true;
	for (int i = 4; i <= 5; i++)
		if (v[i] && number_parse_int(v[i], strlen(v[i]), &n) && n >= 0)
			t.nrows = n;
	f->ntables++;
	return told_table_add(f->catalog, v[0] ? v[0] : "", &t, err);
}

/* TAP 1.0 services give "VARCHAR" or "adql:VARCHAR" and a size. */
static bool column_row(void *arg, const char *const *v, struct error **err)
{
	struct tap_schema_filling *f = arg;
	struct catalog_column k = {.name = (char *)v[1],
				   .datatype = (char *)v[2],
				   .arraysize = (char *)v[3],
				   .xtype = (char *)v[5],
				   .unit = (char *)v[6],
				   .ucd = (char *)v[7],
				   .utype = (char *)v[8],
				   .description = (char *)v[9],
				   .indexed = is_set(v[10]),
				   .principal = is_set(v[11]),
				   .std = is_set(v[12])};
	struct votable_type type;
	int64_t size = -1;

	if (!k.name || !v[0])
		return true;
	if (v[4] && !number_parse_int(v[4], strlen(v[4]), &size))
		size = -1;
	if (v[13] && !number_parse_int(v[13], strlen(v[13]), &k.position))
		k.position = 0;
	if (!arraysize_is_told(k.arraysize))
		k.arraysize = NULL;
	if (k.datatype && !k.arraysize && datatype_by_name(k.datatype) == DT_TEXT &&
	    votable_type_from_tap(&type, k.datatype, size)) {
		k.datatype = (char *)type.datatype;
		k.arraysize = type.arraysize[0] ? type.arraysize : NULL;
		if (!k.xtype)
			k.xtype = (char *)type.xtype;
	}
	return catalog_add_column(f->catalog, v[14], v[0], &k, err);
}

static bool key_row(void *arg, const char *const *v, struct error **err)
{
	struct tap_schema_filling *f = arg;
	struct catalog_key k = {.id = (char *)v[0],
				.target_table = (char *)v[2],
				.description = (char *)v[3],
				.from_column = (char *)v[4],
				.target_column = (char *)v[5]};

	return !v[1] || catalog_add_key(f->catalog, NULL, v[1], &k, err);
}

static const struct {
	size_t n;
	const char *names[15];
	bool (*row)(void *, const char *const *, struct error **);
} parts[PARTS] = {
    [PART_SCHEMAS] = {2, {"schema_name", "description"}, schema_row},
    [PART_TABLES] = {6,
		     {"schema_name", "table_name", "table_type", "description", "nrows", "size"},
		     table_row},
    [PART_COLUMNS] = {15,
		      {"table_name", "column_name", "datatype", "arraysize", "size", "xtype",
		       "unit", "ucd", "utype", "description", "indexed", "principal", "std",
		       "column_index", "schema_name" /* of some, beyond the standard */},
		      column_row},
    [PART_KEYS] = {6,
		   {"key_id", "from_table", "target_table", "description", "from_column",
		    "target_column"},
		   key_row},
};

static bool read_part(struct tap_schema_filling *f, enum tap_schema_part part, const char *path,
		      bool *overflow, struct error **err)
{
	struct table_end end = {0};

	*overflow = false;
	if (!path)
		return true;
	if (!rows_read(path, parts[part].names, parts[part].n, parts[part].row, f, &end, err))
		return false;
	*overflow = end.overflow;
	return true;
}

static bool fill_all(struct tap_schema_filling *f, const char *const paths[PARTS],
		     struct error **err)
{
	bool cut, columns_cut;

	if (!read_part(f, PART_SCHEMAS, paths[PART_SCHEMAS], &cut, err))
		return false;
	if (!cut && !read_part(f, PART_TABLES, paths[PART_TABLES], &cut, err))
		return false;
	if (cut)
		return error_set(err, EIO, "the service cut off its own TAP_SCHEMA");
	if (!f->ntables)
		return error_set(err, EIO, "it lists no tables");
	if (!read_part(f, PART_COLUMNS, paths[PART_COLUMNS], &columns_cut, err) ||
	    !read_part(f, PART_KEYS, paths[PART_KEYS], &cut, err))
		return false;
	return catalog_commit(f->catalog, paths[PART_COLUMNS] && !columns_cut, err);
}

bool tap_schema_fill(struct catalog *c, const char *const paths[PARTS], struct error **err)
{
	struct tap_schema_filling f = {.catalog = c};

	if (catalog_begin(c, err) && fill_all(&f, paths, err))
		return true;
	catalog_rollback(c);
	return false;
}

bool tap_schema_fill_table(struct catalog *c, const char *table, const char *const paths[PARTS],
			   struct error **err)
{
	struct tap_schema_filling f = {.catalog = c};
	bool cut;

	if (catalog_begin_table(c, table, err) &&
	    read_part(&f, PART_COLUMNS, paths[PART_COLUMNS], &cut, err) &&
	    read_part(&f, PART_KEYS, paths[PART_KEYS], &cut, err) &&
	    catalog_commit_table(c, table, err))
		return true;
	catalog_rollback(c);
	return false;
}
