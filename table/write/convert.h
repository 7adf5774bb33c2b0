/*
 * convert.h: a VOTable file into other formats, on workers, while it still grows.
 *
 * A conversion reads what is there of the input, once for all formats, in steps of at most
 * CONVERT_STEP bytes on LANE_CONVERT, and sleeps until enough more has come, or a little has for a
 * while. Memory is flat.
 */
#ifndef TAPFS_TABLE_WRITE_CONVERT_H
#define TAPFS_TABLE_WRITE_CONVERT_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/loop.h"
#include "table/table.h"
#include "table/write/format.h"

#define CONVERT_STEP (16u << 20)

struct conversion;

struct conversion_input {
	int fd;
	int beside_fd; /* the rows of a STREAM with an href; -1: they are not there */
};

struct conversion_output {
	const struct format *format; /* one that has a writer */
	int fd;
};

/*
 * From 1 to FORMATS_MAX outputs. All descriptors are duplicated. done is called once, on
 * the loop: end tells of the rows when err is NULL (but see table_sink.no_rows), and of
 * `elsewhere` when not. The conversion is
 * gone when it returns.
 */
struct conversion *
conversion_start(struct loop *, const struct conversion_input *, const struct conversion_output *,
		 size_t n, void (*done)(void *arg, const struct table_end *end, struct error *err),
		 void *arg);
/* The input has that many bytes now; complete: no more will come. */
void conversion_feed(struct conversion *, uint64_t available, bool complete);
/* Bytes of an output that are in its file; at the end of the last step. */
uint64_t conversion_written(const struct conversion *, size_t output);
/*
 * The error of a conversion is not what its input is like: the disk is full, an output larger than
 * it may be, a file cannot be read or written.
 */
bool conversion_failed_here(const struct error *);
/* done is not called any more. NULL is allowed. */
void conversion_cancel(struct conversion *);

#endif
