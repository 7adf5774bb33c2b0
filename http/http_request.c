/* http_request.c: what is sent of a transfer; see transfer.h. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/stats.h"
#include "http/transfer.h"
#include "http/url.h"

#define FIRST_BYTE_S 120

/* Packing a large answer takes longer than to send it to the same machine. */
static bool wants_packed(const struct http_call *c, const char *url)
{
	const char *say = c->settings ? setting_str(c->settings, OPT_COMPRESS) : "auto";

	if (!c->large || strcmp(say, "yes") == 0)
		return true;
	return strcmp(say, "auto") == 0 && !url_is_local(url);
}

static void add_headers(struct transfer *t, struct http_headers *h)
{
	const char *type = t->form                ? http_form_type(t->form)
			   : t->call.content_type ? t->call.content_type
						  : "application/x-www-form-urlencoded";

	signin_apply(t->call.signin, t->url, h);
	if (t->call.accept)
		http_headers_add(h, xasprintf("Accept: %s", t->call.accept));
	if (!t->call.as_sent)
		http_headers_add(h,
				 xasprintf("Accept-Encoding: %s",
					   wants_packed(&t->call, t->url) ? "gzip" : "identity"));
	if (strcmp(t->method, "POST") == 0) {
		http_headers_add(h, xasprintf("Content-Type: %s", type));
		/* DaCHS answers 417 to "100-continue" */
		http_headers_add(h, xstrdup("Expect:"));
	}
}

void transfer_begin(struct transfer *t)
{
	const struct settings *s = t->call.settings;
	struct http_request r = {.url = t->url,
				 .method = t->method,
				 .body = t->call.body,
				 .body_len = t->call.body_len,
				 .form = t->form,
				 .once = !t->call.safe,
				 .session = s,
				 .ca_file = s ? setting_str(s, OPT_CA_FILE) : NULL,
				 .range_from = t->call.range_from,
				 .range_to = t->call.range_to,
				 .connect_s =
				     s ? (unsigned)setting_int(s, OPT_CONNECT_TIMEOUT) : 10};

	transfer_reply_clear(&t->reply);
	t->reply.url = xstrdup(t->url);
	buf_reset(&t->error_body);
	t->retry_after = -1;
	t->window_bytes = 0;
	t->paused = t->headers_told = t->looked = t->deflated = false;
	unpack_free(t->unpack);
	t->unpack = NULL;
	t->signed_as = signin_generation(t->call.signin);
	add_headers(t, &r.headers);
	transfer_watch(t, t->call.first_byte_s ? t->call.first_byte_s : FIRST_BYTE_S);
	stats.http_requests++;
	t->exchange = t->http->transport->start(t->http->transport, &r, &transfer_events, t);
	http_headers_clear(&r.headers);
}
