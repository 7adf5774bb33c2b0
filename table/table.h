/*
 * table.h: what a table is between its reader and its writer.
 *
 * A reader (votable.h; later FITS, CSV …) pushes a header and then row after
 * row into a table_sink. Nothing of a row outlives the call that brings it:
 * memory never grows with the number of rows.
 *
 * Values keep the datatypes of VOTable 1.5 §2.1, so that nothing is lost
 * between formats.
 */
#ifndef TAPFS_TABLE_TABLE_H
#define TAPFS_TABLE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

enum datatype {
	DT_BOOLEAN,        /* cell.i: 0 or 1 */
	DT_BIT,            /* cell.i: 0 or 1 */
	DT_UNSIGNED_BYTE,  /* cell.i */
	DT_SHORT,          /* cell.i */
	DT_INT,            /* cell.i */
	DT_LONG,           /* cell.i */
	DT_CHAR,           /* cell.s: UTF-8, len bytes */
	DT_UNICODE_CHAR,   /* cell.s: converted to UTF-8, len bytes */
	DT_FLOAT,          /* cell.d, exact: a float fits a double */
	DT_DOUBLE,         /* cell.d */
	DT_FLOAT_COMPLEX,  /* cell.d: pairs, real then imaginary */
	DT_DOUBLE_COMPLEX, /* the same */
	DT_TEXT,           /* kept as text: cell.s */
};

/* One column. Strings are owned by the table; NULL where the document has none. */
struct field {
	char *name; /* never NULL: the ID or colN where the name is missing */
	char *id;
	char *unit;
	char *ucd;
	char *utype;
	char *xtype;
	char *description;
	char *arraysize; /* as the document has it: "*", "3x*", "1" */
	enum datatype type;
	bool is_array;     /* a list of values a cell (for chars: a list of strings) */
	bool variable;     /* the last dimension is `*` */
	size_t fixed;      /* where not variable: values a cell; characters of a cell of chars */
	size_t string_len; /* lists of strings ("8x*"): characters of one string, else 0 */
	bool has_null;     /* VALUES null was given for an integer type */
	int64_t null_value;
	char *link; /* an address with the row's values as ${NAME} (VOTable 1.5 §3.5); NULL: none */
	char *link_type; /* the media type of what is there */
};

struct table {
	char *name;        /* may be NULL */
	char *description; /* may be NULL */
	char *query;       /* that it answers, if the document tells; NULL */
	size_t nfields;
	struct field *fields;
};

/*
 * One value, or an array of `count` values. `null` means the whole cell is
 * missing. In an array of integers or booleans a missing element is marked in
 * element_null (NULL when none is). NaN says a missing float.
 *
 * A string has len bytes and no NUL behind it. A list of strings (is_array)
 * has count of them one after the other, each with a NUL behind it and without
 * its trailing blanks; len counts them all with their NULs.
 */
struct cell {
	bool null;
	bool as_text; /* no value is there, but s: see table_sink.texts */
	size_t count; /* values; 1 for scalars and for single strings */
	union {
		const int64_t *i; /* booleans, bits and integers */
		const double *d;  /* floats, doubles; complex: 2 * count doubles */
		const char *s;    /* strings */
	};
	size_t len; /* bytes of s */
	const bool *element_null;
};

/* How a table ended: what stands in QUERY_STATUS, DALI 1.1 §4.4. */
struct table_end {
	uint64_t rows;
	bool overflow; /* rows are missing */
	/* Columns have values that their declaration does not hold: see table_sink.wider. */
	bool widened;
	/* Cells that could not be read, a line for each kind; NULL: none. Borrowed, for the call.
	 */
	const char *warnings;
	/*
	 * Where it failed, since the rows are in another file: the address as it stands (STREAM
	 * href); NULL. Borrowed, for the call.
	 */
	const char *elsewhere;
	bool spoiled; /* texts of a binary table are no UTF-8: they were taken for Latin-1 */
};

/* What holds all values of a column. */
struct column_needs {
	enum datatype type; /* of integers */
	bool longer;        /* an array is longer than its field says */
};

#define TABLE_TEXTS 16 /* see table_sink.row_text */

/*
 * Where rows go. Each function returns false with *err set to stop the reader;
 * the reader then fails with that error. end is called once, only after a
 * complete document.
 */
struct descriptor;

struct table_sink {
	bool (*begin)(struct table_sink *, const struct table *, struct error **);
	bool (*row)(struct table_sink *, const struct cell *cells, struct error **);
	bool (*end)(struct table_sink *, const struct table_end *, struct error **);
	/*
	 * A service that the document describes (descriptor.h), before or behind the rows. The sink
	 * owns what is in it. May be NULL.
	 */
	bool (*descriptor)(struct table_sink *, struct descriptor *, struct error **);
	/*
	 * A single number or boolean may come as the text that cell_text.h would make of it
	 * (as_text is set, with s and len), where the document has it like that and it need not be
	 * read.
	 */
	bool texts;
	/*
	 * Set by a sink that writes types before values. Where end says `widened`, the reader has
	 * put here what is needed, one a column; the sink frees them. If the rows come again, the
	 * table that begins then has these types, and arrays of any length.
	 */
	bool types;
	struct column_needs *wider;
	/*
	 * Set by begin: the sink needs no rows. The reader may leave them out then (those of a
	 * base64 STREAM); how many there are is not known, only whether there are any.
	 */
	bool no_rows;
	/*
	 * For readers with several threads: what row() would write of a row is added to `out`, by
	 * any thread at any time between begin and end; `scratch` is that thread's, for the sink to
	 * use. Many such texts come back by take(), in the order of the rows, instead of row().
	 * Both are NULL where a row cannot be written without those before it.
	 *
	 * The reader has TABLE_TEXTS buffers at `out` and `texts`: a sink uses the first, several
	 * of them behind one sink (table/write/writers.h) one each.
	 */
	void (*row_text)(const struct table_sink *, const struct cell *cells, struct buf *out,
			 struct buf *scratch);
	bool (*take)(struct table_sink *, const struct buf *texts, struct error **);
};

/* VOTable 1.5 table 1 names: "boolean", "unsignedByte", …; DT_TEXT for others. */
enum datatype datatype_by_name(const char *name);
const char *datatype_name(enum datatype);

static inline bool datatype_is_integer(enum datatype type)
{
	return type >= DT_UNSIGNED_BYTE && type <= DT_LONG;
}

/* cell.s: chars and what is unknown */
static inline bool datatype_is_text(enum datatype type)
{
	return type == DT_CHAR || type == DT_UNICODE_CHAR || type == DT_TEXT;
}

/* cell.d: floats, doubles and complex ones */
static inline bool datatype_is_real(enum datatype type)
{
	return type >= DT_FLOAT && type <= DT_DOUBLE_COMPLEX;
}

/* two doubles a value */
static inline bool datatype_is_complex(enum datatype type)
{
	return type == DT_FLOAT_COMPLEX || type == DT_DOUBLE_COMPLEX;
}

/* One number a cell: what is written to the right, and sorted by its value */
static inline bool field_is_number(const struct field *f)
{
	return !f->is_array && (datatype_is_integer(f->type) || f->type == DT_FLOAT ||
				f->type == DT_DOUBLE || f->type == DT_BIT);
}

/* One text a cell, of any length */
static inline bool field_is_any_text(const struct field *f)
{
	return datatype_is_text(f->type) && !f->is_array &&
	       (f->variable || (f->type == DT_TEXT && !f->arraysize));
}

/* Reads arraysize (VOTable 1.5 §2.2) into is_array, variable, fixed, string_len; type is set. */
void field_set_arraysize(struct field *, const char *arraysize);

#define TABLE_DIMS 8

/* An array of one dimension and any length; strings keep their length. */
void field_set_any_length(struct field *);

/*
 * The dimensions of an array as nested lists have them: that of the innermost, which varies
 * fastest, is the last (VOTable 1.5 §2.2 writes it first); 0: as many as there are. Those of
 * strings go without their length. Returns how many, 0 for what is no array.
 */
size_t field_shape(const struct field *, size_t shape[TABLE_DIMS]);

/*
 * Names for the columns that differ from each other: "x", "x_2"; also in more than case, where
 * any_case is set. The first of a name keeps it; a column without one is named as its ID, or col3.
 * One for each; caller frees with table_names_free.
 */
char **table_names(const struct table *, bool any_case);
/* The same; those of `first` keep theirs before any other. */
char **table_names_beside(const struct table *, bool any_case, const bool *first);
void table_names_free(char **all, size_t n);

/* Frees what the table holds, not the struct itself. */
void table_clear(struct table *);

#endif
