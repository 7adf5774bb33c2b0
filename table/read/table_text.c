/*
 * table_text.c: CSV (RFC 4180), TSV and ECSV as tables; see table_in.h and table_text.h.
 *
 * All bytes come twice. The first time the head tells how the table is laid out (text_layout.h),
 * the line of names (and an ECSV's head) makes the columns, and every value is looked at: by
 * column_guess.h what a column is, or whether it is what the ECSV says. Then the columns are
 * settled, and the second time rows go to the sink. An empty line is a row without a value where
 * there is one column, and nothing otherwise.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "table/read/table_ecsv.h"
#include "table/read/table_source.h"
#include "table/read/table_text.h"
#include "table/read/text_head.h"
#include "table/read/text_rows.h"

static bool bad_length(const struct text_reader *r, size_t line, size_t n, struct error **err)
{
	size_t wanted = r->table.nfields;

	if (n > wanted)
		return error_set(
		    err, EIO,
		    "line %zu has %zu cells, and the header has %zu: column %zu is one "
		    "too many",
		    line, n, wanted, wanted + 1);
	return error_set(err, EIO,
			 "line %zu has %zu %s, and the header has %zu: column %zu, \"%s\", is "
			 "missing",
			 line, n, n == 1 ? "cell" : "cells", wanted, n + 1,
			 r->table.fields[n].name);
}

/* Under comments in the head there may be others: VizieR ends with #END#. */
static bool is_comment(const struct text_reader *r, const struct text_cell *cells)
{
	return r->layout.comments && cells->n && *cells->s == '#';
}

/* Whether a line that is not empty is one; its cells are left without those beyond a frame. */
static bool is_row(const struct text_reader *r, const struct text_cell **cells, size_t *n)
{
	const struct text_layout *l = &r->layout;
	const struct text_cell *first = *cells;
	bool may_end = r->has_header && (r->table.nfields > 1 || l->padded);

	if (*n == 1 && may_end && text_is_row_count(first->s, first->n))
		return false;
	if (text_row_is_rule(l->separator, first, *n))
		return false;
	if (l->boxed && *n > 2 && !first->n && !first[*n - 1].n)
		(*cells)++, *n -= 2;
	return true;
}

static bool text_row(void *arg, const struct text_cell *cells, size_t n, struct error **err)
{
	struct text_reader *r = arg;
	const struct text_cell empty = {"", 0, r->lines.line};

	if (n && r->layout.marked && text_is_table_mark(cells->s, cells->n))
		return error_set(
		    err, EIO,
		    "line %zu begins a second table (%.*s): save each table in a file of "
		    "its own",
		    cells->line, (int)cells->n, cells->s);
	if (n && r->kind != TABLE_ECSV && !is_row(r, &cells, &n))
		return true;
	text_row_begins(r, cells, n);
	if (!r->has_header) {
		if (!n)
			return true;
		r->has_header = true;
		return r->second ? r->sink->begin(r->sink, &r->table, err)
				 : text_columns_begin(r, cells, n, err);
	}
	if (n && r->below < r->layout.nbelow) {
		if (r->layout.below[r->below++] == LAYOUT_UNITS && !r->second)
			text_columns_units(r, cells, n);
		return true;
	}
	if (!n && (r->table.nfields != 1 || r->kind == TABLE_ECSV))
		return true;
	if (!n) {
		cells = &empty;
		n = 1;
	}
	if (n != r->table.nfields)
		return is_comment(r, cells) || bad_length(r, cells->line, n, err);
	if (!r->second)
		return text_row_guess(r, cells, err);
	if (!text_row_parse(r, cells, err))
		return false;
	r->end.rows++;
	return r->sink->row(r->sink, row_finish(&r->row), err);
}

/* --- how it begins --- */

static void begin_lines(struct text_reader *r, char separator, size_t line)
{
	delimited_restart(&r->lines);
	r->lines.separator = separator;
	r->lines.comments = r->kind == TABLE_ECSV;
	r->lines.line = line;
	r->begun = true;
}

/* What is behind the head are lines already. */
static bool feed_rest(struct text_reader *r, size_t from, struct error **err)
{
	const struct buf *b = &r->sample.text;

	return delimited_feed(&r->lines, buf_str(b) + from, b->len - from, err);
}

/* An ECSV's head, all of whose lines are in the sample. */
static bool end_head(struct text_reader *r, struct error **err)
{
	char separator = r->lines.separator;
	size_t lines = 1;

	for (size_t i = 0; i < r->head; i++)
		lines += r->sample.text.data[i] == '\n';
	if (!r->second && !ecsv_head(r->sample.text.data, r->head, &r->table, &separator, err))
		return false;
	begin_lines(r, separator, lines);
	return feed_rest(r, r->head, err);
}

static bool begin_ecsv(struct text_reader *r, bool all, struct error **err)
{
	struct buf *b = &r->sample.text;

	while (r->head < b->len && b->data[r->head] == '#') {
		const char *eol = memchr(b->data + r->head, '\n', b->len - r->head);

		if (eol)
			r->head = (size_t)(eol - b->data) + 1;
		else if (all)
			r->head = b->len;
		else
			break;
	}
	if (r->head > ECSV_HEAD_MAX || (b->len > ECSV_HEAD_MAX && b->data[r->head] == '#'))
		return error_set(err, EIO, "the head of the ECSV is longer than 4 MiB");
	if (all || (r->head < b->len && b->data[r->head] != '#'))
		return end_head(r, err);
	return true;
}

/* What is in the sample tells how the table begins, or is too little yet. */
static bool begin_table(struct text_reader *r, bool enough, bool all, struct error **err)
{
	const struct buf *b = &r->sample.text;
	size_t mark = strlen(ECSV_MARK);
	char usual = r->kind == TABLE_TSV ? '\t' : ',';
	struct text_line names;

	if (b->len < TABLE_PACKED_MARK && !all)
		return true;
	if (table_is_packed(buf_str(b), b->len, err))
		return false;
	if (b->len >= mark && memcmp(b->data, ECSV_MARK, mark) == 0)
		r->kind = TABLE_ECSV;
	else if (r->kind == TABLE_ECSV)
		return error_set(err, EIO, "line 1: an ECSV begins with \"# %%ECSV 1.0\"");
	if (r->kind == TABLE_ECSV)
		return begin_ecsv(r, all, err);
	if (!enough && !all)
		return true;
	if (!r->second &&
	    !text_layout_find(&r->sample, usual, all, &r->layout, &r->reader.notes, err))
		return false;
	begin_lines(r, r->layout.separator, r->layout.line);
	if (!r->layout.rows_at)
		return feed_rest(r, r->layout.at, err);
	names = text_line_at(b->data + r->layout.at, b->data + b->len, r->layout.line);
	if (!delimited_feed(&r->lines, names.s, (size_t)(names.next - names.s), err))
		return false;
	r->lines.line = r->layout.rows_line;
	return feed_rest(r, r->layout.rows_at, err);
}

/* --- the interface --- */

static bool feed_text(struct text_reader *r, const void *data, size_t n, struct error **err)
{
	bool enough;

	if (r->begun)
		return delimited_feed(&r->lines, data, n, err);
	enough = layout_sample_add(&r->sample, data, n);
	return begin_table(r, enough, false, err);
}

static bool text_feed(struct table_reader *reader, const void *data, size_t n, struct error **err)
{
	struct text_reader *r = (struct text_reader *)reader;
	bool ok;

	if (r->failed)
		return error_set(err, EIO, "the table is bad");
	if (r->decode.as == DECODE_PLAIN) {
		ok = feed_text(r, data, n, err);
	} else {
		buf_reset(&r->decoded);
		text_decode(&r->decode, data, n, false, &r->decoded);
		ok = feed_text(r, buf_str(&r->decoded), r->decoded.len, err);
	}
	r->failed = !ok;
	return ok;
}

static bool finish_reading(struct text_reader *r, struct error **err)
{
	buf_reset(&r->decoded);
	text_decode(&r->decode, "", 0, true, &r->decoded);
	if (!feed_text(r, buf_str(&r->decoded), r->decoded.len, err))
		return false;
	if (!r->begun && !begin_table(r, true, true, err))
		return false;
	if (!delimited_finish(&r->lines, err))
		return false;
	if (!r->has_header)
		return error_set(
		    err, EIO, "there is no table: the first line must be the names of the columns");
	if (r->second)
		return r->sink->end(r->sink, &r->end, err);
	text_columns_settle(r);
	return true;
}

static bool text_finish(struct table_reader *reader, struct error **err)
{
	struct text_reader *r = (struct text_reader *)reader;

	if (r->failed)
		return error_set(err, EIO, "the table is bad");
	r->failed = !finish_reading(r, err);
	return !r->failed;
}

static bool text_again(struct table_reader *reader)
{
	struct text_reader *r = (struct text_reader *)reader;

	if (!r->measured || r->second)
		return false;
	r->second = true;
	r->begun = r->has_header = false;
	text_decode_clear(&r->decode);
	layout_sample_reset(&r->sample);
	r->head = r->below = 0;
	return true;
}

static void text_free(struct table_reader *reader)
{
	struct text_reader *r = (struct text_reader *)reader;

	delimited_clear(&r->lines);
	table_clear(&r->table);
	row_clear(&r->row);
	text_decode_clear(&r->decode);
	buf_free(&r->decoded);
	buf_free(&r->sample.text);
	buf_free(&r->text);
	buf_free(&r->reader.notes);
	free(r->guesses);
	free(r->longest);
	free(r->decimals);
	free(r);
}

struct table_reader *text_reader_new(enum table_kind kind, struct table_sink *sink)
{
	struct text_reader *r = xcalloc(1, sizeof(*r));

	r->reader.feed = text_feed;
	r->reader.finish = text_finish;
	r->reader.again = text_again;
	r->reader.free = text_free;
	r->sink = sink;
	r->kind = kind;
	r->lines.row = text_row;
	r->lines.arg = r;
	return &r->reader;
}
