/*
 * table_fits_values.c: values of a column of a FITS table, some rows at once; see table_fits.h.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text/number.h"
#include "table/read/table_fits.h"

/*
 * The number as it stands in an ASCII table: without the blanks that may be in it, and with an
 * exponent of e (FITS 4.0 §7.2.5). False where cfitsio knows better: no number, no point.
 */
static bool read_text(struct fits_reader *r, const struct fits_in_column *k, LONGLONG row,
		      union slot *value)
{
	unsigned char text[FITS_NUMBER_MAX];
	char plain[FITS_NUMBER_MAX];
	size_t n = 0;

	fits_read_tblbytes(r->file, row, k->at, k->length, text, &r->status);
	for (LONGLONG i = 0; !r->status && i < k->length; i++)
		if (text[i] != ' ')
			plain[n++] = (char)(text[i] == 'D' || text[i] == 'd' ? 'e' : text[i]);
	if (k->code == TLONGLONG)
		return number_parse_int(plain, n, &value->i);
	return memchr(plain, '.', n) && number_parse_double(plain, n, &value->d);
}

static void read_texts(struct fits_reader *r, const struct fits_in_column *k, LONGLONG row,
		       LONGLONG n)
{
	union slot value;

	for (LONGLONG i = 0; i < n && !r->status; i++) {
		if (k->nulls[i] || !read_text(r, k, row + i, &value))
			continue;
		if (k->code == TLONGLONG)
			((LONGLONG *)k->values)[i] = value.i;
		else
			((double *)k->values)[i] = value.d;
	}
}

void fits_in_values(struct fits_reader *r, int column, LONGLONG row, LONGLONG n)
{
	struct fits_in_column *k = &r->columns[column - 1];
	int any = 0;

	if (!n || r->status)
		return;
	if (k->code == TBIT || k->has_infinities)
		memset(k->nulls, 0, (size_t)n);
	if (k->has_infinities) /* the other function takes them for missing */
		fits_read_col(r->file, k->code, column, row, 1, n, NULL, k->values, &any,
			      &r->status);
	else if (k->code == TBIT) /* this one goes by rows */
		for (LONGLONG at = 0; at < n && !r->status; at += k->repeat, row++)
			fits_read_col_bit(r->file, column, row, 1, k->repeat,
					  (char *)k->values + at, &r->status);
	else
		fits_read_colnull(r->file, k->code, column, row, 1, n,
				  k->code == TSTRING ? (void *)k->strings : k->values, k->nulls,
				  &any, &r->status);
	if (k->length)
		read_texts(r, k, row, n);
}
