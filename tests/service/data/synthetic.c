/*
 * synthetic.c: tables made up for tests: bench.stars, which has a column of
 * every kind, and any number of small tables with names like VizieR's.
 *
 * All values follow from the row number: every run makes the same.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tests/service/data/content.h"
#include "tests/service/data/random.h"

#define N(array) (array), sizeof(array) / sizeof(*(array))

static const struct content_column stars[] = {
    {"id", "long", NULL, NULL, NULL, "meta.id;meta.main", NULL, "Row number, from 1",
     COLUMN_PRINCIPAL | COLUMN_INDEXED},
    {"ra", "double", NULL, NULL, "deg", "pos.eq.ra;meta.main", NULL, "Right ascension (ICRS)",
     COLUMN_PRINCIPAL},
    {"dec", "double", NULL, NULL, "deg", "pos.eq.dec;meta.main", NULL, "Declination (ICRS)",
     COLUMN_PRINCIPAL},
    {"mag", "float", NULL, NULL, "mag", "phot.mag;em.opt.V", NULL, "Magnitude; sometimes null",
     COLUMN_PRINCIPAL},
    {"variable", "boolean", NULL, NULL, NULL, "meta.code;src.var", NULL,
     "Varies; null where unknown", 0},
    {"quality", "unsignedByte", NULL, NULL, NULL, "meta.code.qual", NULL, "0 to 254, or null", 0},
    {"nobs", "short", NULL, NULL, NULL, "meta.number", NULL, "Negative ones too", 0},
    {"source", "int", NULL, NULL, NULL, "meta.id", NULL, "Up to the limits of 32 bits", 0},
    {"class", "char", "4", NULL, NULL, "src.class", NULL, "Four characters", 0},
    {"note", "char", "*", NULL, NULL, "meta.note", NULL, "Texts that are hard to write", 0},
    {"label", "unicodeChar", "*", NULL, NULL, "meta.title", NULL, "Texts beyond ASCII", 0},
    {"observed", "char", "*", "timestamp", NULL, "time.epoch", NULL, "Time of observation", 0},
    {"flux", "float", "*", NULL, "Jy", "phot.flux", NULL, "No, one or more fluxes", 0},
};

static const char *const notes[] = {
    "plain",
    "a, b; c",
    "she said \"no\"",
    "it's",
    "two\nlines",
    "  blanks  ",
    "<b>&amp;</b>",
    "]]>",
    "tab\tinside",
    "-",
    "NULL",
    "100%",
    "back\\slash",
    "=1+1",
    "\"",
    "''",
};

static const char *const labels[] = {
    "alpha",
    "\xce\xb1 Centauri",                      /* Greek */
    "\xc3\x89toile \xc2\xabvariable\xc2\xbb", /* French */
    "\xe6\x98\x9f\xe5\xba\xa7",               /* Chinese */
    "\xf0\x9f\x8c\x9f",                       /* beyond the basic plane */
    "e\xcc\x81 combining",
    "<&>\"'",
    " \xc2\xa0 ",
};

static void bind_numbers(sqlite3_stmt *s, uint64_t i)
{
	static const int extremes[] = {0, 1, -1, 2147483647, -2147483647};

	sqlite3_bind_int64(s, 1, (sqlite3_int64)i);
	sqlite3_bind_double(s, 2, svc_fraction(i * 3) * 360);
	sqlite3_bind_double(s, 3, asin(svc_fraction(i * 3 + 1) * 2 - 1) * 180 / M_PI);
	if (i % 7)
		sqlite3_bind_double(s, 4, (double)(float)(5 + 16 * svc_fraction(i * 3 + 2)));
	if (i % 5)
		sqlite3_bind_int(s, 5, (int)(svc_scramble(i) & 1));
	if (i % 11)
		sqlite3_bind_int(s, 6, (int)(svc_scramble(i) % 255));
	if (i % 13)
		sqlite3_bind_int(s, 7, (int)(svc_scramble(i) % 65535) - 32767);
	if (i % 17)
		sqlite3_bind_int(s, 8,
				 i % 3 ? (int)(svc_scramble(i) & 0x7fffffff) : extremes[i / 3 % 5]);
}

static void bind_texts(sqlite3_stmt *s, uint64_t i)
{
	static const char *const classes[] = {"STAR", "GAL ", "QSO", "?"};
	char when[32];
	double flux[4];
	int n = (int)(i % 5);

	if (i % 19)
		sqlite3_bind_text(s, 9, classes[i % 4], -1, SQLITE_STATIC);
	if (i % 3)
		sqlite3_bind_text(s, 10, notes[i % (sizeof(notes) / sizeof(*notes))], -1,
				  SQLITE_STATIC);
	if (i % 4)
		sqlite3_bind_text(s, 11, labels[i % (sizeof(labels) / sizeof(*labels))], -1,
				  SQLITE_STATIC);
	snprintf(when, sizeof(when), "20%02u-%02u-%02uT%02u:%02u:%02u.%03u", (unsigned)(i % 26),
		 (unsigned)(i % 12 + 1), (unsigned)(i % 28 + 1), (unsigned)(i % 24),
		 (unsigned)(i % 60), (unsigned)(i % 59), (unsigned)(i % 1000));
	if (i % 23)
		sqlite3_bind_text(s, 12, when, -1, SQLITE_TRANSIENT);
	for (int k = 0; k < n; k++)
		flux[k] = (double)(float)svc_fraction(i * 5 + (uint64_t)k);
	if (n)
		sqlite3_bind_blob(s, 13, flux, n * (int)sizeof(*flux), SQLITE_TRANSIENT);
}

bool svc_bench_build(sqlite3 *db, long rows, struct error **err)
{
	static const struct content_table table = {
	    "bench", "stars", "Made-up stars with a column of every kind", NULL, N(stars),
	    NULL,    false};
	sqlite3_stmt *s;
	bool ok;

	if (!svc_tap_schema_add_schema(db, "bench", "Made-up data for tests of size and speed", 1,
				       err) ||
	    !svc_create_table(db, &table, err) || !svc_tap_schema_add_table(db, &table, 0, err))
		return false;
	s = svc_prepare(db, "INSERT INTO \"bench.stars\" VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)", err);
	ok = s != NULL;
	for (long i = 1; ok && i <= rows; i++) {
		bind_numbers(s, (uint64_t)i);
		bind_texts(s, (uint64_t)i);
		ok = svc_insert(s, err);
	}
	sqlite3_finalize(s);
	return ok && svc_exec(db, err, "CREATE INDEX \"svc.stars_id\" ON \"bench.stars\"(id)");
}

static const struct content_column vizier[] = {
    {"recno", "int", NULL, NULL, NULL, "meta.record", NULL, "Record number", COLUMN_INDEXED},
    {"RAJ2000", "double", NULL, NULL, "deg", "pos.eq.ra;meta.main", NULL, "Right ascension (J2000)",
     COLUMN_PRINCIPAL},
    {"DEJ2000", "double", NULL, NULL, "deg", "pos.eq.dec;meta.main", NULL, "Declination (J2000)",
     COLUMN_PRINCIPAL},
    {"Name", "char", "*", NULL, NULL, "meta.id;meta.main", NULL, "Name of the object",
     COLUMN_PRINCIPAL},
    {"e_[Fe/H]", "float", NULL, NULL, "[Sun]", "stat.error;phys.abund.Fe", NULL,
     "Error of the metallicity", 0},
};

#define VIZIER_ROWS 5

/* J/A+AS/134/483/table3, II/246/out, VII/118/names: like VizieR's, and all different. */
static char *vizier_name(long i)
{
	static const char *const journals[] = {"J/A+AS",  "J/A+A", "J/ApJ",
					       "J/MNRAS", "J/AJ",  "J/AN"};
	static const char *const books[] = {"I", "II", "III", "V", "VI", "VII", "VIII", "IX"};
	long k = i / 4;

	if (k % 10 == 9)
		return xasprintf("%s/%ld/cat%ld", books[i % 8], k, i % 4);
	return xasprintf("%s/%ld/%ld/table%ld", journals[k % 6], 100 + k / 1000, 1 + k % 1000,
			 1 + i % 4);
}

bool svc_many_tables_build(sqlite3 *db, long tables, struct error **err)
{
	if (!svc_tap_schema_add_schema(db, "viz", "Many small tables, named as VizieR does", 2,
				       err) ||
	    !svc_exec(
		db, err,
		"CREATE TABLE \"svc.viz\"(t INTEGER, recno INTEGER, \"RAJ2000\" REAL, "
		"\"DEJ2000\" REAL, \"Name\" TEXT, \"e_[Fe/H]\" REAL); "
		"WITH RECURSIVE r(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM r WHERE i < %d), "
		"s(t) AS (VALUES(0) UNION ALL SELECT t + 1 FROM s WHERE t < 99) "
		"INSERT INTO \"svc.viz\" SELECT t, i, (t * 37 + i * 11) %% 360 + 0.25, "
		"(t * 13 + i * 7) %% 180 - 89.5, 'Obj ' || t || '-' || i, "
		"CASE WHEN i %% 2 THEN i / 100.0 END FROM s, r; "
		"CREATE INDEX \"svc.viz_t\" ON \"svc.viz\"(t)",
		VIZIER_ROWS))
		return false;
	for (long i = 0; i < tables; i++) {
		CLEANUP_FREE char *name = vizier_name(i);
		CLEANUP_FREE char *about = xasprintf("Made-up table %ld of a made-up article", i);
		CLEANUP_FREE char *source = xasprintf("(SELECT recno, \"RAJ2000\", \"DEJ2000\", "
						      "\"Name\", \"e_[Fe/H]\" FROM \"svc.viz\" "
						      "WHERE t = %ld)",
						      i % 100);
		struct content_table table = {"viz", name, about, NULL, N(vizier), source, true};

		if (!svc_tap_schema_add_table(db, &table, (int)i, err))
			return false;
	}
	return true;
}
