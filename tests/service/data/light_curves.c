/*
 * light_curves.c: stars that vary, made up: demo.light_curves leads to a CSV file of each, and
 * demo.light_curve_points has what is in all of these files.
 */
#include "tests/service/data/light_curves.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tests/service/data/content.h"
#include "tests/service/data/random.h"

#define N(array) (array), sizeof(array) / sizeof(*(array))
#define STARS    40
#define EPOCHS   50
#define MAIN     (COLUMN_PRINCIPAL | COLUMN_INDEXED)

static const struct content_column curves[] = {
    {"name", "char", "*", NULL, NULL, "meta.id;meta.main", NULL, "Name of the light curve", MAIN},
    {"star", "char", "*", NULL, NULL, "meta.id", NULL, "The star, in demo.bright_stars", 0},
    {"ra", "double", NULL, NULL, "deg", "pos.eq.ra;meta.main", NULL, "Right ascension (ICRS)",
     COLUMN_PRINCIPAL},
    {"dec", "double", NULL, NULL, "deg", "pos.eq.dec;meta.main", NULL, "Declination (ICRS)",
     COLUMN_PRINCIPAL},
    {"period", "double", NULL, NULL, "d", "time.period", NULL, "Period", COLUMN_PRINCIPAL},
    {"amplitude", "float", NULL, NULL, "mag", "src.var.amplitude", NULL, "Amplitude", 0},
    {"url", "char", "*", NULL, NULL, "meta.ref.url", NULL, "The light curve as a CSV file",
     COLUMN_PRINCIPAL},
    {"file_path", "char", "*", NULL, NULL, "meta.file", NULL,
     "The same, below /files/ of this service", 0},
};

static const struct content_column points[] = {
    {"name", "char", "*", NULL, NULL, "meta.id;meta.main", NULL, "Light curve that it belongs to",
     MAIN},
    {"mjd", "double", NULL, NULL, "d", "time.epoch", NULL, "When, as MJD", COLUMN_PRINCIPAL},
    {"band", "char", "*", NULL, NULL, "instr.bandpass", NULL, "B or V", COLUMN_PRINCIPAL},
    {"mag", "float", NULL, NULL, "mag", "phot.mag", NULL, "Magnitude", COLUMN_PRINCIPAL},
    {"mag_error", "float", NULL, NULL, "mag", "stat.error;phot.mag", NULL, "Its error", 0},
};

static bool add_points(sqlite3_stmt *insert, int star, double mean, struct error **err)
{
	double period = 0.5 + 30 * svc_fraction((uint64_t)star * 7);
	double amplitude = 0.1 + 0.8 * svc_fraction((uint64_t)star * 7 + 1);
	char name[16];

	snprintf(name, sizeof(name), "v%02d", star);
	for (int i = 0; i < 2 * EPOCHS; i++) {
		uint64_t seed = (uint64_t)(star * 10000 + i * 3);
		double mjd = 58000 + 2 * (i / 2 + svc_fraction(seed));
		double error = 0.005 + 0.02 * svc_fraction(seed + 1);
		double mag = mean + (i % 2 ? 0 : 0.4) + amplitude * sin(2 * M_PI * mjd / period) +
			     error * (2 * svc_fraction(seed + 2) - 1);

		sqlite3_bind_text(insert, 1, name, -1, SQLITE_TRANSIENT);
		sqlite3_bind_double(insert, 2, round(mjd * 1e6) / 1e6);
		sqlite3_bind_text(insert, 3, i % 2 ? "V" : "B", -1, SQLITE_STATIC);
		sqlite3_bind_double(insert, 4, (double)(float)(round(mag * 1e4) / 1e4));
		sqlite3_bind_double(insert, 5, (double)(float)(round(error * 1e4) / 1e4));
		if (!svc_insert(insert, err))
			return false;
	}
	return true;
}

static bool add_curve(sqlite3_stmt *insert, int star, sqlite3_stmt *from, struct error **err)
{
	char name[16], path[40], url[56];

	snprintf(name, sizeof(name), "v%02d", star);
	snprintf(path, sizeof(path), "lightcurves/%s.csv", name);
	snprintf(url, sizeof(url), "/files/%s", path);
	sqlite3_bind_text(insert, 1, name, -1, SQLITE_TRANSIENT);
	for (int i = 0; i < 3; i++)
		sqlite3_bind_value(insert, 2 + i, sqlite3_column_value(from, i));
	sqlite3_bind_double(insert, 5, 0.5 + 30 * svc_fraction((uint64_t)star * 7));
	sqlite3_bind_double(insert, 6,
			    (double)(float)(0.1 + 0.8 * svc_fraction((uint64_t)star * 7 + 1)));
	sqlite3_bind_text(insert, 7, url, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(insert, 8, path, -1, SQLITE_TRANSIENT);
	return svc_insert(insert, err);
}

static bool fill(sqlite3 *db, struct error **err)
{
	sqlite3_stmt *from = svc_prepare(
	    db, "SELECT name, ra, dec, mag FROM \"demo.bright_stars\" ORDER BY mag LIMIT ?1", err);
	sqlite3_stmt *curve =
	    svc_prepare(db, "INSERT INTO \"demo.light_curves\" VALUES(?,?,?,?,?,?,?,?)", err);
	sqlite3_stmt *point =
	    svc_prepare(db, "INSERT INTO \"demo.light_curve_points\" VALUES(?,?,?,?,?)", err);
	bool ok = from && curve && point;

	if (ok)
		sqlite3_bind_int(from, 1, STARS);
	for (int star = 1; ok && sqlite3_step(from) == SQLITE_ROW; star++)
		ok = add_curve(curve, star, from, err) &&
		     add_points(point, star, sqlite3_column_double(from, 3), err);
	sqlite3_finalize(from);
	sqlite3_finalize(curve);
	sqlite3_finalize(point);
	return ok;
}

bool svc_light_curves_build(sqlite3 *db, struct error **err)
{
	static const struct content_table tables[] = {
	    {"demo", "light_curves", "Light curves of bright stars, made up", NULL, N(curves),
	     "(SELECT name, star, ra, dec, period, amplitude, svc_url(url) AS url, file_path FROM "
	     "\"demo.light_curves\")",
	     false},
	    {"demo", "light_curve_points", "The points of all light curves", NULL, N(points), NULL,
	     false},
	};

	return svc_create_table(db, &tables[0], err) && svc_create_table(db, &tables[1], err) &&
	       fill(db, err) &&
	       svc_exec(db, err,
			"CREATE INDEX \"svc.points_name\" ON \"demo.light_curve_points\"(name); "
			"CREATE INDEX \"svc.curves_name\" ON \"demo.light_curves\"(name)") &&
	       svc_tap_schema_add_table(db, &tables[0], 11, err) &&
	       svc_tap_schema_add_table(db, &tables[1], 12, err) &&
	       svc_tap_schema_add_key(db, "light_curve_points", "demo.light_curve_points", "name",
				      "demo.light_curves", "name", "The points of a light curve",
				      err);
}

bool svc_light_curve_csv(sqlite3 *db, const char *name, struct buf *out)
{
	sqlite3_stmt *s = svc_prepare(db,
				      "SELECT mjd, band, mag, mag_error FROM "
				      "\"demo.light_curve_points\" WHERE name = ?1 ORDER BY mjd",
				      NULL);
	bool any = false;

	sqlite3_bind_text(s, 1, name, -1, SQLITE_STATIC);
	buf_adds(out, "mjd,band,mag,mag_error\n");
	for (; s && sqlite3_step(s) == SQLITE_ROW; any = true)
		buf_addf(out, "%.6f,%s,%.4f,%.4f\n", sqlite3_column_double(s, 0),
			 (const char *)sqlite3_column_text(s, 1), sqlite3_column_double(s, 2),
			 sqlite3_column_double(s, 3));
	sqlite3_finalize(s);
	return any;
}
