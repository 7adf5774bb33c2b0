/*
 * votable_binary.c: rows of BINARY and BINARY2 (VOTable 1.5 §5.3, §5.4).
 *
 * Bytes pile up in `in` until they make a whole row. A first pass only adds up
 * lengths (scan_at, scan_col) and goes on where it stopped when more bytes
 * come, so that a row that arrives in a thousand pieces is not begun a thousand
 * times. The second pass decodes.
 *
 * Invariants: row_at <= scan_at, row_at <= in.len; scan_col <= nfields; scan_at
 * may lie beyond in.len, but a count is only read when its bytes are there.
 * The bytes before row_at are done with, and binary_compact drops them.
 */
#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "table/votable/votable.h"
#include "table/votable/votable_row.h"

/* Bytes of one value; 0 for bits, which are packed. */
static const unsigned char sizes[] = {
    [DT_BOOLEAN] = 1, [DT_BIT] = 0,    [DT_UNSIGNED_BYTE] = 1, [DT_SHORT] = 2,
    [DT_INT] = 4,     [DT_LONG] = 8,   [DT_CHAR] = 1,          [DT_UNICODE_CHAR] = 2,
    [DT_FLOAT] = 4,   [DT_DOUBLE] = 8, [DT_FLOAT_COMPLEX] = 8, [DT_DOUBLE_COMPLEX] = 16,
    [DT_TEXT] = 0,
};

/* 1, 2, 4 or 8 bytes. */
static uint64_t big_endian(const unsigned char *p, size_t size)
{
	uint16_t two;
	uint32_t four;
	uint64_t eight;

	switch (size) {
	case 1: return *p;
	case 2: memcpy(&two, p, 2); return be16toh(two);
	case 4: memcpy(&four, p, 4); return be32toh(four);
	default: memcpy(&eight, p, 8); return be64toh(eight);
	}
}

static size_t bytes_of_cell(const struct field *f, size_t count)
{
	return f->type == DT_BIT ? (count + 7) / 8 : count * sizes[f->type];
}

static size_t bitmap_size(const struct binary *b)
{
	return b->null_bitmap ? (b->table->nfields + 7) / 8 : 0;
}

/* Wrong lengths would make sense of noise; TABLEDATA needs none. */
static bool is_odd(const char *arraysize)
{
	return arraysize && arraysize[strspn(arraysize, "0123456789x* ")];
}

bool binary_init(struct binary *b, const struct table *t, bool null_bitmap, struct error **err)
{
	*b = (struct binary){.table = t, .null_bitmap = null_bitmap};
	b->columns = xcalloc(t->nfields + 1, sizeof(*b->columns));
	b->steps = xcalloc(t->nfields + 1, sizeof(*b->steps));
	b->rest = bitmap_size(b);
	for (size_t i = 0; i < t->nfields; i++) {
		const struct field *f = &t->fields[i];

		if (f->type == DT_TEXT)
			return error_set(err, EIO,
					 "column \"%s\" has a datatype that VOTable does not know, "
					 "so its binary rows cannot be read",
					 f->name);
		if (f->fixed > VOTABLE_MAX_ROW || is_odd(f->arraysize))
			return error_set(err, EIO, "column \"%s\" has an absurd arraysize, %s",
					 f->name, f->arraysize);
		b->columns[i] = (struct binary_column){
		    .single = !f->is_array && !datatype_is_text(f->type) &&
			      !datatype_is_complex(f->type) && f->type != DT_BIT,
		    .variable = f->variable,
		    .count = f->fixed,
		    .bytes = bytes_of_cell(f, f->fixed)};
		if (f->variable) {
			b->steps[b->nsteps++] =
			    (struct binary_step){b->rest, sizes[f->type], f->type == DT_BIT};
			b->rest = 0;
		} else {
			b->rest += bytes_of_cell(f, f->fixed);
		}
	}
	return true;
}

void binary_clear(struct binary *b)
{
	buf_free(&b->in);
	free(b->columns);
	free(b->steps);
	*b = (struct binary){0};
}

static const unsigned char *at(const struct binary *b, size_t pos)
{
	return (const unsigned char *)b->in.data + pos;
}

static void check_invariants(const struct binary *b)
{
	assert(b->row_at <= b->scan_at && b->row_at <= b->in.len);
	assert(b->scan_col <= b->table->nfields);
}

enum binary_found { MORE, WHOLE, BROKEN };

static enum binary_found broken(const struct binary *b, struct error **err)
{
	error_set(err, EIO, "column \"%s\" has a value of absurd length: the data are damaged",
		  b->table->fields[b->scan_col].name);
	return BROKEN;
}

/*
 * The length of a row that lies at p whole, in n bytes, and has nothing absurd: most of them. Only
 * the counts are looked at. 0: see scan_row().
 */
static size_t whole_row(const struct binary *b, const unsigned char *p, size_t n)
{
	size_t pos = 0;

	for (size_t i = 0; i < b->nsteps; i++) {
		const struct binary_step *step = &b->steps[i];
		size_t count;

		pos += step->skip;
		if (pos + 4 > n)
			return 0;
		count = (size_t)big_endian(p + pos, 4);
		if (count > VOTABLE_MAX_ROW)
			return 0;
		pos += 4 + (step->bit ? (count + 7) / 8 : count * step->size);
		if (pos > VOTABLE_MAX_ROW)
			return 0;
	}
	pos += b->rest;
	return pos > n || pos > VOTABLE_MAX_ROW ? 0 : pos;
}

size_t binary_whole(const struct binary *b, const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t len, whole = 0;

	while ((len = whole_row(b, p + whole, n - whole)))
		whole += len;
	return whole;
}

/* Adds up the fields' lengths, which may lead beyond what is there. */
static enum binary_found scan_row(struct binary *b, struct error **err)
{
	if (b->scan_at == b->row_at) {
		b->scan_at += whole_row(b, at(b, b->row_at), b->in.len - b->row_at);
		if (b->scan_at > b->row_at)
			return WHOLE;
		b->scan_at += bitmap_size(b);
	}
	for (; b->scan_col < b->table->nfields; b->scan_col++) {
		const struct field *f = &b->table->fields[b->scan_col];
		size_t count = f->fixed;

		if (f->variable) {
			if (b->scan_at + 4 > b->in.len)
				return MORE;
			count = (size_t)big_endian(at(b, b->scan_at), 4);
			if (count > VOTABLE_MAX_ROW) /* negative ones as well */
				return broken(b, err);
			b->scan_at += 4;
		}
		b->scan_at += bytes_of_cell(f, count);
		if (b->scan_at - b->row_at > VOTABLE_MAX_ROW)
			return broken(b, err);
	}
	return b->scan_at <= b->in.len ? WHOLE : MORE;
}

static double real_double(const unsigned char *p)
{
	uint64_t bits = big_endian(p, 8);
	double d;

	memcpy(&d, &bits, sizeof(d));
	return d;
}

static double real_float(const unsigned char *p)
{
	uint32_t bits = (uint32_t)big_endian(p, 4);
	float f;

	memcpy(&f, &bits, sizeof(f));
	return (double)f;
}

/* VOTable 1.5 §2.1: 0 or 1; -1 for '?', a blank, a NUL */
static int boolean(unsigned char c)
{
	if (c == 'T' || c == 't' || c == '1')
		return 1;
	return c == 'F' || c == 'f' || c == '0' ? 0 : -1;
}

static void add_binary_boolean(struct row *r, size_t col, unsigned char c)
{
	if (boolean(c) < 0)
		row_add_missing(r, col);
	else
		row_add_int(r, col, boolean(c));
}

/* A cell with a single value. */
static inline void single(struct row *r, size_t col, const unsigned char *p)
{
	switch (r->table->fields[col].type) {
	case DT_BOOLEAN:
		if (boolean(*p) < 0)
			row_null(r, col);
		else
			row_int(r, col, boolean(*p));
		break;
	case DT_UNSIGNED_BYTE: row_int(r, col, *p); break;
	case DT_SHORT: row_int(r, col, (int16_t)big_endian(p, 2)); break;
	case DT_INT: row_int(r, col, (int32_t)big_endian(p, 4)); break;
	case DT_LONG: row_int(r, col, (int64_t)big_endian(p, 8)); break;
	case DT_FLOAT: row_real(r, col, real_float(p)); break;
	default: row_real(r, col, real_double(p));
	}
}

static void values(struct row *r, size_t col, const unsigned char *p, size_t count)
{
	enum datatype type = r->table->fields[col].type;
	size_t size = sizes[type];

	row_values_begin(r, col);
	for (size_t i = 0; i < count; i++, p += size) {
		switch (type) {
		case DT_BOOLEAN: add_binary_boolean(r, col, *p); break;
		case DT_UNSIGNED_BYTE: row_add_int(r, col, *p); break;
		case DT_SHORT: row_add_int(r, col, (int16_t)big_endian(p, 2)); break;
		case DT_INT: row_add_int(r, col, (int32_t)big_endian(p, 4)); break;
		case DT_LONG: row_add_int(r, col, (int64_t)big_endian(p, 8)); break;
		case DT_FLOAT: row_add_real(r, real_float(p)); break;
		case DT_DOUBLE: row_add_real(r, real_double(p)); break;
		case DT_FLOAT_COMPLEX:
			row_add_real(r, real_float(p));
			row_add_real(r, real_float(p + 4));
			break;
		default: /* DT_DOUBLE_COMPLEX */
			row_add_real(r, real_double(p));
			row_add_real(r, real_double(p + 8));
		}
	}
	row_values_end(r, col);
}

/* From the most significant bit on. Of a single bit astropy up to 6.0 sets another one, 0x08. */
static void bits(struct row *r, size_t col, const unsigned char *p, size_t count)
{
	if (!r->table->fields[col].is_array) {
		row_int(r, col, *p != 0);
		return;
	}
	row_values_begin(r, col);
	for (size_t i = 0; i < count; i++)
		row_add_int(r, col, p[i / 8] >> (7 - i % 8) & 1);
	row_values_end(r, col);
}

/* BINARY can say in no other way that an array is missing. */
static bool all_missing(const struct row *r, size_t col)
{
	bool real_values = datatype_is_real(r->table->fields[col].type);

	if (!r->table->fields[col].is_array)
		return false;
	for (size_t i = r->at[col]; i < r->nslots; i++)
		if (real_values ? !isnan(r->slots[i].d) : !r->missing[i])
			return false;
	return true;
}

/* A cell that is not null, and not a single value. */
static void binary_cell(const struct binary *b, struct row *r, size_t col, const unsigned char *p,
			size_t count)
{
	const struct field *f = &b->table->fields[col];

	if (datatype_is_text(f->type))
		binary_text(r, col, p, count);
	else if (f->type == DT_BIT)
		bits(r, col, p, count);
	else
		values(r, col, p, count);
	if (!b->null_bitmap && !datatype_is_text(f->type) && all_missing(r, col))
		row_null(r, col);
}

/* Those of n bytes; SIZE_MAX where these are no whole number of values. */
static size_t count_in(const struct field *f, size_t n)
{
	size_t size = sizes[f->type];

	return f->type == DT_BIT ? 8 * n : size && n % size == 0 ? n / size : SIZE_MAX;
}

bool binary_lone_cell(struct row *r, size_t col, const unsigned char *p, size_t n)
{
	const struct field *f = &r->table->fields[col];
	struct binary b = {.table = r->table};
	size_t count = f->fixed;

	if (!n) {
		row_null(r, col);
		return true;
	}
	if (f->variable) {
		count = n >= 4 ? (size_t)big_endian(p, 4) : SIZE_MAX;
		if (count <= VOTABLE_MAX_ROW && bytes_of_cell(f, count) == n - 4)
			p += 4;
		else
			count = count_in(f, n);
	} else if (f->type == DT_TEXT || count > VOTABLE_MAX_ROW || bytes_of_cell(f, count) != n) {
		return false;
	}
	if (count == SIZE_MAX)
		return false;
	if (!f->is_array && !datatype_is_text(f->type) && !datatype_is_complex(f->type) &&
	    f->type != DT_BIT)
		single(r, col, p);
	else
		binary_cell(&b, r, col, p, count);
	return true;
}

/* The row at `nulls`, which lies there whole. */
static size_t decode(const struct binary *b, const unsigned char *nulls, struct row *r)
{
	const unsigned char *p = nulls + bitmap_size(b);

	row_start(r);
	for (size_t i = 0; i < b->table->nfields; i++) {
		const struct binary_column *c = &b->columns[i];
		size_t count = c->count, bytes = c->bytes;

		if (c->variable) {
			count = (size_t)big_endian(p, 4);
			bytes = bytes_of_cell(&b->table->fields[i], count);
			p += 4;
		}
		if (b->null_bitmap && nulls[i / 8] & 0x80 >> i % 8)
			row_null(r, i);
		else if (c->single)
			single(r, i, p);
		else
			binary_cell(b, r, i, p, count);
		p += bytes;
	}
	return (size_t)(p - nulls);
}

size_t binary_row(const struct binary *b, const char *s, struct row *r)
{
	return decode(b, (const unsigned char *)s, r);
}

bool binary_next(struct binary *b, struct row *r, bool *got, struct error **err)
{
	enum binary_found found;

	check_invariants(b);
	*got = false;
	if (b->row_at == b->in.len)
		return true;
	found = scan_row(b, err);
	if (found != WHOLE)
		return found == MORE;
	if (b->scan_at == b->row_at)
		return error_set(err, EIO, "there are binary data, but no columns for them");
	decode(b, at(b, b->row_at), r);
	b->row_at = b->scan_at;
	b->scan_col = 0;
	*got = true;
	return true;
}

void binary_compact(struct binary *b)
{
	buf_consume(&b->in, b->row_at);
	b->scan_at -= b->row_at;
	b->row_at = 0;
}

void binary_take_rest(struct binary *b, struct buf *rest)
{
	struct buf empty = *rest;

	binary_compact(b);
	*rest = b->in;
	b->in = empty;
	b->scan_at = b->scan_col = 0;
}

bool binary_is_between_rows(const struct binary *b)
{
	return b->row_at == b->in.len;
}
