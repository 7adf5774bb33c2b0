/* table_in_fixture.h: for tests: a table that a user brings, in any format. */
#ifndef TAPFS_UNIT_TABLE_TABLE_IN_FIXTURE_H
#define TAPFS_UNIT_TABLE_TABLE_IN_FIXTURE_H

#include <stddef.h>

#include "base/error.h"
#include "table/read/table_in.h"
#include "table/write/format.h"

/* A file without a name that holds these bytes. */
int file_of(const void *bytes, size_t n);
/*
 * The table as that writer writes it, fed in pieces of `piece` bytes (0: by table_read); caller
 * owns. NULL with *err. notes may be NULL.
 */
char *brought_as(struct format_writer *(*writer)(int fd), enum table_kind, const void *bytes,
		 size_t n, size_t piece, struct buf *notes, struct error **err);

/* It becomes a VOTable with this in it, in pieces of 1, 7 and all bytes. */
void expect_votable(enum table_kind, const char *text, const char *part);
/* It becomes this CSV, likewise. */
void expect_values(enum table_kind, const char *text, const char *csv);
/* It fails with this sentence, likewise; no row reaches the sink. */
void expect_refusal(enum table_kind, const char *text, const char *sentence);

#endif
