/*
 * catalogues.c: the real catalogues, from CSV files into the schema demo.
 *
 * A CSV file has the columns of its table in the same order; a table may have
 * more, which are filled by SQL afterwards. An empty cell is NULL.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tests/service/data/content.h"

#define MAIN     (COLUMN_PRINCIPAL | COLUMN_INDEXED)
#define N(array) (array), sizeof(array) / sizeof(*(array))

#define RA(about)                                                                           \
	{                                                                                   \
		"ra", "double", NULL, NULL, "deg", "pos.eq.ra;meta.main", NULL, about, MAIN \
	}
#define DEC(about)                                                                            \
	{                                                                                     \
		"dec", "double", NULL, NULL, "deg", "pos.eq.dec;meta.main", NULL, about, MAIN \
	}
#define SIZE_COLUMN                                                                       \
	{                                                                                 \
		"major_axis_arcmin", "float", NULL, NULL, "arcmin", "phys.angSize", NULL, \
		    "Apparent size along the major axis", COLUMN_PRINCIPAL                \
	}
#define MAG                                                                                       \
	{                                                                                         \
		"mag", "float", NULL, NULL, "mag", "phot.mag;em.opt.V", NULL, "Visual magnitude", \
		    MAIN                                                                          \
	}
#define COMMON_NAME                                                                           \
	{                                                                                     \
		"common_name", "char", "*", NULL, NULL, "meta.id", NULL, "Name in English", 0 \
	}

static const struct content_column messier[] = {
    {"name", "char", "*", NULL, NULL, "meta.id;meta.main", NULL, "Messier number, as M31", MAIN},
    RA("Right ascension (ICRS)"),
    DEC("Declination (ICRS)"),
    SIZE_COLUMN,
    MAG,
    COMMON_NAME,
    {"alias", "char", "*", NULL, NULL, "meta.id", NULL, "Names in other catalogues", 0},
    {"ngc", "char", "*", NULL, NULL, "meta.id.cross", NULL,
     "The same object in demo.ngc_ic, if it is there", COLUMN_INDEXED},
};

static const struct content_column ngc_ic[] = {
    {"name", "char", "*", NULL, NULL, "meta.id;meta.main", NULL,
     "NGC or IC number, as NGC224 or IC10", MAIN},
    RA("Right ascension (ICRS)"),
    DEC("Declination (ICRS)"),
    SIZE_COLUMN,
    MAG,
    COMMON_NAME,
    {"alias", "char", "*", NULL, NULL, "meta.id", NULL, "Names in other catalogues", 0},
};

static const struct content_column bright_stars[] = {
    {"name", "char", "*", NULL, NULL, "meta.id;meta.main", NULL,
     "Bayer or Flamsteed designation, or number in a catalogue", MAIN},
    RA("Right ascension (J2000)"),
    DEC("Declination (J2000)"),
    MAG,
    COMMON_NAME,
};

static const struct catalogue {
	struct content_table table;
	const char *csv;
	size_t csv_columns;
} catalogues[] = {
    {{"demo", "messier", "The Messier catalogue: 110 bright nebulae, clusters and galaxies", NULL,
      N(messier), NULL, false},
     "messier.csv",
     7},
    {{"demo", "ngc_ic", "Objects of the New General Catalogue and the Index Catalogues", NULL,
      N(ngc_ic), NULL, false},
     "ngc_ic.csv",
     7},
    {{"demo", "bright_stars", "Stars brighter than about magnitude 6.5", NULL, N(bright_stars),
      NULL, false},
     "bright_stars.csv",
     5},
};

/*
 * One cell of a CSV line (RFC 4180), in place: *line moves behind it and its comma. NULL at the
 * end of the line.
 */
static char *csv_cell(char **line)
{
	char *cell = *line, *in = cell, *out = cell;
	bool quoted = false;

	if (!cell)
		return NULL;
	for (; *in && *in != '\n' && *in != '\r' && (quoted || *in != ','); in++) {
		if (*in != '"')
			*out++ = *in;
		else if (quoted && in[1] == '"')
			*out++ = *in++;
		else
			quoted = !quoted;
	}
	*line = *in == ',' ? in + 1 : NULL;
	*out = '\0';
	return cell;
}

/* Binds a cell that is not empty. A text in a column of numbers is a broken line. */
static bool bind_cell(sqlite3_stmt *insert, int i, const struct content_column *c, const char *cell,
		      struct error **err)
{
	char *end;

	if (strcmp(c->datatype, "char") != 0) {
		sqlite3_bind_double(insert, i, strtod(cell, &end));
		return !*end || error_set(err, EIO, "\"%s\" is no number", cell);
	}
	sqlite3_bind_text(insert, i, cell, -1, SQLITE_TRANSIENT);
	return true;
}

static bool load_rows(FILE *f, const struct catalogue *c, sqlite3_stmt *insert, struct error **err)
{
	CLEANUP_FREE char *line = NULL;
	size_t cap = 0;

	if (getline(&line, &cap, f) < 0) /* the names */
		return error_set(err, EIO, "%s is empty", c->csv);
	while (getline(&line, &cap, f) >= 0) {
		char *rest = line, *cell;
		size_t n = 0;

		while ((cell = csv_cell(&rest)) && n < c->csv_columns) {
			n++;
			if (*cell &&
			    !bind_cell(insert, (int)n, &c->table.columns[n - 1], cell, err)) {
				error_prefix(err, "%s: ", c->csv);
				return false;
			}
		}
		if (n != c->csv_columns)
			return error_set(err, EIO, "%s has a line with %zu cells, not %zu", c->csv,
					 n, c->csv_columns);
		if (!svc_insert(insert, err))
			return false;
	}
	return true;
}

static bool load(sqlite3 *db, const struct catalogue *c, const char *data_dir, struct error **err)
{
	CLEANUP_FREE char *path = xasprintf("%s/%s", data_dir, c->csv);
	CLEANUP_FCLOSE FILE *f = fopen(path, "re");
	CLEANUP_BUF struct buf sql = BUF_INIT;
	sqlite3_stmt *insert;
	bool ok;

	if (!f)
		return error_set(err, errno, "%s: %s", path, strerror(errno));
	if (!svc_create_table(db, &c->table, err))
		return false;
	buf_addf(&sql, "INSERT INTO \"demo.%s\" VALUES(", c->table.name);
	for (size_t i = 0; i < c->table.ncolumns; i++)
		buf_adds(&sql, i + 1 < c->table.ncolumns ? "?, " : "?)");
	insert = svc_prepare(db, buf_str(&sql), err);
	ok = insert && load_rows(f, c, insert, err);
	sqlite3_finalize(insert);
	return ok;
}

/* One index for every column that is said to have one. */
static bool index_columns(sqlite3 *db, const struct content_table *t, struct error **err)
{
	for (size_t i = 0; i < t->ncolumns; i++)
		if ((t->columns[i].flags & COLUMN_INDEXED) &&
		    !svc_exec(db, err, "CREATE INDEX \"svc.%s_%s\" ON \"demo.%s\"(\"%s\")", t->name,
			      t->columns[i].name, t->name, t->columns[i].name))
			return false;
	return true;
}

bool svc_catalogues_build(sqlite3 *db, const char *data_dir, struct error **err)
{
	/* The first of the aliases that is an NGC or IC number and is there. */
	static const char link_ngc[] = "UPDATE \"demo.messier\" SET ngc = (SELECT n.name FROM "
				       "\"demo.ngc_ic\" n WHERE n.name = "
				       "replace(substr(\"demo.messier\".alias || '/', 1, "
				       "instr(\"demo.messier\".alias || '/', '/') - 1), ' ', ''))";

	if (!svc_tap_schema_add_schema(db, "demo", "Real catalogues, small enough to play with", 0,
				       err))
		return false;
	for (size_t i = 0; i < sizeof(catalogues) / sizeof(*catalogues); i++)
		if (!load(db, &catalogues[i], data_dir, err) ||
		    !index_columns(db, &catalogues[i].table, err) ||
		    !svc_tap_schema_add_table(db, &catalogues[i].table, (int)i, err))
			return false;
	return svc_exec(db, err, "%s", link_ngc) &&
	       svc_tap_schema_add_key(db, "messier_ngc", "demo.messier", "ngc", "demo.ngc_ic",
				      "name", "The Messier object under its NGC or IC number", err);
}
