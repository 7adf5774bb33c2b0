/*
 * write_binary.c: BINARY and BINARY2 (VOTable 1.4 §5.3 and §5.4), in base64.
 *
 * Numbers are big-endian. A variable array has its count in four bytes in
 * front. BINARY2 has one bit for each column in front of the row, the most
 * significant bit being the first column: set where the cell is null. BINARY
 * says null by the VALUES null of the FIELD.
 */
#include <endian.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/service/tap/writer.h"

#define LINE 64

/* One group of up to three bytes, as four characters. */
static void add_group(struct buf *out, const unsigned char *in, size_t n)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *group = buf_reserve(out, 4);

	group[0] = digits[in[0] >> 2];
	group[1] = digits[(in[0] & 3) << 4 | (n > 1 ? in[1] >> 4 : 0)];
	group[2] = '=';
	group[3] = '=';
	if (n > 1)
		group[2] = digits[(in[1] & 15) << 2 | (n > 2 ? in[2] >> 6 : 0)];
	if (n > 2)
		group[3] = digits[in[2] & 63];
	out->len += 4;
}

static void put_base64(struct svc_table_out *t, const unsigned char *in, size_t n)
{
	if (!n)
		return;
	add_group(&t->encoded, in, n);
	t->line += 4;
	if (t->line >= LINE) {
		buf_addc(&t->encoded, '\n');
		t->line = 0;
	}
}

/* Writes what the row has, but for up to two bytes that wait for the next row. */
static void flush_row(struct svc_table_out *t)
{
	const unsigned char *in = (const unsigned char *)buf_str(&t->row);
	size_t n = t->row.len, i = 0;

	while (t->npending && t->npending < 3 && i < n)
		t->pending[t->npending++] = in[i++];
	if (t->npending == 3) {
		put_base64(t, t->pending, 3);
		t->npending = 0;
	}
	for (; i + 3 <= n; i += 3)
		put_base64(t, in + i, 3);
	while (i < n)
		t->pending[t->npending++] = in[i++];
	buf_reset(&t->row);
	fwrite(buf_str(&t->encoded), 1, t->encoded.len, t->out);
	buf_reset(&t->encoded);
}

static void put_integer(struct buf *out, enum svc_type type, int64_t v)
{
	static const size_t widths[] = {1, 1, 2, 4, 8};
	uint64_t big = htobe64((uint64_t)v);
	size_t n = widths[type];

	buf_add(out, (const char *)&big + 8 - n, n);
}

static void put_number(struct buf *out, enum svc_type type, double v)
{
	float narrow = (float)v;
	uint32_t bits32;
	uint64_t bits64;

	if (type == SVC_FLOAT) {
		memcpy(&bits32, &narrow, 4);
		bits32 = htobe32(bits32);
		buf_add(out, &bits32, 4);
	} else {
		memcpy(&bits64, &v, 8);
		bits64 = htobe64(bits64);
		buf_add(out, &bits64, 8);
	}
}

static void put_count(struct buf *out, size_t n)
{
	put_integer(out, SVC_INT, (int64_t)n);
}

static void put_unit(struct buf *out, uint32_t unit)
{
	buf_addc(out, (char)(unit >> 8));
	buf_addc(out, (char)unit);
}

/* UTF-8 as UTF-16 (big-endian); what is no UTF-8 becomes the replacement character. */
static void to_utf16(struct buf *out, const unsigned char *s, size_t n)
{
	for (size_t i = 0; i < n;) {
		uint32_t c = s[i++];
		int more = c < 0x80 ? 0 : c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc2 ? 1 : -1;

		if (more > 0)
			c &= 0x3fu >> more;
		for (; more > 0 && i < n && (s[i] & 0xc0) == 0x80; more--)
			c = c << 6 | (s[i++] & 0x3f);
		if (more)
			c = 0xfffd;
		if (c < 0x10000) {
			put_unit(out, c);
		} else {
			put_unit(out, 0xd800 + ((c - 0x10000) >> 10));
			put_unit(out, 0xdc00 + ((c - 0x10000) & 0x3ff));
		}
	}
}

static void put_text(struct buf *out, const struct svc_column *c, sqlite3_stmt *stmt, int i)
{
	struct buf text = BUF_INIT;
	const unsigned char *s = sqlite3_column_text(stmt, i);
	size_t n = (size_t)sqlite3_column_bytes(stmt, i);
	size_t width = c->type == SVC_CHAR ? 1 : 2;
	char *end;
	size_t fixed = strtoul(c->arraysize ? c->arraysize : "1", &end, 10);

	if (c->type == SVC_CHAR && s)
		buf_add(&text, s, n);
	else if (s)
		to_utf16(&text, s, n);
	if (*end == '*') {
		put_count(out, text.len / width);
		buf_add(out, buf_str(&text), text.len);
	} else {
		for (size_t k = 0; k < fixed * width; k++)
			buf_addc(out, k < text.len ? text.data[k] : '\0');
	}
	buf_free(&text);
}

static void put_array(struct buf *out, const struct svc_column *c, sqlite3_stmt *stmt, int i)
{
	char *end;
	size_t fixed = strtoul(c->arraysize, &end, 10), n = 0;
	bool null = sqlite3_column_type(stmt, i) == SQLITE_NULL;
	const double *v = null ? NULL : svc_cell_numbers(stmt, i, c, &n);

	if (*end == '*') {
		put_count(out, n);
		fixed = n;
	}
	for (size_t k = 0; k < fixed; k++)
		put_number(out, c->type, k < n ? v[k] : NAN);
}

static void put_cell(struct buf *out, const struct svc_column *c, sqlite3_stmt *stmt, int i)
{
	static const int64_t nulls[] = {0, 255, INT16_MIN, INT32_MIN, INT64_MIN};
	bool null = sqlite3_column_type(stmt, i) == SQLITE_NULL;

	if (svc_column_is_text(c))
		put_text(out, c, stmt, i);
	else if (c->arraysize)
		put_array(out, c, stmt, i);
	else if (c->type == SVC_BOOLEAN)
		buf_addc(out, null ? '?' : sqlite3_column_int(stmt, i) ? 'T' : 'F');
	else if (svc_type_is_integer(c->type))
		put_integer(out, c->type, null ? nulls[c->type] : sqlite3_column_int64(stmt, i));
	else
		put_number(out, c->type, null ? NAN : sqlite3_column_double(stmt, i));
}

static void put_nulls(struct svc_table_out *t, sqlite3_stmt *stmt)
{
	for (size_t i = 0; i < t->ncolumns; i += 8) {
		unsigned bits = 0;

		for (size_t k = 0; k < 8 && i + k < t->ncolumns; k++)
			if (sqlite3_column_type(stmt, (int)(i + k)) == SQLITE_NULL)
				bits |= 0x80u >> k;
		buf_addc(&t->row, (char)bits);
	}
}

static void put_cells(struct svc_table_out *t, sqlite3_stmt *stmt)
{
	for (size_t i = 0; i < t->ncolumns; i++)
		put_cell(&t->row, &t->columns[i], stmt, (int)i);
	flush_row(t);
}

static void finish(struct svc_table_out *t)
{
	put_base64(t, t->pending, t->npending);
	fwrite(buf_str(&t->encoded), 1, t->encoded.len, t->out);
	fputs("</STREAM>\n", t->out);
	buf_reset(&t->encoded);
}

void svc_binary_begin(struct svc_table_out *t)
{
	svc_votable_begin(t, "BINARY", true);
	fprintf(t->out, "<STREAM encoding=\"base64\">\n");
}

void svc_binary_row(struct svc_table_out *t, sqlite3_stmt *stmt)
{
	put_cells(t, stmt);
}

void svc_binary_end(struct svc_table_out *t, bool overflow)
{
	finish(t);
	svc_votable_end(t, "BINARY", overflow);
}

void svc_binary2_begin(struct svc_table_out *t)
{
	svc_votable_begin(t, "BINARY2", false);
	fprintf(t->out, "<STREAM encoding=\"base64\">\n");
}

void svc_binary2_row(struct svc_table_out *t, sqlite3_stmt *stmt)
{
	put_nulls(t, stmt);
	put_cells(t, stmt);
}

void svc_binary2_end(struct svc_table_out *t, bool overflow)
{
	finish(t);
	svc_votable_end(t, "BINARY2", overflow);
}
