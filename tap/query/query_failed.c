/*
 * query_failed.c: a run that has failed: what to do about it (advice.h), for NAME.error.txt.
 *
 * Where the service does not know a column, a worker reads the columns of the query's tables, as
 * far as the catalog has them. The service is not asked.
 */
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tap/query/query_run.h"

#define TABLES_READ 8 /* at most */

struct columns_reading {
	struct work work; /* first */
	struct query_run *run;
	struct catalog *catalog;
	char *tables[TABLES_READ];
	size_t ntables;
	struct catalog_details *details[TABLES_READ];
	size_t ndetails;
};

/* What the step was doing decides whom the failure is of, where nothing else does. */
static enum advice_end ended_by(const struct query_run *r)
{
	switch (r->step) {
	case RUN_UPLOADS: return ADVICE_UPLOADS;
	case RUN_INTENT:
	case RUN_COMMIT:
	case RUN_PUBLISH: return ADVICE_HERE;
	default: return r->ended_by;
	}
}

static struct advice_on what_failed(const struct query_run *r)
{
	const struct settings *s = r->service->settings;
	const struct capabilities *c = r->service->capabilities;

	return (struct advice_on){
	    .query = r->text,
	    .sent = r->text ? &r->sent_text : NULL,
	    .message = error_text(r->error),
	    .errnum = error_errno(r->error),
	    .ended = ended_by(r),
	    .names = r->service->names,
	    .signin_hint = setting_str(s, OPT_SIGNIN_HINT),
	    .signed_in = !setting_is(s, OPT_AUTH, "none"),
	    .sync = r->say.sync,
	    .queue = r->say.queue ? r->say.queue : r->queue,
	    .queues = c ? c->queues : NULL,
	    .seconds_asked = r->say.seconds,
	    .seconds_hard = c ? c->execution_duration.hard : -1,
	};
}

static void advise(struct query_run *r, const struct advice_on *on)
{
	free(r->query->entry.advice);
	r->query->entry.advice = advice_on(on);
	r->over(r, STEP_ADVISED, NULL);
}

static void columns_reading_run(struct work *w)
{
	struct columns_reading *c = (struct columns_reading *)w;

	for (size_t i = 0; i < c->ntables; i++) {
		struct catalog_details *d = catalog_details(c->catalog, c->tables[i], NULL);

		if (d)
			c->details[c->ndetails++] = d;
	}
}

static void columns_reading_free(struct columns_reading *c)
{
	for (size_t i = 0; i < c->ntables; i++)
		free(c->tables[i]);
	for (size_t i = 0; i < c->ndetails; i++)
		catalog_details_unref(c->details[i]);
	free(c);
}

static void columns_reading_done(struct work *w)
{
	struct columns_reading *c = (struct columns_reading *)w;
	struct query_run *r = c->run;

	if (!run_was_cancelled(r)) {
		struct advice_on on = what_failed(r);

		on.details = c->details;
		on.ndetails = c->ndetails;
		advise(r, &on);
	}
	columns_reading_free(c);
}

void run_advise(struct query_run *r)
{
	struct advice_on on = what_failed(r);
	const char *tables[TABLES_READ];
	size_t n = advice_tables(&on, tables, TABLES_READ);
	struct columns_reading *c;

	if (!n) {
		advise(r, &on);
		return;
	}
	c = xcalloc(1, sizeof(*c));
	c->run = r;
	c->catalog = r->service->catalog;
	for (size_t i = 0; i < n; i++)
		c->tables[c->ntables++] = xstrdup(tables[i]);
	c->work.run = columns_reading_run;
	c->work.done = columns_reading_done;
	r->working = true;
	work_submit(r->service->loop, LANE_CATALOG, &c->work);
}
