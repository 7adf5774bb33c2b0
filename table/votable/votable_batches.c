/*
 * votable_batches.c: rows of a VOTable, many at a time, by several threads; see votable_batches.h.
 *
 * A batch is whole rows as they stand in the document (TABLEDATA) or decoded (BINARY). Any thread
 * makes their text of it; it is whole if all of its rows were plain. What is not plain makes no
 * error here: the batch is given back to the reader, which reads it as if there were no threads.
 *
 * Invariant: while anything is in the ring or in `filling`, the reader stands between two rows,
 * where the oldest batch begins; the ring, then `filling`, follow each other in the document.
 * Batches leave the ring in order, so all that is told, counted or refused comes as it would of one
 * thread. Where the reader stands elsewhere after a batch that it had to read itself, all that
 * follows is given back as well.
 */
#include "table/votable/votable_batches.h"

#include <stdlib.h>

#include "base/mem.h"
#include "table/votable/row_pool.h"
#include "table/votable/votable_inside.h"

/* Bytes between what two threads write, or they would wait for each other's cache lines. */
#define APART 128

struct batch {
	struct buf rows;               /* bytes of the document */
	struct buf texts[TABLE_TEXTS]; /* what comes of them */
	size_t count, lines;
	bool whole;
	char apart[APART];
};

struct batches {
	struct votable *reader;
	batches_read_back *read_back;
	size_t size;
	struct row_pool *row_pool;
	struct {
		struct row row;
		struct buf scratch;
		char apart[APART];
	} members[ROW_POOL_MAX];
	struct batch ring[ROW_POOL_SLOTS];
	struct buf filling;
	bool binary;  /* what the rows are */
	bool reading; /* the reader reads what is given back */
};

/* --- any thread --- */

static void batch_add_row(struct batches *s, struct batch *b, size_t member)
{
	const struct table_sink *sink = s->reader->sink;

	sink->row_text(sink, row_finish(&s->members[member].row), b->texts,
		       &s->members[member].scratch);
	b->count++;
}

static void read_tabledata(struct batches *s, struct batch *b, size_t member)
{
	const char *p = b->rows.data, *end = p + b->rows.len;

	while (p < end && tabledata_row(&s->members[member].row, &p, end) == ROW_WHOLE)
		batch_add_row(s, b, member);
	b->lines = xml_lines(b->rows.data, b->rows.len);
	b->whole = p == end;
}

static void read_binary(struct batches *s, struct batch *b, size_t member)
{
	for (size_t at = 0; at < b->rows.len; batch_add_row(s, b, member))
		at += binary_row(&s->reader->binary, b->rows.data + at, &s->members[member].row);
	b->whole = true; /* hand_over() saw to it */
}

static void read_batch(void *arg, size_t slot, size_t member)
{
	struct batches *s = arg;
	struct batch *b = &s->ring[slot];

	for (size_t i = 0; i < TABLE_TEXTS; i++)
		buf_reset(&b->texts[i]);
	b->count = b->lines = 0;
	if (s->binary)
		read_binary(s, b, member);
	else
		read_tabledata(s, b, member);
}

/* --- the reader's thread --- */

/* The reader stands between two rows that could be read in batches. */
static bool is_between_rows(const struct votable *v)
{
	enum votable_element here = v->places[xml_depth(v->xml)];

	if (v->stage != ROWS || v->scan.off || !xml_can_yield(v->xml))
		return false;
	return here == TABLEDATA ? v->scan.row.len == 0
				 : here == STREAM && binary_is_between_rows(&v->binary);
}

static void give_back(struct batches *s, const struct buf *rows)
{
	struct votable *v = s->reader;

	s->reading = true;
	if (s->binary) {
		buf_add(&v->binary.in, rows->data, rows->len);
		votable_binary_rows(v);
	} else {
		s->read_back(v, rows->data, rows->len, NULL);
	}
	s->reading = false;
}

static void take_oldest(struct batches *s)
{
	struct votable *v = s->reader;
	struct batch *b = &s->ring[row_pool_oldest(s->row_pool)];
	struct error *why = NULL;

	if (!b->whole || !is_between_rows(v)) {
		give_back(s, &b->rows);
	} else {
		v->end.rows += b->count;
		xml_add_lines(v->xml, b->lines);
		if (!v->sink->take(v->sink, b->texts, &why))
			xml_fail(v->xml, why);
	}
	row_pool_taken(s->row_pool);
}

void batches_read(struct batches *s)
{
	if (!s)
		return;
	while (!row_pool_is_empty(s->row_pool))
		take_oldest(s);
	if (s->filling.len)
		give_back(s, &s->filling);
	buf_reset(&s->filling);
}

void batches_widen(struct batches *s, struct column_needs *wider)
{
	for (size_t m = 0; s && m < ROW_POOL_MAX && s->members[m].row.table; m++)
		for (size_t i = 0; i < s->reader->table.nfields; i++) {
			const struct column_needs *n = &s->members[m].row.wider[i];

			if (n->type > wider[i].type)
				wider[i].type = n->type;
			wider[i].longer |= n->longer;
		}
}

bool batches_spoiled(const struct batches *s)
{
	for (size_t i = 0; s && i < ROW_POOL_MAX; i++)
		if (s->members[i].row.spoiled)
			return true;
	return false;
}

void batches_settle(struct batches *s)
{
	if (!s)
		return;
	batches_read(s);
	row_pool_stop(s->row_pool);
}

/* Of the bytes that are filled in, those that are whole rows. */
static size_t whole_rows(const struct batches *s)
{
	const char *end;

	if (s->binary)
		return binary_whole(&s->reader->binary, s->filling.data, s->filling.len);
	end = memrchr(s->filling.data, '>', s->filling.len);
	while (end && (end - s->filling.data < 4 || memcmp(end - 4, "</TR", 4) != 0))
		end = memrchr(s->filling.data, '>', (size_t)(end - s->filling.data));
	return end ? (size_t)(end + 1 - s->filling.data) : 0;
}

/* There is enough for a batch: to the row pool, all but the row that has only begun. */
static void hand_over(struct batches *s)
{
	size_t n = whole_rows(s);
	struct buf rows = s->filling;
	struct batch *b;

	while (row_pool_is_full(s->row_pool))
		take_oldest(s);
	if (!n || !is_between_rows(s->reader)) {
		batches_read(s);
		return;
	}
	b = &s->ring[row_pool_next(s->row_pool)];
	s->filling = b->rows;
	buf_reset(&s->filling);
	buf_add(&s->filling, rows.data + n, rows.len - n);
	rows.len = n;
	b->rows = rows;
	row_pool_put(s->row_pool);
}

/* The table is known now. A row that has begun comes along. */
static void batches_begin(struct batches *s)
{
	struct votable *v = s->reader;

	s->binary = *votable_place(v) == STREAM;
	if (s->binary)
		binary_take_rest(&v->binary, &s->filling);
	for (size_t i = 0; i < ROW_POOL_MAX && !s->members[i].row.table; i++) {
		row_init(&s->members[i].row, &v->table);
		s->members[i].row.texts = v->sink->texts;
	}
}

bool batches_want(struct batches *s)
{
	if (!s || s->reading || s->reader->service_error || s->reader->sink->no_rows)
		return false;
	if (row_pool_is_empty(s->row_pool) && !s->filling.len)
		batches_begin(s);
	return true;
}

size_t batches_add(struct batches *s, const char *p, size_t n)
{
	size_t room = s->size > s->filling.len ? s->size - s->filling.len : 1;

	n = n < room ? n : room;
	buf_add(&s->filling, p, n);
	if (s->filling.len >= s->size)
		hand_over(s);
	return n;
}

void batches_add_base64(struct batches *s, const char *p, size_t n)
{
	struct votable *v = s->reader;

	while (n && !xml_has_failed(v->xml)) {
		size_t piece = n < s->size ? n : s->size, len = s->filling.len;

		if (!base64_decode(&v->base64, &s->filling, p, piece)) {
			s->filling.len = len;
			batches_read(s);
			votable_refuse_base64(v);
		} else if (s->filling.len >= s->size) {
			hand_over(s);
		}
		p += piece;
		n -= piece;
	}
}

struct batches *batches_new(struct votable *reader, batches_read_back *read_back, size_t threads,
			    size_t size)
{
	struct batches *s = xcalloc(1, sizeof(*s));

	s->reader = reader;
	s->read_back = read_back;
	s->size = size;
	s->row_pool = row_pool_new(threads, read_batch, s);
	return s;
}

void batches_free(struct batches *s)
{
	if (!s)
		return;
	row_pool_free(s->row_pool);
	for (size_t i = 0; i < ROW_POOL_MAX; i++) {
		row_clear(&s->members[i].row);
		buf_free(&s->members[i].scratch);
	}
	for (size_t i = 0; i < ROW_POOL_SLOTS; i++) {
		buf_free(&s->ring[i].rows);
		for (size_t k = 0; k < TABLE_TEXTS; k++)
			buf_free(&s->ring[i].texts[k]);
	}
	buf_free(&s->filling);
	free(s);
}
