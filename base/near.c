/* near.c: see near.h. Three rows of the table of distances are kept. */
#include "base/near.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static int lower_char(char c)
{
	return tolower((unsigned char)c);
}

static size_t edit_distance_cell(const size_t *above, const size_t *row, const size_t *two,
				 const char *a, const char *b, size_t i, size_t j)
{
	size_t d = above[j - 1] + (lower_char(a[i - 1]) != lower_char(b[j - 1]));

	d = least(d, least(above[j], row[j - 1]) + 1);
	if (i > 1 && j > 1 && lower_char(a[i - 1]) == lower_char(b[j - 2]) &&
	    lower_char(a[i - 2]) == lower_char(b[j - 1]))
		d = least(d, two[j - 2] + 1);
	return d;
}

size_t near_distance(const char *a, const char *b, size_t limit)
{
	size_t n = strlen(a), m = strlen(b), width = m + 1;
	size_t *rows, *row, *above, *two;
	size_t best;

	if ((n > m ? n - m : m - n) > limit)
		return limit + 1;
	rows = xcalloc(3 * width, sizeof(*rows));
	two = rows;
	above = rows + width;
	row = rows + 2 * width;
	for (size_t j = 0; j <= m; j++)
		above[j] = j;
	best = m;
	for (size_t i = 1; i <= n; i++) {
		size_t *free_row = two;

		best = row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			row[j] = edit_distance_cell(above, row, two, a, b, i, j);
			best = least(best, row[j]);
		}
		if (best > limit)
			break;
		best = row[m];
		two = above;
		above = row;
		row = free_row;
	}
	free(rows);
	return best > limit ? limit + 1 : best;
}
