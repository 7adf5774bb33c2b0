/*
 * convert.h: a VOTable file into another format, on workers, while it still grows.
 *
 * A conversion reads what is there of the input, in steps of at most CONVERT_STEP bytes on
 * LANE_CONVERT, and sleeps until enough more has come, or a little has for a while. Memory is flat.
 */
#ifndef TAPFS_TABLE_WRITE_CONVERT_H
#define TAPFS_TABLE_WRITE_CONVERT_H

#include <stdint.h>

#include "base/error.h"
#include "base/loop.h"
#include "table/table.h"
#include "table/write/format.h"

#define CONVERT_STEP (16u << 20)

struct conversion;

/*
 * Both descriptors are duplicated. format NULL: the input is only checked and its rows counted.
 * done is called once, on the loop: end tells of the rows when err is NULL (but see
 * table_sink.no_rows). The conversion is gone then.
 */
struct conversion *conversion_start(struct loop *, int in_fd, const struct format *, int out_fd,
				    void (*done)(void *arg, const struct table_end *end,
						 struct error *err),
				    void *arg);
/* The input has that many bytes now; complete: no more will come. */
void conversion_feed(struct conversion *, uint64_t available, bool complete);
/* Bytes of the output that are on the file; at the end of the last step. */
uint64_t conversion_written(const struct conversion *);
/* done is not called any more. NULL is allowed. */
void conversion_cancel(struct conversion *);

#endif
