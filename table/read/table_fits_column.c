/* table_fits_column.c: the columns of a FITS table that is read in, by its keywords; see
 * table_fits.h. */
#include "table/read/table_fits.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/utf8.h"

#define LONG_DIGITS 10    /* of which an int cannot have all numbers */
#define STRING_MAX  28800 /* bytes that cfitsio reads of one (DBUFFSIZE) */

bool fits_in_failed(struct fits_reader *r, int column, struct error **err)
{
	const char *name = column ? r->table.fields[column - 1].name : "";
	const char *at = column ? ", column \"" : "", *end = column ? "\"" : "";
	char text[FLEN_STATUS] = "";
	int status = r->status;

	fits_get_errstatus(status, text);
	fits_clear_errmsg();
	switch (status) {
	case NUM_OVERFLOW:
		return error_set(err, EIO,
				 "column \"%s\" has a number that its type has no room for", name);
	case END_OF_FILE:
	case READ_ERROR:
	case SEEK_ERROR:
	case NEG_FILE_POS:
		return error_set(err, EIO,
				 "the FITS file is cut off or damaged%s%s%s: it tells of values "
				 "that are not there",
				 at, name, end);
	default:
		return error_set(err, EIO, "the FITS file is damaged%s%s%s: %s", at, name, end,
				 text);
	}
}

static char *column_key(struct fits_reader *r, const char *key, int column)
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
    {TULONGLONG, TULONGLONG, 8, DT_LONG},
    {TFLOAT, TDOUBLE, 8, DT_FLOAT},
    {TDOUBLE, TDOUBLE, 8, DT_DOUBLE},
    {TCOMPLEX, TDBLCOMPLEX, 16, DT_FLOAT_COMPLEX},
    {TDBLCOMPLEX, TDBLCOMPLEX, 16, DT_DOUBLE_COMPLEX},
    {TSTRING, TSTRING, 1, DT_CHAR},
};

size_t fits_in_size(const struct fits_in_column *k)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (types[i].read_as == k->code)
			return k->code == TSTRING ? (size_t)k->width + 1 : types[i].size;
	return 1;
}

/*
 * The type of the values of a column. Scaled ones are doubles, as TSCAL and TZERO are (FITS 4.0
 * §7.3.2), but for unsigned integers and signed bytes, which are written so (§5.2.5).
 */
static int equivalent_type(struct fits_reader *r, int column, int code, int stored)
{
	double scale = 1, zero = 0;

	number_of(r, "TSCAL", column, &scale);
	number_of(r, "TZERO", column, &zero);
	if (scale == 1 && zero == 0)
		return code;
	switch (stored) {
	case TBYTE: return scale == 1 && zero == -128 ? TSBYTE : TDOUBLE;
	case TSHORT: return scale == 1 && zero == 0x1p15 && r->binary ? TUSHORT : TDOUBLE;
	case TLONG: return scale == 1 && zero == 0x1p31 && r->binary ? TULONG : TDOUBLE;
	case TLONGLONG: return scale == 1 && zero == 0x1p63 && r->binary ? TULONGLONG : TDOUBLE;
	case TFLOAT:
	case TDOUBLE: return TDOUBLE;
	case TCOMPLEX:
	case TDBLCOMPLEX: return TDBLCOMPLEX;
	default: return code;
	}
}

/* The number of a missing integer: TNULL, unless it is scaled; then one that no value can have. */
static void set_null(struct fits_reader *r, int column, int code, struct field *f)
{
	double scaled = 0, null = 0;

	if (!datatype_is_integer(f->type))
		return;
	if (code == TULONGLONG) { /* those that a long has no room for are missing, too */
		f->has_null = true;
		f->null_value = INT64_MIN;
		return;
	}
	if (!number_of(r, "TNULL", column, &null))
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
static void set_arraysize(struct fits_reader *r, int column, const struct fits_in_column *k,
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
static void set_width(struct fits_reader *r, int column, struct fits_in_column *k)
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

/*
 * Of an ASCII table: where the texts of numbers are, which cfitsio reads with a last digit that is
 * not always right. How many digits they have no type tells.
 */
static void set_place(struct fits_reader *r, int column, struct fits_in_column *k, struct field *f)
{
	char name[FLEN_VALUE], unit[FLEN_VALUE], form[FLEN_VALUE], null[FLEN_VALUE],
	    shown[FLEN_VALUE];
	double scale = 1, zero = 0;
	long at = 0;

	if (f->type == DT_FLOAT)
		f->type = DT_DOUBLE;
	if (datatype_is_integer(f->type) && k->width >= LONG_DIGITS)
		f->type = DT_LONG; /* cfitsio says int, whatever the width */
	fits_get_acolparms(r->file, column, name, &at, unit, form, &scale, &zero, null, shown,
			   &r->status);
	if (scale == 1 && zero == 0 && k->width < FITS_NUMBER_MAX) {
		k->at = at;
		k->length = k->width;
	}
}

bool fits_in_column(struct fits_reader *r, int column, struct error **err)
{
	struct fits_in_column *k = &r->columns[column - 1];
	struct field *f = &r->table.fields[column - 1];
	LONGLONG repeat, width;
	int code, stored;

	f->name = column_key(r, "TTYPE", column);
	if (!f->name)
		f->name = xasprintf("col%d", column);
	f->unit = column_key(r, "TUNIT", column);
	f->ucd = column_key(r, "TUCD", column);
	f->utype = column_key(r, "TUTYP", column);
	f->xtype = column_key(r, "TXTYP", column);
	f->description = column_key(r, "TCOMM", column);
	fits_get_eqcoltypell(r->file, column, &code, &repeat, &width, &r->status);
	fits_get_coltypell(r->file, column, &stored, &repeat, &width, &r->status);
	if (r->status)
		return fits_in_failed(r, column, err);
	k->heap = code < 0;
	code = abs(code);
	stored = abs(stored);
	code = equivalent_type(r, column, code, stored);
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
	else if (!r->binary)
		set_place(r, column, k, f);
	if (k->width > STRING_MAX)
		return error_set(
		    err, EFBIG,
		    "column \"%s\" has strings of %lld bytes: more than %d cannot be read", f->name,
		    k->width, STRING_MAX);
	set_null(r, column, code, f);
	set_arraysize(r, column, k, f);
	return true;
}
