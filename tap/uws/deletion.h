/*
 * deletion.h: jobs that are to be deleted on the service, now or when it can be reached.
 */
#ifndef TAPFS_TAP_UWS_DELETION_H
#define TAPFS_TAP_UWS_DELETION_H

#include "tap/service/service.h"

/* Takes up what the journal still holds; tried again when the service can be reached. */
extern const struct service_part deletions_part;

struct deletions;
struct recovered;

/* NULL before the service has begun and after its end. */
static inline struct deletions *deletions_of(const struct service *s)
{
	return s->parts[SERVICE_DELETIONS];
}

/*
 * Whose jobs are never deleted as unheard ones: those for which is_taken says so, and none as long
 * as is_awaited says that the URL of a new one of that name and text is still to be heard.
 */
void deletions_spare(struct service *, bool (*is_taken)(void *arg, const char *job_url),
		     bool (*is_awaited)(void *arg, const char *runid, const char *sent), void *arg);
/*
 * Journals the deletion, then does it (job_removal.h); when the service is being ended the next
 * mount does. is_over: its phase is known to be final. A job that stays is told in .tapfs/errors.
 */
void deletion_add(struct service *, const char *job_url, bool is_over);
/* The same; over is told when it is done, or with why the service refuses for good. Not at the end
 * of the service. */
void deletion_add_then(struct service *, const char *job_url, bool is_over,
		       void (*over)(void *arg, struct error *), void *arg);
/* Whether a job has an owner: a query, or a pending deletion. arg: the struct deletions. */
bool job_is_taken(void *arg, const char *job_url);
/* Does one that is journaled already, and has its id; taken. */
void deletion_journaled(struct service *, struct journal_deletion *);
/*
 * Whether a job that was found (recovery.h) may be deleted: it was never run, and is surely ours,
 * as all are that a service lists to who has signed in.
 */
bool recovered_may_go(const struct service *, const struct recovered *);
/* Whether that job is to be deleted, and is not yet. */
bool deletion_is_pending(const struct service *, const char *job_url);
/*
 * The same for jobs that a POST may have made whose answer nobody heard, and that no query has
 * (recovery.h). What runs already is left alone. post: while that is under way they are not looked
 * for (NULL: at once); it is told by deletion_post_over, and is not used otherwise.
 */
void deletion_add_unheard(struct service *, const char *runid, const char *sent_hash, int64_t since,
			  const void *post);
void deletion_post_over(struct service *, const void *post);

#endif
