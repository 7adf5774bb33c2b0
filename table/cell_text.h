/*
 * cell_text.h: values as plain text, as CSV, TSV, TXT and HTML have them.
 *
 * An array is one text with blanks between its values; a missing value within it is NaN for floats
 * and null for integers and booleans, so that every value keeps its position. A complex value is
 * its two parts with a blank between. What is missing as a whole (null, NaN) is empty.
 */
#ifndef TAPFS_TABLE_CELL_TEXT_H
#define TAPFS_TABLE_CELL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "table/table.h"

/* One number of a cell: the i-th integer, or real (two for a complex one); NaN is empty. */
void cell_add_number(struct buf *out, const struct field *, const struct cell *, size_t i);
/* An array, or a complex value; not null. */
void cell_add_list(struct buf *out, const struct field *, const struct cell *);
/* Anything but strings (datatype_is_text). */
static inline void cell_add_values(struct buf *out, const struct field *f, const struct cell *c)
{
	if (c->null)
		return;
	if (f->is_array || datatype_is_complex(f->type))
		cell_add_list(out, f, c);
	else
		cell_add_number(out, f, c, 0);
}
/*
 * A string, or a list of them with blanks between: *text points to n bytes, in the cell or in
 * `list`.
 */
void cell_string(const struct field *, const struct cell *, struct buf *list, const char **text,
		 size_t *n);

/* Whether a text is that word ("nan", "true"), in any case. */
static inline bool text_is_word(const char *s, size_t n, const char *word)
{
	return strlen(word) == n && strncasecmp(s, word, n) == 0;
}

#endif
