/*
 * text_below.c: see text_below.h.
 *
 * Rows are told from such lines by what is below: under a unit there are numbers, and no text is
 * under a type of numbers.
 */
#include "table/read/text_below.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/text/xml.h"
#include "table/cell_text.h"
#include "table/column_guess.h"
#include "table/null_word.h"
#include "table/unit.h"

#define SHOWN 60 /* bytes of a cell in a sentence */

/* --- lines alone --- */

bool row_is_dashes(const struct sample_row *row)
{
	bool any = false;

	for (char **c = row->cells; *c; c++) {
		size_t n = strlen(*c);

		if (!n || strspn(*c, "-=") != n)
			return false;
		any = any || n >= 2;
	}
	return any;
}

static const char *const number_types[] = {
    "int",     "integer", "int8",    "int16",  "int32",   "int64",   "int2",   "int4",
    "uint8",   "uint16",  "uint32",  "uint64", "long",    "short",   "bigint", "smallint",
    "tinyint", "float",   "float4",  "float8", "float32", "float64", "double", "double precision",
    "real",    "numeric", "decimal", "number", "byte"};
static const char *const other_types[] = {
    "str",     "string",   "char", "varchar",   "varchar2",          "nvarchar",
    "nchar",   "text",     "clob", "character", "character varying", "bool",
    "boolean", "datetime", "date", "time",      "timestamp",         "timestamp without time zone",
    "object",  "unicode"};
/* Those that columns are named, too. */
static const char *const names_too[] = {"text",      "date", "time",      "object",
					"number",    "long", "short",     "real",
					"character", "byte", "timestamp", "datetime"};

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static bool is_among(const char *const *all, size_t count, const char *s, size_t n)
{
	for (size_t i = 0; i < count; i++)
		if (text_is_word(s, n, all[i]))
			return true;
	return false;
}

/* Without the size behind it: varchar(32). */
static size_t type_length(const char *s)
{
	size_t n = strcspn(s, "([");

	while (n && s[n - 1] == ' ')
		n--;
	return n;
}

/* numpy's: <f8, |S12 */
static bool is_code(const char *s, const char *kinds)
{
	s += strspn(s, "<>|=") > 0;
	return *s && strchr(kinds, *s) && s[1] && s[1 + strspn(s + 1, "0123456789")] == '\0';
}

static bool is_number_type(const char *s)
{
	return is_among(number_types, COUNT(number_types), s, type_length(s)) || is_code(s, "iuf");
}

static bool is_type(const char *s)
{
	return is_number_type(s) || is_among(other_types, COUNT(other_types), s, type_length(s)) ||
	       (strchr("<>|", *s) && is_code(s, "SUb"));
}

static const char *type_in(const struct sample_row *row, size_t col)
{
	const char *s = row->cells[col];

	return s + (col == 0 && *s == '#');
}

bool row_is_types(const struct sample_row *row)
{
	size_t n = 0;

	for (; row->cells[n]; n++)
		if (!*row->cells[n] || !is_type(type_in(row, n)))
			return false;
	return n > 0;
}

void text_unit_bare(const char **s, size_t *n)
{
	xml_trim(s, n);
	if (*n > 2 &&
	    ((**s == '[' && (*s)[*n - 1] == ']') || (**s == '(' && (*s)[*n - 1] == ')'))) {
		(*s)++;
		*n -= 2;
		xml_trim(s, n);
	}
}

bool text_is_no_unit(const char *s, size_t n)
{
	static const char *const words[] = {"unitless", "dimensionless", "none", "n/a", "na"};

	while (n && *s == '-' && s[n - 1] == '-')
		s++, n--;
	return !n || is_among(words, COUNT(words), s, n);
}

static bool is_unit(const char *s)
{
	size_t n = strlen(s);

	text_unit_bare(&s, &n);
	return unit_is_known(s, n);
}

bool row_is_units(const struct sample_row *row)
{
	size_t any = 0;

	for (char **c = row->cells; *c; c++) {
		bool unit = is_unit(*c);

		if (!unit && !text_is_no_unit(*c, strlen(*c)))
			return false;
		any += unit;
	}
	return any > 0;
}

/* --- what is below --- */

enum kind_below { NOTHING, NUMBERS, DIGITS, TEXTS };

static enum kind_below kind_of_cell(char separator, const char *s)
{
	size_t n = strlen(s);
	const char *at = s + (*s == '-' || *s == '+');

	if (!n || null_word(s, n) >= 0)
		return NOTHING;
	if ((column_guess_of(s, n) & MAY_REAL) || text_is_word(s, n, "nan") ||
	    (separator != ',' && is_decimal_comma(s, n)))
		return NUMBERS;
	return *at >= '0' && *at <= '9' ? DIGITS : TEXTS; /* 00 42 44.3, 2026-11-30 */
}

static enum kind_below kind_below(const struct sample_rows *r, size_t from, size_t col)
{
	enum kind_below kind = NOTHING;

	for (size_t i = from; i < r->n && kind != TEXTS; i++) {
		enum kind_below one =
		    col < r->at[i].n ? kind_of_cell(r->separator, r->at[i].cells[col]) : NOTHING;

		kind = one > kind ? one : kind;
	}
	return kind;
}

bool text_row_differs(const struct sample_rows *r, size_t row, size_t from)
{
	for (size_t col = 0; r->at[row].cells[col]; col++)
		if (kind_of_cell(r->separator, r->at[row].cells[col]) == TEXTS &&
		    kind_below(r, from, col) == NUMBERS)
			return true;
	return false;
}

/* Types in row i, and from row `from` on no texts where they say numbers. */
static bool types_fit(const struct sample_rows *r, size_t i, size_t from)
{
	if (from >= r->n || r->at[i].n < 2 || !row_is_types(&r->at[i]))
		return false;
	for (size_t col = 0; r->at[i].cells[col]; col++)
		if (is_number_type(type_in(&r->at[i], col)) && kind_below(r, from, col) >= DIGITS)
			return false;
	return true;
}

bool text_types_come_first(const struct sample_rows *r)
{
	size_t sure = 0;

	if (r->n < 3 || r->at[1].value || row_is_dashes(&r->at[1]) || !types_fit(r, 0, 2))
		return false;
	for (size_t col = 0; r->at[0].cells[col]; col++) {
		const char *s = type_in(&r->at[0], col);

		sure += !is_among(names_too, COUNT(names_too), s, strlen(s));
	}
	return sure > 0;
}

enum verdict { NO, YES, UNDECIDED };

/* Whether row i is a line of units, by the rows from `from` on; *col: the first that shows it. */
static enum verdict units_at(const struct sample_rows *r, size_t i, size_t from, size_t *shows)
{
	size_t units = 0, brackets = 0, words = 0, texts = 0, numbers = 0;
	const struct sample_row *row = &r->at[i];

	if (from >= r->n || row->value || row->n != r->at[from].n)
		return NO;
	for (size_t col = 0; row->cells[col]; col++) {
		const char *s = row->cells[col];
		enum kind_below kind = kind_below(r, from, col);
		bool unit = is_unit(s), measured = kind == NUMBERS || kind == DIGITS;

		numbers += kind == NUMBERS;
		if (text_is_no_unit(s, strlen(s)))
			continue;
		if (measured && !units && (unit || !words))
			*shows = col;
		units += unit && measured;
		brackets += *s == '[' && s[strlen(s) - 1] == ']';
		words += !unit && kind == NUMBERS;
		texts += kind == TEXTS && !(*s == '[' && s[strlen(s) - 1] == ']');
	}
	if (units || (brackets && !words))
		return texts ? UNDECIDED : YES;
	return words >= 2 && words == numbers && !texts ? UNDECIDED : NO;
}

/* The line of dashes at row i or below lines that may be units and types; n: there is none. */
static size_t dashes_from(const struct sample_rows *r, size_t i)
{
	for (size_t at = i; at < r->n && at < i + LAYOUT_BELOW; at++) {
		bool null = at > i;

		if (!row_is_dashes(&r->at[at])) {
			if (r->at[at].value)
				break;
			continue;
		}
		for (char **c = r->at[at].cells; *c; c++)
			null = null && null_word(*c, strlen(*c)) >= 0;
		if ((null && !row_is_units(&r->at[at - 1])) ||
		    (at == i + 2 && !row_is_types(&r->at[i]) && !row_is_types(&r->at[i + 1])))
			break;
		return at;
	}
	return r->n;
}

static bool cannot_tell_units(const struct sample_rows *r, size_t i, size_t col, struct error **err)
{
	return error_set(
	    err, EIO,
	    "line %zu may hold units (\"%.*s\" in column %zu, where numbers are below) "
	    "or be a row: take the line out, and write units behind the names, as in "
	    "\"ra (deg)\"",
	    r->at[i].line, SHOWN, r->at[i].cells[col], col + 1);
}

bool text_below_find(const struct sample_rows *r, size_t i, enum layout_line below[LAYOUT_BELOW],
		     size_t *nbelow, struct error **err)
{
	size_t dashes = dashes_from(r, i), n = 0, col = 0;
	bool types = false;

	*nbelow = 0;
	if (dashes < r->n) {
		for (; i < dashes; i++)
			below[n++] = row_is_types(&r->at[i]) ? LAYOUT_TYPES : LAYOUT_UNITS;
		below[n++] = LAYOUT_DASHES;
		*nbelow = n;
		return true;
	}
	if (types_fit(r, i, i + 1) ||
	    (types_fit(r, i, i + 2) && units_at(r, i + 1, i + 2, &col) == YES)) {
		below[n++] = LAYOUT_TYPES;
		types = true;
		i++;
	}
	if (!types && types_fit(r, i + 1, i + 2) && units_at(r, i, i + 2, &col) == YES) {
		below[n++] = LAYOUT_UNITS;
		below[n++] = LAYOUT_TYPES;
	} else if (i < r->n) {
		enum verdict units = units_at(r, i, i + 1, &col);

		if (units == UNDECIDED)
			return cannot_tell_units(r, i, col, err);
		if (units == YES)
			below[n++] = LAYOUT_UNITS;
	}
	*nbelow = n;
	return true;
}
