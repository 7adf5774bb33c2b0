/*
 * writers.c: several writers as one; see writers.h.
 *
 * `active` are those that the table is read for this time, and `rows` those of them that want its
 * rows. Both stand still between begin and end, when row_text is called by any thread.
 */
#include "table/write/writers.h"

#include <stdlib.h>

#include "base/mem.h"
#include "table/votable/descriptor.h"

struct writers {
	struct format_writer writer; /* first */
	size_t n;
	struct {
		struct format_writer *writer;
		bool active, rows;
	} at[WRITERS_MAX];
};

static bool writers_begin(struct table_sink *sink, const struct table *t, struct error **err)
{
	struct writers *all = (struct writers *)sink;

	sink->no_rows = true;
	for (size_t i = 0; i < all->n; i++) {
		struct table_sink *to = &all->at[i].writer->sink;

		if (!all->at[i].active)
			continue;
		if (!to->begin(to, t, err))
			return false;
		all->at[i].rows = !to->no_rows;
		sink->no_rows = sink->no_rows && to->no_rows;
	}
	return true;
}

static bool writers_row(struct table_sink *sink, const struct cell *cells, struct error **err)
{
	struct writers *all = (struct writers *)sink;

	for (size_t i = 0; i < all->n; i++) {
		struct table_sink *to = &all->at[i].writer->sink;

		if (all->at[i].rows && !to->row(to, cells, err))
			return false;
	}
	return true;
}

static void writers_row_text(const struct table_sink *sink, const struct cell *cells,
			     struct buf *out, struct buf *scratch)
{
	const struct writers *all = (const struct writers *)sink;

	for (size_t i = 0; i < all->n; i++) {
		const struct table_sink *to = &all->at[i].writer->sink;

		if (all->at[i].rows)
			to->row_text(to, cells, &out[i], scratch);
	}
}

static bool writers_take(struct table_sink *sink, const struct buf *texts, struct error **err)
{
	struct writers *all = (struct writers *)sink;

	for (size_t i = 0; i < all->n; i++) {
		struct table_sink *to = &all->at[i].writer->sink;

		if (all->at[i].rows && !to->take(to, &texts[i], err))
			return false;
	}
	return true;
}

static bool writers_end(struct table_sink *sink, const struct table_end *end, struct error **err)
{
	struct writers *all = (struct writers *)sink;

	for (size_t i = 0; i < all->n; i++) {
		struct table_sink *to = &all->at[i].writer->sink;

		all->at[i].rows = false;
		if (all->at[i].active && !to->end(to, end, err))
			return false;
	}
	return true;
}

static bool writers_descriptor(struct table_sink *sink, struct descriptor *d, struct error **err)
{
	struct writers *all = (struct writers *)sink;
	bool ok = true;

	for (size_t i = 0; i < all->n && ok; i++) {
		struct table_sink *to = &all->at[i].writer->sink;
		struct descriptor copy;

		if (!all->at[i].active || !to->descriptor)
			continue;
		copy = descriptor_copy(d);
		ok = to->descriptor(to, &copy, err);
	}
	descriptor_clear(d);
	return ok;
}

static bool writers_flush(struct format_writer *writer, struct error **err)
{
	struct writers *all = (struct writers *)writer;

	for (size_t i = 0; i < all->n; i++) {
		struct format_writer *w = all->at[i].writer;

		if (all->at[i].active && w->flush && !w->flush(w, err))
			return false;
	}
	return true;
}

static bool writers_again(struct format_writer *writer)
{
	struct writers *all = (struct writers *)writer;
	bool any = false;

	for (size_t i = 0; i < all->n; i++) {
		struct format_writer *w = all->at[i].writer;

		all->at[i].active = all->at[i].active && w->again && w->again(w);
		any = any || all->at[i].active;
	}
	return any;
}

static void writers_free(struct format_writer *writer)
{
	struct writers *all = (struct writers *)writer;

	for (size_t i = 0; i < all->n; i++)
		all->at[i].writer->free(all->at[i].writer);
	free(all->writer.sink.wider);
	free(all);
}

struct format_writer *writers_new(struct format_writer *const *each, size_t n)
{
	struct writers *all = xcalloc(1, sizeof(*all));
	struct table_sink *sink = &all->writer.sink;

	*sink = (struct table_sink){
	    .begin = writers_begin,
	    .row = writers_row,
	    .end = writers_end,
	    .descriptor = writers_descriptor,
	    .texts = true,
	    .row_text = writers_row_text,
	    .take = writers_take,
	};
	all->writer.flush = writers_flush;
	all->writer.again = writers_again;
	all->writer.free = writers_free;
	for (; all->n < n; all->n++) {
		const struct table_sink *to = &each[all->n]->sink;

		all->at[all->n].writer = each[all->n];
		all->at[all->n].active = true;
		sink->texts = sink->texts && to->texts;
		sink->types = sink->types || to->types;
		if (!to->row_text) {
			sink->row_text = NULL;
			sink->take = NULL;
		}
	}
	return &all->writer;
}
