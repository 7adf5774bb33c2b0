/*
 * delimited.c: lines of cells with a separator between them; see delimited.h.
 *
 * The text of a row collects in `text`, without quotation marks, one cell behind the other; where
 * each begins is told when the row is complete, since the text may move until then.
 */
#include "table/read/delimited.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "table/read/table_in.h"

enum delimited_state {
	AT_CELL, /* its first character comes */
	PLAIN,
	QUOTED,
	AT_QUOTE, /* in QUOTED, behind a quotation mark: the end, or half of a doubled one */
	CLOSED,   /* behind the end of a quoted cell: blanks only */
	COMMENT,
};

static bool refuse_line(const struct delimited *d, size_t line, const char *what,
			struct error **err)
{
	return error_set(err, EIO, "line %zu, column %zu: %s", line, d->ncells + 1, what);
}

static void begin_cell(struct delimited *d, enum delimited_state state)
{
	d->cell_at = d->text.len;
	d->cell_line = d->line;
	d->state = state;
}

static void end_cell(struct delimited *d)
{
	struct text_cell *c;

	if (d->ncells == d->capacity) {
		d->capacity += d->capacity + 32;
		d->cells = xrealloc(d->cells, d->capacity * sizeof(*d->cells));
	}
	c = &d->cells[d->ncells++];
	if (d->separator == '|' && d->state == PLAIN)
		while (d->text.len > d->cell_at && d->text.data[d->text.len - 1] == ' ')
			d->text.len--;
	c->n = d->text.len - d->cell_at;
	c->line = d->cell_line;
	d->state = AT_CELL;
}

/* A separator at the end of a line has an empty cell behind it, unless it is a blank. */
static bool end_row(struct delimited *d, struct error **err)
{
	const char *s;
	bool ok;

	if (d->state == AT_CELL && d->ncells && d->separator != ' ') {
		begin_cell(d, PLAIN);
		end_cell(d);
	} else if (d->state != AT_CELL) {
		end_cell(d);
	}
	s = buf_str(&d->text);
	for (size_t i = 0; i < d->ncells; i++) {
		d->cells[i].s = s;
		s += d->cells[i].n;
	}
	ok = d->row(d->arg, d->cells, d->ncells, err);
	buf_reset(&d->text);
	d->ncells = 0;
	d->state = AT_CELL;
	return ok;
}

static bool end_line(struct delimited *d, struct error **err)
{
	if (d->state == COMMENT)
		d->state = AT_CELL;
	else if (!end_row(d, err))
		return false;
	d->line++;
	return true;
}

static bool is_special(const struct delimited *d, char c)
{
	return c == d->separator || c == '\n' || c == '\r' || c == '\0';
}

/* As many characters as change nothing. */
static const char *plain_run(struct delimited *d, const char *s, const char *end)
{
	const char *from = s;

	while (s < end && !is_special(d, *s))
		s++;
	buf_add(&d->text, from, (size_t)(s - from));
	return s;
}

static const char *quoted(struct delimited *d, const char *s, const char *end)
{
	const char *from = s;

	for (; s < end && *s != '"' && *s; s++)
		d->line += *s == '\n';
	buf_add(&d->text, from, (size_t)(s - from));
	return s;
}

/* Returns how many characters were taken. */
static size_t start_cell(struct delimited *d, char c)
{
	if (c == ' ' && d->separator != '\t')
		return 1;
	if (d->comments && c == '#' && !d->ncells) {
		d->state = COMMENT;
		return 1;
	}
	begin_cell(d, c == '"' ? QUOTED : PLAIN);
	return c == '"';
}

/* One character that means something in this state. It may change the state only, and come again.
 */
static bool step(struct delimited *d, const char **s, const char *end, struct error **err)
{
	char c = **s;

	if (c == '\0' && d->state != COMMENT)
		return refuse_line(d, d->line,
				   "this is no text (a zero byte): if the file is UTF-16, "
				   "save it as UTF-8",
				   err);
	if (d->state == QUOTED) {
		d->state = AT_QUOTE;
		++*s;
		return true;
	}
	if (d->state == AT_QUOTE && c == '"') {
		buf_addc(&d->text, c);
		d->state = QUOTED;
		++*s;
		return true;
	}
	if (c == '\n' || c == '\r') {
		++*s;
		d->after_cr = c == '\r';
		return end_line(d, err);
	}
	if (d->state == COMMENT) {
		while (*s < end && **s != '\n' && **s != '\r')
			++*s;
	} else if (c == d->separator && (d->state != AT_CELL || c != ' ')) {
		if (d->state == AT_CELL)
			begin_cell(d, PLAIN);
		end_cell(d);
		++*s;
	} else if (d->state == AT_CELL) {
		*s += start_cell(d, c);
	} else if (c == ' ') {
		d->state = CLOSED;
		++*s;
	} else {
		return refuse_line(d, d->line,
				   "there is text behind a closing quotation mark: double the "
				   "quotation marks within a value",
				   err);
	}
	return true;
}

static bool too_long(const struct delimited *d, struct error **err)
{
	if (d->state == QUOTED)
		return refuse_line(
		    d, d->cell_line,
		    "the value is longer than 16 MiB: is its quotation mark not closed?", err);
	return error_set(err, EIO, "line %zu: the row is longer than 16 MiB", d->line);
}

bool delimited_feed(struct delimited *d, const char *data, size_t n, struct error **err)
{
	const char *s = data, *end = data + n;

	if (d->after_cr && s < end) {
		s += *s == '\n';
		d->after_cr = false;
	}
	while (s < end) {
		if (d->state == PLAIN)
			s = plain_run(d, s, end);
		else if (d->state == QUOTED)
			s = quoted(d, s, end);
		if (d->text.len + d->ncells * sizeof(struct text_cell) > TABLE_ROW_MAX)
			return too_long(d, err);
		if (s < end && !step(d, &s, end, err))
			return false;
		if (d->after_cr && s < end) {
			s += *s == '\n';
			d->after_cr = false;
		}
	}
	return true;
}

bool delimited_finish(struct delimited *d, struct error **err)
{
	if (d->state == QUOTED)
		return refuse_line(d, d->cell_line, "the quotation mark is not closed", err);
	if (d->state == COMMENT || (d->state == AT_CELL && !d->ncells))
		return true;
	return end_row(d, err);
}

void delimited_restart(struct delimited *d)
{
	buf_reset(&d->text);
	d->ncells = 0;
	d->state = AT_CELL;
	d->after_cr = false;
	d->line = 1;
}

void delimited_clear(struct delimited *d)
{
	buf_free(&d->text);
	free(d->cells);
	d->cells = NULL;
}
