/*
 * recovery.h: our own job among those that a service has, when nobody heard its URL.
 *
 * Between the POST that creates a job and the commit of its URL an answer can be
 * lost, or tapfs can die. The job is then looked for in the service's list
 * (UWS 1.1 §2.2.2.1): ours has the RUNID and the text that were sent, was
 * created since, belongs to no other query, and is not about to be deleted. Where
 * the service shows no RUNIDs, it is one that was never run. Loop thread only.
 */
#ifndef TAPFS_TAP_UWS_RECOVERY_H
#define TAPFS_TAP_UWS_RECOVERY_H

#include <stdbool.h>

#include "cache/file.h"
#include "tap/service/service.h"
#include "tap/uws/uws.h"

struct recovered {
	char *url;
	enum uws_phase phase;
	/* By a RUNID that is ours alone, or its text and time; else it may be of one who asks the
	 * same. */
	bool sure;
};

struct recovery;

/* Of a text as a job's QUERY shows it: services trim and fold blanks. */
void sent_hash(const char *text, char out[FILE_HASH_TEXT]);

/* Which jobs are looked for; all is borrowed, and copied, but for what arg is. */
struct recovery_of {
	const char *runid, *sent; /* sent_hash of its text */
	const char *now; /* the same as this version sends it: directives go; NULL: no other */
	int64_t since;   /* ms: created since */
	bool lone;       /* no other query of that RUNID waits for its job */
	/* Whether a job has another owner, or is about to be deleted. Asked until the end. */
	bool (*is_taken)(void *arg, const char *job_url);
	void *arg;
};

/*
 * Looks for jobs of that RUNID and text. The jobs are borrowed during the call of done. An error
 * that is transient means to ask again; any other, that the service has no list to look into.
 */
struct recovery *recovery_start(struct service *, const struct recovery_of *,
				void (*done)(void *arg, const struct recovered *, size_t n,
					     struct error *),
				void *arg);
/* done is not called any more. NULL is allowed. */
void recovery_cancel(struct recovery *);

#endif
