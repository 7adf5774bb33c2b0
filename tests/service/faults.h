/*
 * faults.h: what is to go wrong, for tests: a list of rules.
 *
 * POST /demo/faults adds rules; its parameters are
 *	path=/tap/async   prefix of the path, below /auth/…; default "/"
 *	method=POST       default: any
 *	count=2           how often; default 1, -1 for ever
 *	skip=1            how many to let pass before; default 0
 * and what happens, each its own rule:
 *	next_status=503 [retry_after=1]   answer that, and do nothing
 *	drop_answer=1                     do it, but close the connection instead of answering
 *	cut_after=1000                    break off the answer after so many bytes of its body
 *	delay_ms=500                      wait before doing anything
 *	hold=1                            a job that is told to run is HELD until it is told again
 *	suspend_ms=500                    a job that begins to run is SUSPENDED for so long
 *	unknown_ms=500                    the same, UNKNOWN
 *	archive=1                         a job that is deleted, or too old, becomes ARCHIVED
 * The last four are looked up with the job's path, /tap/async/ID, and POST or, for archive, DELETE.
 * DELETE /demo/faults takes all away. Any thread.
 */
#ifndef TAPFS_SERVICE_FAULTS_H
#define TAPFS_SERVICE_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/service/params.h"

enum fault_kind {
	FAULT_STATUS,
	FAULT_DROP,
	FAULT_CUT,
	FAULT_DELAY,
	FAULT_HOLD,
	FAULT_SUSPEND,
	FAULT_UNKNOWN,
	FAULT_ARCHIVE,
	FAULT_KINDS
};

struct fault {
	int64_t value;       /* status, bytes, milliseconds */
	int64_t retry_after; /* s; -1: none */
};

struct faults;

struct faults *svc_faults_new(void);
void svc_faults_free(struct faults *);
/* False if the parameters name no fault. */
bool svc_faults_add(struct faults *, const struct params *);
void svc_faults_clear(struct faults *);
/* Takes one of that kind, if a rule matches. */
bool svc_fault_take(struct faults *, enum fault_kind, const char *method, const char *path,
		    struct fault *out);

#endif
