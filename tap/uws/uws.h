/*
 * uws.h: job documents and job lists of a service (UWS 1.1 §3).
 *
 * Strings are owned by the struct and NULL where the document has none, but for
 * those that say "never NULL". Times are ms since 1970 UTC, -1 where not known.
 */
#ifndef TAPFS_TAP_UWS_UWS_H
#define TAPFS_TAP_UWS_UWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum uws_phase {
	UWS_UNKNOWN, /* also for what UWS does not know */
	UWS_PENDING,
	UWS_QUEUED,
	UWS_EXECUTING,
	UWS_COMPLETED,
	UWS_ERROR,
	UWS_ABORTED,
	UWS_HELD,
	UWS_SUSPENDED,
	UWS_ARCHIVED,
};

struct uws_parameter {
	char *id;    /* never NULL */
	char *value; /* never NULL, may be empty */
	bool by_reference;
};

struct uws_result {
	char *id;   /* never NULL, may be empty */
	char *href; /* never NULL, may be empty; relative to the job where it is relative */
	char *mime;
	int64_t size; /* bytes, -1 where not known */
};

struct uws_job {
	char *id; /* never NULL */
	char *runid;
	char *owner;
	enum uws_phase phase;
	int64_t quote;
	int64_t creation_time;
	int64_t start_time;
	int64_t end_time;
	int64_t execution_duration; /* seconds; 0: no limit; -1: not said */
	int64_t destruction;
	size_t nparameters;
	struct uws_parameter *parameters;
	size_t nresults;
	struct uws_result *results;
	bool has_error; /* an errorSummary is there */
	bool error_transient;
	bool error_has_detail; /* there is more at /error */
	char *error_message;
	char *version; /* never NULL: "1.0" where the document does not say */
};

struct uws_jobref {
	char *id; /* never NULL: the last part of href where there is no id */
	char *href;
	char *runid;
	char *owner;
	enum uws_phase phase;
	int64_t creation_time;
};

struct uws_joblist {
	size_t n;
	struct uws_jobref *jobs;
	char *version; /* as uws_job's */
};

/* NULL with *err if it is no such document. */
struct uws_job *uws_job_parse(const char *data, size_t n, struct error **err);
/* One of which nothing but the phase is known. */
struct uws_job *uws_job_of_phase(enum uws_phase);
void uws_job_free(struct uws_job *); /* NULL is allowed */
struct uws_joblist *uws_joblist_parse(const char *data, size_t n, struct error **err);
void uws_joblist_free(struct uws_joblist *); /* NULL is allowed */

/* Blanks around and any case are allowed. */
enum uws_phase uws_phase_parse(const char *s, size_t n);
const char *uws_phase_name(enum uws_phase); /* "EXECUTING" */
/* COMPLETED, ERROR, ABORTED, ARCHIVED: it does not go on from here. */
bool uws_phase_is_final(enum uws_phase);
/* QUEUED, EXECUTING, SUSPENDED: it goes on by itself. */
bool uws_phase_is_active(enum uws_phase);

/* The value of a parameter, its id in any case; NULL if there is none. */
const char *uws_job_parameter(const struct uws_job *, const char *id);
/*
 * The href of the query's result: what ends in "results/result", else what has the id "result",
 * else the only one. NULL if none can be told: then it is JOB/results/result.
 */
const char *uws_result_href(const struct uws_job *);
/* It is a file, not a number in the guise of a result (CADC: id="rowcount" href="final:1000"). */
bool uws_result_is_file(const struct uws_result *);
/* UWS 1.1 §2.2.1.3: the service may be asked with WAIT. */
bool uws_version_has_wait(const char *version);

#endif
