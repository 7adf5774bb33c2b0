/*
 * votable.h: a VOTable, read as it streams by (VOTable 1.1 to 1.5).
 *
 * Bytes are pushed in pieces of any size; rows come out into a table_sink as
 * soon as they are complete. Reads TABLEDATA, BINARY and BINARY2, packed or not, and FITS, which
 * goes through an unnamed file. Memory is bounded by one row (limit VOTABLE_MAX_ROW) and the header
 * (VOTABLE_MAX_FIELDS).
 * No DTD is fetched and no entity beyond XML's own five is expanded.
 *
 * QUERY_STATUS (DALI 1.1 §4.4) is believed wherever it stands, also after the
 * TABLE: an ERROR there fails the whole table, with the service's own message.
 * A document that ends too early is an error.
 *
 * Used from worker threads as from the loop: an instance is used by one thread at a time. All of
 * the sink is called on that thread, but for row_text.
 */
#ifndef TAPFS_TABLE_VOTABLE_VOTABLE_H
#define TAPFS_TABLE_VOTABLE_VOTABLE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "table/table.h"

#define VOTABLE_MAX_ROW    (32u << 20) /* bytes of one row, or of one text */
#define VOTABLE_MAX_FIELDS 100000u

struct votable;

/*
 * How the FITS file within a VOTable is read (VOTable 1.5 §5.2): as fits_table_read, which sets it,
 * since it lies above.
 */
extern bool (*votable_fits_reader)(int fd, struct table_sink *, const atomic_bool *stop,
				   struct buf *notes, struct error **err);

/* The sink is borrowed and must outlive the reader. */
struct votable *votable_new(struct table_sink *sink);
/*
 * The same without our own scanners of rows: libxml2 reads all. Slower, and what the other is
 * compared with.
 */
struct votable *votable_new_reference(struct table_sink *sink);
/*
 * The same where rows may be read and made to texts by several threads, if the sink has row_text:
 * the caller's and up to three more, which live from when there is much to read until it is
 * settled. threads 0: one a processor; batch 0: as many bytes as is good for a thread at a time.
 */
struct votable *votable_new_parallel(struct table_sink *sink, size_t threads, size_t batch);
void votable_free(struct votable *); /* NULL is allowed */

/* Before the first bytes: a file with the rows of a STREAM that has an href. Borrowed. */
void votable_set_beside(struct votable *, int fd);

/* False with *err once the document is bad or the sink refuses; later calls fail too. */
bool votable_feed(struct votable *, const void *data, size_t n, struct error **err);

/* All rows that have come reach the sink, and no thread is left; until more is fed. */
bool votable_settle(struct votable *, struct error **err);

/* All bytes have come. Fails if the document was cut off, held no table, or said ERROR. */
bool votable_finish(struct votable *, struct error **err);

/* How the table ended, after votable_finish; `elsewhere`, after any failure. Its rows: see
 * table_sink.no_rows. */
struct table_end votable_table_end(const struct votable *);

/*
 * The message of an error document (a VOTable whose QUERY_STATUS is ERROR) in memory; caller
 * owns it. NULL if it is no such document.
 */
char *votable_error_message(const void *data, size_t n);

#endif
