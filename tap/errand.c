/*
 * errand.c: jobs to be deleted on the service; see errand.h.
 *
 * An errand is journaled, then tried until it succeeds or the service refuses
 * for good, then taken from the journal. In the journal (id > 0) and still to
 * be done is what the next mount goes on with.
 */
#include "tap/errand.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/mem.h"
#include "tap/job.h"
#include "tap/query.h"
#include "tap/url.h"

#define RETRY_FIRST_MS 2000
#define RETRY_CAP_MS   300000

struct errand {
	struct work work;        /* first */
	struct errands *errands; /* NULL once they are being freed */
	int64_t id;
	char *url;
	bool working;
	uint64_t delay;
	struct job_call *call;
	struct timer *timer;
	struct journal_errand *found; /* of the load */
	size_t nfound;
	struct journal *journal;
	struct error *error;
	LIST_ENTRY(errand) link;
};

struct errands {
	struct service *service;
	LIST_HEAD(, errand) all;
};

static struct errand *errand_new(struct errands *es, const char *url)
{
	struct errand *e = xcalloc(1, sizeof(*e));

	e->errands = es;
	e->journal = es->service->journal;
	e->url = xstrdup_or_null(url);
	e->delay = RETRY_FIRST_MS;
	LIST_INSERT_HEAD(&es->all, e, link);
	return e;
}

static void errand_free(struct errand *e)
{
	if (e->errands)
		LIST_REMOVE(e, link);
	error_free(e->error);
	free(e->url);
	free(e);
}

static void submit(struct errand *e, void (*run)(struct work *), void (*done)(struct work *))
{
	e->work.run = run;
	e->work.done = done;
	e->working = true;
	work_submit(e->errands->service->loop, LANE_STATE, &e->work);
}

static void forget_run(struct work *w)
{
	struct errand *e = (struct errand *)w;

	journal_errand_done(e->journal, e->id, &e->error);
}

static void forget_done(struct work *w)
{
	errand_free((struct errand *)w);
}

static void try_now(void *arg);

static void tried(void *arg, struct error *err)
{
	struct errand *e = arg;
	int errnum = err ? error_errno(err) : 0;
	CLEANUP_FREE char *shown = url_redact(e->url);

	e->call = NULL;
	/* The demo's last port is not there to be waited for.
	 */
	if ((errnum == EHOSTUNREACH || errnum == ETIMEDOUT || errnum == EAGAIN) &&
	    !(strcmp(e->errands->service->name, "demo") == 0 &&
	      !url_same_origin(e->url, e->errands->service->url))) {
		e->timer = timer_start(e->errands->service->loop, e->delay, try_now, e);
		e->delay = e->delay * 2 < RETRY_CAP_MS ? e->delay * 2 : RETRY_CAP_MS;
		return;
	}
	if (err)
		log_warn("the service does not delete %s: %s", shown, error_text(err));
	else
		log_debug("deleted %s", shown);
	submit(e, forget_run, forget_done);
}

static void try_now(void *arg)
{
	struct errand *e = arg;

	e->timer = NULL;
	e->call = job_delete(e->errands->service, e->url, tried, e);
}

static void add_run(struct work *w)
{
	struct errand *e = (struct errand *)w;

	journal_errand_add(e->journal, e->url, &e->id, &e->error);
}

static void add_done(struct work *w)
{
	struct errand *e = (struct errand *)w;

	e->working = false;
	if (!e->errands)
		errand_free(e);
	else
		try_now(e);
}

void errand_delete_job(struct service *s, const char *job_url)
{
	struct errands *es = s->queries->errands;
	struct errand *e;

	if (es) {
		submit(errand_new(es, job_url), add_run, add_done);
		return;
	}
	e = xcalloc(1, sizeof(*e));
	e->journal = s->journal;
	e->url = xstrdup(job_url);
	e->work.run = add_run;
	e->work.done = add_done;
	work_submit(s->loop, LANE_STATE, &e->work);
}

static void load_run(struct work *w)
{
	struct errand *e = (struct errand *)w;

	journal_errands(e->journal, &e->found, &e->nfound, &e->error);
}

static void load_done(struct work *w)
{
	struct errand *load = (struct errand *)w;

	for (size_t i = 0; i < load->nfound; i++) {
		if (load->errands) {
			struct errand *e = errand_new(load->errands, load->found[i].url);

			e->id = load->found[i].id;
			try_now(e);
		}
		free(load->found[i].url);
	}
	free(load->found);
	errand_free(load);
}

struct errands *errands_new(struct service *s)
{
	struct errands *es = xcalloc(1, sizeof(*es));

	es->service = s;
	submit(errand_new(es, NULL), load_run, load_done);
	return es;
}

void errands_free(struct errands *es)
{
	struct errand *e;

	if (!es)
		return;
	while ((e = LIST_FIRST(&es->all))) {
		LIST_REMOVE(e, link);
		e->errands = NULL;
		job_call_cancel(e->call);
		timer_cancel(e->timer);
		if (!e->working)
			errand_free(e);
	}
	free(es);
}
