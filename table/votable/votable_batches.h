/*
 * votable_batches.h: rows of a VOTable, many at a time, by several threads.
 *
 * Only votable.c and votable_scan.c include this. NULL is allowed everywhere: then one thread reads
 * all.
 */
#ifndef TAPFS_TABLE_VOTABLE_VOTABLE_BATCHES_H
#define TAPFS_TABLE_VOTABLE_VOTABLE_BATCHES_H

#include <stdbool.h>
#include <stddef.h>

#include "table/table.h"

#define BATCH_SIZE (256u << 10) /* bytes */

struct error;
struct votable;
struct batches;

/* As votable_scan: how the reader reads the bytes of a batch that it is given back. */
typedef bool batches_read_back(struct votable *, const char *s, size_t n, struct error **err);

struct batches *batches_new(struct votable *, batches_read_back *, size_t threads, size_t size);
void batches_free(struct batches *);

/* Whether the rows where the reader stands are to be added here. */
bool batches_want(struct batches *);
/* Bytes of TABLEDATA; tells how many were taken. Afterwards the reader may stand elsewhere. */
size_t batches_add(struct batches *, const char *s, size_t n);
/* Text of a base64 STREAM. */
void batches_add_base64(struct batches *, const char *s, size_t n);
/* All that was added has been read. */
void batches_read(struct batches *);
/* The same, and there are no threads any more. */
/* Widens the types of the reader's row by those of the rows that others read. */
void batches_widen(struct batches *, struct column_needs *wider); /* NULL is allowed */
void batches_settle(struct batches *);
/* After that: see table_end.spoiled. NULL is allowed. */
bool batches_spoiled(const struct batches *);

#endif
