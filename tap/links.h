/*
 * links.h: the rows of a result that lead to files, by name.
 *
 * While a result arrives an index of its rows is written beside it, if one of its
 * columns links: an `access_url` (ObsCore 1.1 §4.8, SIA 2), or one with the UCD
 * meta.ref.url. A row is named by its own identifier, as a file name, made unique.
 * The index is a database of its own: a result of a million rows is listed and
 * looked up like one of ten. Reading waits for the disk: workers only, one at a time
 * (LANE_CACHE).
 */
#ifndef TAPFS_TAP_LINKS_H
#define TAPFS_TAP_LINKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "tap/format.h"

/* Where a row leads to. */
struct linked_row {
	int64_t number;     /* from 1, in the order of the result */
	char *name;         /* its folder's */
	char *url;          /* as the row has it: may be relative to files_base */
	char *content_type; /* NULL: not told */
	bool datalink;      /* the URL is that of a DataLink document */
};

/* The writer of the index; what it has written is empty if no column links. */
struct format_writer *links_writer_new(int fd);

struct links;

struct links *links_open(const char *path, struct error **err);
void links_close(struct links *);
/* False without *err if there is no such row. */
bool links_find(struct links *, const char *name, struct linked_row *, struct error **err);
/* The names of at most max rows from that number on, one after the other, each with its NUL. */
bool links_page(struct links *, int64_t from, size_t max, struct buf *names, size_t *n,
		struct error **err);
void linked_row_clear(struct linked_row *);

#endif
