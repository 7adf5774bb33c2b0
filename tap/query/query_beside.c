/*
 * query_beside.c: the step BESIDE: a file with the rows of a result, which the result names
 * (STREAM href, VOTable 1.5 §6).
 *
 * It is fetched from the service's own origin only, and then the result once more: by that it is
 * read with its rows, and published with them. The file stays as long as the VOTable, whose other
 * formats are made with it.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "http/download.h"
#include "http/url.h"
#include "tap/query/query_record.h"
#include "tap/query/query_result.h"
#include "tap/query/query_run.h"
#include "tap/service/tap_params.h"

#define BESIDE_TRIES 4

static char *part_path(const struct query_run *r)
{
	CLEANUP_FREE char *path = query_result_path(r->query, FORMAT_BESIDE);

	return xasprintf("%s.part", path);
}

/* The document's address is what a relative one is meant from. */
static char *beside_url(const struct query_run *r)
{
	CLEANUP_FREE char *sync = url_append(r->service->url, "sync");
	CLEANUP_FREE char *url =
	    url_join(r->say.sync ? sync : result_address(&r->results), r->beside.url);

	return url ? url_upgraded(url, r->service->url) : NULL;
}

bool run_wants_beside(struct query_run *r, const struct error *err)
{
	CLEANUP_FREE char *url = r->beside.url ? beside_url(r) : NULL;

	if (!url || error_is_transient(err) || r->beside.error ||
	    !url_same_origin(url, r->service->url))
		return false;
	free(r->beside.url);
	r->beside.url = steal(url);
	return true;
}

static void beside_failed(struct query_run *r, const struct error *err)
{
	CLEANUP_FREE char *shown = url_redact(r->beside.url);

	if (error_is_transient(err) && r->beside.tries < BESIDE_TRIES) {
		run_later(r, RUN_BESIDE, UINT64_C(1000) << r->beside.tries);
		return;
	}
	error_set(&r->beside.error, error_errno(err),
		  "the result's rows are in another file, %s (STREAM href), which could not be "
		  "fetched: %s",
		  shown, error_text(err));
	run_over(r);
}

static void beside_came(void *arg, struct http_reply *reply, uint64_t bytes, struct error *err)
{
	struct query_run *r = arg;
	CLEANUP_ERROR struct error *cut = NULL;
	char size[CLOCK_TEXT];

	r->beside.download = NULL;
	if (!err && download_is_cut(reply, bytes)) {
		error_set(&cut, ECONNRESET, "it was cut off");
		err = cut;
	}
	if (err) {
		beside_failed(r, err);
		return;
	}
	r->beside.there = true;
	query_log(r->query, "%s of rows fetched, from the file that the result names",
		  clock_bytes(bytes, size));
	run_over(r);
}

void run_fetch_beside(struct query_run *r)
{
	CLEANUP_FREE char *path = part_path(r);
	struct http_call call = service_call(r->service, r->beside.url);
	struct download_events events = {.arg = r, .done = beside_came};

	call.large = true;
	r->beside.tries++;
	r->beside.download =
	    download_start_path(r->service->http, r->service->loop, &call, path, &events);
}

void run_beside_cancel(struct query_run *r)
{
	download_cancel(r->beside.download);
	r->beside.download = NULL;
	query_remove_file(r->query, part_path(r), NULL);
}
