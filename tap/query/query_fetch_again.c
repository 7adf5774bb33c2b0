/*
 * query_fetch_again.c: a result that did not come: whether it is asked for again, where and when.
 */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "http/http.h"
#include "http/url.h"
#include "tap/query/query_record.h"
#include "tap/query/query_run.h"

#define FETCH_TRIES 4    /* of what may pass, and of what breaks off */
#define NEW_MS      4000 /* in which the result of a job that is over may not be known yet */
#define PASSING_MS  1000 /* before what may pass is asked again; doubled each time */

/* The result may be elsewhere (result_address.h). */
static bool next_address(struct query_run *r, const struct error *err)
{
	CLEANUP_FREE char *shown = url_redact(result_address(&r->results));

	if (!result_address_fails(&r->results, err))
		return false;
	query_log(r->query, "no result at %s: %s; trying another address", shown, error_text(err));
	if (!r->error || error_is_transient(r->error)) {
		error_free(r->error);
		r->error = error_copy(err);
	}
	return true;
}

/*
 * After the last address: the first that said something definite counts. Where an address could not
 * be reached, and the one that we guess has nothing, the first may be there in a moment.
 */
static void weigh_addresses(struct query_run *r, struct error **err)
{
	bool unreached = error_is_transient(r->error);

	if (r->error && !unreached && !error_is_transient(*err))
		error_move(err, steal(r->error));
	r->may_pass |= unreached && error_errno(*err) == ENOENT;
	error_clear(&r->error);
}

/*
 * The answer may be another in a moment: a server's own failure (Gaia's 500, a gateway's 52x), a
 * result that not all of the service knows yet, a session that ran out. Not without a job, where
 * asking again runs the query again.
 */
void run_fetch_refused(struct query_run *r, int status)
{
	if (r->say.sync)
		return;
	r->may_pass |= status >= 500 || (status == 401 && !r->signed_out) ||
		       (status == 404 && loop_now(r->service->loop) - r->completed < NEW_MS);
	r->signed_out |= status == 401;
}

/* All addresses once more, if one of them may have it then; takes the error then. */
static bool passes(struct query_run *r, struct error *err)
{
	if (!r->may_pass || r->rounds + 1 >= FETCH_TRIES)
		return false;
	r->may_pass = false;
	if (!r->rounds)
		query_log(r->query, "no result yet (%s); asking again", error_text(err));
	run_later(r, RUN_FETCH, PASSING_MS << r->rounds++);
	error_free(err);
	return true;
}

/* An address that is busy, and not given up yet; takes the error then. */
static bool waits_for_address(struct query_run *r, struct error *err)
{
	if (!r->results.busy || error_errno(err) != EAGAIN)
		return false;
	run_later(r, RUN_FETCH, PASSING_MS << r->results.busy);
	error_free(err);
	return true;
}

bool run_fetch_was_last(const struct query_run *r, const struct error *err)
{
	return error_errno(err) == ECONNRESET && r->fetches >= FETCH_TRIES;
}

/*
 * Without a job the service had to answer in one request, and has not: a gateway ended it, or
 * nothing came. Asking again would take as long again. A connection that does not come about is
 * another thing.
 */
static bool sync_took_too_long(const struct query_run *r, const struct error *err)
{
	return r->say.sync && error_errno(err) == ETIMEDOUT &&
	       (strncmp(error_text(err), "HTTP ", 5) == 0 ||
		strcmp(error_text(err), HTTP_NO_ANSWER) == 0);
}

/* Once more, from where it makes sense; takes the error then. */
static bool result_again(struct query_run *r, struct error *err)
{
	if (r->say.sync ? !run_charset_is_refused(r, err) : !next_address(r, err))
		return false;
	error_free(err);
	run_later(r, RUN_FETCH, 0);
	return true;
}

bool run_fetch_again(struct query_run *r, struct error **err)
{
	if (result_again(r, *err) || waits_for_address(r, *err))
		return true;
	r->results.next = r->results.busy = 0;
	weigh_addresses(r, err);
	if (error_errno(*err) == ECONNRESET && r->fetches < FETCH_TRIES) {
		query_log(r->query,
			  r->say.sync ? "%s; asking anew: the service may do it twice"
				      : "%s; fetching the result anew",
			  error_text(*err));
		run_later(r, RUN_FETCH, 500u << r->fetches);
	} else if (error_is_transient(*err) && error_errno(*err) != ECONNRESET &&
		   !sync_took_too_long(r, *err)) {
		run_again(r, RUN_FETCH, *err);
	} else {
		return passes(r, *err);
	}
	error_free(*err);
	return true;
}
