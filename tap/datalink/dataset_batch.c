/*
 * dataset_batch.c: see dataset_batch.h.
 *
 *	a row is looked into ──▶ a worker reads it, and those behind it ──▶ told, or one POST
 *
 * Invariant: a batch that reads the index has a reference to the result; one that asks has none,
 * and is cancelled with it.
 */
#include "tap/datalink/dataset_batch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/url_query.h"
#include "http/http.h"
#include "tap/datalink/link_cache.h"
#include "tap/service/service.h"

#define WINDOW_FIRST 8
#define WINDOW_MAX   50 /* rows of one request */

struct dataset_batch {
	struct work work; /* first */
	struct open_index *linked;
	char *name; /* of the row that somebody waits for */
	int64_t number;
	char *before; /* the row before it; NULL: none */
	int64_t before_number;
	size_t window;
	struct linked_row rows[WINDOW_MAX]; /* that one first */
	char *ids[WINDOW_MAX];              /* NULL: not to be asked for */
	size_t n;
	struct error *error;
	bool asking;
	void (*ask)(struct dataset *); /* for one alone */
	struct transfer *transfer;
	LIST_ENTRY(dataset_batch) link;
};

static void batch_free(struct dataset_batch *b)
{
	LIST_REMOVE(b, link);
	for (size_t i = 0; i < b->n; i++) {
		linked_row_clear(&b->rows[i]);
		free(b->ids[i]);
	}
	error_free(b->error);
	free(b->name);
	free(b->before);
	free(b);
}

/* The result is not looked at any more. */
static void batches_cancel(struct open_index *l)
{
	struct dataset_batch *b;

	while ((b = LIST_FIRST(&l->batches))) {
		transfer_cancel(b->transfer);
		batch_free(b);
	}
}

/* --- which rows: on a worker --- */

/* Whether the row follows the one before it in the order of the names. */
static bool is_next_name(struct dataset_batch *b, struct link_index *index)
{
	struct linked_row two[2];
	size_t n = 0;
	bool is;

	link_index_rows_named(index, b->before, 2, two, &n, NULL);
	is = n == 2 && strcmp(two[1].name, b->name) == 0;
	for (size_t i = 0; i < n; i++)
		linked_row_clear(&two[i]);
	return is;
}

static void batch_run(struct work *w)
{
	struct dataset_batch *b = (struct dataset_batch *)w;
	struct link_index *index = open_index_db(b->linked, &b->error);

	if (!index)
		return;
	if (b->before && !b->linked->one_by_one && b->number > b->before_number &&
	    b->number <= b->before_number + WINDOW_FIRST)
		link_index_rows(index, b->number, b->window, b->rows, &b->n, &b->error);
	else if (b->before && is_next_name(b, index))
		link_index_rows_named(index, b->name, b->window, b->rows, &b->n, &b->error);
	else
		link_index_rows(index, b->number, 1, b->rows, &b->n, &b->error);
	if (!b->error && (!b->n || b->rows[0].number != b->number))
		error_set(&b->error, ESTALE, "the result was made anew: look again");
}

/* --- the answer --- */

/* It is over, and who waits for its row gets it alone, if it is not there. */
static void batch_over(struct dataset_batch *b)
{
	struct open_index *l = b->linked;
	struct dataset *d = dataset_find(l->service, l, NULL, b->name);

	if (d && b->error)
		dataset_failed(d, steal(b->error));
	else if (d && d->read && !d->known && !d->transfer && linked_row_datalink(&d->row))
		b->ask(d);
	batch_free(b);
	waitlist_wake(&l->batched);
}

static char *document_url(const struct open_index *l, const struct linked_row *row)
{
	const char *own = linked_row_datalink(row);

	return own ? service_link_url(l->service, own) : NULL;
}

/* What was said of a row is told to who looks at it, or kept for who will. */
static void row_told(struct dataset_batch *b, size_t i, struct link_list *links,
		     struct link_cache *link_cache)
{
	struct open_index *l = b->linked;
	struct dataset *d = dataset_find(l->service, l, NULL, b->rows[i].name);
	CLEANUP_FREE char *url = document_url(l, &b->rows[i]);

	link_cache_add(link_cache, url, links);
	if (!d || !d->read) {
		open_index_put(l, &b->rows[i], links);
		return;
	}
	dataset_told(d, links);
}

static void batch_answer_came(void *arg, struct http_reply *r, struct error *err)
{
	struct dataset_batch *b = arg;
	struct open_index *l = open_index_ref(b->linked); /* what is told may let it go */
	struct link_cache *link_cache = link_cache_new(l->service);
	struct link_list all = {0};
	unsigned got = 0;

	b->transfer = NULL;
	if (!err && datalink_parse(buf_str(&r->body), r->body.len, &all, NULL)) {
		dataset_resolve(l->service, &all, r->url);
		for (size_t i = 0; i < b->n; i++) {
			struct link_list one = {0};

			if (!b->ids[i] || !datalink_take(&all, b->ids[i], &one))
				continue;
			got++;
			row_told(b, i, &one, link_cache);
		}
	}
	if (all.overflow && got)
		l->window = got;
	else if (got <= 1 && (!err || !error_is_transient(err)))
		l->one_by_one = true;
	link_list_clear(&all);
	link_cache_store(link_cache);
	batch_over(b);
	open_index_unref(l);
}

/* --- the question --- */

/*
 * The identifiers of those rows that are asked for at the place of the first, and are not known;
 * *base is that place.
 */
static size_t choose_ids(struct dataset_batch *b, char **base)
{
	struct open_index *l = b->linked;
	size_t chosen = 0;

	*base = NULL;
	for (size_t i = 0; i < b->n; i++) {
		const struct dataset *d = dataset_find(l->service, l, NULL, b->rows[i].name);
		CLEANUP_FREE char *url = document_url(l, &b->rows[i]);
		CLEANUP_FREE char *place = NULL;

		if (url && !(d && (d->known || d->transfer)))
			b->ids[i] = url_take_param(url, "ID", &place);
		if (b->ids[i] && !*base)
			*base = steal(place);
		if (b->ids[i] && place && strcmp(place, *base) != 0) {
			free(b->ids[i]);
			b->ids[i] = NULL;
		}
		chosen += b->ids[i] != NULL;
	}
	return chosen;
}

static void ask_for_all(struct dataset_batch *b, const char *base)
{
	struct open_index *l = b->linked;
	struct http_call call = service_call(l->service, base);
	CLEANUP_BUF struct buf form = BUF_INIT;

	for (size_t i = 0; i < b->n; i++)
		if (b->ids[i])
			url_add_param(&form, "ID", b->ids[i]);
	call.method = "POST";
	call.body = buf_str(&form);
	call.body_len = form.len;
	call.safe = true; /* it asks for something, and changes nothing */
	call.arg = b;
	call.on_done = batch_answer_came;
	b->asking = true;
	b->transfer = http_start(l->service->http, &call);
}

/* The row that somebody waits for: where it leads to is known now. */
static void first_read(struct dataset_batch *b)
{
	struct open_index *l = b->linked;
	struct dataset *d = dataset_find(l->service, l, NULL, b->name);
	struct linked_row copy;

	if (!d || d->read)
		return;
	copy = linked_row_copy(&b->rows[0]);
	dataset_read(d, &copy);
}

/* Those that have no document: nothing is to be asked. */
static void keep_others(struct dataset_batch *b)
{
	struct open_index *l = b->linked;

	for (size_t i = 1; i < b->n; i++) {
		struct dataset *d = dataset_find(l->service, l, NULL, b->rows[i].name);
		struct link_list none = {0};

		if (!linked_row_datalink(&b->rows[i]) && !(d && d->read))
			open_index_put(l, &b->rows[i], &none);
	}
}

static void batch_done(struct work *w)
{
	struct dataset_batch *b = (struct dataset_batch *)w;
	struct open_index *l = b->linked;
	CLEANUP_FREE char *base = NULL;
	size_t chosen = 0;

	if (!b->error) {
		first_read(b);
		chosen = choose_ids(b, &base);
		keep_others(b);
	}
	if (b->n <= 1)
		l->window = WINDOW_FIRST;
	if (chosen > 1 && b->ids[0]) {
		l->window = l->window * 4 < WINDOW_MAX ? l->window * 4 : WINDOW_MAX;
		ask_for_all(b, base);
		waitlist_wake(&l->batched);
	} else {
		batch_over(b);
	}
	open_index_unref(l);
}

/* Whether a batch brings that row, or may turn out to. */
static bool may_bring(const struct dataset_batch *b, const struct dataset *d)
{
	if (!b->asking)
		return true;
	for (size_t i = 0; i < b->n; i++)
		if (b->ids[i] && b->rows[i].number == d->number)
			return true;
	return false;
}

static void batch_start(struct dataset *d, void (*ask)(struct dataset *))
{
	struct dataset_batch *b = xcalloc(1, sizeof(*b));
	struct open_index *l = d->of;

	b->ask = ask;
	b->linked = open_index_ref(l);
	b->name = xstrdup(d->name);
	b->number = d->number;
	b->before = l->one_by_one ? NULL : xstrdup_or_null(l->before);
	b->before_number = l->before_number;
	b->window = l->window ? l->window : WINDOW_FIRST;
	b->work.run = batch_run;
	b->work.done = batch_done;
	l->window = (unsigned)b->window;
	LIST_INSERT_HEAD(&l->batches, b, link);
	l->cancel_batches = batches_cancel;
	open_index_read(l);
	work_submit(l->service->loop, LANE_CACHE, &b->work);
}

bool dataset_is_in_batch(const struct dataset *d, struct waitlist **wait)
{
	const struct dataset_batch *b;

	if (!d->of)
		return false;
	LIST_FOREACH (b, &d->of->batches, link) {
		if (may_bring(b, d)) {
			*wait = &d->of->batched;
			return true;
		}
	}
	return false;
}

void dataset_batch(struct dataset *d, void (*ask)(struct dataset *), struct waitlist **wait)
{
	struct linked_row row;
	struct link_list links;

	if (open_index_take(d->of, d->number, &row, &links)) {
		bool asked = linked_row_datalink(&row) != NULL;

		dataset_read(d, &row);
		if (asked)
			dataset_told(d, &links);
	} else if (!dataset_is_in_batch(d, wait)) {
		*wait = &d->of->batched;
		batch_start(d, ask);
	}
}
