/*
 * votable_data.c: a TABLEDATA cell, from characters to values (VOTable 1.5 §5.2).
 *
 * Values of an array stand between blanks. Empty is null; so are the words by
 * which servers say that there is nothing. Anything else that is no number is
 * refused: a wrong value must not look like a missing one.
 */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/text/number.h"
#include "table/cell_text.h"
#include "table/null_word.h"
#include "table/votable/votable_row.h"

static bool is_td_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The next word of *s; false at the end. */
static bool next_word(const char **s, const char *end, const char **word, size_t *n)
{
	while (*s < end && is_td_blank(**s))
		(*s)++;
	*word = *s;
	while (*s < end && !is_td_blank(**s))
		(*s)++;
	*n = (size_t)(*s - *word);
	return *n > 0;
}

static bool says_nothing(const char *s, size_t n)
{
	return null_word(s, n) >= 0 || text_is_word(s, n, "nan") || text_is_word(s, n, "nil");
}

static bool add_int(struct row *r, size_t col, const char *s, size_t n)
{
	int64_t i;
	double d;

	if (number_parse_int(s, n, &i)) {
		row_note_integer(r, col, i);
		row_add_int(r, col, i);
	} else if (says_nothing(s, n)) {
		row_add_missing(r, col);
	} else if (number_parse_double(s, n, &d) && d > -9e15 && d < 9e15 &&
		   d == (double)(int64_t)d) {
		row_note_integer(r, col, (int64_t)d);
		row_add_int(r, col, (int64_t)d); /* "12.0" */
	} else {
		return false;
	}
	return true;
}

/* In digits, but too large for its type: an infinity that nobody wrote. */
static bool is_beyond(double d, const char *s, size_t n)
{
	for (size_t i = 0; isinf(d) && i < n; i++)
		if (s[i] >= '0' && s[i] <= '9')
			return true;
	return false;
}

static bool add_td_real(struct row *r, size_t col, const char *s, size_t n)
{
	enum datatype type = r->table->fields[col].type;
	double d;
	float f;

	if (type == DT_FLOAT || type == DT_FLOAT_COMPLEX) {
		if (number_parse_float(s, n, &f)) {
			row_add_real(r, (double)f);
			return !is_beyond((double)f, s, n);
		}
	} else if (number_parse_double(s, n, &d)) {
		row_add_real(r, d);
		return !is_beyond(d, s, n);
	}
	if (!says_nothing(s, n))
		return false;
	row_add_missing(r, col);
	return true;
}

/* VOTable 1.5 §2.1 and §5.2 */
static bool add_letter(struct row *r, size_t col, char c)
{
	switch (c) {
	case 'T':
	case 't':
	case '1': row_add_int(r, col, 1); return true;
	case 'F':
	case 'f':
	case '0': row_add_int(r, col, 0); return true;
	case '?': row_add_missing(r, col); return true;
	default: return false;
	}
}

static bool add_td_boolean(struct row *r, size_t col, const char *s, size_t n)
{
	if (text_is_word(s, n, "true") || text_is_word(s, n, "yes"))
		return add_letter(r, col, 'T');
	if (text_is_word(s, n, "false") || text_is_word(s, n, "no"))
		return add_letter(r, col, 'F');
	if (n > 1 && says_nothing(s, n))
		return add_letter(r, col, '?');
	for (size_t i = 0; i < n; i++) /* arrays may come without blanks: TFT */
		if (!add_letter(r, col, s[i]))
			return false;
	return true;
}

/* Bits may be written with blanks between or without. */
static bool add_bits(struct row *r, size_t col, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (s[i] != '0' && s[i] != '1')
			return add_td_boolean(r, col, s, n);
		row_add_int(r, col, s[i] == '1');
	}
	return true;
}

static bool add_td_value(struct row *r, size_t col, const char *s, size_t n)
{
	switch (r->table->fields[col].type) {
	case DT_BOOLEAN: return add_td_boolean(r, col, s, n);
	case DT_BIT: return add_bits(r, col, s, n);
	case DT_FLOAT:
	case DT_DOUBLE:
	case DT_FLOAT_COMPLEX:
	case DT_DOUBLE_COMPLEX: return add_td_real(r, col, s, n);
	default: return add_int(r, col, s, n);
	}
}

/* Strings of string_len characters, without a gap between them; the last may be shorter. */
static void add_td_strings(struct row *r, size_t col, const char *s, size_t n)
{
	size_t width = r->table->fields[col].string_len;
	size_t count = 0;

	row_text_begin(r, col);
	for (size_t i = 0; i < n; count++) {
		size_t from = i;
		size_t to;

		for (size_t chars = 0; i < n && chars < width; chars++)
			do
				i++;
			while (i < n && ((unsigned char)s[i] & 0xc0) == 0x80); /* UTF-8 goes on */
		for (to = i; to > from && s[to - 1] == ' ';)
			to--;
		buf_add(&r->text, s + from, to - from);
		buf_addc(&r->text, '\0');
	}
	row_text_end(r, col, count);
}

/* One value, most of the time without blanks around. */
static bool td_scalar(struct row *r, size_t col, const char *s, size_t n)
{
	while (n && is_td_blank(*s))
		s++, n--;
	while (n && is_td_blank(s[n - 1]))
		n--;
	if (!n) {
		row_null(r, col);
		return true;
	}
	row_values_begin(r, col);
	if (!add_td_value(r, col, s, n))
		return false;
	row_values_end(r, col);
	return true;
}

bool tabledata_cell(struct row *r, size_t col, const char *s, size_t n)
{
	const struct field *f = &r->table->fields[col];
	const char *end = s + n;
	const char *word;
	size_t words = 0;
	size_t len;

	if (datatype_is_text(f->type)) {
		if (f->is_array)
			add_td_strings(r, col, s, n);
		else
			row_string(r, col, s, n);
		return true;
	}
	if (!f->is_array && !datatype_is_complex(f->type))
		return td_scalar(r, col, s, n);
	row_values_begin(r, col);
	for (; next_word(&s, end, &word, &len); words++)
		if (!add_td_value(r, col, word, len))
			return false;
	if (words == 0)
		row_null(r, col);
	else if (datatype_is_complex(f->type) && words % 2)
		return false;
	else
		row_values_end(r, col);
	return true;
}
