/*
 * cutout_fetch.c: a cut-out on its way: the service's answer, into the cache; see cutout_fetch.h.
 *
 *	request ──headers──▶ a worker makes room, and the file ──▶ bytes … ──▶ noted ──▶ done
 *
 * What arrives before the file is made waits in memory (download_start_held). A cancelled fetch
 * stays until its worker is back.
 */
#include "tap/datalink/cutout_fetch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text/first_bytes.h"
#include "base/text/last_bytes.h"
#include "base/text/url_query.h"
#include "http/download.h"
#include "tap/datalink/cutout_job.h"
#include "tap/datalink/cutout_parts.h"
#include "tap/remote/remote.h"
#include "tap/remote/staging.h"
#include "tap/service/service_error.h"

#define ROOM     (64u << 20) /* bytes, where the service does not tell */
#define THINKS_S 600         /* that a service may take before the first byte */
#define CUT_OFF  "the cut-out was cut off"
#define NOTHING  "nothing of the image lies there: the service has no cut-out of this place"

struct cutout_fetch {
	struct work work; /* first: the file is made, then noted */
	struct service *service;
	const char *key;
	cutout_fetched done;
	void *arg;
	bool working, cancelled;
	struct cutout_job *job;          /* the service makes it in a job */
	struct result_addresses results; /* of the job */
	struct download *download;       /* it comes */
	struct kept_file made;           /* where to; fd -1: not made yet */
	uint64_t bytes;                  /* when it is there */
	unsigned more_parts;             /* that came with it, and are not shown */
	struct error *why;               /* why we stopped it ourselves */
	bool staged;                     /* 202: it is not ready */
	struct staging staging;          /* then: how long it is waited for */
	struct timer *timer;             /* until it is asked for again */
	char *url;                       /* that was asked */

	/* the worker's */
	struct kept *kept;
	char *own_key;
	struct validators validators;
	uint64_t room;
	char *content_type;
	struct kept_file file;
	struct error *error;
};

static void cutout_fetch_free(struct cutout_fetch *f)
{
	result_addresses_clear(&f->results);
	kept_file_clear(&f->made);
	kept_file_clear(&f->file);
	validators_clear(&f->validators);
	error_free(f->why);
	error_free(f->error);
	free(f->own_key);
	free(f->content_type);
	free(f->url);
	free(f);
}

/* What came of it is thrown away. */
static void forget_kept(struct cutout_fetch *f, int64_t id)
{
	remotes_forget(f->service->remotes, id);
}

/* It is over, without a cut-out; takes the error. */
static void cutout_fetch_failed(struct cutout_fetch *f, struct error *err)
{
	download_cancel(f->download);
	cutout_job_end(f->job);
	if (f->made.id)
		forget_kept(f, f->made.id);
	f->done(f->arg, NULL, 0, err);
	f->download = NULL;
	f->job = NULL;
	f->cancelled = true;
	if (!f->working)
		cutout_fetch_free(f);
}

void cutout_fetch_cancel(struct cutout_fetch *f)
{
	if (!f)
		return;
	timer_cancel(f->timer);
	f->timer = NULL;
	download_cancel(f->download);
	cutout_job_end(f->job);
	if (f->made.id && !f->working)
		forget_kept(f, f->made.id);
	f->download = NULL;
	f->job = NULL;
	f->cancelled = true;
	if (!f->working)
		cutout_fetch_free(f);
}

static void fetch_work(struct cutout_fetch *f, void (*run)(struct work *),
		       void (*done)(struct work *))
{
	f->work.run = run;
	f->work.done = done;
	f->working = true;
	work_submit(f->service->loop, LANE_CACHE, &f->work);
}

/* --- room in the cache, and the file --- */

static void cutout_making_run(struct work *w)
{
	struct cutout_fetch *f = (struct cutout_fetch *)w;
	uint64_t more;

	if (kept_make_room(f->kept, f->room, 0, &more, &f->error))
		kept_make(f->kept, f->own_key, &f->validators, f->content_type, &f->file,
			  &f->error);
}

static void cutout_making_done(struct work *w)
{
	struct cutout_fetch *f = (struct cutout_fetch *)w;

	f->working = false;
	if (f->cancelled) {
		if (f->file.id)
			forget_kept(f, f->file.id);
		cutout_fetch_free(f);
	} else if (f->error) {
		cutout_fetch_failed(f, steal(f->error));
	} else {
		f->made = f->file;
		f->file = (struct kept_file){.fd = -1};
		download_give(f->download, f->made.fd);
	}
}

static void make_cutout_file(struct cutout_fetch *f)
{
	f->validators.length = -1; /* known when it is there */
	f->own_key = xstrdup(f->key);
	fetch_work(f, cutout_making_run, cutout_making_done);
}

/* --- all of it came --- */

/* "fits", of the name that was asked for. */
static const char *wanted_extension(const struct cutout_fetch *f)
{
	const char *dot = strrchr(f->key, '.');

	return dot ? dot + 1 : NULL;
}

static bool cutout_is_whole(struct cutout_fetch *f)
{
	if (cutout_is_in_parts(f->content_type))
		return cutout_unpack(f->made.fd, f->content_type, wanted_extension(f), &f->bytes,
				     &f->more_parts, &f->error);
	if (last_bytes_are_missing(f->made.fd, f->bytes, wanted_extension(f)))
		return error_set(&f->error, ECONNRESET, CUT_OFF);
	return true;
}

static void cutout_noting_run(struct work *w)
{
	struct cutout_fetch *f = (struct cutout_fetch *)w;
	struct ranges all = {0};

	if (!cutout_is_whole(f))
		return;
	ranges_add(&all, 0, f->bytes);
	kept_note(f->kept, f->made.id, f->made.fd, &all, (int64_t)f->bytes, &f->error);
	ranges_free(&all);
}

static void tell_parts(const struct cutout_fetch *f)
{
	CLEANUP_ERROR struct error *err = NULL;

	if (!f->more_parts)
		return;
	error_set(&err, EIO, "a cut-out came with %u more file%s, which %s not shown",
		  f->more_parts, f->more_parts == 1 ? "" : "s", f->more_parts == 1 ? "is" : "are");
	failure_add(NULL, NULL, 0, err);
}

static void cutout_noting_done(struct work *w)
{
	struct cutout_fetch *f = (struct cutout_fetch *)w;

	f->working = false;
	if (f->cancelled) {
		forget_kept(f, f->made.id);
		cutout_fetch_free(f);
	} else if (f->error) {
		cutout_fetch_failed(f, steal(f->error));
	} else {
		tell_parts(f);
		f->done(f->arg, &f->made, f->bytes, NULL);
		cutout_fetch_free(f);
	}
}

/* --- the answer --- */

static bool refuse_answer(struct cutout_fetch *f, int errnum, const char *what)
{
	error_free(f->why);
	f->why = NULL;
	return error_set(&f->why, errnum, "%s", what);
}

static bool headers_came(void *arg, const struct http_reply *r)
{
	struct cutout_fetch *f = arg;

	if (r->status == 204)
		return refuse_answer(f, ENOENT, NOTHING);
	f->staged = r->status == 202;
	free(f->content_type);
	f->content_type = xstrdup_or_null(r->content_type);
	f->room = r->length >= 0 && !r->packed ? (uint64_t)r->length : ROOM;
	return true;
}

/* RFC 9110 §15.3.3: what came with a 202 says why there is no cut-out yet. */
static bool is_not_ready(struct cutout_fetch *f, const void *data, size_t n)
{
	CLEANUP_FREE char *said = service_error_message(202, f->content_type, data, n);

	return error_set(&f->why, EAGAIN,
			 "the service does not have the cut-out ready yet: %s; try again later",
			 said ? said : "it gives no reason");
}

/*
 * The first bytes: a page, a document of an error, a fault in words (SODA 1.0 §5.2) is no cut-out,
 * whatever its status says.
 */
static bool look(void *arg, const void *data, size_t n)
{
	struct cutout_fetch *f = arg;
	CLEANUP_FREE char *said = NULL;

	if (f->staged)
		return is_not_ready(f, data, n);
	if (cutout_is_in_parts(f->content_type) || first_bytes_fit(wanted_extension(f), data, n)) {
		make_cutout_file(f);
		return true;
	}
	said = service_error_message(200, f->content_type, data, n);
	return error_set(&f->why, EIO, "the service sent no cut-out but %s: %s",
			 f->content_type ? f->content_type : "something else",
			 said ? said : "it gives no reason");
}

static void ask_for(struct cutout_fetch *f, const char *url);

static void ask_again(void *arg)
{
	struct cutout_fetch *f = arg;
	CLEANUP_FREE char *url = steal(f->url);

	f->timer = NULL;
	ask_for(f, url);
}

/* One that is not ready is waited for: as long as the service says, or for a minute. */
static bool staged_again(struct cutout_fetch *f, const struct http_reply *r)
{
	uint64_t ms;

	if (r->status != 202)
		return false;
	if (!f->why)
		is_not_ready(f, "", 0);
	ms = staging_next(&f->staging, r->retry_after, STAGING_MAX_MS);
	if (!ms)
		return false;
	error_clear(&f->why);
	f->timer = timer_start(f->service->loop, ms, ask_again, f);
	return true;
}

static void body_ended(void *arg, struct http_reply *r, uint64_t bytes, struct error *err)
{
	struct cutout_fetch *f = arg;

	f->download = NULL;
	if (staged_again(f, r))
		return;
	if (err && !f->staged && !f->working && !f->made.id &&
	    result_address_fails(&f->results, err)) {
		ask_for(f, result_address(&f->results));
		return;
	}
	cutout_job_end(steal(f->job));
	if (!f->why && !err && !r->packed && download_is_cut(r, bytes))
		error_set(&f->why, ECONNRESET, CUT_OFF);
	if (!f->why && !err && !bytes)
		refuse_answer(f, ENOENT, NOTHING);
	if (!f->why && err && (r->status == 400 || r->status == 422))
		refuse_answer(f, EINVAL, error_text(err));
	else if (!f->why && err)
		f->why = error_copy(err);
	if (f->why) {
		cutout_fetch_failed(f, steal(f->why));
		return;
	}
	f->bytes = bytes;
	fetch_work(f, cutout_noting_run, cutout_noting_done);
}

static void ask_for(struct cutout_fetch *f, const char *url)
{
	struct download_events events = {
	    .arg = f, .headers = headers_came, .look = look, .done = body_ended};
	struct http_call call = service_call(f->service, url);

	f->staged = false;
	free(f->url);
	f->url = xstrdup(url);
	call.document = false; /* it may be a .gz */
	call.first_byte_s = THINKS_S;
	call.tries = f->results.next + 1 < f->results.n ? 1 : 0;
	f->download = download_start_held(f->service->http, f->service->loop, &call, 0, &events);
}

static void job_made(void *arg, struct result_addresses *at)
{
	struct cutout_fetch *f = arg;

	f->results = *at;
	ask_for(f, result_address(&f->results));
}

static void cutout_job_failed(void *arg, struct error *err)
{
	struct cutout_fetch *f = arg;

	f->job = NULL;
	cutout_fetch_failed(f, err);
}

struct cutout_fetch *cutout_fetch_start(struct service *s, const char *key,
					const struct soda_request *request, cutout_fetched done,
					void *arg)
{
	struct cutout_fetch *f = xcalloc(1, sizeof(*f));
	CLEANUP_FREE char *base = service_link_url(s, request->url);
	CLEANUP_FREE char *url = url_with_query(base ? base : "", buf_str(&request->form));

	f->service = s;
	f->key = key;
	f->done = done;
	f->arg = arg;
	f->kept = remotes_kept(s->remotes);
	f->made.fd = f->file.fd = -1;
	if (request->async)
		f->job = cutout_job_start(
		    s, request, &(struct cutout_job_events){f, job_made, cutout_job_failed});
	else
		ask_for(f, url);
	return f;
}
