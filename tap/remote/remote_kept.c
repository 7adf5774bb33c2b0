/*
 * remote_kept.c: what is on disk of a file on a server: looked for, noted, forgotten, let go of;
 * see remote.h. Each is an item of work on LANE_CACHE.
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/stats.h"
#include "http/url.h"
#include "tap/remote/remote_run.h"

#define NOTE_MS 10000 /* a sync holds up what is written meanwhile */

/* --- how much is kept --- */

void remotes_counted(struct remotes *rs, const struct kept_totals *t)
{
	rs->totals = *t;
	stats.cache_files = t->files;
	stats.cache_bytes = t->bytes;
	stats.evicted_files = t->evicted_files;
	stats.evicted_bytes = t->evicted_bytes;
}

struct counting {
	struct work work; /* first */
	struct remotes *remotes;
	bool sweep;
	struct kept_totals totals;
	bool counted;
};

static void counting_run(struct work *w)
{
	struct counting *c = (struct counting *)w;

	if (c->sweep)
		kept_sweep(c->remotes->kept);
	c->counted = kept_count(c->remotes->kept, &c->totals, NULL);
}

static void counting_done(struct work *w)
{
	struct counting *c = (struct counting *)w;

	if (c->counted)
		remotes_counted(c->remotes, &c->totals);
	free(c);
}

void remotes_count(struct remotes *rs, bool sweep)
{
	struct counting *c = xcalloc(1, sizeof(*c));

	c->work.run = counting_run;
	c->work.done = counting_done;
	c->remotes = rs;
	c->sweep = sweep;
	work_submit(rs->loop, LANE_CACHE, &c->work);
}

const struct kept_totals *remotes_totals(const struct remotes *rs)
{
	return &rs->totals;
}

/* --- looked for --- */

struct remote_search {
	struct work work;      /* first */
	struct remote *remote; /* one reference */
	struct kept *kept;
	struct kept_file file;
	struct error *error;
};

static void remote_looking_run(struct work *w)
{
	struct remote_search *l = (struct remote_search *)w;

	kept_find(l->kept, l->remote->key, &l->file, &l->error);
}

void remote_take(struct remote *r, struct kept_file *f)
{
	if (f->validators.length < 0)
		f->validators.length = r->file.validators.length;
	kept_file_clear(&r->file);
	r->file = *f;
	*f = (struct kept_file){.fd = -1, .validators = {.length = -1}};
	for (size_t i = 0; i < r->file.ranges.n; i++)
		ranges_add(&r->noted, r->file.ranges.at[i].from, r->file.ranges.at[i].to);
}

static void remote_looking_done(struct work *w)
{
	struct remote_search *l = (struct remote_search *)w;
	struct remote *r = l->remote;
	bool known = r->state == REMOTE_KNOWN;

	r->looking = r->idle = false;
	if (!known && r->state != REMOTE_STALE)
		r->state = l->file.id ? REMOTE_KNOWN : REMOTE_NEW;
	if (l->error)
		remote_failed(r, steal(l->error));
	else if (l->file.id && known && !validators_match(&r->file.validators, &l->file.validators))
		r->state = REMOTE_STALE; /* another mount has seen it change */
	else if (l->file.id && r->state == REMOTE_KNOWN)
		remote_take(r, &l->file);
	kept_file_clear(&l->file);
	free(l);
	waitlist_wake(&r->changed);
	remote_make_idle(r);
	remote_unref(r);
}

void remote_look(struct remote *r)
{
	struct remote_search *l;

	if (r->looking)
		return;
	l = xcalloc(1, sizeof(*l));
	l->work.run = remote_looking_run;
	l->work.done = remote_looking_done;
	l->remote = r;
	r->refs++;
	r->looking = true;
	l->kept = r->remotes->kept;
	l->file.fd = -1;
	work_submit(r->remotes->loop, LANE_CACHE, &l->work);
}

void remote_make_idle(struct remote *r)
{
	if (r->opens || r->noting || r->looking || r->state != REMOTE_KNOWN || r->file.fd < 0 ||
	    !LIST_EMPTY(&r->fetches) || !waitlist_empty(&r->changed))
		return;
	close(r->file.fd);
	r->file.fd = -1;
	ranges_free(&r->file.ranges);
	ranges_free(&r->noted);
	r->idle = true;
}

/* --- noted --- */

struct remote_noting {
	struct work work;      /* first */
	struct remote *remote; /* one reference */
	struct kept *kept;
	struct ranges ranges;
	int64_t id, length;
	int fd; /* the remote's: open as long as that */
	struct kept_totals totals;
	bool counted;
	struct error *error;
};

static void remote_noting_run(struct work *w)
{
	struct remote_noting *n = (struct remote_noting *)w;

	if (kept_note(n->kept, n->id, n->fd, &n->ranges, n->length, &n->error))
		n->counted = kept_count(n->kept, &n->totals, NULL);
}

static void remote_noting_done(struct work *w)
{
	struct remote_noting *n = (struct remote_noting *)w;
	struct remote *r = n->remote;

	r->noting = false;
	if (n->counted)
		remotes_counted(r->remotes, &n->totals);
	if (!n->error) {
		remote_note_soon(r); /* what came meanwhile */
	} else {
		CLEANUP_FREE char *shown = url_redact(r->url);

		failure_add(NULL, shown, 0, n->error);
		ranges_free(&r->noted); /* all of it is told the next time */
	}
	error_free(n->error);
	ranges_free(&n->ranges);
	free(n);
	remote_make_idle(r);
	remote_unref(r);
}

static void note_now(void *arg)
{
	struct remote *r = arg;

	r->note_timer = NULL;
	remote_note(r);
}

void remote_note_soon(struct remote *r)
{
	if (!r->opens)
		remote_note(r);
	else if (!r->note_timer)
		r->note_timer = timer_start(r->remotes->loop, NOTE_MS, note_now, r);
}

void remote_note(struct remote *r)
{
	struct remote_noting *n;

	timer_cancel(r->note_timer);
	r->note_timer = NULL;
	if (r->noting || r->file.fd < 0 || ranges_total(&r->noted) == ranges_total(&r->file.ranges))
		return;
	n = xcalloc(1, sizeof(*n));
	for (size_t i = 0; i < r->file.ranges.n; i++) {
		const struct range *x = &r->file.ranges.at[i];

		ranges_add(&n->ranges, x->from, x->to);
		ranges_add(&r->noted, x->from, x->to);
	}
	n->work.run = remote_noting_run;
	n->work.done = remote_noting_done;
	n->remote = r;
	r->refs++;
	r->noting = true;
	n->kept = r->remotes->kept;
	n->id = r->file.id;
	n->length = r->file.validators.length;
	n->fd = r->file.fd;
	work_submit(r->remotes->loop, LANE_CACHE, &n->work);
}

/* --- forgotten --- */

struct forgetting {
	struct work work; /* first */
	struct kept *kept;
	int64_t id;
};

static void forgetting_run(struct work *w)
{
	struct forgetting *f = (struct forgetting *)w;

	kept_forget(f->kept, f->id);
}

static void forgetting_done(struct work *w)
{
	free(w);
}

void remotes_forget(struct remotes *rs, int64_t id)
{
	struct forgetting *f = xcalloc(1, sizeof(*f));

	f->work.run = forgetting_run;
	f->work.done = forgetting_done;
	f->kept = rs->kept;
	f->id = id;
	work_submit(rs->loop, LANE_CACHE, &f->work);
}

void remote_forget(struct remote *r)
{
	remotes_forget(r->remotes, r->file.id);
}
