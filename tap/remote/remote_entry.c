/*
 * remote_entry.c: one file on a server: what is known of it, how it failed, who refers to it.
 *
 *	LOOKING ──▶ NEW ──first answer──▶ KNOWN ──another validator──▶ STALE
 *	      └──────── kept ────────────▶
 */
#include <errno.h>
#include <stdlib.h>

#include "tap/remote/remote_run.h"

#define FAILURE_MS 1000 /* a failure is reported to a reader that asks again within this */

void remote_known(struct remote *r, const struct validators *v)
{
	if (r->state == REMOTE_KNOWN && r->file.validators.length < 0)
		r->file.validators.length = v->length; /* one answer told it, another did not */
	if (r->state != REMOTE_NEW)
		return;
	validators_clear(&r->file.validators);
	r->file.validators = validators_copy(v);
	r->state = REMOTE_KNOWN;
	waitlist_wake(&r->changed);
}

void remote_failed(struct remote *r, struct error *err)
{
	error_free(r->failure);
	r->failure = err;
	r->failed_at = loop_now(r->remotes->loop);
	waitlist_wake(&r->changed);
}

/* A failure of a moment ago is the answer to who waited for it; later it is tried again. */
bool remote_has_failed(struct remote *r, struct error **err)
{
	if (!r->failure)
		return false;
	if (loop_now(r->remotes->loop) > r->failed_at + FAILURE_MS) {
		error_clear(&r->failure);
		return false;
	}
	error_move(err, error_copy(r->failure));
	return true;
}

/* Not from within what made the last one let go: that may be a fetch's own answer. */
static void ending_now(void *arg)
{
	struct remote *r = arg;

	r->ending = NULL;
	if (!r->refs) /* else somebody wants it again */
		r->remotes->over(r);
}

bool remote_is_staged(const struct remote *r, struct error **err)
{
	bool staged = r->staged_at && loop_now(r->remotes->loop) <= r->staged_at + FAILURE_MS;
	const struct fetch *f;

	LIST_FOREACH (f, &r->fetches, link)
		staged |= f->staging.waits > 0;
	return staged && !error_set(err, EAGAIN, "the server does not have the file ready yet");
}

void remote_unref(struct remote *r)
{
	if (r && !--r->refs && !r->ending)
		r->ending = timer_start(r->remotes->loop, 0, ending_now, r);
}
