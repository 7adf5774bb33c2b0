/*
 * ecsv_cell.c: typed cells of an ECSV; see table_ecsv.h.
 *
 * An array is JSON (RFC 8259, with NaN and Infinity as Python writes them): lists in lists down to
 * the values, as the column's shape has them. A list of any length within others is taken as it
 * comes, into one flat list.
 */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/text/number.h"
#include "base/text/xml.h"
#include "base/utf8.h"
#include "table/cell_text.h"
#include "table/column_guess.h"
#include "table/read/table_ecsv.h"

#define DEPTH_MAX 40

/* --- JSON --- */

struct ecsv_json {
	const char *s, *end;
	struct row *row;
	size_t col;
	size_t shape[TABLE_DIMS], dims;
	bool loose;   /* lists lie in each other in any way */
	size_t count; /* values so far */
	struct text_cell *lost;
};

static void blanks(struct ecsv_json *j)
{
	while (j->s < j->end && (*j->s == ' ' || *j->s == '\t' || *j->s == '\n' || *j->s == '\r'))
		j->s++;
}

static bool take_char(struct ecsv_json *j, char c)
{
	blanks(j);
	if (j->s == j->end || *j->s != c)
		return false;
	j->s++;
	return true;
}

static bool hex4(struct ecsv_json *j, uint32_t *code)
{
	*code = 0;
	if (j->end - j->s < 4)
		return false;
	for (int i = 0; i < 4; i++, j->s++) {
		char c = *j->s;
		uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
				 : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
				 : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10)
							: 16;

		if (digit > 15)
			return false;
		*code = *code << 4 | digit;
	}
	return true;
}

static bool escape(struct ecsv_json *j, struct buf *out)
{
	static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
	const char *at;
	uint32_t code, low;

	if (j->s == j->end)
		return false;
	if (*j->s != 'u') {
		at = *j->s ? strchr(letters, *j->s) : NULL;
		if (!at)
			return false;
		buf_addc(out, meanings[at - letters]);
		j->s++;
		return true;
	}
	j->s++;
	if (!hex4(j, &code))
		return false;
	if (code >= 0xd800 && code < 0xdc00 && j->end - j->s >= 6 && j->s[0] == '\\' &&
	    j->s[1] == 'u') {
		j->s += 2;
		if (!hex4(j, &low) || low < 0xdc00 || low > 0xdfff)
			return false;
		code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
	}
	if (code)
		utf8_add(out, code);
	return true;
}

/* A string of the list, a NUL behind it; trailing blanks are none in a list of strings. */
static bool string(struct ecsv_json *j)
{
	struct buf *out = &j->row->text;
	size_t from = out->len;

	while (j->s < j->end && *j->s != '"') {
		if (*j->s == '\\') {
			j->s++;
			if (!escape(j, out))
				return false;
		} else {
			buf_addc(out, *j->s++);
		}
	}
	if (j->s == j->end)
		return false;
	j->s++;
	while (out->len > from && out->data[out->len - 1] == ' ')
		out->len--;
	buf_addc(out, '\0');
	return true;
}

static bool read_scalar(struct row *r, size_t col, const char *s, size_t n, struct text_cell *lost);

static bool value(struct ecsv_json *j)
{
	const struct field *f = &j->row->table->fields[j->col];
	const char *from;
	size_t n;

	j->count++;
	if (datatype_is_text(f->type)) {
		if (take_char(j, '"'))
			return string(j);
		if (j->end - j->s < 4 || memcmp(j->s, "null", 4) != 0)
			return false;
		j->s += 4;
		buf_addc(&j->row->text, '\0');
		return true;
	}
	blanks(j);
	from = j->s;
	while (j->s < j->end && !strchr(",[]{}\" \t\r\n", *j->s))
		j->s++;
	n = (size_t)(j->s - from);
	if (text_is_word(from, n, "null")) {
		row_add_missing(j->row, j->col);
		return true;
	}
	return n && read_scalar(j->row, j->col, from, n, j->lost);
}

/* A list, whose first bracket was taken. */
static bool list(struct ecsv_json *j, size_t depth) /* NOLINT(misc-no-recursion): DEPTH_MAX */
{
	size_t n = 0;

	if (depth > DEPTH_MAX || (!j->loose && depth > j->dims))
		return false;
	if (!take_char(j, ']')) {
		do {
			bool nested = take_char(j, '[');

			if (!j->loose && nested != (depth < j->dims))
				return false;
			if (!(nested ? list(j, depth + 1) : value(j)))
				return false;
			n++;
		} while (take_char(j, ','));
		if (!take_char(j, ']'))
			return false;
	}
	return j->loose || !j->shape[depth - 1] || j->shape[depth - 1] == n;
}

static bool array(struct row *r, size_t col, const char *s, size_t n, struct text_cell *lost)
{
	const struct field *f = &r->table->fields[col];
	bool text = datatype_is_text(f->type);
	struct ecsv_json j = {.s = s, .end = s + n, .row = r, .col = col, .lost = lost};

	j.dims = field_shape(f, j.shape);
	j.loose = j.dims == 1 && !j.shape[0];
	if (text)
		row_text_begin(r, col);
	else
		row_values_begin(r, col);
	if (!take_char(&j, '[') || !list(&j, 1))
		return false;
	blanks(&j);
	if (j.s < j.end)
		return false;
	if (text)
		row_text_end(r, col, j.count);
	else
		row_values_end(r, col);
	return true;
}

/* --- scalars --- */

static bool lose_number(struct row *r, size_t col, const char *s, size_t n, struct text_cell *lost)
{
	lost->s = s;
	lost->n = n;
	row_add_missing(r, col);
	return true;
}

static bool read_integer(struct row *r, size_t col, const char *s, size_t n, struct text_cell *lost)
{
	static const int64_t most[] = {[DT_UNSIGNED_BYTE] = 255,
				       [DT_SHORT] = INT16_MAX,
				       [DT_INT] = INT32_MAX,
				       [DT_LONG] = INT64_MAX};
	enum datatype type = r->table->fields[col].type;
	int64_t v;

	if (!number_parse_int(s, n, &v))
		return type == DT_LONG && column_guess_is_whole(s, n) &&
		       lose_number(r, col, s, n, lost);
	if (v > most[type] || v < (type == DT_UNSIGNED_BYTE ? 0 : -most[type] - 1))
		return false;
	row_add_int(r, col, v);
	return true;
}

static bool has_digit(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] >= '0' && s[i] <= '9')
			return true;
	return false;
}

static bool read_real(struct row *r, size_t col, const char *s, size_t n, struct text_cell *lost)
{
	enum datatype type = r->table->fields[col].type;
	float single;
	double v;

	if (type == DT_FLOAT || type == DT_FLOAT_COMPLEX) {
		if (!number_parse_float(s, n, &single))
			return false;
		v = (double)single;
	} else if (!number_parse_double(s, n, &v)) {
		return false;
	}
	if (isinf(v) && has_digit(s, n))
		return lose_number(r, col, s, n, lost);
	row_add_real(r, v);
	return true;
}

/* As Python writes it: (1.5-2j), 2j, 1.5. */
static bool read_complex(struct row *r, size_t col, const char *s, size_t n, struct text_cell *lost)
{
	size_t at = n;

	if (n > 2 && *s == '(' && s[n - 1] == ')')
		s++, n -= 2;
	if (s[n - 1] != 'j') {
		if (!read_real(r, col, s, n, lost))
			return false;
		row_add_real(r, 0);
		return true;
	}
	n--;
	for (at = n; at > 0; at--)
		if ((s[at] == '+' || s[at] == '-') && s[at - 1] != 'e' && s[at - 1] != 'E')
			break;
	if (!at)
		row_add_real(r, 0);
	else if (!read_real(r, col, s, at, lost))
		return false;
	return read_real(r, col, s + at, n - at, lost);
}

static bool read_scalar(struct row *r, size_t col, const char *s, size_t n, struct text_cell *lost)
{
	enum datatype type = r->table->fields[col].type;

	if (type == DT_BOOLEAN) {
		bool yes = text_is_word(s, n, "true") || text_is_word(s, n, "1");

		if (!yes && !text_is_word(s, n, "false") && !text_is_word(s, n, "0"))
			return false;
		row_add_int(r, col, yes);
		return true;
	}
	if (datatype_is_complex(type))
		return read_complex(r, col, s, n, lost);
	if (datatype_is_real(type))
		return read_real(r, col, s, n, lost);
	return read_integer(r, col, s, n, lost);
}

bool ecsv_cell(struct row *r, size_t col, const char *s, size_t n, struct text_cell *lost)
{
	const struct field *f = &r->table->fields[col];

	if (datatype_is_text(f->type) && !f->is_array) {
		row_string(r, col, s, n);
		return true;
	}
	xml_trim(&s, &n);
	if (!n) {
		row_null(r, col);
		return true;
	}
	if (f->is_array)
		return array(r, col, s, n, lost);
	row_values_begin(r, col);
	if (!read_scalar(r, col, s, n, lost))
		return false;
	row_values_end(r, col);
	return true;
}
