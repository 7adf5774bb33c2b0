/*
 * linked.h: results whose rows lead to files, while somebody looks.
 *
 * A struct linked is one result's index (links.h), with what was asked for ahead of whoever walks
 * through its rows: their links, by the row's number. Loop thread only, but for `index`.
 */
#ifndef TAPFS_TAP_LINKED_H
#define TAPFS_TAP_LINKED_H

#include <uthash.h>

#include "table/links/datalink.h"
#include "table/links/links.h"
#include "tap/query/query.h"

/* A row and its links that came before anybody looked for them. */
struct linked_ahead {
	struct linked_row row;
	struct link_list links;
	STAILQ_ENTRY(linked_ahead) link;
};

/* A row that was listed a moment ago: who comes for it by its name need not wait. */
struct linked_name {
	int64_t number;
	UT_hash_handle hh;
	char name[];
};

struct dataset_batch;

struct linked {
	unsigned refs;
	struct service *service;
	char *path;          /* of the index, whose result never changes */
	int64_t mtime;       /* ms: when the result came */
	struct links *index; /* LANE_CACHE; NULL until it was opened there */
	struct linked_name *listed;

	/* Who walks through the rows: dataset_batch.c. */
	char *here, *before; /* the row that was looked into last, and the one before; NULL: none */
	int64_t here_number, before_number;
	unsigned window; /* rows asked for at a time; 0: nobody has walked yet */
	bool one_by_one; /* the service does not take several identifiers at a time */
	LIST_HEAD(, dataset_batch) batches; /* under way */
	struct waitlist batched;            /* one of them goes on, or is over */
	STAILQ_HEAD(, linked_ahead) ahead;  /* oldest first */
	unsigned nahead;
	LIST_ENTRY(linked) link;
};

/* Whether the result leads to files. */
bool query_is_linked(const struct query *);
/* The links of a query's result; a reference for the caller. NULL if there are none. */
struct linked *linked_get(struct query *);
/* The links of an index; a reference for the caller. */
struct linked *linked_at(struct service *, const char *path, int64_t mtime);
struct linked *linked_ref(struct linked *);
void linked_unref(struct linked *);
/* The index, opened where it is not yet: LANE_CACHE. NULL with *err. */
struct links *linked_index(struct linked *, struct error **err);

/* Somebody looks into a row. */
void linked_visited(struct linked *, const char *name, int64_t number);
/* A row was listed; its number, or 0 if that was not so, or is long ago. */
void linked_listed(struct linked *, const char *name, int64_t number);
int64_t linked_number(const struct linked *, const char *name);
/* Keeps a row and its links for who comes; takes what is in them. */
void linked_keep(struct linked *, struct linked_row *, struct link_list *);
/* Those of a row, if they were kept; both are the caller's then. */
bool linked_take(struct linked *, int64_t number, struct linked_row *, struct link_list *);

#endif
