/* votable_csv.h: for tests: a VOTable in memory as the CSV that comes of it. */
#ifndef TAPFS_UNIT_TABLE_VOTABLE_CSV_H
#define TAPFS_UNIT_TABLE_VOTABLE_CSV_H

#include <stddef.h>

#include "base/error.h"
#include "table/table.h"

/* Fed in pieces of `piece` bytes; NULL with *err if it fails. end may be NULL. */
char *csv_of(const void *doc, size_t n, size_t piece, struct table_end *end, struct error **err);

/* The document, fed in pieces of 1, 7 and all bytes, makes this CSV each time. */
void expect_csv(const char *doc, const char *csv);
/* What is told of cells that could not be read; "" for nothing. All readers agree on it. */
void expect_warnings(const char *doc, const char *warnings);
/* It fails each time, and the error has this in it. */
void expect_failure(const char *doc, const char *part);

/* A document with these FIELDs and these rows (TRs) in TABLEDATA; caller owns. */
char *tabledata(const char *fields, const char *rows);
/* The same with bytes in BINARY or BINARY2. */
char *binary(const char *fields, const void *bytes, size_t n, const char *serialization);

/* A file of tests/unit/data. */
char *read_sample(const char *name, size_t *n);

#endif
