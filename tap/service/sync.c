/* sync.c: small synchronous queries; see sync.h. */
#include "tap/service/sync.h"

#include "base/cleanup.h"
#include "http/url.h"
#include "tap/service/tap_params.h"

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
	struct http_call call = service_call(s, url);
	struct query_spec spec = {.query = query, .language = "ADQL", .maxrec = maxrec};
	struct tap_body body = tap_body(s, &spec);
	struct download *d;

	tap_body_send(&body, &call);
	call.safe = true; /* it only asks */
	d = download_to_path(s->http, s->loop, &call, path, done, arg);
	tap_body_clear(&body);
	return d;
}
