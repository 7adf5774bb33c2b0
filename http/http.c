/*
 * http.c: one request from start to end: redirects, retries, time-outs, and how it failed.
 *
 * The states are in transfer.h. A transfer whose exchange ended goes one of four ways in
 * transfer_ended: again after another log-in, again elsewhere (redirect), again later (retry), or
 * to its owner (finish). All four first leave the host and the transport, so that a transfer
 * between states holds neither.
 */
#include "http/http.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/stats.h"
#include "http/transfer.h"
#include "http/url.h"

#define MAX_REDIRECTS   10
#define RETRY_FIRST_MS  500
#define RETRY_CAP_MS    30000
#define RETRY_AFTER_CAP 600 /* s */

struct http *http_new(struct loop *loop, struct transport *transport)
{
	struct http *h = xcalloc(1, sizeof(*h));

	h->loop = loop;
	h->transport = transport;
	LIST_INIT(&h->hosts);
	LIST_INIT(&h->all);
	return h;
}

void http_free(struct http *h)
{
	if (!h)
		return;
	h->transport->free(h->transport);
	hosts_free(h);
	free(h);
}

int http_errno(int status)
{
	switch (status) {
	case 401: return EACCES;
	case 403: return EPERM;
	case 404:
	case 410: return ENOENT;
	case 412: return ESTALE;
	case 413: return EFBIG;
	case 507: return ENOSPC;
	case 429:
	case 502:
	case 503: return EAGAIN;
	case 408:
	case 504: return ETIMEDOUT;
	default: return EIO;
	}
}

static void transfer_free(struct transfer *t)
{
	LIST_REMOVE(t, every);
	timer_cancel(t->watch);
	timer_cancel(t->backoff);
	transfer_reply_clear(&t->reply);
	buf_free(&t->error_body);
	error_free(t->failure);
	unpack_free(t->unpack);
	free(t->url);
	free((char *)t->call.body);
	free((char *)t->call.content_type);
	free((char *)t->call.accept);
	http_form_free(t->form);
	free(t);
}

static void more_to_send(void *arg)
{
	struct transfer *t = arg;

	if (t->exchange)
		t->http->transport->more(t->exchange);
}

/* --- the way into the queue --- */

static void transfer_finish(struct transfer *t, struct error *err);

static void login_failed(void *arg)
{
	struct transfer *t = arg;

	t->backoff = NULL;
	free(t->reply.url);
	t->reply.url = xstrdup(t->url);
	transfer_finish(t, error_copy(signin_failure(t->call.signin)));
}

/* Signed in, or not to be: on its host's queue. Else it waits for the log-in. */
static void transfer_queue(struct transfer *t)
{
	if (t->http->offline || !signin_wants_login(t->call.signin, t->url)) {
		host_enqueue(t);
		return;
	}
	t->state = TRANSFER_SIGNING_IN;
	if (signin_failed_lately(t->call.signin)) {
		t->backoff = timer_start(t->http->loop, 0, login_failed, t);
		return;
	}
	waitlist_add(signin_changed(t->call.signin), &t->signing);
	signin_login(t->call.signin, t->http);
}

static void signed_in(struct waiter *w)
{
	struct transfer *t = (struct transfer *)((char *)w - offsetof(struct transfer, signing));

	if (signin_failure(t->call.signin))
		login_failed(t);
	else
		transfer_queue(t);
}

struct transfer *http_start(struct http *h, const struct http_call *call)
{
	struct transfer *t = xcalloc(1, sizeof(*t));

	t->http = h;
	t->call = *call;
	t->url = xstrdup(call->url);
	t->call.url = NULL;
	t->method = call->method ? call->method : "GET";
	t->call.method = NULL;
	t->call.body = call->body ? xmemdup(call->body, call->body_len) : NULL;
	t->call.content_type = xstrdup_or_null(call->content_type);
	t->call.accept = xstrdup_or_null(call->accept);
	if (call->nparts)
		t->form = http_form_new(h->loop, call->parts, call->nparts, more_to_send, t);
	t->call.parts = NULL;
	t->call.safe = call->safe || strcmp(t->method, "GET") == 0;
	transfer_reply_clear(&t->reply);
	stats.http_open++;
	LIST_INSERT_HEAD(&h->all, t, every);
	t->signing.wake = signed_in;
	transfer_queue(t);
	return t;
}

/* Leaves the host and the transport; the transfer is in no state until it is queued again or freed.
 */
static void transfer_leave(struct transfer *t)
{
	timer_cancel(t->watch);
	t->watch = NULL;
	waiter_cancel(&t->signing);
	if (t->exchange)
		t->http->transport->cancel(t->exchange);
	t->exchange = NULL;
	host_leave(t);
}

void transfer_cancel(struct transfer *t)
{
	if (!t)
		return;
	transfer_leave(t);
	stats.http_open--;
	transfer_free(t);
}

void transfer_resume(struct transfer *t)
{
	if (!t->paused || !t->exchange)
		return;
	t->paused = false;
	t->http->transport->resume(t->exchange);
}

int64_t transfer_length(const struct transfer *t)
{
	return t->exchange ? t->http->transport->length(t->exchange) : -1;
}

/* --- time-outs: the first byte, then low speed --- */

static void watch_fired(void *arg)
{
	struct transfer *t = arg;
	int64_t limit =
	    t->call.settings ? setting_int(t->call.settings, OPT_LOW_SPEED_LIMIT) : 1024;
	int64_t time = t->call.settings ? setting_int(t->call.settings, OPT_LOW_SPEED_TIME) : 30;

	t->watch = NULL;
	if (!t->reply.status) {
		error_set(&t->failure, ETIMEDOUT, HTTP_NO_ANSWER);
	} else if (!t->paused && t->window_bytes < (uint64_t)(limit * time)) {
		error_set(&t->failure, ETIMEDOUT,
			  "the transfer came to a halt (less than %lld bytes in %lld s)",
			  (long long)(limit * time), (long long)time);
	} else {
		t->window_bytes = 0;
		transfer_watch(t, (unsigned)time);
		return;
	}
	transfer_ended(t, EXCHANGE_TIMED_OUT, "");
}

void transfer_watch(struct transfer *t, unsigned seconds)
{
	timer_cancel(t->watch);
	t->watch =
	    timer_start(t->http->loop, (uint64_t)(seconds ? seconds : 1) * 1000, watch_fired, t);
}

/* --- the ways on --- */

static void transfer_finish(struct transfer *t, struct error *err)
{
	CLEANUP_FREE char *shown = url_redact(t->url);

	if (err) {
		stats.http_failures++;
		log_debug("%s %s: %s", t->method, shown, error_text(err));
	} else {
		log_debug("%s %s: HTTP %d", t->method, shown, t->reply.status);
	}
	stats.http_open--;
	if (t->call.on_done)
		t->call.on_done(t->call.arg, &t->reply, err);
	error_free(err);
	transfer_free(t);
}

static void backoff_over(void *arg)
{
	struct transfer *t = arg;

	t->backoff = NULL;
	transfer_queue(t);
}

/* Jittered doubling: between half and the whole of 0.5 s, 1 s, 2 s …, 30 s at most. */
static uint64_t backoff_ms(unsigned attempt)
{
	uint64_t ms = RETRY_FIRST_MS;

	while (attempt-- && ms < RETRY_CAP_MS)
		ms *= 2;
	if (ms > RETRY_CAP_MS)
		ms = RETRY_CAP_MS;
	return ms / 2 + (uint64_t)random() % (ms / 2 + 1);
}

static bool refused_for_now(const struct transfer *t)
{
	return t->reply.status == 429 || t->reply.status == 503;
}

static bool may_retry(const struct transfer *t, enum exchange_end end)
{
	int64_t retries = t->call.settings ? setting_int(t->call.settings, OPT_RETRIES) : 4;

	if (t->call.tries)
		retries = t->call.tries - 1;
	if (t->call.aside || t->attempt >= retries || t->body_begun || end == EXCHANGE_UNTRUSTED ||
	    (t->failure && error_errno(t->failure) != ETIMEDOUT))
		return false;
	if (refused_for_now(t)) /* the service did nothing: safe for all requests */
		return !t->call.busy_is_answer && t->retry_after <= RETRY_AFTER_CAP;
	if (end == EXCHANGE_UNREACHED)
		return !t->call.unreached_is_answer;
	if (!t->call.safe)
		return false;
	return end != EXCHANGE_OVER || t->reply.status == 502 || t->reply.status == 504;
}

/* Its host is left alone for a while: for how long, in ms. */
static uint64_t hold_back(struct transfer *t)
{
	uint64_t ms = t->retry_after > 0 ? (uint64_t)t->retry_after * 1000 : backoff_ms(t->attempt);

	host_hold_back(t->host, ms);
	return ms;
}

static void transfer_retry(struct transfer *t)
{
	uint64_t ms = refused_for_now(t) ? hold_back(t) : backoff_ms(t->attempt);

	t->attempt++;
	transfer_leave(t);
	error_clear(&t->failure);
	stats.http_retries++;
	t->state = TRANSFER_BACKOFF;
	t->backoff = timer_start(t->http->loop, ms, backoff_over, t);
}

/* The session of the log-in has run out, perhaps: with another the same is asked once more. */
static bool sign_in_again(struct transfer *t)
{
	if (t->signed_again || !signin_expire(t->call.signin, t->url, t->signed_as))
		return false;
	t->signed_again = true;
	transfer_leave(t);
	transfer_queue(t);
	return true;
}

static bool is_moved(int status)
{
	return status == 307 || status == 308;
}

/*
 * RFC 9110 §15.4.8: the same POST at another address; nothing was done yet. Never a DELETE: what
 * it would take away is not what was meant.
 */
static bool is_moved_post(const struct transfer *t)
{
	return is_moved(t->reply.status) && t->call.may_move && strcmp(t->method, "POST") == 0 &&
	       url_same_origin(t->url, t->reply.location);
}

/* 3xx ends it well: its location tells what was made. 307 and 308 say that nothing was done. */
static bool ends_at_redirect(const struct transfer *t)
{
	return t->call.stop_at_redirect && t->reply.location &&
	       (t->call.may_move || !is_moved(t->reply.status));
}

static bool redirect_allowed(struct transfer *t, const char *to, struct error **err)
{
	CLEANUP_FREE char *shown = url_redact(to);

	if (++t->redirects > MAX_REDIRECTS)
		return error_set(err, ELOOP, "too many redirects, the last to %s", shown);
	if (strncasecmp(t->url, "https:", 6) == 0 && strncasecmp(to, "https:", 6) != 0)
		return error_set(err, EPROTO,
				 "the service redirects from https to %s, which is not followed",
				 shown);
	return true;
}

static void transfer_redirect(struct transfer *t, char *to)
{
	int status = t->reply.status;

	if (status == 303 || (strcmp(t->method, "POST") == 0 && (status == 301 || status == 302)))
		t->method = "GET";
	transfer_leave(t);
	free(t->url);
	t->url = to;
	transfer_queue(t);
}

static struct error *exchange_failure(struct transfer *t, enum exchange_end end, const char *why)
{
	static const int errnums[] = {[EXCHANGE_OVER] = EIO,
				      [EXCHANGE_UNREACHED] = EHOSTUNREACH,
				      [EXCHANGE_TIMED_OUT] = ETIMEDOUT,
				      [EXCHANGE_UNTRUSTED] = EPROTO,
				      [EXCHANGE_BROKEN] = ECONNRESET,
				      [EXCHANGE_FAILED] = EIO};
	struct error *e = NULL;

	if (t->failure)
		return steal(t->failure);
	error_set(&e, errnums[end], "%s", why);
	return e;
}

/* What to do when the service wants to know who asks. */
static void add_hint(struct error **e, const struct settings *s)
{
	const char *hint = setting_str(s, OPT_SIGNIN_HINT);
	CLEANUP_FREE char *said = xstrdup(error_text(*e));

	error_set(e, error_errno(*e), "%s; %s%s", said,
		  *hint ? "signing in here: "
		  : setting_is(s, OPT_AUTH, "none")
		      ? "sign in with the options auth, user and token_file"
		      : "check the user and the content of token_file",
		  hint);
}

static struct error *status_failure(struct transfer *t)
{
	struct error *e = NULL;
	CLEANUP_FREE char *said = t->call.explain
				      ? t->call.explain(t->reply.status, t->reply.content_type,
							buf_str(&t->error_body), t->error_body.len)
				      : NULL;

	error_set(&e, http_errno(t->reply.status), "HTTP %d: %s", t->reply.status,
		  said && *said ? said : "no explanation");
	if ((t->reply.status == 401 || t->reply.status == 403) && t->call.settings &&
	    (!t->call.signin || signin_is_for(t->call.signin, t->url)))
		add_hint(&e, t->call.settings);
	return e;
}

void transfer_refuse(struct transfer *t)
{
	error_set(&t->failure, EHOSTUNREACH,
		  "tapfs was told to stay offline; `echo online > .tapfs/ctl` ends that");
	transfer_ended(t, EXCHANGE_FAILED, "");
}

/* Nothing is ended here: who asks may be in the middle of something that a transfer belongs to. */
void http_set_offline(struct http *h, bool offline)
{
	struct transfer *t;

	h->offline = offline;
	LIST_FOREACH (t, &h->all, every) {
		if (!offline || t->state == TRANSFER_QUEUED)
			continue;
		transfer_leave(t);
		timer_cancel(t->backoff);
		t->backoff = NULL;
		host_enqueue(t);
	}
	hosts_retry_now(h);
}

bool http_is_offline(const struct http *h)
{
	return h->offline;
}

void transfer_ended(struct transfer *t, enum exchange_end end, const char *why)
{
	int status = t->reply.status;
	struct error *err = NULL;

	free(t->reply.url);
	t->reply.url = xstrdup(t->url);
	t->reply.begun = t->body_begun;
	if (t->exchange)
		t->reply.length = t->unpack ? -1 : transfer_length(t);
	if (t->reply.location) { /* a proxy that ends TLS may say http of its own host */
		CLEANUP_FREE char *to = url_join(t->url, t->reply.location);

		free(t->reply.location);
		t->reply.location = to ? url_upgraded(to, t->url) : NULL;
	}
	if (end == EXCHANGE_OVER && t->host && !refused_for_now(t))
		host_answered(t->host);
	if (end == EXCHANGE_OVER)
		signin_answered(t->call.signin, t->url, status);
	if (end == EXCHANGE_OVER && status == 401 && sign_in_again(t))
		return;
	if (may_retry(t, end) && (end != EXCHANGE_OVER || status >= 400)) {
		transfer_retry(t);
		return;
	}
	if (t->call.busy_is_answer && t->host && refused_for_now(t) &&
	    t->retry_after <= RETRY_AFTER_CAP)
		hold_back(t);
	if (end != EXCHANGE_OVER || t->failure) {
		err = exchange_failure(t, end, why);
	} else if (status >= 300 && status < 400 && t->reply.location &&
		   (!t->call.stop_at_redirect || is_moved_post(t))) {
		if (redirect_allowed(t, t->reply.location, &err)) {
			transfer_redirect(t, xstrdup(t->reply.location));
			return;
		}
	} else if (status >= 400 || status < 200 || (status >= 300 && !ends_at_redirect(t))) {
		err = status_failure(t);
	}
	transfer_leave(t);
	transfer_finish(t, err);
}
