/*
 * row_pipe.h: rows, from the thread that reads them to another that writes them.
 *
 * A table_sink before another. Rows are copied into batches; when the first is full, a thread
 * begins to hand them to the other sink, while the reader goes on. Memory is that of a few batches.
 * It has no thread where there is but one processor, for tables smaller than a batch, and after
 * row_pipe_settle. begin, end and descriptor reach the other sink on the caller's thread, at a
 * time when no row is under way.
 */
#ifndef TAPFS_TAP_ROW_PIPE_H
#define TAPFS_TAP_ROW_PIPE_H

#include "tap/table.h"

struct row_pipe;

/* Borrows the sink that gets the rows. */
struct row_pipe *row_pipe_new(struct table_sink *next);
/* Where the reader puts rows; the pipe's. An error of a row is told by a later call. */
struct table_sink *row_pipe_sink(struct row_pipe *);
/* Waits until all rows have been taken. False with *err if one was refused. */
bool row_pipe_settle(struct row_pipe *, struct error **err);
/* Rows that have not been taken are dropped. NULL is allowed. */
void row_pipe_free(struct row_pipe *);

#endif
