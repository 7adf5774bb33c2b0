/*
 * http.c: one request from start to end: redirects, retries, time-outs, and how it failed.
 *
 * The states are in transfer.h. A transfer that ended in curl goes one of
 * three ways in transfer_ended: again elsewhere (redirect), again later
 * (retry), or to its owner (finish). All three first leave the host and the
 * multi handle, so that a transfer between states holds neither.
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
#include "tap/service/service_error.h"

#define MAX_REDIRECTS   10
#define RETRY_FIRST_MS  500
#define RETRY_CAP_MS    30000
#define RETRY_AFTER_CAP 600 /* s */

struct http *http_new(struct loop *loop)
{
	struct http *h = xcalloc(1, sizeof(*h));

	curl_global_init(CURL_GLOBAL_DEFAULT);
	h->loop = loop;
	LIST_INIT(&h->hosts);
	LIST_INIT(&h->all);
	if (!multi_init(h))
		abort();
	return h;
}

void http_free(struct http *h)
{
	if (!h)
		return;
	multi_close(h);
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
	curl_slist_free_all(t->headers);
	transfer_reply_clear(&t->reply);
	buf_free(&t->error_body);
	error_free(t->failure);
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

	if (!t->send_paused || !t->easy)
		return;
	t->send_paused = false;
	multi_unpause(t);
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
	host_enqueue(t);
	return t;
}

/* Leaves the host and curl; the transfer is in no state until it is queued again or freed. */
static void transfer_leave(struct transfer *t)
{
	timer_cancel(t->watch);
	t->watch = NULL;
	multi_remove(t);
	host_leave(t);
	curl_slist_free_all(t->headers);
	t->headers = NULL;
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
	if (!t->paused || !t->easy)
		return;
	t->paused = false;
	multi_unpause(t);
}

int64_t transfer_length(const struct transfer *t)
{
	curl_off_t n = -1;

	if (t->easy)
		curl_easy_getinfo(t->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &n);
	return n;
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
		error_set(&t->failure, ETIMEDOUT, "the service did not answer in time");
	} else if (!t->paused && t->window_bytes < (uint64_t)(limit * time)) {
		error_set(&t->failure, ETIMEDOUT,
			  "the transfer came to a halt (less than %lld bytes in %lld s)",
			  (long long)(limit * time), (long long)time);
	} else {
		t->window_bytes = 0;
		transfer_watch(t, (unsigned)time);
		return;
	}
	transfer_ended(t, CURLE_OPERATION_TIMEDOUT);
}

void transfer_watch(struct transfer *t, unsigned seconds)
{
	timer_cancel(t->watch);
	t->watch =
	    timer_start(t->http->loop, (uint64_t)(seconds ? seconds : 1) * 1000, watch_fired, t);
}

/* --- the three ways on --- */

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
	host_enqueue(t);
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

static bool may_retry(const struct transfer *t, CURLcode code)
{
	int64_t retries = t->call.settings ? setting_int(t->call.settings, OPT_RETRIES) : 4;

	if (t->attempt >= retries || t->body_begun ||
	    (t->failure && error_errno(t->failure) != ETIMEDOUT))
		return false;
	if (refused_for_now(t)) /* the service did nothing: safe for all requests */
		return t->retry_after <= RETRY_AFTER_CAP;
	if (code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST)
		return true; /* never reached it */
	if (!t->call.safe)
		return false;
	return code != CURLE_OK || t->reply.status == 502 || t->reply.status == 504;
}

static void transfer_retry(struct transfer *t)
{
	uint64_t ms = backoff_ms(t->attempt++);

	if (refused_for_now(t)) {
		if (t->retry_after > 0)
			ms = (uint64_t)t->retry_after * 1000;
		host_hold_back(t->host, ms);
	}
	transfer_leave(t);
	error_clear(&t->failure);
	stats.http_retries++;
	t->state = TRANSFER_BACKOFF;
	t->backoff = timer_start(t->http->loop, ms, backoff_over, t);
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
	host_enqueue(t);
}

static struct error *curl_failure(struct transfer *t, CURLcode code)
{
	struct error *e = NULL;
	const char *why = t->curl_error[0] ? t->curl_error : curl_easy_strerror(code);
	int errnum;

	if (t->failure)
		return steal(t->failure);
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_CONNECT: errnum = EHOSTUNREACH; break;
	case CURLE_OPERATION_TIMEDOUT: errnum = ETIMEDOUT; break;
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_SEND_FAIL_REWIND:
	case CURLE_GOT_NOTHING:
	case CURLE_HTTP2_STREAM: errnum = ECONNRESET; break;
	default: errnum = EIO; break;
	}
	if (code == CURLE_SEND_FAIL_REWIND) /* curl tells of its own insides */
		why = "the connection broke off before the answer came";
	error_set(&e, errnum, "%s", why);
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
	CLEANUP_FREE char *said = service_error_message(t->reply.status, t->reply.content_type,
							buf_str(&t->error_body), t->error_body.len);

	error_set(&e, http_errno(t->reply.status), "HTTP %d: %s", t->reply.status,
		  said && *said ? said : "no explanation");
	if ((t->reply.status == 401 || t->reply.status == 403) && t->call.settings)
		add_hint(&e, t->call.settings);
	return e;
}

void transfer_refuse(struct transfer *t)
{
	error_set(&t->failure, EHOSTUNREACH,
		  "tapfs was told to stay offline; `echo online > .tapfs/ctl` ends that");
	transfer_ended(t, CURLE_ABORTED_BY_CALLBACK);
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
	hosts_hurry(h);
}

bool http_is_offline(const struct http *h)
{
	return h->offline;
}

void transfer_ended(struct transfer *t, CURLcode code)
{
	int status = t->reply.status;
	struct error *err = NULL;

	free(t->reply.url);
	t->reply.url = xstrdup(t->url);
	t->reply.begun = t->body_begun;
	if (t->easy) {
		curl_off_t len = -1;

		curl_easy_getinfo(t->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &len);
		t->reply.length = len;
	}
	if (t->reply.location) {
		char *to = url_join(t->url, t->reply.location);

		free(t->reply.location);
		t->reply.location = to;
	}
	if (may_retry(t, code) && (code != CURLE_OK || status >= 400)) {
		transfer_retry(t);
		return;
	}
	if (code != CURLE_OK || t->failure) {
		err = curl_failure(t, code);
	} else if (status >= 300 && status < 400 && t->reply.location &&
		   !t->call.stop_at_redirect) {
		if (redirect_allowed(t, t->reply.location, &err)) {
			transfer_redirect(t, xstrdup(t->reply.location));
			return;
		}
	} else if (status >= 400 || status < 200 ||
		   (status >= 300 && !(t->call.stop_at_redirect && t->reply.location))) {
		err = status_failure(t);
	}
	transfer_leave(t);
	transfer_finish(t, err);
}
