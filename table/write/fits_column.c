/* fits_column.c: a column of a table as FITS has it; see fits_column.h. */
#include "table/write/fits_column.h"

#include <math.h>
#include <string.h>

#include "base/utf8.h"

#define FITS_FIXED_MAX 100000      /* values of an array that is filled up where it has fewer */
#define HEAP_FROM      (64u << 20) /* bytes of blanks behind strings that are worth a heap */

void fits_add_ascii(struct buf *out, const char *s, size_t n)
{
	for (size_t i = 0, len; i < n; i += len) {
		uint32_t c = utf8_next((const unsigned char *)s + i, n - i, &len);

		if (c >= 0x20 && c < 0x7f)
			buf_addc(out, (char)c);
		else if (c == '\n' || c == '\r' || c == '\t')
			buf_addf(out, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
		else
			buf_addf(out, c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
	}
}

/* --- measuring --- */

static int bits_of(enum datatype type)
{
	return type == DT_UNSIGNED_BYTE ? 8 : type == DT_SHORT ? 16 : type == DT_INT ? 32 : 64;
}

/* The i-th of the values that may stand for a missing one. */
static int64_t candidate(enum datatype type, int i)
{
	if (type == DT_UNSIGNED_BYTE)
		return 255 - i;
	return (int64_t)(UINT64_MAX << (bits_of(type) - 1)) + i;
}

static void measure_integers(struct fits_column *k, const struct cell *c)
{
	enum datatype type = k->field->type;

	for (size_t i = 0; i < c->count; i++) {
		int64_t first = candidate(type, 0);
		uint64_t at = type == DT_UNSIGNED_BYTE ? (uint64_t)first - (uint64_t)c->i[i]
						       : (uint64_t)c->i[i] - (uint64_t)first;

		if (c->element_null && c->element_null[i])
			k->nulls = true;
		else if (at < 64)
			k->used |= UINT64_C(1) << at;
	}
}

static void measure_strings(struct fits_column *k, const struct cell *c, struct buf *scratch)
{
	const char *s = c->s, *end = c->s + c->len;

	for (size_t i = 0; i < c->count && s <= end; i++) {
		size_t n = k->field->is_array ? strnlen(s, (size_t)(end - s)) : c->len;

		buf_reset(scratch);
		fits_add_ascii(scratch, s, n);
		if (scratch->len > k->longest)
			k->longest = scratch->len;
		k->values += scratch->len;
		s += n + 1;
	}
}

void fits_column_measure(struct fits_column *k, const struct cell *c, struct buf *scratch)
{
	enum datatype type = k->field->type;

	if (c->null) {
		k->nulls = true;
		return;
	}
	if (c->count > k->most)
		k->most = c->count;
	if (!k->least || c->count + 1 < k->least)
		k->least = c->count + 1;
	if (datatype_is_text(type)) {
		measure_strings(k, c, scratch);
		return;
	}
	k->values += c->count;
	if (datatype_is_integer(type))
		measure_integers(k, c);
	for (size_t i = 0; type == DT_BIT && c->element_null && i < c->count; i++)
		k->nulls = k->nulls || c->element_null[i];
}

/* --- what it is like --- */

static const char forms[] = {
    [DT_BOOLEAN] = 'L', [DT_BIT] = 'X',    [DT_UNSIGNED_BYTE] = 'B', [DT_SHORT] = 'I',
    [DT_INT] = 'J',     [DT_LONG] = 'K',   [DT_CHAR] = 'A',          [DT_UNICODE_CHAR] = 'A',
    [DT_FLOAT] = 'E',   [DT_DOUBLE] = 'D', [DT_FLOAT_COMPLEX] = 'C', [DT_DOUBLE_COMPLEX] = 'M',
    [DT_TEXT] = 'A',
};

static size_t bytes_of_form(char form)
{
	switch (form) {
	case 'I': return 2;
	case 'J':
	case 'E': return 4;
	case 'K':
	case 'D':
	case 'C': return 8;
	case 'M': return 16;
	default: return 1;
	}
}

static bool fits_type(enum datatype type, int64_t v)
{
	int bits = bits_of(type);

	if (type == DT_UNSIGNED_BYTE)
		return v >= 0 && v <= 255;
	return bits == 64 || (v >= -(INT64_C(1) << (bits - 1)) && v < INT64_C(1) << (bits - 1));
}

/* TNULL: as the VOTable says, else a number that no cell has; a wider type where there is none. */
static void choose_null(struct fits_column *k)
{
	enum datatype type = k->field->type;
	int i = 0;

	k->has_null = k->nulls || k->field->has_null;
	if (!k->has_null)
		return;
	if (k->field->has_null && fits_type(type, k->field->null_value)) {
		k->null = k->field->null_value;
		return;
	}
	while (i < 63 && (k->used >> i & 1))
		i++;
	k->null = candidate(type, i);
	if (!(k->used >> i & 1))
		return;
	if (type == DT_LONG) /* 64 such numbers in one column: never seen */
		return;
	k->form = type == DT_UNSIGNED_BYTE ? 'I' : type == DT_SHORT ? 'J' : 'K';
	k->null = -1 - (INT64_C(1) << bits_of(type));
	if (type == DT_UNSIGNED_BYTE)
		k->null = -1;
}

static void lay_out_strings(struct fits_column *k, uint64_t rows)
{
	size_t each = k->longest ? k->longest : 1;
	uint64_t padded;

	k->in_heap = false;
	k->repeat = k->field->is_array ? each * (k->most ? k->most : 1) : each;
	if (k->field->is_array || __builtin_mul_overflow(rows, (uint64_t)each, &padded))
		return;
	k->in_heap =
	    each <= FITS_TEXT_MAX && padded > HEAP_FROM && padded / 4 > k->values + 8 * rows;
}

/* How many values each cell has: as declared, unless that is absurd or some have more. */
static size_t values_of(const struct fits_column *k)
{
	const struct field *f = k->field;

	if (!f->is_array)
		return 1;
	return f->fixed > k->most && f->fixed <= FITS_FIXED_MAX ? f->fixed : k->most;
}

void fits_column_lay_out(struct fits_column *k, uint64_t rows)
{
	const struct field *f = k->field;

	k->form = forms[f->type];
	k->in_heap = f->is_array && f->variable;
	k->repeat = values_of(k);
	if (!k->in_heap && k->least && k->least <= k->repeat)
		k->nulls = true; /* some array is filled up */
	if (datatype_is_integer(f->type))
		choose_null(k);
	if (f->type == DT_BIT && (k->nulls || f->variable))
		k->form = 'L'; /* bits cannot be missing, nor lie in the heap of many readers */
	if (k->form == 'A')
		lay_out_strings(k, rows);
	k->width = k->in_heap       ? 16
		   : k->form == 'X' ? (k->repeat + 7) / 8
				    : k->repeat * bytes_of_form(k->form);
}

uint64_t fits_column_heap(const struct fits_column *k)
{
	return k->in_heap ? k->values * bytes_of_form(k->form) : 0;
}

void fits_column_form(const struct fits_column *k, bool wide, struct buf *out)
{
	if (!k->in_heap)
		buf_addf(out, "%zu%c", k->repeat, k->form);
	else
		buf_addf(out, "1%c%c(%zu)", wide ? 'Q' : 'P', k->form,
			 k->form == 'A' ? k->longest : k->most);
}

int fits_column_dims(const struct fits_column *k, long dims[TABLE_DIMS + 1])
{
	size_t shape[TABLE_DIMS];
	size_t n = k->in_heap ? 0 : field_shape(k->field, shape), all = 1;
	int at = 0;

	for (size_t i = 0; i < n; i++)
		all *= shape[i];
	if (k->form == 'A' && n) {
		dims[at++] = (long)(k->longest ? k->longest : 1);
		if (all != k->most) { /* of variable length */
			dims[at++] = (long)(k->most ? k->most : 1);
			return at;
		}
	} else if (n < 2 || all != k->repeat) {
		return 0;
	}
	while (n)
		dims[at++] = (long)shape[--n];
	return at;
}

/* --- cells --- */

static void put_big_endian(unsigned char *at, uint64_t v, size_t bytes)
{
	while (bytes--) {
		at[bytes] = (unsigned char)v;
		v >>= 8;
	}
}

static void put_float(unsigned char *at, double v, bool single)
{
	float f = (float)v;
	uint32_t four;
	uint64_t eight;

	if (single) {
		memcpy(&four, &f, 4);
		put_big_endian(at, four, 4);
	} else {
		memcpy(&eight, &v, 8);
		put_big_endian(at, eight, 8);
	}
}

static void put_reals(const struct fits_column *k, const struct cell *c, unsigned char *at)
{
	bool single = k->form == 'E' || k->form == 'C';
	size_t parts = datatype_is_complex(k->field->type) ? 2 : 1;
	size_t have = c->null ? 0 : c->count * parts;

	for (size_t i = 0; i < k->repeat * parts; i++, at += single ? 4 : 8)
		put_float(at, i < have ? c->d[i] : (double)NAN, single);
}

static void put_integers(const struct fits_column *k, const struct cell *c, unsigned char *at)
{
	size_t bytes = bytes_of_form(k->form);
	size_t have = c->null ? 0 : c->count;

	for (size_t i = 0; i < k->repeat; i++, at += bytes) {
		bool missing = i >= have || (c->element_null && c->element_null[i]);

		put_big_endian(at, (uint64_t)(missing ? k->null : c->i[i]), bytes);
	}
}

static void put_logicals(const struct fits_column *k, const struct cell *c, unsigned char *at)
{
	size_t have = c->null ? 0 : c->count;

	for (size_t i = 0; i < k->repeat; i++) {
		bool missing = i >= have || (c->element_null && c->element_null[i]);

		at[i] = missing ? 0 : c->i[i] ? 'T' : 'F';
	}
}

static void put_bits(const struct fits_column *k, const struct cell *c, unsigned char *at)
{
	memset(at, 0, k->width);
	for (size_t i = 0; !c->null && i < c->count; i++)
		if (c->i[i])
			at[i / 8] |= (unsigned char)(0x80 >> i % 8);
}

static void put_strings(const struct fits_column *k, const struct cell *c, unsigned char *at,
			struct buf *scratch)
{
	const char *s = c->s, *end = c->null ? NULL : c->s + c->len;
	size_t each = k->field->is_array ? k->longest : k->repeat;

	memset(at, 0, k->width); /* a NUL ends it (FITS 4.0 §7.3.3.1) */
	for (size_t i = 0; !c->null && i < c->count && s <= end; i++) {
		size_t n = k->field->is_array ? strnlen(s, (size_t)(end - s)) : c->len;

		buf_reset(scratch);
		fits_add_ascii(scratch, s, n);
		if (scratch->len)
			memcpy(at + i * each, scratch->data, scratch->len);
		s += n + 1;
	}
}

void fits_column_put(const struct fits_column *k, const struct cell *c, unsigned char *row,
		     struct buf *scratch)
{
	unsigned char *at = row + k->start;

	switch (k->form) {
	case 'A': put_strings(k, c, at, scratch); break;
	case 'L': put_logicals(k, c, at); break;
	case 'X': put_bits(k, c, at); break;
	case 'B':
	case 'I':
	case 'J':
	case 'K': put_integers(k, c, at); break;
	default: put_reals(k, c, at);
	}
}
