/*
 * dataset_batch.c: see dataset_batch.h.
 *
 *	a row is looked into ──▶ a worker reads those behind it ──▶ one POST ──▶ told, or kept
 *
 * Invariant: a batch that reads the index has a reference to the result; one that asks has none,
 * and is cancelled with it.
 */
#include "tap/dataset_batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tap/answers.h"
#include "tap/http.h"
#include "tap/query.h"
#include "tap/service.h"
#include "tap/url.h"

#define WINDOW_FIRST 8
#define WINDOW_MAX   50 /* rows of one request */

struct dataset_batch {
	struct work work; /* first */
	struct linked *linked;
	char *base; /* the endpoint, without the ID */
	char *name; /* of the row that somebody waits for */
	int64_t number;
	char *before; /* the row before it, for the worker; NULL: none */
	int64_t before_number;
	size_t window;
	struct linked_row rows[WINDOW_MAX];
	char *ids[WINDOW_MAX]; /* NULL: not to be asked for */
	size_t n;
	bool asking;
	struct transfer *transfer;
};

static void batch_free(struct dataset_batch *b)
{
	for (size_t i = 0; i < b->n; i++) {
		linked_row_clear(&b->rows[i]);
		free(b->ids[i]);
	}
	free(b->base);
	free(b->name);
	free(b->before);
	free(b);
}

void dataset_batch_cancel(struct linked *l)
{
	if (!l->batch)
		return;
	transfer_cancel(l->batch->transfer);
	batch_free(steal(l->batch));
}

/* --- which rows: on a worker --- */

/* Whether the row follows the one before it in the order of the names. */
static bool is_next_name(struct dataset_batch *b, struct links *index)
{
	struct linked_row two[2];
	size_t n = 0;
	bool is;

	links_rows_named(index, b->before, 2, two, &n, NULL);
	is = n == 2 && strcmp(two[1].name, b->name) == 0;
	for (size_t i = 0; i < n; i++)
		linked_row_clear(&two[i]);
	return is;
}

static void batch_run(struct work *w)
{
	struct dataset_batch *b = (struct dataset_batch *)w;
	struct links *index = linked_index(b->linked, NULL);

	if (!index || !b->before)
		return;
	if (b->number > b->before_number && b->number <= b->before_number + WINDOW_FIRST)
		links_rows(index, b->number, b->window, b->rows, &b->n, NULL);
	else if (is_next_name(b, index))
		links_rows_named(index, b->name, b->window, b->rows, &b->n, NULL);
}

/* --- the answer --- */

/* It is over, and who waits for its row gets it alone, if it is not there. */
static void batch_over(struct dataset_batch *b)
{
	struct linked *l = b->linked;
	struct dataset *d = dataset_find(l->service, l, NULL, b->name);

	l->batch = NULL;
	if (d && !d->known && !d->transfer)
		dataset_ask(d);
	batch_free(b);
	waitlist_wake(&l->batched);
}

static void row_told(struct dataset_batch *b, size_t i, struct link_list *links,
		     struct answers *answers)
{
	struct linked *l = b->linked;
	struct dataset *d = dataset_find(l->service, l, NULL, b->rows[i].name);
	const char *own = linked_row_datalink(&b->rows[i]);
	CLEANUP_FREE char *url = service_url(l->service, l->service->url, own);

	if (url)
		answers_add(answers, url, links);
	if (d)
		dataset_told(d, links);
	else
		linked_keep(l, b->rows[i].number, links);
}

static void answer_came(void *arg, struct http_reply *r, struct error *err)
{
	struct dataset_batch *b = arg;
	struct linked *l = linked_ref(b->linked); /* what is told may let it go */
	struct answers *answers = answers_new(l->service);
	struct link_list all = {0};
	unsigned asked = 0, got = 0;

	b->transfer = NULL;
	if (!err && datalink_parse(buf_str(&r->body), r->body.len, &all, NULL)) {
		for (size_t i = 0; i < b->n; i++) {
			struct link_list one = {0};

			asked += b->ids[i] != NULL;
			if (!b->ids[i] || !datalink_take(&all, b->ids[i], &one))
				continue;
			got++;
			row_told(b, i, &one, answers);
		}
	}
	if (all.overflow && got)
		l->window = got;
	else if (got <= 1 && asked != got && (!err || !is_passing(err)))
		l->one_by_one = true;
	link_list_clear(&all);
	answers_keep(answers);
	batch_over(b);
	linked_unref(l);
}

/* --- the question --- */

/* The identifiers of those rows that are asked for at the same place, and are not known. */
static size_t choose(struct dataset_batch *b)
{
	struct linked *l = b->linked;
	size_t chosen = 0;

	for (size_t i = 0; i < b->n; i++) {
		const char *own = linked_row_datalink(&b->rows[i]);
		struct dataset *d = dataset_find(l->service, l, NULL, b->rows[i].name);
		CLEANUP_FREE char *url = own ? service_url(l->service, l->service->url, own) : NULL;
		CLEANUP_FREE char *base = NULL;

		if (!url || (d && (d->known || d->transfer)))
			continue;
		b->ids[i] = url_take_param(url, "ID", &base);
		if (b->ids[i] && strcmp(base, b->base) != 0) {
			free(b->ids[i]);
			b->ids[i] = NULL;
		}
		chosen += b->ids[i] != NULL;
	}
	return chosen;
}

static void ask(struct dataset_batch *b)
{
	struct linked *l = b->linked;
	struct http_call call = service_call(l->service, b->base);
	CLEANUP_BUF struct buf form = BUF_INIT;

	for (size_t i = 0; i < b->n; i++)
		if (b->ids[i])
			url_add_param(&form, "ID", b->ids[i]);
	call.method = "POST";
	call.body = buf_str(&form);
	call.body_len = form.len;
	call.safe = true; /* it asks for something, and changes nothing */
	call.arg = b;
	call.on_done = answer_came;
	b->asking = true;
	b->transfer = http_start(l->service->http, &call);
}

static void batch_done(struct work *w)
{
	struct dataset_batch *b = (struct dataset_batch *)w;
	struct linked *l = b->linked;

	if (choose(b) > 1) {
		l->window = l->window * 4 < WINDOW_MAX ? l->window * 4 : WINDOW_MAX;
		ask(b);
	} else {
		l->window = WINDOW_FIRST;
		batch_over(b);
	}
	linked_unref(l);
}

static bool covers(const struct dataset_batch *b, const struct dataset *d)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->ids[i] && b->rows[i].number == d->row.number)
			return true;
	return false;
}

bool dataset_batch(struct dataset *d, const char *url, struct waitlist **wait)
{
	struct linked *l = d->of;
	struct dataset_batch *b = l->batch;
	struct link_list links;

	if (linked_take(l, d->row.number, &links)) {
		dataset_told(d, &links);
		return true;
	}
	if (b && (!b->asking || covers(b, d))) {
		*wait = &l->batched;
		return true;
	}
	if (b || l->one_by_one)
		return false;
	b = xcalloc(1, sizeof(*b));
	free(url_take_param(url, "ID", &b->base));
	if (!b->base) {
		free(b);
		return false;
	}
	b->linked = linked_ref(l);
	b->name = xstrdup(d->row.name);
	b->number = d->row.number;
	b->before = xstrdup_or_null(l->before);
	b->before_number = l->before_number;
	b->window = l->window ? l->window : WINDOW_FIRST;
	b->work.run = batch_run;
	b->work.done = batch_done;
	l->window = (unsigned)b->window;
	l->batch = b;
	*wait = &l->batched;
	work_submit(l->service->loop, LANE_CACHE, &b->work);
	return true;
}
