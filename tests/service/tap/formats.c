/*
 * formats.c: the formats of results, and values as text.
 */
#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/service/tap/writer.h"

#define IVO(x) "ivo://ivoa.net/std/TAPRegExt#output-votable-" x

static const struct svc_format formats[] = {
    {{"application/x-votable+xml", "votable", "application/x-votable+xml;serialization=tabledata",
      "votable/td", "text/xml"},
     "application/x-votable+xml;serialization=tabledata",
     IVO("td"),
     svc_tabledata_begin,
     svc_tabledata_row,
     svc_tabledata_end},
    {{"application/x-votable+xml;serialization=binary2", "votable/b2"},
     "application/x-votable+xml;serialization=binary2",
     IVO("binary2"),
     svc_binary2_begin,
     svc_binary2_row,
     svc_binary2_end},
    {{"application/x-votable+xml;serialization=binary", "votable/b"},
     "application/x-votable+xml;serialization=binary",
     IVO("binary"),
     svc_binary_begin,
     svc_binary_row,
     svc_binary_end},
    {{"text/csv", "csv", "text/csv;header=present"},
     "text/csv;header=present",
     NULL,
     svc_csv_begin,
     svc_csv_row,
     svc_csv_end},
    {{"text/tab-separated-values", "tsv"},
     "text/tab-separated-values",
     NULL,
     svc_tsv_begin,
     svc_tsv_row,
     svc_csv_end},
};

const struct svc_format *svc_formats(size_t *n)
{
	*n = sizeof(formats) / sizeof(*formats);
	return formats;
}

/* Equal but for case, blanks and quotes; b is in lower case and has none of these. */
static bool same_format(const char *a, const char *b)
{
	for (;; a++) {
		if (*a == ' ' || *a == '"')
			continue;
		if (tolower((unsigned char)*a) != *b)
			return false;
		if (!*b++)
			return true;
	}
}

const struct svc_format *svc_format_find(const char *name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		for (size_t k = 0; k < 6 && formats[i].names[k]; k++)
			if (same_format(name, formats[i].names[k]))
				return &formats[i];
	return NULL;
}

/* m / 10^decimals in plain notation, without zeros at its end. */
static void add_decimal(struct buf *out, bool negative, uint64_t m, int decimals)
{
	char s[48];
	char *p = s + sizeof(s);

	for (; decimals > 0 && m % 10 == 0; decimals--)
		m /= 10;
	for (int i = 0; m || i <= decimals; i++) {
		if (i == decimals && i)
			*--p = '.';
		*--p = (char)('0' + m % 10);
		m /= 10;
	}
	if (negative)
		*--p = '-';
	buf_add(out, p, (size_t)(s + sizeof(s) - p));
}

/*
 * The quick way for numbers of everyday size: an integer below 2^53 over a power of ten up to
 * 10^22 is divided exactly as its text would be read. False where it does not come out even.
 */
static bool add_quickly(struct buf *out, double v, int min_digits, int max_digits, bool is_float)
{
	static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
					1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
					1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
	double size = fabs(v);
	int whole = 1; /* digits in front of the point */

	if (v == 0 || size < 1e-4 || size >= 1e9)
		return false;
	while (whole < 9 && size >= powers[whole])
		whole++;
	for (int digits = min_digits; digits <= max_digits; digits++) {
		int decimals = digits > whole ? digits - whole : 0;
		double m = nearbyint(size * powers[decimals]);
		double back = m / powers[decimals];

		if (is_float ? (float)back == (float)size : back == size) {
			add_decimal(out, v < 0, (uint64_t)m, decimals);
			return true;
		}
	}
	return false;
}

void svc_add_double(struct buf *out, double v)
{
	char s[32];

	if (isnan(v)) {
		buf_adds(out, "NaN");
	} else if (isinf(v)) {
		buf_adds(out, v > 0 ? "Infinity" : "-Infinity");
	} else if (!add_quickly(out, v, 15, 15, false)) {
		for (int digits = 15; digits <= 17; digits++) {
			snprintf(s, sizeof(s), "%.*g", digits, v);
			if (strtod(s, NULL) == v)
				break;
		}
		buf_adds(out, s);
	}
}

void svc_add_float(struct buf *out, double v)
{
	char s[32];

	if (!isfinite(v)) {
		svc_add_double(out, v);
		return;
	}
	if (add_quickly(out, v, 6, 9, true))
		return;
	for (int digits = 6; digits <= 9; digits++) {
		snprintf(s, sizeof(s), "%.*g", digits, (double)(float)v);
		if (strtof(s, NULL) == (float)v)
			break;
	}
	buf_adds(out, s);
}

const double *svc_cell_numbers(sqlite3_stmt *stmt, int i, const struct svc_column *c, size_t *n)
{
	const double *v = sqlite3_column_blob(stmt, i);

	*n = (size_t)sqlite3_column_bytes(stmt, i) / sizeof(double);
	/* A geometry begins with its kind. */
	if (c->xtype && *n) {
		--*n;
		return v + 1;
	}
	return v;
}

static void add_numbers(struct buf *out, sqlite3_stmt *stmt, int i, const struct svc_column *c)
{
	size_t n;
	const double *v = svc_cell_numbers(stmt, i, c, &n);

	for (size_t k = 0; k < n; k++) {
		if (k)
			buf_addc(out, ' ');
		if (c->type == SVC_FLOAT)
			svc_add_float(out, v[k]);
		else
			svc_add_double(out, v[k]);
	}
}

static void add_integer(struct buf *out, int64_t v)
{
	add_decimal(out, v < 0, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, 0);
}

void svc_add_value(struct buf *out, sqlite3_stmt *stmt, int i, const struct svc_column *c)
{
	if (c->arraysize)
		add_numbers(out, stmt, i, c);
	else if (c->type == SVC_BOOLEAN)
		buf_adds(out, sqlite3_column_int(stmt, i) ? "true" : "false");
	else if (c->type == SVC_FLOAT)
		svc_add_float(out, sqlite3_column_double(stmt, i));
	else if (c->type == SVC_DOUBLE)
		svc_add_double(out, sqlite3_column_double(stmt, i));
	else
		add_integer(out, sqlite3_column_int64(stmt, i));
}
