/*
 * writer.h: what writes a table to a file: a result's format (table/write/format.h), or an index of
 * it (table/links/link_index.h).
 */
#ifndef TAPFS_TABLE_WRITER_H
#define TAPFS_TABLE_WRITER_H

#include <stdbool.h>

#include "base/error.h"
#include "table/table.h"

/*
 * A writer is a table_sink with an end to it. Output is buffered (flat memory)
 * and written to the descriptor, which stays the caller's.
 */
struct format_writer {
	struct table_sink sink; /* first, so that a sink can be cast back */
	/* Writes what is buffered, so that the growing file shows it; NULL: nothing before the end.
	 */
	bool (*flush)(struct format_writer *, struct error **err);
	/*
	 * After the end: whether all is to come once more, from the beginning (what stood behind
	 * the rows had to be known before them). NULL: never.
	 */
	bool (*again)(struct format_writer *);
	void (*free)(struct format_writer *);
};

#endif
