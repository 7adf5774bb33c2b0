/*
 * functions.h: what SQLite lacks of ADQL's functions: geometry, some
 * mathematics, and demo_sleep.
 *
 * In SQLite a geometry is a blob: its kind (enum shape_kind) as one double,
 * then its values. Results show the values only (DALI 1.1 §3.3).
 */
#ifndef TAPFS_SERVICE_FUNCTIONS_H
#define TAPFS_SERVICE_FUNCTIONS_H

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* What may end a query early. demo_sleep looks at it, and so does SQLite in every loop. */
struct svc_deadline {
	atomic_bool stopped;
	_Atomic int64_t at_ms; /* of svc_monotonic_ms; 0: none */
};

int64_t svc_monotonic_ms(void);
bool svc_deadline_over(const struct svc_deadline *);

/* Begins the places in the query that the geometry's functions are given as their last argument. */
#define PLACE_MARK "\x01"

/* Registers all; deadline is borrowed and must outlive the connection. */
bool svc_functions_register(sqlite3 *, struct svc_deadline *deadline);

#endif
