/* text_rows.c: see text_rows.h. */
#include "table/read/text_rows.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text/xml.h"
#include "table/column_guess.h"
#include "table/read/text_layout.h"
#include "table/unit.h"

bool is_decimal_comma(const char *s, size_t n)
{
	size_t whole, fraction;

	xml_trim(&s, &n);
	if (n && (*s == '-' || *s == '+'))
		s++, n--;
	for (whole = 0; whole < n && s[whole] >= '0' && s[whole] <= '9';)
		whole++;
	if (whole == n || s[whole] != ',')
		return false;
	for (fraction = 0; whole + 1 + fraction < n && s[whole + 1 + fraction] >= '0' &&
			   s[whole + 1 + fraction] <= '9';)
		fraction++;
	return fraction && whole + 1 + fraction == n;
}

bool text_row_is_data(const struct text_cell *cells, size_t n)
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

static void look_at_numbers(struct sample_rows *r, const struct text_cell *cells, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned may = column_guess_of(cells[i].s, cells[i].n);
		bool comma = r->separator != ',' && is_decimal_comma(cells[i].s, cells[i].n);

		if (comma && !r->comma)
			r->comma_line = cells[i].line;
		r->comma = r->comma || comma;
		r->has_number = r->has_number || comma || (may & MAY_REAL);
		r->point = r->point || ((may & MAY_REAL) && !(may & MAY_INTEGER) &&
					memchr(cells[i].s, '.', cells[i].n));
	}
}

static char **keep_cells(const struct text_cell *cells, size_t n)
{
	char **kept = xcalloc(n + 1, sizeof(*kept));

	for (size_t i = 0; i < n; i++) {
		const char *s = cells[i].s;
		size_t len = cells[i].n;

		xml_trim(&s, &len);
		kept[i] = xstrndup(s, len);
	}
	return kept;
}

static bool sample_row_came(void *arg, const struct text_cell *cells, size_t n, struct error **err)
{
	struct sample_rows *r = arg;
	struct sample_row *row = &r->at[r->n];

	(void)err;
	if (!n || r->n == TEXT_ROWS)
		return true;
	row->n = n;
	row->line = cells->line;
	row->data = text_row_is_data(cells, n);
	row->hash = cells->n && *cells->s == '#';
	if (r->n && row->hash && n != r->at[0].n) /* a comment, or VizieR's #END# */
		return true;
	if (r->n < ROWS_KEPT)
		row->cells = keep_cells(cells, n < TEXT_CELLS ? n : TEXT_CELLS);
	r->even = r->even && n == r->at[0].n;
	if (r->n)
		look_at_numbers(r, cells, n);
	r->n++;
	return true;
}

void sample_rows_read(struct sample_rows *r, char separator, const char *text, size_t n,
		      size_t line, bool all)
{
	struct delimited d = {
	    .separator = separator, .line = line, .row = sample_row_came, .arg = r};
	struct error *none = NULL;

	*r = (struct sample_rows){.separator = separator, .even = true};
	if (!delimited_feed(&d, text, n, &none) || (all && !delimited_finish(&d, &none)))
		r->even = false;
	error_free(none);
	delimited_clear(&d);
}

void sample_rows_clear(struct sample_rows *r)
{
	for (size_t i = 0; i < r->n; i++) {
		for (char **c = r->at[i].cells; c && *c; c++)
			free(*c);
		free(r->at[i].cells);
	}
	r->n = 0;
}

bool row_is_dashes(const struct sample_row *row)
{
	bool any = false;

	for (char **c = row->cells; c && *c; c++) {
		size_t n = strlen(*c);

		if (strspn(*c, "-=") != n || (n == 1 && row->n > 1))
			return false;
		any = any || n >= 2;
	}
	return any;
}

bool row_is_types(const struct sample_row *row)
{
	static const char *const words[] = {
	    "int",      "integer", "int16",     "int32",   "int64",   "long",  "short",
	    "bigint",   "float",   "float32",   "float64", "double",  "real",  "numeric",
	    "str",      "string",  "char",      "varchar", "text",    "bool",  "boolean",
	    "datetime", "date",    "timestamp", "object",  "unicode", "uint8", "byte"};
	size_t known = 0, n = 0;

	for (char **c = row->cells; c && *c; c++, n++) {
		const char *word = *c + (n == 0 && **c == '#');

		for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
			known += strcasecmp(words[i], word) == 0;
	}
	return n && known == n;
}

bool row_is_units(const struct sample_row *row)
{
	size_t any = 0;

	for (char **c = row->cells; c && *c; c++) {
		if (**c && !unit_is_known(*c, strlen(*c)))
			return false;
		any += **c != '\0';
	}
	return any > 0;
}
