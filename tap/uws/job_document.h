/*
 * job_document.h: one job's document: read when a file of the job is opened, waited on, changed.
 *
 * It is asked for at most once a second, whoever reads; the last ones used are kept.
 */
#ifndef TAPFS_TAP_UWS_JOB_DOCUMENT_H
#define TAPFS_TAP_UWS_JOB_DOCUMENT_H

#include "base/buf.h"
#include "tap/uws/jobs.h"

/* How old a document may be. */
enum job_age {
	JOB_EVER,    /* what never changes */
	JOB_STARTED, /* what is fixed once it is no longer PENDING */
	JOB_ENDED,   /* what is fixed in a final phase */
	JOB_NOW,     /* JOBS_FRESH_MS */
};

/*
 * The document, borrowed until the loop's next turn. NULL: *wait is woken when to ask again, or
 * *err says why there is none.
 */
const struct uws_job *job_document(struct job *, enum job_age, struct waitlist **wait,
				   struct error **err);
/* As the service sent it; NULL before job_document gave it. */
const struct buf *job_document_xml(const struct job *);
/* True once it is there, or cannot be had soon: as jobs_ready. */
bool job_document_soon(struct job *, enum job_age, struct waitlist **wait);
/* A request for it is under way. */
bool job_document_asked(const struct job *);
/* What is in memory, however old; may be NULL. */
const struct uws_job *job_document_known(const struct job *);

/* The service's message at /error, where there is one beside the document's; NULL as above. */
const char *job_reason(struct job *, struct waitlist **wait, struct error **err);

/*
 * Asks for the next phase, with WAIT where the service has it (UWS 1.1 §2.2.1.3) and else at
 * growing distance; one request whoever waits, until nobody does. NULL with *err if it cannot be
 * watched.
 */
struct waitlist *job_watch(struct job *, struct error **err);

/*
 * Sets phase, destruction or executionduration, and reads back what became of it: an error if the
 * service refuses or keeps what was there. `before` is the document. Not called from inside.
 */
void job_change(struct job *, const struct uws_job *before, const char *name, const char *value,
		void (*done)(void *arg, struct error *), void *arg);

/* ABORT was sent from here to the job at that URL. */
bool job_was_aborted_here(const struct service *, const char *url);

/* --- for jobs.c --- */

void job_document_expire(struct job *);
/* Something was done about its phase: who watches asks at once, not at growing distance. */
void job_document_retry_now(struct job *);
/* The phase is another: wakes who watches. */
void job_document_changed(struct job *);
/* Cancels its requests, wakes who waits, and frees it. */
void job_document_drop(struct job *);
void job_changes_end(struct jobs *);

#endif
