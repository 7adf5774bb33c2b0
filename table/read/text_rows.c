/* text_rows.c: see text_rows.h. */
#include "table/read/text_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text/xml.h"
#include "table/column_guess.h"

static size_t digits_at(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && s[i] >= '0' && s[i] <= '9')
		i++;
	return i;
}

bool is_decimal_comma(const char *s, size_t n)
{
	size_t whole, fraction;

	xml_trim(&s, &n);
	if (n && (*s == '-' || *s == '+'))
		s++, n--;
	whole = digits_at(s, n);
	if (whole == n || s[whole] != ',')
		return false;
	s += whole + 1, n -= whole + 1;
	fraction = digits_at(s, n);
	s += fraction, n -= fraction;
	if (fraction && n > 1 && (*s == 'e' || *s == 'E')) {
		s++, n--;
		if (n > 1 && (*s == '-' || *s == '+'))
			s++, n--;
		return digits_at(s, n) == n;
	}
	return fraction && !n;
}

bool text_is_value(char separator, const char *s, size_t n)
{
	bool digit = false;

	for (size_t i = 0; i < n && !digit; i++)
		digit = s[i] >= '0' && s[i] <= '9';
	return digit && ((column_guess_of(s, n) & (MAY_REAL | MAY_TIME)) ||
			 (separator != ',' && is_decimal_comma(s, n)));
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

bool text_row_is_rule(char separator, const struct text_cell *cells, size_t n)
{
	size_t i = 0;

	if (separator != '|' || n != 1 || cells->n < 3)
		return false;
	while (i < cells->n && strchr("+-=", cells->s[i]))
		i++;
	return i == cells->n;
}

bool text_is_row_count(const char *s, size_t n)
{
	bool bracket;
	size_t number;

	xml_trim(&s, &n);
	bracket = n && *s == '(';
	if (bracket)
		s++, n--;
	number = digits_at(s, n);
	if (!number || n - number < 5 || memcmp(s + number, " row", 4) != 0)
		return false;
	s += number + 4, n -= number + 4;
	if (*s == 's')
		s++, n--;
	return bracket ? n && s[n - 1] == ')' : n >= 7 && memcmp(s, " in set", 7) == 0;
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

static void look_at(struct sample_rows *r, struct sample_row *row, const struct text_cell *cells)
{
	for (size_t i = 0; i < row->n; i++) {
		row->value = row->value || text_is_value(r->separator, cells[i].s, cells[i].n);
		if (r->n && !r->has_number)
			r->has_number =
			    (column_guess_of(cells[i].s, cells[i].n) & MAY_REAL) ||
			    (r->separator != ',' && is_decimal_comma(cells[i].s, cells[i].n));
	}
}

static bool sample_row_came(void *arg, const struct text_cell *cells, size_t n, struct error **err)
{
	struct sample_rows *r = arg;
	struct sample_row *row = &r->at[r->n];

	(void)err;
	if (!n || r->n == TEXT_ROWS || text_row_is_rule(r->separator, cells, n))
		return true;
	if (r->n && n == 1 && r->at[0].n > 1 && text_is_row_count(cells->s, cells->n))
		return true;
	if (r->n && cells->n && *cells->s == '#' && n != r->at[0].n) /* VizieR's #END# */
		return true;
	row->n = n;
	row->line = cells->line;
	row->data = text_row_is_data(cells, n);
	row->cells = keep_cells(cells, n < TEXT_CELLS ? n : TEXT_CELLS);
	r->boxed = r->boxed && n > 2 && !cells[0].n && !cells[n - 1].n;
	r->even = r->even && n == r->at[0].n;
	look_at(r, row, cells);
	r->n++;
	return true;
}

/* The cells without those beyond the bars at both ends. */
static void unbox(struct sample_rows *r)
{
	for (size_t i = 0; i < r->n; i++) {
		struct sample_row *row = &r->at[i];
		size_t kept = row->n < TEXT_CELLS ? row->n : TEXT_CELLS;

		free(row->cells[0]);
		memmove(row->cells, row->cells + 1, kept * sizeof(*row->cells));
		if (row->n <= TEXT_CELLS) {
			free(row->cells[kept - 2]);
			row->cells[kept - 2] = NULL;
		}
		row->n -= 2;
	}
}

void sample_rows_read(struct sample_rows *r, char separator, const char *text, size_t n,
		      size_t line, bool all)
{
	struct delimited d = {
	    .separator = separator, .line = line, .row = sample_row_came, .arg = r};
	struct error *none = NULL;

	*r = (struct sample_rows){.separator = separator, .even = true, .boxed = separator == '|'};
	if (!delimited_feed(&d, text, n, &none) || (all && !delimited_finish(&d, &none)))
		r->broken = true;
	r->even = r->even && !r->broken;
	r->boxed = r->boxed && r->n;
	if (r->boxed)
		unbox(r);
	error_free(none);
	delimited_clear(&d);
}

void sample_rows_clear(struct sample_rows *r)
{
	for (size_t i = 0; i < r->n; i++) {
		for (char **c = r->at[i].cells; *c; c++)
			free(*c);
		free(r->at[i].cells);
	}
	r->n = 0;
}
