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
 *
 * Of files, below /files/, and where it makes sense also of results:
 *
 *	no_ranges=1        Range is not understood: 200 and all of it
 *	no_length=1        no Content-Length: the body comes in chunks
 *	wrong_range=100    a part that begins so many bytes behind the one asked for,
 *	                   as its Content-Range says
 *	wrong_total=100    Content-Range tells a size that is so many bytes too large
 *	no_content_range=1 a 206 that does not say which part it is
 *	changed=1          the file was replaced: other bytes, length, ETag and date;
 *	                   each number is another one (files only; count=-1: from now on)
 *	bytes_per_s=1000   slow
 *	stall_after=1000   after so many bytes of the body nothing more comes for a
 *	                   minute, then it breaks off
 *	no_etag=1          no ETag, but Last-Modified
 *	no_modified=1      no Last-Modified, but ETag
 *	weak_etag=1        an ETag that is good for caches, not for parts (RFC 9110 §8.8.1)
 *	no_if_range=1      If-Range is not understood: the part is sent, of whatever
 *	                   the file is now
 *	gzip=1             Content-Encoding gzip, whether the client accepts that or
 *	                   not; all of it
 *
 * Rules of different kinds can be in force at once: no_ranges and no_length and bytes_per_s.
 *
 * DELETE /demo/faults takes all away. Any thread.
 */
#ifndef TAPFS_SERVICE_HTTP_FAULTS_H
#define TAPFS_SERVICE_HTTP_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/service/http/params.h"

enum fault_kind {
	FAULT_STATUS,
	FAULT_DROP,
	FAULT_CUT,
	FAULT_DELAY,
	FAULT_HOLD,
	FAULT_SUSPEND,
	FAULT_UNKNOWN,
	FAULT_ARCHIVE,
	FAULT_NO_RANGES,
	FAULT_NO_LENGTH,
	FAULT_WRONG_RANGE,
	FAULT_WRONG_TOTAL,
	FAULT_NO_CONTENT_RANGE,
	FAULT_CHANGED,
	FAULT_SLOW,
	FAULT_STALL,
	FAULT_NO_ETAG,
	FAULT_NO_MODIFIED,
	FAULT_WEAK_ETAG,
	FAULT_NO_IF_RANGE,
	FAULT_GZIP,
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
