/*
 * functions.h: what SQLite lacks of ADQL's functions: geometry, some
 * mathematics, and demo_sleep.
 *
 * In SQLite a geometry is a blob: its kind (enum shape_kind) as one double,
 * then its values. Results show the values only (DALI 1.1 §3.3).
 */
#ifndef TAPFS_SERVICE_ADQL_FUNCTIONS_H
#define TAPFS_SERVICE_ADQL_FUNCTIONS_H

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* What may end a query early. demo_sleep looks at it, and so does SQLite in every loop. */
struct svc_deadline {
	atomic_bool stopped;
	_Atomic int64_t at_ms; /* of svc_monotonic_ms; 0: none */
};

int64_t svc_monotonic_ms(void);
bool svc_deadline_over(const struct svc_deadline *);
/* False with *err if it is over: EINTR it was stopped, else ETIMEDOUT. */
bool svc_deadline_check(const struct svc_deadline *, struct error **err);

/*
 * A function that can fail is given, as its last argument, its place in the query: this mark, then
 * "Line 1, column 8: ", with which its error begins. No text of a query has the mark in it.
 */
#define PLACE_MARK "\x01"

/*
 * Registers all. What is given is borrowed and must outlive the connection; root is what svc_url
 * puts in front of a path, or NULL.
 */
bool svc_functions_register(sqlite3 *, const struct svc_deadline *deadline, const char *root);

/* --- between functions.c and adql_math.c --- */

bool svc_math_register(sqlite3 *);
bool svc_any_null(int n, sqlite3_value **args);
void svc_refuse(sqlite3_context *, sqlite3_value *place, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
