/*
 * linked.h: results whose rows lead to files, and those rows' links, while somebody looks.
 *
 * A struct linked is one result's index (links.h); a struct linked_folder one of its
 * rows. A row's links are asked for when its folder is first looked into: a row
 * that leads to a file has that one, one that leads to a DataLink document those in
 * it. Loop thread only, but for `index`.
 */
#ifndef TAPFS_TAP_LINKED_H
#define TAPFS_TAP_LINKED_H

#include "tap/datalink.h"
#include "tap/links.h"
#include "tap/query.h"

struct linked {
	unsigned refs;
	struct service *service;
	char *path;          /* of the index, whose result never changes */
	int64_t mtime;       /* ms: when the result came */
	struct links *index; /* LANE_CACHE; NULL until it was opened there */
	LIST_HEAD(, linked_folder) folders;
	LIST_ENTRY(linked) link;
};

struct linked_folder {
	unsigned refs;
	struct linked *of; /* one reference */
	struct linked_row row;
	struct link_list links; /* when known */
	bool known;
	struct waitlist changed;
	struct transfer *transfer; /* the document is asked for */
	struct error *failure;     /* why it did not come, for a while */
	uint64_t failed_at;        /* loop time */
	LIST_ENTRY(linked_folder) link;
};

/* Whether the result leads to files. */
bool query_is_linked(const struct query *);
/* The links of a query's result; a reference for the caller. NULL if there are none. */
struct linked *linked_get(struct query *);
/* The links of an index; a reference for the caller. */
struct linked *linked_at(struct service *, const char *path, int64_t mtime);
struct linked *linked_ref(struct linked *);
void linked_unref(struct linked *);

/* The row's folder that is in use, or NULL. Borrowed. */
struct linked_folder *linked_folder_named(struct linked *, const char *name);
/* A new one; takes what is in the row. A reference for the caller. */
struct linked_folder *linked_folder_new(struct linked *, struct linked_row *);
struct linked_folder *linked_folder_ref(struct linked_folder *);
void linked_folder_unref(struct linked_folder *);

enum links_answer { LINKS_KNOWN, LINKS_WAIT, LINKS_FAIL };

/* Whether folder->links are there; asks for them where not. WAIT: on folder->changed. */
enum links_answer linked_folder_ready(struct linked_folder *, struct error **err);
/* The absolute URL of a link; caller owns. */
char *linked_url(const struct linked_folder *, const char *url);

#endif
