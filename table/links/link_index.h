/*
 * link_index.h: the rows of a result that lead to files, by name.
 *
 * While a result arrives an index of its rows is written beside it, if anything leads
 * from them to files (link_source.h). A row is named by its own identifier, as a file name, made
 * unique. The index is a database of its own: a result of a million rows is listed and
 * looked up like one of ten. Reading waits for the disk: workers only, one at a time
 * (LANE_CACHE).
 */
#ifndef TAPFS_TABLE_LINKS_LINK_INDEX_H
#define TAPFS_TABLE_LINKS_LINK_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "table/links/link_source.h"
#include "table/writer.h"

#define LINK_INDEX_VERSION 2 /* of the index; PRAGMA user_version */

/* One of a row's addresses. */
struct row_link {
	enum link_kind kind;
	char *url;          /* as the row has it: may be relative; LINK_CUTOUT: the identifier */
	char *semantics;    /* never NULL */
	char *description;  /* NULL: none */
	char *content_type; /* NULL: not told */
	char *service;      /* LINK_CUTOUT: the descriptor, as XML */
};

/* Where a row leads to. */
struct linked_row {
	int64_t number; /* from 1, in the order of the result */
	char *name;     /* its folder's */
	size_t n;
	struct row_link *links;
};

/* The writer of the index; what it has written is empty if nothing leads to files. */
struct format_writer *link_index_writer_new(int fd);

struct link_index;

struct link_index *link_index_open(const char *path, struct error **err);
void link_index_close(struct link_index *);
/* The number of the row of that name; 0 without *err if there is none. */
int64_t link_index_number(struct link_index *, const char *name, struct error **err);
/* At most max rows from that number on; *n of them are the caller's, to be cleared each. */
bool link_index_rows(struct link_index *, int64_t from, size_t max, struct linked_row *rows,
		     size_t *n, struct error **err);
/* The same in the order of the names, from that one on. */
bool link_index_rows_named(struct link_index *, const char *from, size_t max,
			   struct linked_row *rows, size_t *n, struct error **err);
/* Their names alone, one after the other, each with its NUL. */
bool link_index_page(struct link_index *, int64_t from, size_t max, struct buf *names, size_t *n,
		     struct error **err);
/* The address of the DataLink document that the row has; NULL if it has none. Borrowed. */
const char *linked_row_datalink(const struct linked_row *);
struct linked_row linked_row_copy(const struct linked_row *);
void linked_row_clear(struct linked_row *);

#endif
