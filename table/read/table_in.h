/*
 * table_in.h: tables that users bring: VOTable, CSV, TSV, ECSV and FITS, read into a table_sink.
 *
 * Bytes are pushed in pieces of any size, as into votable.h. A reader of text wants all of them
 * twice: first whole columns are looked at and every value is checked, then the rows come out. So
 * the sink sees nothing of a table that is bad. Memory is bounded by one row (TABLE_ROW_MAX).
 * Errors say line and column.
 *
 * Columns get names that ADQL takes without quotes; what was changed stands in notes.
 */
#ifndef TAPFS_TABLE_READ_TABLE_IN_H
#define TAPFS_TABLE_READ_TABLE_IN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "table/table.h"

#define TABLE_ROW_MAX (16u << 20) /* bytes of a row of text, or of FITS */

enum table_kind {
	TABLE_VOTABLE, /* vot, votable, xml */
	TABLE_CSV,
	TABLE_TSV,
	TABLE_ECSV,
	TABLE_FITS, /* fits, fit */
	TABLE_NONE, /* no table */
};

/* By the extension, in any case. */
enum table_kind table_kind_of(const char *path);
#define NOT_A_TABLE "what goes along is a table: .vot, .csv, .tsv, .ecsv or .fits"

struct table_reader {
	/* False with *err once the table is bad or the sink refuses; later calls fail too. */
	bool (*feed)(struct table_reader *, const void *data, size_t n, struct error **err);
	/* All bytes have come. */
	bool (*finish)(struct table_reader *, struct error **err);
	/* After finish: whether all bytes are to come once more, from the first. */
	bool (*again)(struct table_reader *);
	void (*free)(struct table_reader *);
	struct buf notes; /* after finish: what was changed of the names, a line each */
};

/*
 * The sink is borrowed and must outlive the reader. A CSV or TSV that begins as an ECSV is read as
 * one. NULL for FITS, which is no stream, and for TABLE_NONE.
 */
struct table_reader *table_reader_new(enum table_kind, struct table_sink *);

/*
 * Reads a whole file of any kind, from its beginning, as often as it takes. notes may be NULL.
 * Given up (ECANCELED) once *stop, which may be NULL, is set. Waits for the disk: workers only.
 */
bool table_read(int fd, enum table_kind, struct table_sink *, const atomic_bool *stop,
		struct buf *notes, struct error **err);

/* A reader of text: CSV, TSV, ECSV. */
struct table_reader *text_reader_new(enum table_kind, struct table_sink *);
/* The first table of a FITS file (FITS 4.0 §7). */
bool fits_table_read(int fd, struct table_sink *, const atomic_bool *stop, struct buf *notes,
		     struct error **err);

#endif
