/*
 * open_index.h: results whose rows lead to files, while somebody looks.
 *
 * A struct open_index is one result's index (link_index.h), with what was asked for ahead of
 * whoever walks through its rows: their links, by the row's number. Loop thread only, but for
 * `index`.
 */
#ifndef TAPFS_TAP_DATALINK_OPEN_INDEX_H
#define TAPFS_TAP_DATALINK_OPEN_INDEX_H

#include <uthash.h>

#include "table/links/datalink.h"
#include "table/links/link_index.h"
#include "tap/query/query.h"

/* A row and its links that came before anybody looked for them. */
struct row_ahead {
	struct linked_row row;
	struct link_list links;
	STAILQ_ENTRY(row_ahead) link;
};

/* A row that was listed a moment ago: who comes for it by its name need not wait. */
struct listed_row {
	int64_t number;
	UT_hash_handle hh;
	char name[];
};

struct dataset_batch;

struct open_index {
	unsigned refs;
	struct service *service;
	char *path;               /* of the index, whose result never changes */
	int64_t mtime;            /* ms: when the result came */
	struct link_index *index; /* LANE_CACHE, as the next two; NULL: it is not open */
	TAILQ_ENTRY(open_index) opened;
	bool read; /* since the last sweep */
	struct listed_row *listed;

	/* Who walks through the rows: dataset_batch.c. */
	char *here, *before; /* the row that was looked into last, and the one before; NULL: none */
	int64_t here_number, before_number;
	unsigned window; /* rows asked for at a time; 0: nobody has walked yet */
	bool one_by_one; /* the service does not take several identifiers at a time */
	LIST_HEAD(, dataset_batch) batches;          /* under way */
	void (*cancel_batches)(struct open_index *); /* set with the first of them */
	struct waitlist batched;                     /* one of them goes on, or is over */
	STAILQ_HEAD(, row_ahead) ahead;              /* oldest first */
	unsigned nahead;
	LIST_ENTRY(open_index) link;
};

extern const struct service_part open_indexes_part;

/* Whether the result leads to files. */
bool query_is_linked(const struct query *);
/* The links of a query's result; a reference for the caller. NULL if there are none. */
struct open_index *open_index_get(struct query *);
/* The links of an index; a reference for the caller. */
struct open_index *open_index_at(struct service *, const char *path, int64_t mtime);
struct open_index *open_index_ref(struct open_index *);
void open_index_unref(struct open_index *);
/* A worker is about to read it: what it opens is closed when nobody reads it any more. */
void open_index_read(struct open_index *);
/*
 * The index, opened where it is not: LANE_CACHE, until whoever asks comes back. NULL with *err:
 * ESTALE if the result is gone.
 */
struct link_index *open_index_db(struct open_index *, struct error **err);

/* Somebody looks into a row. */
void open_index_visited(struct open_index *, const char *name, int64_t number);
/* A row was listed; its number, or 0 if that was not so, or is long ago. */
void open_index_listed(struct open_index *, const char *name, int64_t number);
int64_t open_index_number(const struct open_index *, const char *name);
/* Keeps a row and its links for who comes; takes what is in them. */
void open_index_put(struct open_index *, struct linked_row *, struct link_list *);
/* Those of a row, if they were kept; both are the caller's then. */
bool open_index_take(struct open_index *, int64_t number, struct linked_row *, struct link_list *);

#endif
