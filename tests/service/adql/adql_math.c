/*
 * adql_math.c: ADQL's mathematics for SQLite: what SQLite has not, what it gives wrong, and what
 * it would fail at without telling where in the query.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/service/adql/functions.h"

static void mod(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	if (svc_any_null(n, args))
		return;
	if (sqlite3_value_type(args[0]) == SQLITE_INTEGER &&
	    sqlite3_value_type(args[1]) == SQLITE_INTEGER) {
		sqlite3_int64 by = sqlite3_value_int64(args[1]);

		if (by == -1)
			sqlite3_result_int(ctx, 0); /* INT64_MIN % -1 would trap */
		else if (by)
			sqlite3_result_int64(ctx, sqlite3_value_int64(args[0]) % by);
		return;
	}
	sqlite3_result_double(ctx,
			      fmod(sqlite3_value_double(args[0]), sqlite3_value_double(args[1])));
}

static void cot(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	if (!svc_any_null(n, args))
		sqlite3_result_double(ctx, 1 / tan(sqlite3_value_double(args[0])));
}

/* SQLite's own is not exact for powers of ten. */
static void decimal_logarithm(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	if (!svc_any_null(n, args) && sqlite3_value_double(args[0]) > 0)
		sqlite3_result_double(ctx, log10(sqlite3_value_double(args[0])));
}

/* ROUND and TRUNCATE to a number of decimals, which may be negative; user data "r" or "t". */
static void to_decimals(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	const char *how = sqlite3_user_data(ctx);
	double v, scale;

	if (svc_any_null(n, args))
		return;
	v = sqlite3_value_double(args[0]);
	scale = pow(10, n > 1 ? sqlite3_value_int(args[1]) : 0);
	if (!isfinite(v * scale) || scale == 0)
		sqlite3_result_double(ctx, scale == 0 ? 0 : v);
	else
		sqlite3_result_double(ctx,
				      (*how == 'r' ? round(v * scale) : trunc(v * scale)) / scale);
}

static void random_number(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	unsigned long long bits;

	(void)n;
	(void)args;
	sqlite3_randomness(sizeof(bits), &bits);
	sqlite3_result_double(ctx, (double)(bits >> 11) / 9007199254740992.0);
}

/* ABS(value), place: of the least integer there is no positive one. */
static void absolute(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	sqlite3_int64 v;

	if (svc_any_null(n, args))
		return;
	if (sqlite3_value_type(args[0]) != SQLITE_INTEGER) {
		sqlite3_result_double(ctx, fabs(sqlite3_value_double(args[0])));
		return;
	}
	v = sqlite3_value_int64(args[0]);
	if (v == INT64_MIN)
		svc_refuse(ctx, args[1], "the value of ABS does not fit 64 bits");
	else
		sqlite3_result_int64(ctx, v < 0 ? -v : v);
}

/*
 * --- SUM: adql_fits(adql_sum(value), place) ---
 *
 * Only an aggregate of one argument may have DISTINCT: the place is another function's.
 */

struct sum {
	bool any, real;
	sqlite3_int64 exact, wraps; /* the sum is exact + wraps * 2^64 */
	double approximate;
};

static void sum_step(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	struct sum *s = sqlite3_aggregate_context(ctx, sizeof(*s));
	sqlite3_int64 v;

	if (!s || svc_any_null(n, args))
		return;
	s->any = true;
	s->approximate += sqlite3_value_double(args[0]);
	if (sqlite3_value_type(args[0]) != SQLITE_INTEGER)
		s->real = true;
	v = sqlite3_value_int64(args[0]);
	if (__builtin_add_overflow(s->exact, v, &s->exact))
		s->wraps += v < 0 ? -1 : 1;
}

/* A text stands for a sum that is too large. */
static void sum_end(sqlite3_context *ctx)
{
	const struct sum *s = sqlite3_aggregate_context(ctx, 0);

	if (!s || !s->any)
		return;
	if (s->real)
		sqlite3_result_double(ctx, s->approximate);
	else if (s->wraps)
		sqlite3_result_text(ctx, "too large", -1, SQLITE_STATIC);
	else
		sqlite3_result_int64(ctx, s->exact);
}

static void sum_fits(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	if (svc_any_null(n, args))
		return;
	if (sqlite3_value_type(args[0]) == SQLITE_TEXT)
		svc_refuse(ctx, args[1], "the SUM does not fit 64 bits");
	else
		sqlite3_result_value(ctx, args[0]);
}

/* --- CAST to a number: adql_whole(value, type, place), adql_real(value, type, place) --- */

/* The whole text must be a number as ADQL writes it; blanks around do not matter. */
static bool read_number(const char *text, sqlite3_int64 *whole, double *real, bool *is_whole)
{
	static const char blanks[] = " \t\r\n";
	const char *start = text + strspn(text, blanks);
	size_t n = strspn(start, "+-.0123456789eE");
	char *end;

	if (!n || start[n + strspn(start + n, blanks)])
		return false; /* strtod would take "nan" and "0x1p3" too */
	errno = 0;
	*whole = strtoll(start, &end, 10);
	*is_whole = end == start + n && !errno;
	*real = strtod(start, &end);
	return end == start + n;
}

static void to_whole(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	static const struct {
		const char *name;
		sqlite3_int64 max;
	} types[] = {{"SMALLINT", INT16_MAX}, {"INT", INT32_MAX}, {"INTEGER", INT32_MAX}};
	sqlite3_int64 v, max = INT64_MAX;
	const char *text, *type;
	bool is_whole = sqlite3_value_type(args[0]) == SQLITE_INTEGER;
	double real;

	if (svc_any_null(n, args))
		return;
	text = (const char *)sqlite3_value_text(args[0]);
	type = (const char *)sqlite3_value_text(args[1]);
	v = sqlite3_value_int64(args[0]);
	real = sqlite3_value_double(args[0]);
	if (sqlite3_value_type(args[0]) == SQLITE_TEXT &&
	    !read_number(text, &v, &real, &is_whole)) {
		svc_refuse(ctx, args[2], "CAST: the text '%.40s' is no number", text);
		return;
	}
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (!strcmp(types[i].name, type))
			max = types[i].max;
	/* 2^63 is a double, 2^63 - 1 is not. */
	if (!is_whole && real >= -0x1p63 && real < 0x1p63) {
		v = (sqlite3_int64)real;
		is_whole = true;
	}
	if (is_whole && v <= max && v >= -max - 1)
		sqlite3_result_int64(ctx, v);
	else
		svc_refuse(ctx, args[2], "CAST: %s does not fit %s", text, type);
}

static void to_real(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	double v = sqlite3_value_double(args[0]);
	sqlite3_int64 whole;
	bool is_whole;

	if (svc_any_null(n, args))
		return;
	if (sqlite3_value_type(args[0]) == SQLITE_TEXT &&
	    !read_number((const char *)sqlite3_value_text(args[0]), &whole, &v, &is_whole))
		svc_refuse(ctx, args[2], "CAST: the text '%.40s' is no number",
			   (const char *)sqlite3_value_text(args[0]));
	else
		sqlite3_result_double(ctx, v);
}

bool svc_math_register(sqlite3 *db)
{
	static const struct {
		const char *name;
		void (*fn)(sqlite3_context *, int, sqlite3_value **);
		const char *data;
	} pure[] = {
	    {"adql_mod", mod, NULL},
	    {"adql_cot", cot, NULL},
	    {"adql_log10", decimal_logarithm, NULL},
	    {"adql_round", to_decimals, "r"},
	    {"adql_truncate", to_decimals, "t"},
	    {"adql_abs", absolute, NULL},
	    {"adql_fits", sum_fits, NULL},
	    {"adql_whole", to_whole, NULL},
	    {"adql_real", to_real, NULL},
	};
	int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
	int rc = SQLITE_OK;

	for (size_t i = 0; rc == SQLITE_OK && i < sizeof(pure) / sizeof(*pure); i++)
		rc = sqlite3_create_function(db, pure[i].name, -1, flags, (void *)pure[i].data,
					     pure[i].fn, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_create_function(db, "adql_sum", 1, flags, NULL, NULL, sum_step,
					     sum_end);
	if (rc == SQLITE_OK)
		rc = sqlite3_create_function(db, "adql_rand", -1, SQLITE_UTF8, NULL, random_number,
					     NULL, NULL);
	return rc == SQLITE_OK;
}
