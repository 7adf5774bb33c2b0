/*
 * votable_row.h: one row while it is being read, and the codecs that fill it.
 *
 * Only readers of tables include this: votable*.c, table_*.c, ecsv_cell.c. A row is started, each
 * cell is set once by exactly one of row_null, row_string, row_int, row_real, row_as_text,
 * row_text_… and row_values_…, then row_finish gives the cells, which hold until the next start.
 * Memory is kept from row to row and grows to the biggest.
 */
#ifndef TAPFS_TABLE_VOTABLE_VOTABLE_ROW_H
#define TAPFS_TABLE_VOTABLE_VOTABLE_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "table/table.h"

union slot {
	int64_t i;
	double d;
};

struct row {
	const struct table *table;
	struct cell *cells; /* one a field */
	size_t *at;         /* where a moving cell's values begin in slots, or its bytes in text */
	union slot *slots;
	bool *missing; /* beside slots: this element is null */
	size_t nslots, capacity;
	union slot *single;         /* one a field: the value of a cell that has just one */
	size_t *moving;             /* cells whose place is only known at the end … */
	size_t nmoving;             /* … and how many */
	struct buf text;            /* strings that could not stay where they were read */
	struct buf chars;           /* TABLEDATA: cells with entities, as characters */
	bool texts;                 /* see table_sink.texts */
	bool spoiled;               /* see table_end.spoiled; of all rows */
	struct column_needs *wider; /* that hold all so far; one a field */
};

void row_init(struct row *, const struct table *);
void row_clear(struct row *);
void row_start(struct row *);
void row_null(struct row *, size_t col);
/* A single string where it stands; it is not copied. Empty is null. */
void row_string(struct row *, size_t col, const char *s, size_t n);
/* A string, or a list of strings, added to row->text in between; count 0 is null. */
void row_text_begin(struct row *, size_t col);
void row_text_end(struct row *, size_t col, size_t count);
/* A single value; an integer is null if it is the field's null. */
static inline void row_int(struct row *r, size_t col, int64_t v)
{
	const struct field *f = &r->table->fields[col];
	bool null = f->has_null && v == f->null_value;

	r->single[col].i = v;
	r->cells[col] = (struct cell){.null = null, .count = !null, .i = &r->single[col].i};
}
static inline void row_real(struct row *r, size_t col, double v)
{
	r->single[col].d = v;
	r->cells[col] = (struct cell){.count = 1, .d = &r->single[col].d};
}
/* A single value as it stands there; see table_sink.texts. */
static inline void row_as_text(struct row *r, size_t col, const char *s, size_t n)
{
	r->cells[col] = (struct cell){.as_text = true, .count = 1, .s = s, .len = n};
}
/* Values: begin, add each, end. */
void row_values_begin(struct row *, size_t col);
void row_add_int(struct row *, size_t col, int64_t v); /* null if it is the field's null */
void row_add_missing(struct row *, size_t col);
void row_add_real(struct row *, double v);
void row_values_end(struct row *, size_t col);
const struct cell *row_finish(struct row *);

/* An integer that a service gives for a column of a type that cannot hold it (VizieR). */
void row_widen(struct row *, size_t col, int64_t v);
static inline void row_note_integer(struct row *r, size_t col, int64_t v)
{
	enum datatype type = r->wider[col].type;

	if (__builtin_expect((type == DT_SHORT && v != (int16_t)v) ||
				 (type == DT_INT && v != (int32_t)v) ||
				 (type == DT_UNSIGNED_BYTE && v != (uint8_t)v),
			     0))
		row_widen(r, col, v);
}

/*
 * TABLEDATA: one cell's characters. An integer may be any of 64 bits, whatever the field's type
 * (row_widen). False if they are no value.
 */
bool tabledata_cell(struct row *, size_t col, const char *s, size_t n);

/*
 * TABLEDATA: the next row at *s, which is moved behind it. Partial: its end is not there. Odd: it
 * is not plain (see votable_tr.c), or no row.
 */
enum scanned { ROW_WHOLE, ROW_PARTIAL, ROW_ODD };
enum scanned tabledata_row(struct row *, const char **s, const char *end);
static inline bool begins(const char *s, const char *end, const char *tag, size_t n)
{
	return (size_t)(end - s) >= n && memcmp(s, tag, n) == 0;
}
#define BEGINS(s, end, tag) begins(s, end, tag, sizeof(tag) - 1)
static inline const char *skip_blanks(const char *s, const char *end)
{
	while (s < end && (*s == '\n' || *s == ' ' || *s == '\t' || *s == '\r'))
		s++;
	return s;
}

/* Base64 as it streams by; blanks are skipped. */
struct base64 {
	uint32_t bits;
	int nbits;
};
bool base64_decode(struct base64 *, struct buf *out, const char *s, size_t n);
bool base64_is_complete(const struct base64 *); /* no half byte is left */

/* count characters of a BINARY cell: bytes of a char, pairs of bytes of a unicodeChar. */
void binary_text(struct row *, size_t col, const unsigned char *p, size_t count);

/*
 * BINARY and BINARY2 (VOTable 1.5 §5.3, §5.4): bytes are added to `in`, rows taken out by
 * binary_next while there are whole ones, then binary_compact. Strings of a
 * row point into `in`.
 */
struct binary_step { /* to the count of a field of variable length, and beyond what it counts */
	size_t skip; /* bytes before the count */
	unsigned char size;
	bool bit;
};
struct binary_column { /* what decides how a cell is read */
	bool single, variable;
	size_t count, bytes; /* where not variable */
};
struct binary {
	const struct table *table;
	struct binary_column *columns;
	struct binary_step *steps; /* one for each field of variable length */
	size_t nsteps;
	size_t rest;      /* bytes behind the last one */
	bool null_bitmap; /* BINARY2 */
	struct buf in;
	size_t row_at;  /* where the current row begins in `in` */
	size_t scan_at; /* up to here its length is known, fields before scan_col */
	size_t scan_col;
};
/*
 * Of n bytes that begin with a row, those that are whole rows with nothing absurd; and the first of
 * those into a row, without moving on: its length. For any thread, after binary_init.
 */
size_t binary_whole(const struct binary *, const char *s, size_t n);
size_t binary_row(const struct binary *, const char *s, struct row *);

/* A cell that stands alone, with its count or without. False if it is none of the field. */
bool binary_lone_cell(struct row *, size_t col, const unsigned char *p, size_t n);

/* False if a field's type cannot be read in binary. */
bool binary_init(struct binary *, const struct table *, bool null_bitmap, struct error **);
bool binary_next(struct binary *, struct row *, bool *got, struct error **);
bool binary_is_between_rows(const struct binary *); /* no half row is left */
void binary_compact(struct binary *);
/* The bytes of a row that has only begun, as if they had not come; into an empty buffer. */
void binary_take_rest(struct binary *, struct buf *);
void binary_clear(struct binary *);

#endif
