/*
 * cutout_fetch.c: a cut-out on its way: the service's answer, into the cache; see cutout.h.
 *
 *	request ──headers──▶ a worker makes room, and the file ──▶ bytes … ──▶ noted ──▶ there
 *
 * What arrives before the file is made waits in memory (download_start_held).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/url_query.h"
#include "http/download.h"
#include "tap/datalink/cutout.h"
#include "tap/remote/remote.h"
#include "tap/service/service.h"

#define ROOM     (64u << 20) /* bytes, where the service does not tell */
#define THINKS_S 600         /* that a service may take before the first byte */
#define NOTHING  "nothing of the image lies there: the service has no cut-out of this place"

/* --- room in the cache, and the file --- */

struct making {
	struct work work;      /* first */
	struct cutout *cutout; /* one reference */
	struct kept *kept;
	struct validators validators;
	uint64_t room;
	char *content_type;
	struct kept_file file;
	struct error *error;
};

static void making_run(struct work *w)
{
	struct making *m = (struct making *)w;
	uint64_t more;

	if (kept_make_room(m->kept, m->room, 0, &more, &m->error))
		kept_make(m->kept, m->cutout->key, &m->validators, m->content_type, &m->file,
			  &m->error);
}

static void stop(struct cutout *c, struct error *why)
{
	download_cancel(c->download);
	c->download = NULL;
	cutout_job_end(steal(c->job));
	cutout_ended(c, 0, why);
}

static void making_done(struct work *w)
{
	struct making *m = (struct making *)w;
	struct cutout *c = m->cutout;

	c->working = false;
	if (c->download && m->error) {
		stop(c, steal(m->error));
	} else if (c->download) {
		kept_file_clear(&c->made);
		c->made = m->file;
		m->file = (struct kept_file){.fd = -1};
		download_give(c->download, c->made.fd);
	}
	kept_file_clear(&m->file);
	validators_clear(&m->validators);
	error_free(m->error);
	free(m->content_type);
	free(m);
	cutout_unref(c);
}

static void make_file(struct cutout *c, const struct http_reply *r)
{
	struct making *m = xcalloc(1, sizeof(*m));

	m->work.run = making_run;
	m->work.done = making_done;
	m->cutout = c;
	c->refs++;
	c->working = true;
	m->kept = remotes_kept(c->service->remotes);
	m->validators.length = -1; /* known when it is there */
	m->room = r->length >= 0 && !r->packed ? (uint64_t)r->length : ROOM;
	m->content_type = xstrdup_or_null(r->content_type);
	m->file.fd = -1;
	work_submit(c->service->loop, LANE_CACHE, &m->work);
}

/* --- kept --- */

struct noting {
	struct work work;      /* first */
	struct cutout *cutout; /* one reference */
	struct kept *kept;
	int64_t id;
	uint64_t bytes;
	bool forget;
	struct error *error;
};

static void noting_run(struct work *w)
{
	struct noting *n = (struct noting *)w;
	struct ranges all = {0};

	if (n->forget) {
		kept_forget(n->kept, n->id);
		return;
	}
	ranges_add(&all, 0, n->bytes);
	kept_note(n->kept, n->id, n->cutout->made.fd, &all, (int64_t)n->bytes, &n->error);
	ranges_free(&all);
}

static void noting_done(struct work *w)
{
	struct noting *n = (struct noting *)w;

	if (!n->forget) {
		n->cutout->working = false;
		cutout_ended(n->cutout, n->bytes, n->error);
		cutout_unref(n->cutout);
	}
	free(n);
}

/* All of it came: it is noted. Or (forget) what came of it is thrown away. */
static void note(struct cutout *c, uint64_t bytes, bool forget)
{
	struct noting *n = xcalloc(1, sizeof(*n));

	n->work.run = noting_run;
	n->work.done = noting_done;
	n->kept = remotes_kept(c->service->remotes);
	n->id = c->made.id;
	n->bytes = bytes;
	n->forget = forget;
	if (!forget) {
		n->cutout = c;
		c->refs++;
		c->working = true;
	}
	work_submit(c->service->loop, LANE_CACHE, &n->work);
}

/* --- the answer --- */

static bool refuse(struct cutout *c, int errnum, const char *what)
{
	error_free(c->why);
	c->why = NULL;
	return error_set(&c->why, errnum, "%s", what);
}

/* A page, or a document of an error, is no cut-out. */
static bool is_other(const struct cutout *c, const char *type)
{
	const char *dot = strrchr(c->key, '.');

	if (!type)
		return false;
	if (strncasecmp(type, "text/html", 9) == 0)
		return strcasecmp(dot, ".html") != 0;
	return strcasestr(type, "votable") && strcasecmp(dot, ".vot") != 0;
}

static bool headers(void *arg, const struct http_reply *r)
{
	struct cutout *c = arg;

	if (r->status == 204)
		return refuse(c, ENOENT, NOTHING);
	if (is_other(c, r->content_type))
		return refuse(c, EIO,
			      "the service sent a document, not a cut-out: its error may "
			      "stand in it (ask with a browser)");
	make_file(c, r);
	return true;
}

static void ended(void *arg, struct http_reply *r, uint64_t bytes, struct error *err)
{
	struct cutout *c = arg;

	c->download = NULL;
	cutout_job_end(steal(c->job));
	if (!c->why && !err && r->length >= 0 && !r->packed && (uint64_t)r->length > bytes)
		error_set(&c->why, ECONNRESET, "the cut-out was cut off");
	if (!c->why && !err && !bytes)
		refuse(c, ENOENT, NOTHING);
	if (!c->why && err && (r->status == 400 || r->status == 422))
		refuse(c, EINVAL, error_text(err));
	else if (!c->why && err)
		c->why = error_copy(err);
	if (!c->why) {
		note(c, bytes, false);
		return;
	}
	if (c->made.id)
		note(c, 0, true);
	kept_file_clear(&c->made);
	cutout_ended(c, 0, steal(c->why));
}

void cutout_fetch(struct cutout *c, const char *url)
{
	struct download_events events = {.arg = c, .headers = headers, .done = ended};
	struct http_call call = service_call(c->service, url);

	call.first_byte_s = THINKS_S;
	c->download = download_start_held(c->service->http, c->service->loop, &call, 0, &events);
}

void cutout_ask(struct cutout *c)
{
	CLEANUP_FREE char *base = service_link_url(c->service, c->request.url);
	CLEANUP_FREE char *url = url_with_query(base ? base : "", buf_str(&c->request.form));

	if (c->request.async)
		c->job = cutout_job_start(c);
	else
		cutout_fetch(c, url);
}

void cutout_ask_cancel(struct cutout *c)
{
	download_cancel(c->download);
	c->download = NULL;
	cutout_job_end(steal(c->job));
	if (c->state == CUTOUT_ASKED && c->made.id)
		note(c, 0, true);
}
