/*
 * table_csv.c: CSV (RFC 4180), TSV and ECSV as tables; see table_in.h.
 *
 * All bytes come twice. The first time the header line (and an ECSV's head) makes the columns, and
 * every value is looked at: by column_guess.h what a column is, or whether it is what the ECSV
 * says. Then the columns are settled, and the second time rows go to the sink. An empty line is a
 * row without a value where there is one column, and nothing otherwise. Lines of "# text" above the
 * header are skipped.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/xml.h"
#include "base/utf8.h"
#include "table/column_guess.h"
#include "table/column_name.h"
#include "table/read/delimited.h"
#include "table/read/table_ecsv.h"
#include "table/read/table_in.h"
#include "table/read/table_source.h"
#include "table/votable/votable.h"

#define BOM     "\xef\xbb\xbf"
#define BOM_LEN 3

#define NOTES_MAX  (8u << 10) /* bytes; of columns beyond, nothing is told */
#define NAME_SHOWN 200        /* bytes of a name in a note */

struct text_reader {
	struct table_reader reader; /* first */
	struct table_sink *sink;
	enum table_kind kind;
	struct buf start; /* what came before it was known how it begins; an ECSV's head */
	size_t head;      /* bytes of `start` that are whole lines of it */
	bool begun;       /* bytes go to lines */
	bool failed;
	struct delimited lines;
	bool has_header; /* of this time */
	struct table table;
	struct column_guess *guesses; /* one a column */
	size_t *longest;              /* characters of the strings of lists */
	struct row row;
	bool measured, second;
	struct table_end end;
};

static bool refuse_text_cell(const struct text_reader *r, size_t col, const struct text_cell *c,
			     const char *what, struct error **err)
{
	const char *name = col < r->table.nfields ? r->table.fields[col].name : NULL;

	return error_set(err, EIO, "line %zu, column %zu%s%s%s: %s", c->line, col + 1,
			 name ? " (" : "", name ? name : "", name ? ")" : "", what);
}

static bool check_text(const struct text_reader *r, size_t col, const struct text_cell *c,
		       struct error **err)
{
	return utf8_is_valid(c->s, c->n) ||
	       refuse_text_cell(r, col, c, "this is not UTF-8: save the file in that encoding",
				err);
}

/* --- the header --- */

/* A line of values: a number with a fraction is in it, or there are only numbers. */
static bool is_data(const struct text_cell *cells, size_t n)
{
	size_t numbers = 0, empty = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned may = column_guess_of(cells[i].s, cells[i].n);

		if ((may & MAY_REAL) && !(may & MAY_INTEGER) && memchr(cells[i].s, '.', cells[i].n))
			return true;
		empty += cells[i].n == 0;
		numbers += (may & MAY_REAL) != 0;
	}
	return numbers && numbers + empty == n;
}

/* An ECSV's names differ. */
static bool names_differ(const struct text_reader *r, size_t line, struct error **err)
{
	char **names = table_names(&r->table, false);
	bool ok = true;

	for (size_t i = 0; ok && i < r->table.nfields; i++) {
		if (!r->table.fields[i].name[0])
			ok = error_set(err, EIO, "line %zu, column %zu has no name", line, i + 1);
		else if (strcmp(names[i], r->table.fields[i].name) != 0)
			ok = error_set(err, EIO,
				       "line %zu, column %zu: another column has the name \"%s\" "
				       "already",
				       line, i + 1, r->table.fields[i].name);
	}
	table_names_free(names, r->table.nfields);
	return ok;
}

/* A single column, and separators of the other kind. */
static bool is_other_kind(const struct text_reader *r, const struct text_cell *c,
			  struct error **err)
{
	bool tabs = r->kind == TABLE_TSV;

	if (!memchr(c->s, ';', c->n) && !memchr(c->s, tabs ? ',' : '\t', c->n))
		return false;
	error_set(err, EIO,
		  "line %zu: there must be %s between the columns; with %s between, the file is a "
		  "%s",
		  c->line, tabs ? "tabs" : "commas", tabs ? "commas" : "tabs",
		  tabs ? ".csv" : ".tsv");
	return true;
}

static bool names_from(struct text_reader *r, const struct text_cell *cells, size_t n,
		       struct error **err)
{
	bool any = false;

	if (is_data(cells, n))
		return error_set(err, EIO,
				 "line %zu holds values: the first line must be the names of the "
				 "columns, without # in front",
				 cells->line);
	if (n == 1 && is_other_kind(r, cells, err))
		return false;
	if (n > VOTABLE_MAX_FIELDS)
		return error_set(err, EIO, "line %zu: the table has more than 100000 columns",
				 cells->line);
	r->table.fields = xcalloc(n, sizeof(*r->table.fields));
	for (size_t i = 0; i < n; i++) {
		const char *s = cells[i].s;
		size_t len = cells[i].n;

		xml_trim(&s, &len);
		r->table.fields[i].name = xstrndup(s, len);
		any = any || len;
	}
	r->table.nfields = n;
	return any || error_set(err, EIO, "line %zu: no column has a name", cells->line);
}

/* The line of names says the same as the head. */
static bool names_agree(struct text_reader *r, const struct text_cell *cells, size_t n,
			struct error **err)
{
	const struct table *t = &r->table;

	if (n != t->nfields)
		return error_set(err, EIO,
				 "line %zu names %zu columns, and the head of the ECSV %zu",
				 cells->line, n, t->nfields);
	for (size_t i = 0; i < n; i++)
		if (strlen(t->fields[i].name) != cells[i].n ||
		    memcmp(t->fields[i].name, cells[i].s, cells[i].n) != 0)
			return error_set(err, EIO,
					 "line %zu, column %zu is \"%.*s\", and \"%s\" in the head "
					 "of the ECSV",
					 cells[i].line, i + 1, (int)cells[i].n, cells[i].s,
					 t->fields[i].name);
	return names_differ(r, cells->line, err);
}

static bool begin_text_columns(struct text_reader *r, const struct text_cell *cells, size_t n,
			       struct error **err)
{
	for (size_t i = 0; i < n; i++)
		if (!check_text(r, i, &cells[i], err))
			return false;
	if (!(r->kind == TABLE_ECSV ? names_agree : names_from)(r, cells, n, err))
		return false;
	n = r->table.nfields;
	r->guesses = xcalloc(n, sizeof(*r->guesses));
	r->longest = xcalloc(n, sizeof(*r->longest));
	for (size_t i = 0; i < n; i++)
		column_guess_begin(&r->guesses[i]);
	row_init(&r->row, &r->table);
	return true;
}

/* --- the rows --- */

static bool is_nan(const struct text_cell *c)
{
	const char *s = c->s;
	size_t n = c->n;

	xml_trim(&s, &n);
	return n == 3 && strncasecmp(s, "nan", 3) == 0;
}

/* Why a cell is no value of its column. Caller owns. */
static char *no_value(const struct field *f, const struct text_cell *c)
{
	int shown = (int)(c->n < 60 ? c->n : 60);

	if (f->type == DT_LONG && !f->is_array && column_guess_is_whole(c->s, c->n))
		return xasprintf(
		    "\"%.*s\" does not fit into a long, which int64 and uint64 become: "
		    "64 bits with a sign",
		    shown, c->s);
	return xasprintf("\"%.*s\" is no value of type %s%s%s", shown, c->s, datatype_name(f->type),
			 f->is_array ? ", array of " : "", f->is_array ? f->arraysize : "");
}

static bool parse_row(struct text_reader *r, const struct text_cell *cells, struct error **err)
{
	row_start(&r->row);
	for (size_t i = 0; i < r->table.nfields; i++) {
		const struct field *f = &r->table.fields[i];
		const struct text_cell *c = &cells[i];
		CLEANUP_FREE char *what = NULL;

		if (r->kind != TABLE_ECSV && datatype_is_integer(f->type) && is_nan(c)) {
			row_null(&r->row, i);
			continue;
		}
		if (ecsv_cell(&r->row, i, c->s, c->n))
			continue;
		what = no_value(f, c);
		return refuse_text_cell(r, i, c, what, err);
	}
	return true;
}

/* Of a column whose type the ECSV tells: what is still to be known of it. */
static void measure(struct text_reader *r, size_t col, const struct cell *c)
{
	const struct field *f = &r->table.fields[col];
	struct column_guess *g = &r->guesses[col];

	g->missing = g->missing || c->null;
	if (c->null)
		return;
	if (datatype_is_text(f->type)) {
		const char *end = c->s + c->len;
		size_t chars = 0;

		for (const char *s = c->s; s < end; s++) {
			g->wide = g->wide || (unsigned char)*s >= 0x80;
			chars = *s ? chars + (((unsigned char)*s & 0xc0) != 0x80) : 0;
			if (chars > r->longest[col])
				r->longest[col] = chars;
		}
	} else if (datatype_is_integer(f->type)) {
		for (size_t i = 0; i < c->count; i++) {
			if (c->element_null && c->element_null[i]) {
				g->missing = g->hole = true;
				continue;
			}
			g->min = c->i[i] < g->min ? c->i[i] : g->min;
			g->max = c->i[i] > g->max ? c->i[i] : g->max;
		}
	}
}

static bool guess_row(struct text_reader *r, const struct text_cell *cells, struct error **err)
{
	const struct cell *values;

	for (size_t i = 0; i < r->table.nfields; i++) {
		if (!check_text(r, i, &cells[i], err))
			return false;
		if (r->kind != TABLE_ECSV)
			column_guess_add(&r->guesses[i], cells[i].line, cells[i].s, cells[i].n);
	}
	if (r->kind != TABLE_ECSV)
		return true;
	if (!parse_row(r, cells, err))
		return false;
	values = row_finish(&r->row);
	for (size_t i = 0; i < r->table.nfields; i++)
		measure(r, i, &values[i]);
	return true;
}

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

static bool text_row(void *arg, const struct text_cell *cells, size_t n, struct error **err)
{
	struct text_reader *r = arg;
	const struct text_cell empty = {"", 0, r->lines.line};

	if (!r->has_header) {
		if (!n)
			return true;
		r->has_header = true;
		if (r->kind != TABLE_ECSV)
			r->lines.comments = COMMENTS_NONE;
		return r->second ? r->sink->begin(r->sink, &r->table, err)
				 : begin_text_columns(r, cells, n, err);
	}
	if (!n && (r->table.nfields != 1 || r->kind == TABLE_ECSV))
		return true;
	if (!n) {
		cells = &empty;
		n = 1;
	}
	if (n != r->table.nfields)
		return bad_length(r, cells->line, n, err);
	if (!r->second)
		return guess_row(r, cells, err);
	if (!parse_row(r, cells, err))
		return false;
	r->end.rows++;
	return r->sink->row(r->sink, row_finish(&r->row), err);
}

/* --- how it begins --- */

static void begin_lines(struct text_reader *r, char separator, size_t line)
{
	delimited_restart(&r->lines);
	r->lines.separator = separator;
	r->lines.comments = r->kind == TABLE_ECSV ? COMMENTS_HASH : COMMENTS_HASH_BLANK;
	r->lines.line = line;
	r->begun = true;
}

/* The head, all of whose lines are in start; what is behind it are lines already. */
static bool end_head(struct text_reader *r, struct error **err)
{
	char separator = r->lines.separator;
	size_t lines = 1;

	for (size_t i = 0; i < r->head; i++)
		lines += r->start.data[i] == '\n';
	if (!r->second && !ecsv_head(r->start.data, r->head, &r->table, &separator, err))
		return false;
	begin_lines(r, separator, lines);
	return delimited_feed(&r->lines, r->start.data + r->head, r->start.len - r->head, err);
}

/* What is in start tells how the table begins, or is too little yet. */
static bool begin_table(struct text_reader *r, bool all, struct error **err)
{
	struct buf *b = &r->start;
	size_t mark = strlen(ECSV_MARK);

	if (b->len < BOM_LEN + mark && !all)
		return true;
	if (table_is_packed(buf_str(b), b->len, err))
		return false;
	if (b->len >= BOM_LEN && memcmp(b->data, BOM, BOM_LEN) == 0)
		buf_consume(b, BOM_LEN);
	if (b->len >= mark && memcmp(b->data, ECSV_MARK, mark) == 0) {
		r->kind = TABLE_ECSV;
	} else if (r->kind == TABLE_ECSV) {
		return error_set(err, EIO, "line 1: an ECSV begins with \"# %%ECSV 1.0\"");
	} else {
		begin_lines(r, r->kind == TABLE_TSV ? '\t' : ',', 1);
		return delimited_feed(&r->lines, buf_str(b), b->len, err);
	}
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

/* --- the interface --- */

static bool text_feed(struct table_reader *reader, const void *data, size_t n, struct error **err)
{
	struct text_reader *r = (struct text_reader *)reader;
	bool ok;

	if (r->failed)
		return error_set(err, EIO, "the table is bad");
	if (r->begun) {
		ok = delimited_feed(&r->lines, data, n, err);
	} else {
		buf_add(&r->start, data, n);
		ok = begin_table(r, false, err);
	}
	r->failed = !ok;
	return ok;
}

/* Lists of strings: strings of how many characters there are. */
static void settle_strings(struct text_reader *r, size_t col)
{
	struct field *f = &r->table.fields[col];
	char *arraysize =
	    xasprintf("%zu%s", r->longest[col] ? r->longest[col] : 1, strchr(f->arraysize, 'x'));

	free(f->arraysize);
	f->arraysize = arraysize;
	field_set_arraysize(f, arraysize);
}

/* Columns that are texts because of a few of their values. */
static void note_odd_columns(struct text_reader *r)
{
	struct buf *notes = &r->reader.notes;

	for (size_t i = 0; i < r->table.nfields && notes->len < NOTES_MAX; i++) {
		const char *odd = column_guess_odd(&r->guesses[i]);

		if (odd)
			buf_addf(
			    notes, "column %zu, \"%.*s\", is text, since line %zu has \"%s\"\n",
			    i + 1, NAME_SHOWN, r->table.fields[i].name, r->guesses[i].line, odd);
	}
}

static void settle(struct text_reader *r)
{
	for (size_t i = 0; i < r->table.nfields; i++) {
		struct field *f = &r->table.fields[i];

		if (r->kind != TABLE_ECSV) {
			column_guess_field(&r->guesses[i], f);
			continue;
		}
		column_guess_null(&r->guesses[i], f);
		if (!datatype_is_text(f->type))
			continue;
		if (r->guesses[i].wide)
			f->type = DT_UNICODE_CHAR;
		if (f->is_array)
			settle_strings(r, i);
	}
	column_names_make(&r->table, r->kind != TABLE_ECSV, &r->reader.notes);
	note_odd_columns(r);
	r->measured = true;
}

static bool finish_reading(struct text_reader *r, struct error **err)
{
	if (!r->begun && !begin_table(r, true, err))
		return false;
	if (!delimited_finish(&r->lines, err))
		return false;
	if (!r->has_header)
		return error_set(
		    err, EIO, "there is no table: the first line must be the names of the columns");
	if (r->second)
		return r->sink->end(r->sink, &r->end, err);
	settle(r);
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
	buf_reset(&r->start);
	r->head = 0;
	return true;
}

static void text_free(struct table_reader *reader)
{
	struct text_reader *r = (struct text_reader *)reader;

	delimited_clear(&r->lines);
	table_clear(&r->table);
	row_clear(&r->row);
	buf_free(&r->start);
	buf_free(&r->reader.notes);
	free(r->guesses);
	free(r->longest);
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
