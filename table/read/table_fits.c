/*
 * table_fits.c: the first table of a FITS file, binary or ASCII (FITS 4.0 §7); see table_in.h.
 *
 * cfitsio reads the file by its descriptor, a block of rows at a time and each column of it at once
 * into a buffer of the column's; rows are made of these. Only arrays of variable length are read
 * one by one. So memory is bounded by the rows that cfitsio has in its own buffers.
 *
 * Texts that are no UTF-8 are taken from Latin-1.
 */
#include "table/read/table_fits.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "table/column_name.h"
#include "table/read/table_source.h"
#include "table/votable/votable.h"

#define ROWS_MAX 8192 /* that are read at once */

/*
 * cfitsio's own tables, before there are threads that would make them at the same time; and what
 * reads FITS within a VOTable.
 */
__attribute__((constructor)) static void init(void)
{
	fits_init_cfitsio();
	votable_fits_reader = fits_table_read;
}

static LONGLONG per_row(const struct fits_in_column *k)
{
	return k->code == TSTRING ? (k->width ? k->repeat / k->width : 0) : k->repeat;
}

static void column_make_room(struct fits_in_column *k, size_t n)
{
	size_t size = fits_in_size(k);

	if (n <= k->room)
		return;
	k->room = n;
	k->values = xrealloc(k->values, n * size);
	k->nulls = xrealloc(k->nulls, n);
	if (k->code != TSTRING)
		return;
	k->strings = xrealloc(k->strings, n * sizeof(*k->strings));
	for (size_t i = 0; i < n; i++)
		k->strings[i] = (char *)k->values + i * size;
}

static void find_heap(struct fits_reader *r)
{
	LONGLONG width = 0, start;
	int missing = 0;

	fits_get_hduaddrll(r->file, NULL, &start, &r->end, &r->status);
	fits_read_key(r->file, TLONGLONG, "NAXIS1", &width, NULL, &r->status);
	if (fits_read_key(r->file, TLONGLONG, "THEAP", &r->heap, NULL, &missing) != 0 &&
	    __builtin_mul_overflow(width, r->rows, &r->heap))
		r->heap = r->end;
	if (r->heap < 0 || r->heap > r->end - start)
		r->heap = r->end - start;
	r->heap += start;
	fits_clear_errmsg();
}

static bool begin_fits_columns(struct fits_reader *r, struct error **err)
{
	LONGLONG bytes = 0, in_row;
	long block = 1;
	int n = 0;

	fits_get_num_cols(r->file, &n, &r->status);
	fits_get_num_rowsll(r->file, &r->rows, &r->status);
	fits_get_rowsize(r->file, &block, &r->status);
	find_heap(r);
	if (r->status)
		return fits_in_failed(r, 0, err);
	r->table.fields = xcalloc((size_t)n, sizeof(*r->table.fields));
	r->columns = xcalloc((size_t)n, sizeof(*r->columns));
	for (int i = 0; i < n; i++, r->table.nfields++) {
		if (!fits_in_column(r, i + 1, err)) {
			r->table.nfields++;
			return false;
		}
		in_row = per_row(&r->columns[i]);
		if (__builtin_mul_overflow(in_row, (LONGLONG)fits_in_size(&r->columns[i]),
					   &in_row) ||
		    in_row > TABLE_ROW_MAX || (bytes += in_row) > TABLE_ROW_MAX)
			return error_set(err, EFBIG, "a row is longer than 16 MiB");
	}
	r->block = block < 1 ? 1 : block > ROWS_MAX ? ROWS_MAX : block;
	while (r->block > 1 && bytes * r->block > TABLE_ROW_MAX)
		r->block /= 2;
	for (int i = 0; i < n; i++)
		if (!r->columns[i].heap)
			column_make_room(&r->columns[i],
					 (size_t)(per_row(&r->columns[i]) * r->block) + 1);
	return true;
}

/* --- the rows --- */

/* cfitsio has room for STRING_MAX bytes of one in the heap, and does not look how long it is. */
static bool read_long_string(struct fits_reader *r, struct fits_in_column *k, LONGLONG offset,
			     struct error **err)
{
	size_t n = (size_t)k->repeat, got = 0;

	if (!k->room || k->repeat > k->width) {
		k->width = k->repeat;
		k->room = 0;
	}
	column_make_room(k, 1);
	if (offset < 0 || offset > r->end - r->heap || k->repeat > r->end - r->heap - offset)
		return error_set(err, EIO, "the FITS file is damaged: a text lies outside of it");
	while (got < n) {
		ssize_t part = pread(r->fd, k->strings[0] + got, n - got,
				     (off_t)(r->heap + offset) + (off_t)got);

		if (part < 0 && errno == EINTR)
			continue;
		if (part <= 0)
			return error_set(err, EIO, "the FITS file is cut off");
		got += (size_t)part;
	}
	k->strings[0][n] = '\0';
	k->nulls[0] = 0;
	return true;
}

static bool read_array(struct fits_reader *r, int column, LONGLONG row, struct error **err)
{
	struct fits_in_column *k = &r->columns[column - 1];
	LONGLONG offset;

	fits_read_descriptll(r->file, column, row, &k->repeat, &offset, &r->status);
	if (r->status)
		return fits_in_failed(r, column, err);
	if (k->repeat < 0 || k->repeat > (LONGLONG)TABLE_ROW_MAX / 16)
		return error_set(err, EFBIG, "row %lld, column %d (%s): an array of %lld values",
				 row, column, r->table.fields[column - 1].name, k->repeat);
	if (k->code == TSTRING)
		return read_long_string(r, k, offset, err);
	column_make_room(k, (size_t)k->repeat + 1);
	fits_in_values(r, column, row, k->repeat);
	return !r->status || fits_in_failed(r, column, err);
}

static void add_column_strings(struct fits_reader *r, size_t col, size_t at, size_t n)
{
	const struct fits_in_column *k = &r->columns[col];
	struct buf *text = &r->row.text;
	bool any = false;
	size_t len;

	row_text_begin(&r->row, col);
	for (size_t i = at; i < at + n; i++) {
		const char *s = k->nulls[i] ? "" : k->strings[i];

		len = strlen(s);
		while (len && s[len - 1] == ' ') /* FITS 4.0 §7.2.4 */
			len--;
		any = any || len;
		utf8_add_text(text, s, len);
		if (r->table.fields[col].is_array)
			buf_addc(text, '\0');
	}
	row_text_end(&r->row, col, any ? n : 0);
}

/* Of 64 bits without a sign; one that a long has no room for is missing. */
static void add_unsigned(struct fits_reader *r, size_t col, ULONGLONG value, LONGLONG row)
{
	struct fits_in_column *k = &r->columns[col];

	if (value <= INT64_MAX) {
		row_add_int(&r->row, col, (int64_t)value);
		return;
	}
	if (!k->lost++) {
		k->lost_row = row;
		k->lost_value = value;
	}
	row_add_missing(&r->row, col);
}

static void add_column_value(struct fits_reader *r, size_t col, size_t i, LONGLONG row)
{
	const struct fits_in_column *k = &r->columns[col];
	const double *reals = k->values;

	switch (k->code) {
	case TDOUBLE: row_add_real(&r->row, k->nulls[i] ? (double)NAN : reals[i]); break;
	case TDBLCOMPLEX:
		row_add_real(&r->row, k->nulls[i] ? (double)NAN : reals[2 * i]);
		row_add_real(&r->row, k->nulls[i] ? (double)NAN : reals[2 * i + 1]);
		break;
	default:
		if (k->nulls[i])
			row_add_missing(&r->row, col);
		else if (k->code == TULONGLONG)
			add_unsigned(r, col, ((const ULONGLONG *)k->values)[i], row);
		else if (k->code == TLONGLONG)
			row_add_int(&r->row, col, ((const LONGLONG *)k->values)[i]);
		else
			row_add_int(&r->row, col, ((const char *)k->values)[i] != 0);
	}
}

/* The row'th of those that were read. */
static bool push_row(struct fits_reader *r, LONGLONG first, LONGLONG row, struct error **err)
{
	row_start(&r->row);
	for (size_t col = 0; col < r->table.nfields; col++) {
		const struct fits_in_column *k = &r->columns[col];
		size_t n, at;

		if (k->heap && !read_array(r, (int)col + 1, first + row, err))
			return false;
		n = k->heap && k->code == TSTRING ? k->repeat > 0 : (size_t)per_row(k);
		at = k->heap ? 0 : (size_t)row * n;
		if (!n) {
			row_null(&r->row, col);
			continue;
		}
		if (k->code == TSTRING) {
			add_column_strings(r, col, at, n);
			continue;
		}
		row_values_begin(&r->row, col);
		for (size_t i = 0; i < n; i++)
			add_column_value(r, col, at + i, first + row);
		row_values_end(&r->row, col);
	}
	return r->sink->row(r->sink, row_finish(&r->row), err);
}

static bool read_fits_rows(struct fits_reader *r, const atomic_bool *stop, struct error **err)
{
	struct table_end end = {.rows = (uint64_t)r->rows};

	if (!r->sink->begin(r->sink, &r->table, err))
		return false;
	for (LONGLONG first = 1; first <= r->rows; first += r->block) {
		LONGLONG n = r->rows - first + 1 < r->block ? r->rows - first + 1 : r->block;

		for (size_t i = 0; i < r->table.nfields; i++) {
			if (r->columns[i].heap)
				continue;
			fits_in_values(r, (int)i + 1, first, n * per_row(&r->columns[i]));
			if (r->status)
				return fits_in_failed(r, (int)i + 1, err);
		}
		if (table_stopped(stop, err))
			return false;
		for (LONGLONG row = 0; row < n; row++)
			if (!push_row(r, first, row, err))
				return false;
	}
	return r->sink->end(r->sink, &end, err);
}

/* --- the file --- */

/* cfitsio would unpack what is packed, in memory. */
static bool open_fits(struct fits_reader *r, int fd, struct error **err)
{
	char path[64], begin[TABLE_PACKED_MARK];
	ssize_t n = pread(fd, begin, sizeof(begin), 0);
	int number, type = IMAGE_HDU;

	if (n > 0 && table_is_packed(begin, (size_t)n, err))
		return false;
	if (n < 9 || memcmp(begin, "SIMPLE  =", 9) != 0)
		return error_set(err, EIO, "this is no FITS file: it does not begin with SIMPLE");
	if (!fits_find_table(fd, &number, err))
		return false;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	fits_open_diskfile(&r->file, path, READONLY, &r->status);
	fits_movabs_hdu(r->file, number, &type, &r->status);
	if (r->status)
		return fits_in_failed(r, 0, err);
	r->binary = type == BINARY_TBL;
	return type != IMAGE_HDU || error_set(err, EIO, "the FITS file holds no table");
}

/* There are 999 columns at most, and as many lines. */
static void note_lost_values(const struct fits_reader *r, struct buf *notes)
{
	for (size_t i = 0; notes && i < r->table.nfields; i++) {
		const struct fits_in_column *k = &r->columns[i];

		if (!k->lost)
			continue;
		buf_addf(notes, "column %zu, \"%s\": %llu (row %lld)", i + 1,
			 r->table.fields[i].name, k->lost_value, k->lost_row);
		if (k->lost > 1)
			buf_addf(notes, " and %lld more", k->lost - 1);
		buf_addf(notes, " %s too large for a long and read as missing\n",
			 k->lost > 1 ? "are" : "is");
	}
}

static void reader_clear(struct fits_reader *r)
{
	int ignored = 0;

	for (size_t i = 0; r->columns && i < r->table.nfields; i++) {
		free(r->columns[i].values);
		free(r->columns[i].nulls);
		free(r->columns[i].strings);
	}
	free(r->columns);
	row_clear(&r->row);
	table_clear(&r->table);
	if (r->file)
		fits_close_file(r->file, &ignored);
	fits_clear_errmsg();
}

bool fits_table_read(int fd, struct table_sink *sink, const atomic_bool *stop, struct buf *notes,
		     struct error **err)
{
	struct fits_reader r = {.sink = sink, .fd = fd};
	bool ok = open_fits(&r, fd, err) && begin_fits_columns(&r, err);

	if (ok) {
		column_names_make(&r.table, false, notes);
		row_init(&r.row, &r.table);
		ok = read_fits_rows(&r, stop, err);
		note_lost_values(&r, notes);
	}
	reader_clear(&r);
	return ok;
}
