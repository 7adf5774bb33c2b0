/*
 * run.h: one query, from its text to a finished document in a stream.
 */
#ifndef TAPFS_SERVICE_TAP_RUN_H
#define TAPFS_SERVICE_TAP_RUN_H

#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "tests/service/adql/catalog.h"
#include "tests/service/adql/functions.h"
#include "tests/service/tap/uploads.h"
#include "tests/service/tap/writer.h"

#define SVC_MAXREC_DEFAULT 20000
#define SVC_MAXREC_HARD    20000000

struct svc_run {
	const struct catalog *catalog;
	const char *db_path;
	const char *query;
	int64_t maxrec; /* 0: the columns only */
	const struct svc_format *format;
	const char
	    *root; /* what links begin with, as "http://127.0.0.1:8080"; NULL: there are none */
	bool cone; /* for Simple Cone Search */
	const struct svc_uploads *uploads;   /* NULL: none */
	uint64_t upload_bytes;               /* of all, with those that are fetched */
	const struct svc_deadline *deadline; /* may be ended from another thread */
};

/*
 * Runs it to its end and writes the whole document. False with *err: EINVAL a bad query, EINTR
 * stopped, ETIMEDOUT the time is over, else what the disk says. Blocks; for query threads.
 */
bool svc_run(const struct svc_run *, FILE *out, struct error **err);

#endif
