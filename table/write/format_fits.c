/*
 * format_fits.c: a table as FITS: an empty primary HDU and a binary table (FITS 4.0 §7.3).
 *
 * All rows come twice (format_writer.again): first they are counted and the columns measured
 * (fits_column.h), then cfitsio, which knows by then how long the table is, writes them. Rows go to
 * it as bytes; only arrays of variable length, which lie in the heap behind, one by one. It holds
 * a few blocks of the file, no rows.
 *
 * Names differ in more than case, as FITS wants it. Description, UCD, utype and xtype stand in
 * TCOMM, TUCD, TUTYP and TXTYP, as stilts has them.
 */
#include <errno.h>
#include <fitsio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cache/file.h"
#include "table/unit.h"
#include "table/write/fits_column.h"
#include "table/write/format.h"
#include "table/write/format_out.h"

#define FITS_COLUMNS 999 /* FITS 4.0 §7.3.1 */
#define BLOCK        2880
#define PADDED_MAX   (UINT64_C(4) << 30) /* bytes of a column of texts */
#define CARD         80
#define FITS_FILE    "FITS file" /* in errors */
#define BATCH        (64u << 10) /* bytes of rows that are written at a time */

struct fits_writer {
	struct format_writer writer; /* first */
	int fd;
	const struct table *table; /* the reader's, while it reads */
	struct fits_column *columns;
	uint64_t rows;  /* of the table, once they have come */
	bool measured;  /* they have */
	bool second;    /* they come again */
	bool anew;      /* they come again, but to be measured: types were too small */
	fitsfile *fits; /* then */
	int status;     /* cfitsio's */
	size_t width;   /* bytes of a row */
	bool has_heap;
	uint64_t written; /* rows that cfitsio has */
	struct buf batch; /* rows that it has not */
	struct buf scratch;
	struct buf values; /* of an array for the heap */
};

static bool fits_failed(struct fits_writer *w, struct error **err)
{
	int e = errno;
	char text[FLEN_STATUS] = "";

	fits_get_errstatus(w->status, text);
	fits_clear_errmsg();
	if (e == ENOSPC || e == EDQUOT || e == EFBIG || e == EIO)
		return format_out_failed(FITS_FILE, e, err);
	return error_set(err, EIO, "cannot write the FITS file: %s", text);
}

/* --- the head --- */

/* cfitsio wants a file that begins with an HDU: FITS 4.0 §4.4.1.1 */
static bool write_primary(int fd, struct error **err)
{
	CLEANUP_ERROR struct error *e = NULL;
	static const char *const cards[] = {
	    "SIMPLE  =                    T", "BITPIX  =                    8",
	    "NAXIS   =                    0", "EXTEND  =                    T", "END"};
	char block[BLOCK];

	memset(block, ' ', sizeof(block));
	for (size_t i = 0; i < sizeof(cards) / sizeof(*cards); i++)
		memcpy(block + CARD * i, cards[i], strlen(cards[i]));
	return file_write_at(fd, block, sizeof(block), 0, &e) ||
	       format_out_failed(FITS_FILE, error_errno(e), err);
}

static char *ascii(const char *text)
{
	struct buf b = BUF_INIT;

	if (text)
		fits_add_ascii(&b, text, strlen(text));
	return buf_steal(&b);
}

/* FITS 4.0 §4.3: "uJy" for "µJy" */
static char *fits_unit(const char *unit)
{
	CLEANUP_FREE char *plain = unit ? unit_plain(unit, strlen(unit)) : NULL;

	return ascii(plain);
}

static void add_column_key(struct fits_writer *w, const char *name, size_t column, const char *text)
{
	CLEANUP_FREE char *value = ascii(text);
	char key[FLEN_KEYWORD];

	if (!*value)
		return;
	snprintf(key, sizeof(key), "%s%zu", name, column);
	if (strlen(value) > 68)
		fits_write_key_longwarn(w->fits, &w->status);
	fits_write_key_longstr(w->fits, key, value, NULL, &w->status);
}

static void add_column_keys(struct fits_writer *w, size_t i)
{
	const struct fits_column *k = &w->columns[i];
	const struct field *f = k->field;
	long dims[TABLE_DIMS + 1];
	int n = fits_column_dims(k, dims);
	char key[FLEN_KEYWORD];

	if (k->has_null) {
		snprintf(key, sizeof(key), "TNULL%zu", i + 1);
		fits_write_key_lng(w->fits, key, k->null, NULL, &w->status);
	}
	if (n)
		fits_write_tdim(w->fits, (int)i + 1, n, dims, &w->status);
	add_column_key(w, "TUCD", i + 1, f->ucd);
	add_column_key(w, "TCOMM", i + 1, f->description);
	add_column_key(w, "TUTYP", i + 1, f->utype);
	add_column_key(w, "TXTYP", i + 1, f->xtype);
}

/* TTYPE, TFORM, TUNIT for cfitsio. */
struct fits_head {
	char **names, **forms, **units;
	size_t n;
};

static struct fits_head head_of(struct fits_writer *w, bool wide)
{
	size_t n = w->table->nfields;
	struct fits_head h = {table_names(w->table, true), xcalloc(n + 1, sizeof(char *)),
			      xcalloc(n + 1, sizeof(char *)), n};

	for (size_t i = 0; i < n; i++) {
		struct buf form = BUF_INIT;
		char *name = ascii(h.names[i]);

		free(h.names[i]);
		h.names[i] = name;
		fits_column_form(&w->columns[i], wide, &form);
		h.forms[i] = buf_steal(&form);
		h.units[i] = fits_unit(w->columns[i].field->unit);
	}
	return h;
}

static void head_clear(struct fits_head *h)
{
	table_names_free(h->names, h->n);
	table_names_free(h->forms, h->n);
	table_names_free(h->units, h->n);
}

/* False: a few long texts would make a file that nobody can have meant. */
static bool is_reasonable(const struct fits_writer *w, struct error **err)
{
	char size[CLOCK_TEXT];

	for (size_t i = 0; i < w->table->nfields; i++) {
		const struct fits_column *k = &w->columns[i];

		if (k->form != 'A' || k->longest <= FITS_TEXT_MAX ||
		    k->width <= PADDED_MAX / (w->rows + 1))
			continue;
		return error_set(err, EFBIG,
				 "column \"%s\" has texts of up to %zu characters, which would "
				 "make %s of FITS: use another format",
				 k->field->name, k->longest,
				 clock_bytes((uint64_t)k->width * w->rows, size));
	}
	return true;
}

static bool create_fits(struct fits_writer *w, struct error **err)
{
	CLEANUP_FREE char *name = ascii(w->table->name);
	uint64_t heap = 0;
	struct fits_head h;
	char path[64];

	w->width = 0;
	for (size_t i = 0; i < w->table->nfields; i++) {
		fits_column_lay_out(&w->columns[i], w->rows);
		heap += fits_column_heap(&w->columns[i]);
	}
	if (!is_reasonable(w, err))
		return false;
	h = head_of(w, heap > INT32_MAX);
	for (size_t i = 0; i < w->table->nfields; i++) {
		struct fits_column *k = &w->columns[i];

		if (k->in_heap && heap <= INT32_MAX)
			k->width = 8;
		w->has_heap = w->has_heap || k->in_heap;
		k->start = w->width;
		w->width += k->width;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", w->fd);
	if (!write_primary(w->fd, err)) {
		head_clear(&h);
		return false;
	}
	errno = 0;
	fits_open_diskfile(&w->fits, path, READWRITE, &w->status);
	fits_create_tbl(w->fits, BINARY_TBL, (LONGLONG)w->rows, (int)h.n, h.names, h.forms, h.units,
			*name ? name : "TABLE", &w->status);
	head_clear(&h);
	for (size_t i = 0; i < w->table->nfields; i++)
		add_column_keys(w, i);
	return !w->status || fits_failed(w, err);
}

static bool fits_begin(struct table_sink *sink, const struct table *t, struct error **err)
{
	struct fits_writer *w = (struct fits_writer *)sink;

	w->table = t;
	if (t->nfields > FITS_COLUMNS)
		return error_set(err, EFBIG,
				 "a FITS table has %d columns at most, and this one has %zu: use "
				 "another format",
				 FITS_COLUMNS, t->nfields);
	if (!w->columns)
		w->columns = xcalloc(t->nfields + 1, sizeof(*w->columns));
	for (size_t i = 0; i < t->nfields; i++)
		w->columns[i].field = &t->fields[i];
	return !w->second || create_fits(w, err);
}

/* --- the rows --- */

static bool write_batch(struct fits_writer *w, struct error **err)
{
	uint64_t rows = w->width ? w->batch.len / w->width : 0;

	if (!rows)
		return true;
	errno = 0;
	fits_write_tblbytes(w->fits, (LONGLONG)w->written + 1, 1, (LONGLONG)w->batch.len,
			    (unsigned char *)w->batch.data, &w->status);
	w->written += rows;
	buf_reset(&w->batch);
	return !w->status || fits_failed(w, err);
}

/* Integers as they are stored; a missing one is TNULL. */
static void write_integers(struct fits_writer *w, size_t i, const struct cell *c)
{
	const struct fits_column *k = &w->columns[i];
	LONGLONG *v;

	buf_reset(&w->values);
	v = (LONGLONG *)buf_reserve(&w->values, c->count * sizeof(*v));
	for (size_t n = 0; n < c->count; n++)
		v[n] = c->element_null && c->element_null[n] ? k->null : c->i[n];
	fits_write_col(w->fits, TLONGLONG, (int)i + 1, (LONGLONG)w->written, 1, (LONGLONG)c->count,
		       v, &w->status);
}

static void write_logicals(struct fits_writer *w, size_t i, const struct cell *c)
{
	char missing = 2;
	char *v;

	buf_reset(&w->values);
	v = buf_reserve(&w->values, c->count);
	for (size_t n = 0; n < c->count; n++)
		v[n] = c->element_null && c->element_null[n] ? missing : (char)c->i[n];
	fits_write_colnull(w->fits, TLOGICAL, (int)i + 1, (LONGLONG)w->written, 1,
			   (LONGLONG)c->count, v, &missing, &w->status);
}

/* An array into the heap, and where it is into the row that was written last. */
static void write_array(struct fits_writer *w, size_t i, const struct cell *c)
{
	const struct fits_column *k = &w->columns[i];
	int column = (int)i + 1;
	char *text;

	if (c->null || !c->count)
		return;
	switch (k->form) {
	case 'A':
		buf_reset(&w->values);
		fits_add_ascii(&w->values, c->s, c->len);
		text = w->values.data;
		if (w->values.len)
			fits_write_col(w->fits, TSTRING, column, (LONGLONG)w->written, 1, 1, &text,
				       &w->status);
		break;
	case 'L': write_logicals(w, i, c); break;
	case 'E':
	case 'D':
		fits_write_col(w->fits, TDOUBLE, column, (LONGLONG)w->written, 1,
			       (LONGLONG)c->count, (void *)c->d, &w->status);
		break;
	case 'C':
	case 'M':
		fits_write_col(w->fits, TDBLCOMPLEX, column, (LONGLONG)w->written, 1,
			       (LONGLONG)c->count, (void *)c->d, &w->status);
		break;
	default: write_integers(w, i, c);
	}
}

static bool fits_row(struct table_sink *sink, const struct cell *cells, struct error **err)
{
	struct fits_writer *w = (struct fits_writer *)sink;
	unsigned char *row;

	if (!w->second) {
		for (size_t i = 0; i < w->table->nfields; i++)
			fits_column_measure(&w->columns[i], &cells[i], &w->scratch);
		return true;
	}
	row = (unsigned char *)buf_reserve(&w->batch, w->width);
	w->batch.len += w->width;
	for (size_t i = 0; i < w->table->nfields; i++) {
		if (w->columns[i].in_heap)
			memset(row + w->columns[i].start, 0, w->columns[i].width);
		else
			fits_column_put(&w->columns[i], &cells[i], row, &w->scratch);
	}
	if (!w->has_heap)
		return w->batch.len < BATCH || write_batch(w, err);
	if (!write_batch(w, err))
		return false;
	errno = 0;
	for (size_t i = 0; i < w->table->nfields && !w->status; i++)
		if (w->columns[i].in_heap)
			write_array(w, i, &cells[i]);
	return !w->status || fits_failed(w, err);
}

static bool fits_end(struct table_sink *sink, const struct table_end *end, struct error **err)
{
	struct fits_writer *w = (struct fits_writer *)sink;
	fitsfile *fits = w->fits;

	if (!w->second && end->widened) {
		w->anew = true;
		return true;
	}
	if (!w->second) {
		w->rows = end->rows;
		w->measured = true;
		return true;
	}
	if (!write_batch(w, err))
		return false;
	w->fits = NULL;
	errno = 0;
	fits_close_file(fits, &w->status);
	return !w->status || fits_failed(w, err);
}

static bool fits_again(struct format_writer *writer)
{
	struct fits_writer *w = (struct fits_writer *)writer;
	bool again = w->measured && !w->second;

	if (w->anew) { /* what stands for null depends on the type: measured by the right ones */
		w->anew = false;
		free(w->columns);
		w->columns = NULL;
		return true;
	}
	w->second = w->second || again;
	return again;
}

static void fits_free(struct format_writer *writer)
{
	struct fits_writer *w = (struct fits_writer *)writer;
	int ignored = 0;

	if (w->fits)
		fits_close_file(w->fits, &ignored);
	fits_clear_errmsg();
	free(w->writer.sink.wider);
	buf_free(&w->batch);
	buf_free(&w->scratch);
	buf_free(&w->values);
	free(w->columns);
	free(w);
}

struct format_writer *fits_writer_new(int fd)
{
	struct fits_writer *w = xcalloc(1, sizeof(*w));

	w->writer.sink = (struct table_sink){
	    .begin = fits_begin, .row = fits_row, .end = fits_end, .types = true};
	w->writer.again = fits_again;
	w->writer.free = fits_free;
	w->fd = fd;
	return &w->writer;
}
