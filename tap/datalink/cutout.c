/* cutout.c: which cut-outs there are, and whether they are there; see cutout.h. */
#include "tap/datalink/cutout.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tap/datalink/cutout_fetch.h"
#include "tap/datalink/cutout_job.h"
#include "tap/remote/remote.h"
#include "tap/service/service.h"

#define FAILURE_MS 2000 /* one that did not come is not asked for again before */

struct cutouts {
	struct cutout *all; /* in use; uthash by key */
};

static struct cutouts *cutouts_of(const struct service *s)
{
	return s->parts[SERVICE_CUTOUTS];
}

/* The link that names the service, and with it the dataset's identifier. */
static const struct link *service_link(const struct dataset *d, const struct descriptor *service)
{
	for (size_t i = 0; service && service->id && i < d->links.n; i++) {
		const struct link *l = &d->links.at[i];

		if (l->service_def && strcmp(l->service_def, service->id) == 0)
			return l;
	}
	for (size_t i = 0; service && i < d->links.n; i++)
		if (d->links.at[i].id) /* no link names it: it is for the document's dataset */
			return &d->links.at[i];
	return NULL;
}

bool dataset_has_cutouts(const struct dataset *d)
{
	return service_link(d, soda_service(&d->links.services)) != NULL;
}

char *cutout_key_prefix(const struct dataset *d)
{
	const struct descriptor *service = soda_service(&d->links.services);
	const struct link *l = service_link(d, service);
	CLEANUP_FREE char *url = descriptor_url(service, l && l->id ? l->id : "");

	return xasprintf("cutout %s ", url);
}

/* --- what is kept --- */

struct kept_search {
	struct work work; /* first */
	struct cutout *cutout;
	struct kept *kept;
	struct kept_file file;
};

static void cutout_looking_run(struct work *w)
{
	struct kept_search *l = (struct kept_search *)w;
	struct range gap;

	if (!kept_find(l->kept, l->cutout->key, &l->file, NULL) || !l->file.id)
		return;
	if (l->file.validators.length < 0 ||
	    ranges_gap(&l->file.ranges, 0, (uint64_t)l->file.validators.length, &gap))
		kept_file_clear(&l->file); /* it broke off: the next answer may have other bytes */
}

static void cutout_looking_done(struct work *w)
{
	struct kept_search *l = (struct kept_search *)w;
	struct cutout *c = l->cutout;

	c->state = CUTOUT_NONE;
	if (l->file.fd >= 0) {
		c->file =
		    stored_new(steal_fd(l->file.fd), (uint64_t)l->file.validators.length, c->mtime);
		c->state = CUTOUT_THERE;
	}
	kept_file_clear(&l->file);
	free(l);
	waitlist_wake(&c->changed);
	cutout_unref(c);
}

static void look_for_cutout(struct cutout *c)
{
	struct kept_search *l = xcalloc(1, sizeof(*l));

	l->work.run = cutout_looking_run;
	l->work.done = cutout_looking_done;
	l->cutout = c;
	c->refs++;
	l->kept = remotes_kept(c->service->remotes);
	l->file.fd = -1;
	work_submit(c->service->loop, LANE_CACHE, &l->work);
}

struct cutout *cutout_get(struct dataset *d, const char *name, struct error **err)
{
	struct service *s = d->service;
	const struct link *l = service_link(d, soda_service(&d->links.services));
	CLEANUP_FREE char *prefix = NULL;
	CLEANUP_FREE char *key = NULL;
	struct soda_request request;
	struct cutout *c;

	if (!s->remotes) {
		error_set(err, EROFS, "no file can be kept: the cache folder cannot be written");
		return NULL;
	}
	if (!l || !soda_request(&d->links.services, l->id ? l->id : "", name, &request, err))
		return NULL;
	prefix = cutout_key_prefix(d);
	key = xasprintf("%s%s", prefix, name);
	HASH_FIND_STR(cutouts_of(s)->all, key, c);
	if (c) {
		soda_request_clear(&request);
		c->refs++;
		return c;
	}
	c = xcalloc(1, sizeof(*c));
	c->refs = 1;
	c->service = s;
	c->key = steal(key);
	c->request = request;
	c->mtime = d->mtime;
	waitlist_init(&c->changed);
	HASH_ADD_KEYPTR(hh, cutouts_of(s)->all, c->key, strlen(c->key), c);
	look_for_cutout(c);
	return c;
}

void cutout_unref(struct cutout *c)
{
	if (!c || --c->refs)
		return;
	cutout_fetch_cancel(c->fetch);
	HASH_DEL(cutouts_of(c->service)->all, c);
	soda_request_clear(&c->request);
	stored_unref(c->file);
	error_free(c->failure);
	free(c->key);
	free(c);
}

static void cutouts_begin(struct service *s)
{
	s->parts[SERVICE_CUTOUTS] = xcalloc(1, sizeof(struct cutouts));
}

static void cutouts_free(struct service *s)
{
	free(cutouts_of(s));
}

static void cutouts_retry(struct service *s)
{
	struct cutout *c, *next;

	HASH_ITER (hh, cutouts_of(s)->all, c, next)
		error_clear(&c->failure);
}

const struct service_part cutouts_part = {
    .begin = cutouts_begin, .retry = cutouts_retry, .end = cutout_jobs_end, .free = cutouts_free};

static void cutout_came(void *arg, struct kept_file *made, uint64_t bytes, struct error *err)
{
	struct cutout *c = arg;

	c->fetch = NULL;
	if (err) {
		error_free(c->failure);
		c->failure = err;
		c->failed_at = loop_now(c->service->loop);
		c->state = CUTOUT_NONE;
	} else {
		c->file = stored_new(steal_fd(made->fd), bytes, c->mtime);
		c->state = CUTOUT_THERE;
	}
	waitlist_wake(&c->changed);
}

enum cutout_answer cutout_ready(struct cutout *c, bool make, struct error **err)
{
	switch (c->state) {
	case CUTOUT_THERE: return CUTOUT_YES;
	case CUTOUT_LOOKING: return CUTOUT_WAIT;
	case CUTOUT_ASKED: return make ? CUTOUT_WAIT : CUTOUT_NO;
	case CUTOUT_NONE: break;
	}
	if (!make)
		return CUTOUT_NO;
	if (c->failure && loop_now(c->service->loop) < c->failed_at + FAILURE_MS) {
		error_move(err, error_copy(c->failure));
		return CUTOUT_FAILS;
	}
	c->state = CUTOUT_ASKED;
	c->fetch = cutout_fetch_start(c->service, c->key, &c->request, cutout_came, c);
	return CUTOUT_WAIT;
}
