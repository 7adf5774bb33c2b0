/*
 * cell_json.h: values and texts as JSON (RFC 8259), for the formats that are made of it.
 *
 * An array is a list, or lists in lists; what is missing, and NaN, is null. A complex value is a
 * list of its two parts.
 */
#ifndef TAPFS_TABLE_CELL_JSON_H
#define TAPFS_TABLE_CELL_JSON_H

#include "base/buf.h"
#include "table/table.h"

enum json_numbers {
	JSON_STRICT, /* infinities are the strings "Infinity" and "-Infinity" */
	/*
	 * For ECSV: they are Infinity and -Infinity, as Python has them, and an array has the
	 * values that its shape tells of, without which astropy takes the whole table for broken.
	 */
	JSON_PYTHON,
};

/* A string, quoted. What is no UTF-8 becomes U+FFFD. It is one for YAML 1.1 as well. */
void json_add_string(struct buf *out, const char *s, size_t n);
/* The same of a C string; NULL is null. */
void json_add_text(struct buf *out, const char *s);
/* The whole cell. */
void json_add_cell(struct buf *out, const struct field *, const struct cell *, enum json_numbers);

#endif
