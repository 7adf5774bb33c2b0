/*
 * remote_said.c: whether an answer is still of the same file, by its validators (RFC 9110 §8.8).
 */
#include "base/clock.h"
#include "tap/remote/remote_run.h"

/*
 * Only its size is known, and that still holds: nobody has a byte of what it was. A service that
 * makes an answer anew for each request gives it another ETag each time.
 */
static bool takes_place(const struct remote *r, const struct validators *v)
{
	const struct fetch *f;

	LIST_FOREACH (f, &r->fetches, link)
		if (f->making || f->done)
			return false;
	return !r->file.id && v->length >= 0 && r->file.validators.length == v->length;
}

bool remote_is_same(struct remote *r, const struct validators *v)
{
	r->checked = clock_now();
	if (r->state != REMOTE_KNOWN || validators_match(&r->file.validators, v))
		return true;
	if (takes_place(r, v)) {
		validators_clear(&r->file.validators);
		r->file.validators = validators_copy(v);
		return true;
	}
	r->state = REMOTE_STALE; /* whose answer this is wakes who waits, when it is over */
	if (r->file.id)
		remote_forget(r);
	return false;
}
