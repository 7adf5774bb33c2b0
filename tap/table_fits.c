/*
 * table_fits.c: the first table of a FITS file, binary or ASCII (FITS 4.0 §7); see table_in.h.
 *
 * cfitsio reads the file by its descriptor, a block of rows at a time and each column of it at once
 * into a buffer of the column's; rows are made of these. Only arrays of variable length are read
 * one by one. So memory is bounded by the rows that cfitsio has in its own buffers.
 *
 * Texts that are no UTF-8 are taken from Latin-1.
 */
#include <errno.h>
#include <fitsio.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "tap/column_name.h"
#include "tap/table_in.h"
#include "tap/votable_row.h"

#define ROWS_MAX 8192 /* that are read at once */

struct column {
	int code;  /* the type that is read: TLONGLONG, TDOUBLE, … */
	bool heap; /* of variable length */
	bool has_infinities;
	LONGLONG repeat; /* values a row; in the heap, of this row */
	LONGLONG width;  /* bytes of one string */
	void *values;    /* of the rows that were read */
	char *nulls;     /* beside them */
	char **strings;  /* into values */
	size_t room;     /* values that there is room for */
};

struct fits_reader {
	fitsfile *file;
	struct table_sink *sink;
	struct table table;
	struct column *columns;
	LONGLONG rows, block; /* of the table; read at once */
	struct row row;
	bool binary; /* no ASCII table */
	int status;
};

static bool failed(struct fits_reader *r, const char *what, struct error **err)
{
	char text[FLEN_STATUS] = "";

	fits_get_errstatus(r->status, text);
	fits_clear_errmsg();
	return error_set(err, EIO, "%s: %s", what, text);
}

/* --- the head --- */

static char *key_of(struct fits_reader *r, const char *key, int column)
{
	char name[FLEN_KEYWORD], *text = NULL;
	struct buf b = BUF_INIT;
	int status = 0;

	snprintf(name, sizeof(name), "%s%d", key, column);
	fits_read_key_longstr(r->file, name, &text, NULL, &status);
	if (status == 0 && text && *text)
		utf8_add_text(&b, text, strlen(text));
	if (text)
		fits_free_memory(text, &status);
	fits_clear_errmsg();
	return b.len ? buf_steal(&b) : NULL;
}

static bool number_of(struct fits_reader *r, const char *key, int column, double *value)
{
	char name[FLEN_KEYWORD];
	int status = 0;

	snprintf(name, sizeof(name), "%s%d", key, column);
	fits_read_key(r->file, TDOUBLE, name, value, NULL, &status);
	fits_clear_errmsg();
	return status == 0;
}

static const struct {
	int code;    /* cfitsio's, of a column */
	int read_as; /* what is asked for */
	size_t size; /* bytes of it */
	enum datatype type;
} types[] = {
    {TBIT, TBIT, 1, DT_BIT},
    {TLOGICAL, TLOGICAL, 1, DT_BOOLEAN},
    {TBYTE, TLONGLONG, 8, DT_UNSIGNED_BYTE},
    {TSBYTE, TLONGLONG, 8, DT_SHORT},
    {TSHORT, TLONGLONG, 8, DT_SHORT},
    {TUSHORT, TLONGLONG, 8, DT_INT},
    {TINT, TLONGLONG, 8, DT_INT},
    {TLONG, TLONGLONG, 8, DT_INT}, /* TFORM J, of 32 bits */
    {TUINT, TLONGLONG, 8, DT_LONG},
    {TULONG, TLONGLONG, 8, DT_LONG},
    {TLONGLONG, TLONGLONG, 8, DT_LONG},
    {TULONGLONG, TLONGLONG, 8, DT_LONG},
    {TFLOAT, TDOUBLE, 8, DT_FLOAT},
    {TDOUBLE, TDOUBLE, 8, DT_DOUBLE},
    {TCOMPLEX, TDBLCOMPLEX, 16, DT_FLOAT_COMPLEX},
    {TDBLCOMPLEX, TDBLCOMPLEX, 16, DT_DOUBLE_COMPLEX},
    {TSTRING, TSTRING, 1, DT_CHAR},
};

static size_t size_of(const struct column *k)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (types[i].read_as == k->code)
			return k->code == TSTRING ? (size_t)k->width + 1 : types[i].size;
	return 1;
}

/* The number of a missing integer: TNULL, unless it is scaled; then one that no value can have. */
static void set_null(struct fits_reader *r, int column, int code, struct field *f)
{
	double scaled = 0, null = 0;

	if (!datatype_is_integer(f->type) || !number_of(r, "TNULL", column, &null))
		return;
	number_of(r, "TZERO", column, &scaled);
	f->has_null = true;
	f->null_value = f->type == DT_SHORT ? INT16_MIN : f->type == DT_INT ? INT32_MIN : INT64_MIN;
	if (scaled == 0 || code == TBYTE)
		f->null_value = (int64_t)null;
	if (f->type == DT_LONG && scaled == 0) { /* all of its digits */
		char name[FLEN_KEYWORD];
		LONGLONG exact;
		int status = 0;

		snprintf(name, sizeof(name), "TNULL%d", column);
		if (fits_read_key(r->file, TLONGLONG, name, &exact, NULL, &status) == 0)
			f->null_value = exact;
	}
}

/* The shape of a cell: TDIM, where it is that of the values, else one list. */
static void set_arraysize(struct fits_reader *r, int column, const struct column *k,
			  struct field *f)
{
	CLEANUP_BUF struct buf b = BUF_INIT;
	LONGLONG dims[TABLE_DIMS] = {0}, all = 1;
	bool text = f->type == DT_CHAR;
	int n = 0, status = 0;

	if (text && (k->heap || k->repeat == k->width))
		buf_addc(&b, '*');
	else if (k->heap)
		buf_addc(&b, '*');
	else if (!text && k->repeat != 1)
		fits_read_tdimll(r->file, column, TABLE_DIMS, &n, dims, &status);
	for (int i = 0; i < n; i++)
		if (__builtin_mul_overflow(all, dims[i], &all))
			all = -1;
	if (n > 1 && all == k->repeat)
		for (int i = 0; i < n; i++)
			buf_addf(&b, "%s%lld", i ? "x" : "", dims[i]);
	else if (text && !b.len)
		buf_addf(&b, "%lldx%lld", k->width, k->width ? k->repeat / k->width : 0);
	else if (!b.len && k->repeat != 1)
		buf_addf(&b, "%lld", k->repeat);
	fits_clear_errmsg();
	if (b.len)
		f->arraysize = buf_steal(&b);
	field_set_arraysize(f, f->arraysize);
}

/* Of strings, by TDIM's first dimension, or by rAw (FITS 4.0 §7.3.4, appendix C). */
static void set_width(struct fits_reader *r, int column, struct column *k)
{
	LONGLONG dims[TABLE_DIMS] = {0};
	int n = 0, status = 0;

	if (!r->binary)
		k->repeat = k->width;
	if (!k->heap && fits_read_tdimll(r->file, column, TABLE_DIMS, &n, dims, &status) == 0 &&
	    n > 1)
		k->width = dims[0];
	if (k->width < 1 || k->width > k->repeat || k->heap)
		k->width = k->repeat;
	fits_clear_errmsg();
}

static bool begin_column(struct fits_reader *r, int column, struct error **err)
{
	struct column *k = &r->columns[column - 1];
	struct field *f = &r->table.fields[column - 1];
	LONGLONG repeat, width;
	int code, stored;

	f->name = key_of(r, "TTYPE", column);
	if (!f->name)
		f->name = xasprintf("col%d", column);
	f->unit = key_of(r, "TUNIT", column);
	f->ucd = key_of(r, "TUCD", column);
	f->utype = key_of(r, "TUTYP", column);
	f->xtype = key_of(r, "TXTYP", column);
	f->description = key_of(r, "TCOMM", column);
	fits_get_eqcoltypell(r->file, column, &code, &repeat, &width, &r->status);
	fits_get_coltypell(r->file, column, &stored, &repeat, &width, &r->status);
	if (r->status)
		return failed(r, "the table cannot be read", err);
	k->heap = code < 0;
	code = abs(code);
	stored = abs(stored);
	k->has_infinities = r->binary && (stored == TFLOAT || stored == TDOUBLE ||
					  stored == TCOMPLEX || stored == TDBLCOMPLEX);
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (types[i].code != code)
			continue;
		k->code = types[i].read_as;
		f->type = types[i].type;
	}
	if (!k->code)
		return error_set(err, EIO, "column \"%s\" has a type that is not known", f->name);
	k->repeat = k->heap ? 0 : repeat;
	k->width = width;
	if (k->code == TSTRING)
		set_width(r, column, k);
	set_null(r, column, code, f);
	set_arraysize(r, column, k, f);
	return true;
}

/* Values that one row of the column has, in its buffer. */
static LONGLONG per_row(const struct column *k)
{
	return k->code == TSTRING ? (k->width ? k->repeat / k->width : 0) : k->repeat;
}

static void make_room(struct column *k, size_t n)
{
	size_t size = size_of(k);

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

static bool begin_columns(struct fits_reader *r, struct error **err)
{
	LONGLONG bytes = 0, in_row;
	long block = 1;
	int n = 0;

	fits_get_num_cols(r->file, &n, &r->status);
	fits_get_num_rowsll(r->file, &r->rows, &r->status);
	fits_get_rowsize(r->file, &block, &r->status);
	if (r->status || n < 1)
		return failed(r, "the table cannot be read", err);
	r->table.fields = xcalloc((size_t)n, sizeof(*r->table.fields));
	r->columns = xcalloc((size_t)n, sizeof(*r->columns));
	for (int i = 0; i < n; i++, r->table.nfields++) {
		if (!begin_column(r, i + 1, err)) {
			r->table.nfields++;
			return false;
		}
		in_row = per_row(&r->columns[i]);
		if (__builtin_mul_overflow(in_row, (LONGLONG)size_of(&r->columns[i]), &in_row) ||
		    in_row > TABLE_ROW_MAX || (bytes += in_row) > TABLE_ROW_MAX)
			return error_set(err, EFBIG, "a row is longer than 16 MiB");
	}
	r->block = block < 1 ? 1 : block > ROWS_MAX ? ROWS_MAX : block;
	while (r->block > 1 && bytes * r->block > TABLE_ROW_MAX)
		r->block /= 2;
	for (int i = 0; i < n; i++)
		if (!r->columns[i].heap)
			make_room(&r->columns[i], (size_t)(per_row(&r->columns[i]) * r->block) + 1);
	return true;
}

/* --- the rows --- */

static void read_values(struct fits_reader *r, int column, LONGLONG row, LONGLONG n)
{
	struct column *k = &r->columns[column - 1];
	int any = 0;

	if (!n)
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
}

static bool read_array(struct fits_reader *r, int column, LONGLONG row, struct error **err)
{
	struct column *k = &r->columns[column - 1];
	LONGLONG offset;

	fits_read_descriptll(r->file, column, row, &k->repeat, &offset, &r->status);
	if (r->status)
		return failed(r, "the table cannot be read", err);
	if (k->repeat < 0 || k->repeat > (LONGLONG)TABLE_ROW_MAX / 16)
		return error_set(err, EFBIG, "row %lld, column %d (%s): an array of %lld values",
				 row, column, r->table.fields[column - 1].name, k->repeat);
	if (k->code == TSTRING) { /* one string, of which room was made for less */
		if ((size_t)k->repeat > (size_t)k->width || !k->room) {
			k->width = k->repeat;
			k->room = 0;
		}
		make_room(k, 1);
		k->strings[0][0] = '\0';
		read_values(r, column, row, k->repeat > 0);
	} else {
		make_room(k, (size_t)k->repeat + 1);
		read_values(r, column, row, k->repeat);
	}
	return true;
}

static void add_strings(struct fits_reader *r, size_t col, size_t at, size_t n)
{
	const struct column *k = &r->columns[col];
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

static void add_value(struct fits_reader *r, size_t col, size_t i)
{
	const struct column *k = &r->columns[col];
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
		const struct column *k = &r->columns[col];
		size_t n, at;

		if (k->heap && !read_array(r, (int)col + 1, first + row, err))
			return false;
		if (r->status)
			return failed(r, "the table cannot be read", err);
		n = k->heap && k->code == TSTRING ? k->repeat > 0 : (size_t)per_row(k);
		at = k->heap ? 0 : (size_t)row * n;
		if (!n) {
			row_null(&r->row, col);
			continue;
		}
		if (k->code == TSTRING) {
			add_strings(r, col, at, n);
			continue;
		}
		row_values_begin(&r->row, col);
		for (size_t i = 0; i < n; i++)
			add_value(r, col, at + i);
		row_values_end(&r->row, col);
	}
	return r->sink->row(r->sink, row_finish(&r->row), err);
}

static bool read_rows(struct fits_reader *r, struct error **err)
{
	struct table_end end = {.rows = (uint64_t)r->rows};

	if (!r->sink->begin(r->sink, &r->table, err))
		return false;
	for (LONGLONG first = 1; first <= r->rows; first += r->block) {
		LONGLONG n = r->rows - first + 1 < r->block ? r->rows - first + 1 : r->block;

		for (size_t i = 0; i < r->table.nfields && !r->status; i++)
			if (!r->columns[i].heap)
				read_values(r, (int)i + 1, first, n * per_row(&r->columns[i]));
		if (r->status)
			return failed(r, "the table cannot be read", err);
		for (LONGLONG row = 0; row < n; row++)
			if (!push_row(r, first, row, err))
				return false;
	}
	return r->sink->end(r->sink, &end, err);
}

/* --- the file --- */

/* The first HDU that is a table; compressed images look like one, and cfitsio says they are none.
 */
static bool find_table(struct fits_reader *r, struct error **err)
{
	int type = IMAGE_HDU;

	while (fits_movrel_hdu(r->file, 1, &type, &r->status) == 0)
		if (type != IMAGE_HDU) {
			r->binary = type == BINARY_TBL;
			return true;
		}
	if (r->status != END_OF_FILE)
		return failed(r, "the FITS file is damaged", err);
	fits_clear_errmsg();
	return error_set(err, EIO, "the FITS file holds no table");
}

static bool open_file(struct fits_reader *r, int fd, struct error **err)
{
	char path[64], begin[9];

	/* cfitsio would unpack what is packed, in memory. */
	if (pread(fd, begin, sizeof(begin), 0) != sizeof(begin) ||
	    memcmp(begin, "SIMPLE  =", sizeof(begin)) != 0)
		return error_set(err, EIO, "this is no FITS file: it does not begin with SIMPLE");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	fits_open_diskfile(&r->file, path, READONLY, &r->status);
	return !r->status || failed(r, "the FITS file cannot be opened", err);
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

bool fits_table_read(int fd, struct table_sink *sink, struct buf *notes, struct error **err)
{
	struct fits_reader r = {.sink = sink};
	bool ok = open_file(&r, fd, err) && find_table(&r, err) && begin_columns(&r, err);

	if (ok) {
		column_names_make(&r.table, false, notes);
		row_init(&r.row, &r.table);
		ok = read_rows(&r, err);
	}
	reader_clear(&r);
	return ok;
}
