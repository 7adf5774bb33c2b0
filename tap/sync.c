/* sync.c: small synchronous queries; see sync.h. */
#include "tap/sync.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "tap/url.h"

/*
 * TAP 1.0 wants REQUEST, 1.1 ignores it. Never FORMAT and RESPONSEFORMAT together: the latter is of
 * TAP 1.1. The format is spelled as the service spells it (CADC refuses mixed case).
 */
void tap_params(struct buf *b, const struct service *s, const char *query, const char *language,
		int64_t maxrec, const char *runid)
{
	const char *format =
	    s->capabilities ? capabilities_choose_votable_format(s->capabilities, true) : "votable";
	char number[24];

	url_add_param(b, "REQUEST", "doQuery");
	url_add_param(b, "LANG", language);
	url_add_param(b, service_tap_version(s) >= 11 ? "RESPONSEFORMAT" : "FORMAT", format);
	if (maxrec > 0) {
		snprintf(number, sizeof(number), "%" PRId64, maxrec);
		url_add_param(b, "MAXREC", number);
	}
	if (runid)
		url_add_param(b, "RUNID", runid);
	url_add_param(b, "QUERY", query);
}

struct download *download_to_path(struct http *h, struct loop *loop, const struct http_call *call,
				  const char *path, download_done_fn *done, void *arg)
{
	struct download_events events = {.arg = arg, .done = done};

	return download_start_path(h, loop, call, path, &events);
}

struct download *sync_to_file(struct service *s, const char *query, int64_t maxrec,
			      const char *path, download_done_fn *done, void *arg)
{
	CLEANUP_FREE char *url = url_append(s->url, "sync");
	CLEANUP_BUF struct buf form = BUF_INIT;
	struct http_call call = service_call(s, url);

	tap_params(&form, s, query, "ADQL", maxrec, NULL);
	call.method = "POST";
	call.body = form.data;
	call.body_len = form.len;
	call.safe = true; /* it only asks */
	return download_to_path(s->http, s->loop, &call, path, done, arg);
}
