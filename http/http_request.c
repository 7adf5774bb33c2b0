/* http_request.c: what curl is told of a request; see transfer.h. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/stats.h"
#include "http/transfer.h"
#include "http/url.h"

#define FIRST_BYTE_S 120

static void set_headers(struct transfer *t)
{
	struct curl_slist *l = signin_apply(t->call.signin, t->url, t->easy, NULL);
	const char *type = t->form                ? http_form_type(t->form)
			   : t->call.content_type ? t->call.content_type
						  : "application/x-www-form-urlencoded";

	if (t->call.accept) {
		CLEANUP_FREE char *h = xasprintf("Accept: %s", t->call.accept);

		l = curl_slist_append(l, h);
	}
	if (strcmp(t->method, "POST") == 0) {
		CLEANUP_FREE char *h = xasprintf("Content-Type: %s", type);

		l = curl_slist_append(l, h);
		l = curl_slist_append(l, "Expect:"); /* DaCHS answers 417 to "100-continue" */
	}
	t->headers = l;
	curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, l);
}

static size_t on_send(char *to, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;
	size_t left = t->call.body_len - t->sent;
	size_t piece = size * n < left ? size * n : left;

	memcpy(to, t->call.body + t->sent, piece);
	t->sent += piece;
	return piece;
}

static size_t on_send_form(char *to, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;
	size_t len = http_form_read(t->form, to, size * n);

	t->send_paused = len == FORM_WAIT;
	if (len == FORM_BAD)
		return CURL_READFUNC_ABORT;
	return t->send_paused ? CURL_READFUNC_PAUSE : len;
}

static int cannot_rewind(void *arg, curl_off_t offset, int origin)
{
	(void)arg;
	(void)offset;
	(void)origin;
	return CURL_SEEKFUNC_FAIL;
}

/*
 * curl itself sends a request again when a connection that was used before dies without an answer.
 * What must not be sent twice is given to it as a stream that cannot be rewound.
 */
static void set_body(struct transfer *t)
{
	CURL *e = t->easy;

	curl_easy_setopt(e, CURLOPT_POST, 1L);
	if (t->form) {
		http_form_rewind(t->form);
		t->send_paused = false;
		curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE,
				 (curl_off_t)http_form_size(t->form));
		curl_easy_setopt(e, CURLOPT_READFUNCTION, on_send_form);
		curl_easy_setopt(e, CURLOPT_READDATA, t);
		curl_easy_setopt(e, CURLOPT_SEEKFUNCTION, cannot_rewind);
		return;
	}
	curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)t->call.body_len);
	if (t->call.safe || !t->call.body_len) {
		curl_easy_setopt(e, CURLOPT_POSTFIELDS, t->call.body ? t->call.body : "");
		return;
	}
	t->sent = 0;
	curl_easy_setopt(e, CURLOPT_READFUNCTION, on_send);
	curl_easy_setopt(e, CURLOPT_READDATA, t);
	curl_easy_setopt(e, CURLOPT_SEEKFUNCTION, cannot_rewind);
}

static void set_method(struct transfer *t)
{
	if (strcmp(t->method, "POST") == 0) {
		set_body(t);
	} else if (strcmp(t->method, "GET") != 0) {
		curl_easy_setopt(t->easy, CURLOPT_CUSTOMREQUEST, t->method);
	}
}

/* Packing a large answer takes longer than to send it to the same machine. */
static bool wants_packed(const struct http_call *c, const char *url)
{
	const char *say = c->settings ? setting_str(c->settings, OPT_COMPRESS) : "auto";

	if (!c->large || strcmp(say, "yes") == 0)
		return true;
	return strcmp(say, "auto") == 0 && !url_is_local(url);
}

void transfer_begin(struct transfer *t)
{
	const struct settings *s = t->call.settings;
	CURL *e = curl_easy_init();
	char range[64];

	if (!e)
		abort();
	t->easy = e;
	transfer_reply_clear(&t->reply);
	buf_reset(&t->error_body);
	t->retry_after = -1;
	t->window_bytes = 0;
	t->paused = t->headers_told = false;
	t->curl_error[0] = '\0';
	curl_easy_setopt(e, CURLOPT_URL, t->url);
	curl_easy_setopt(e, CURLOPT_PRIVATE, t);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L); /* a dead DNS must not hold the end */
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_USERAGENT, "tapfs/" TAPFS_VERSION);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT,
			 (long)(s ? setting_int(s, OPT_CONNECT_TIMEOUT) : 10));
	if (!t->call.as_sent) /* "": gzip; what comes packed unasked is unpacked, too */
		curl_easy_setopt(e, CURLOPT_ACCEPT_ENCODING,
				 wants_packed(&t->call, t->url) ? "" : "identity");
	if (t->call.range_to) {
		snprintf(range, sizeof(range), "%" PRIu64 "-%" PRIu64, t->call.range_from,
			 t->call.range_to - 1);
		curl_easy_setopt(e, CURLOPT_RANGE, range);
	}
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, t->curl_error);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, transfer_on_header);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, transfer_on_data);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(e, CURLOPT_BUFFERSIZE, 256L * 1024);
	curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L);
	set_method(t);
	set_headers(t);
	transfer_watch(t, t->call.first_byte_s ? t->call.first_byte_s : FIRST_BYTE_S);
	stats.http_requests++;
	multi_add(t);
}
