/*
 * functions.c: ADQL's geometry for SQLite, and demo_sleep. NULL in gives NULL out.
 */
#include "tests/service/adql/functions.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "tests/service/data/geometry.h"

int64_t svc_monotonic_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

bool svc_deadline_over(const struct svc_deadline *d)
{
	int64_t at = atomic_load(&d->at_ms);

	return atomic_load(&d->stopped) || (at && svc_monotonic_ms() >= at);
}

bool svc_deadline_check(const struct svc_deadline *d, struct error **err)
{
	if (atomic_load(&d->stopped))
		return error_set(err, EINTR, "The query was aborted.");
	if (svc_deadline_over(d))
		return error_set(err, ETIMEDOUT, "The query took longer than it was allowed to.");
	return true;
}

bool svc_any_null(int n, sqlite3_value **args)
{
	for (int i = 0; i < n; i++)
		if (sqlite3_value_type(args[i]) == SQLITE_NULL)
			return true;
	return false;
}

void svc_refuse(sqlite3_context *ctx, sqlite3_value *place, const char *fmt, ...)
{
	const char *at = (const char *)sqlite3_value_text(place);
	char *why, *message;
	va_list ap;

	va_start(ap, fmt);
	why = sqlite3_vmprintf(fmt, ap);
	va_end(ap);
	message = sqlite3_mprintf("%s%s", at ? at + 1 : "", why);
	sqlite3_result_error(ctx, message, -1);
	sqlite3_free(message);
	sqlite3_free(why);
}

/* --- geometry: the last argument of each function is its place in the query --- */

static sqlite3_value *place_of(int n, sqlite3_value **args)
{
	return args[n - 1];
}

static void give_shape(sqlite3_context *ctx, sqlite3_value *place, const struct shape *s)
{
	double blob[SHAPE_MAX_VALUES + 1];

	if (!svc_shape_valid(s)) {
		svc_refuse(ctx, place,
			   "a position or region is impossible: latitudes go from -90 to "
			   "90, a radius is not negative");
		return;
	}
	blob[0] = s->kind;
	memcpy(blob + 1, s->v, s->n * sizeof(double));
	sqlite3_result_blob(ctx, blob, (int)((s->n + 1) * sizeof(double)), SQLITE_TRANSIENT);
}

/* False, with the error given, if the value is no shape. */
static bool take_shape(sqlite3_context *ctx, sqlite3_value *place, sqlite3_value *value,
		       struct shape *s)
{
	const double *blob;
	size_t n;

	/* A text of the xtype adql:REGION. */
	if (sqlite3_value_type(value) == SQLITE_TEXT &&
	    svc_shape_parse((const char *)sqlite3_value_text(value), s))
		return true;
	blob = sqlite3_value_blob(value);
	n = (size_t)sqlite3_value_bytes(value) / sizeof(double);

	/* An uploaded array may have another xtype, and so no kind. */
	if (sqlite3_value_type(value) != SQLITE_BLOB || n < 3 || n > SHAPE_MAX_VALUES + 1 ||
	    blob[0] == 0) {
		svc_refuse(ctx, place, "a position or region is needed here");
		return false;
	}
	s->kind = (enum shape_kind)(int)blob[0];
	s->n = n - 1;
	memcpy(s->v, blob + 1, s->n * sizeof(double));
	return true;
}

/* All but the place as one row of numbers: a point counts as two. False if they are too many. */
static bool flatten(sqlite3_context *ctx, int n, sqlite3_value **args, struct shape *out)
{
	sqlite3_value *place = place_of(n, args);

	out->n = 0;
	for (int i = 0; i < n - 1; i++) {
		struct shape point;

		if (out->n + 2 > SHAPE_MAX_VALUES) {
			svc_refuse(ctx, place, "too many corners");
			return false;
		}
		if (sqlite3_value_type(args[i]) != SQLITE_BLOB) {
			out->v[out->n++] = sqlite3_value_double(args[i]);
			continue;
		}
		if (!take_shape(ctx, place, args[i], &point))
			return false;
		out->v[out->n++] = point.v[0];
		out->v[out->n++] = point.v[1];
	}
	return true;
}

/* POINT, CIRCLE and POLYGON; user data is the kind, as in "C3": kind and number of values. */
static void make_shape(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	const char *kind = sqlite3_user_data(ctx);
	struct shape s;

	if (svc_any_null(n, args) || !flatten(ctx, n, args, &s))
		return;
	s.kind = (enum shape_kind)kind[0];
	if (kind[1] && s.n != (size_t)(kind[1] - '0')) {
		svc_refuse(ctx, place_of(n, args), "wrong number of coordinates");
		return;
	}
	give_shape(ctx, place_of(n, args), &s);
}

static void make_box(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	struct shape flat, box;

	if (svc_any_null(n, args) || !flatten(ctx, n, args, &flat))
		return;
	if (flat.n != 4) {
		svc_refuse(ctx, place_of(n, args), "BOX takes a position, a width and a height");
		return;
	}
	svc_shape_box(flat.v[0], flat.v[1], flat.v[2], flat.v[3], &box);
	give_shape(ctx, place_of(n, args), &box);
}

static void make_region(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	struct shape s;

	if (svc_any_null(n, args))
		return;
	if (svc_shape_parse((const char *)sqlite3_value_text(args[0]), &s))
		give_shape(ctx, place_of(n, args), &s);
	else
		svc_refuse(ctx, place_of(n, args),
			   "REGION understands POSITION, CIRCLE, BOX and POLYGON in "
			   "STC-S, as in 'CIRCLE ICRS 10.68 41.27 0.5'");
}

static void contains(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	struct shape a, b;

	if (!svc_any_null(n, args) && take_shape(ctx, place_of(n, args), args[0], &a) &&
	    take_shape(ctx, place_of(n, args), args[1], &b))
		sqlite3_result_int(ctx, svc_shape_contains(&a, &b));
}

static void intersects(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	struct shape a, b;

	if (!svc_any_null(n, args) && take_shape(ctx, place_of(n, args), args[0], &a) &&
	    take_shape(ctx, place_of(n, args), args[1], &b))
		sqlite3_result_int(ctx, svc_shape_intersects(&a, &b));
}

static void distance(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	struct shape flat;

	if (svc_any_null(n, args) || !flatten(ctx, n, args, &flat))
		return;
	if (flat.n != 4)
		svc_refuse(ctx, place_of(n, args), "DISTANCE takes two positions");
	else
		sqlite3_result_double(
		    ctx, svc_sphere_distance(flat.v[0], flat.v[1], flat.v[2], flat.v[3]));
}

/* COORD1 and COORD2; user data is "0" or "1". */
static void coordinate(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	const char *which = sqlite3_user_data(ctx);
	struct shape s;

	if (svc_any_null(n, args) || !take_shape(ctx, place_of(n, args), args[0], &s))
		return;
	if (s.kind != SHAPE_POINT)
		svc_refuse(ctx, place_of(n, args), "COORD1 and COORD2 take a position");
	else
		sqlite3_result_double(ctx, s.v[*which - '0']);
}

static void area(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	struct shape s;

	if (!svc_any_null(n, args) && take_shape(ctx, place_of(n, args), args[0], &s))
		sqlite3_result_double(ctx, svc_shape_area(&s));
}

static void centroid(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	struct shape s, point = {.kind = SHAPE_POINT, .n = 2};

	if (svc_any_null(n, args) || !take_shape(ctx, place_of(n, args), args[0], &s))
		return;
	svc_shape_centroid(&s, &point.v[0], &point.v[1]);
	give_shape(ctx, place_of(n, args), &point);
}

static void coordsys(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	if (!svc_any_null(n, args))
		sqlite3_result_text(ctx, "ICRS", -1, SQLITE_STATIC);
}

/* --- demo_sleep --- */

static void demo_sleep(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	const struct svc_deadline *deadline = sqlite3_user_data(ctx);
	const struct timespec tick = {0, 10 * 1000000};
	int64_t until;

	if (svc_any_null(n, args))
		return;
	until = svc_monotonic_ms() +
		(int64_t)(fmax(0, fmin(86400, sqlite3_value_double(args[0]))) * 1000);
	while (svc_monotonic_ms() < until) {
		if (svc_deadline_over(deadline)) {
			sqlite3_result_error_code(ctx, SQLITE_INTERRUPT);
			return;
		}
		nanosleep(&tick, NULL);
	}
	sqlite3_result_int(ctx, 1);
}

/* A path of this service as the URL that the client knows; not for queries. */
static void url(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	const char *root = sqlite3_user_data(ctx);
	char *text;

	if (svc_any_null(n, args))
		return;
	text = xasprintf("%s%s", root, (const char *)sqlite3_value_text(args[0]));
	sqlite3_result_text(ctx, text, -1, free);
}

bool svc_functions_register(sqlite3 *db, const struct svc_deadline *deadline, const char *root)
{
	static const struct {
		const char *name;
		void (*fn)(sqlite3_context *, int, sqlite3_value **);
		const char *data;
	} pure[] = {
	    {"adql_point", make_shape, "P2"},      {"adql_circle", make_shape, "C3"},
	    {"adql_polygon", make_shape, "G"},     {"adql_box", make_box, NULL},
	    {"adql_region", make_region, NULL},    {"adql_contains", contains, NULL},
	    {"adql_intersects", intersects, NULL}, {"adql_distance", distance, NULL},
	    {"adql_coord1", coordinate, "0"},      {"adql_coord2", coordinate, "1"},
	    {"adql_coordsys", coordsys, NULL},     {"adql_area", area, NULL},
	    {"adql_centroid", centroid, NULL},
	};
	int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
	int rc = SQLITE_OK;

	for (size_t i = 0; rc == SQLITE_OK && i < sizeof(pure) / sizeof(*pure); i++)
		rc = sqlite3_create_function(db, pure[i].name, -1, flags, (void *)pure[i].data,
					     pure[i].fn, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_create_function(db, "demo_sleep", 1, SQLITE_UTF8, (void *)deadline,
					     demo_sleep, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_create_function(db, "svc_url", 1, flags, (void *)(root ? root : ""),
					     url, NULL, NULL);
	return rc == SQLITE_OK && svc_math_register(db);
}
