/*
 * names.h: from the tree's table to what a front shows: lookup, stat, listing.
 */
#ifndef TAPFS_FS_CORE_NAMES_H
#define TAPFS_FS_CORE_NAMES_H

#include "fs/core/listing.h"
#include "fs/core/node.h"

/* Seconds that a front may keep names and attributes. */
#define TIMEOUT_STATIC 60.0
#define TIMEOUT_FIXED  3600.0

/* The node of a name in dir, with a reference for the caller. ENOENT if there is none. */
enum outcome names_find(struct node *dir, const char *name, struct node **out, struct ask *);
/* Attributes, and how long they hold in seconds. ESTALE if the node was replaced. */
enum outcome node_stat(struct node *, struct stat *, double *timeout, struct ask *);
/* The text of a rendered file; for one that is no live text the same bytes that stat told of, or
 * ESTALE. */
enum outcome node_text(struct node *, struct buf *out, struct ask *);
/* Somebody opens a folder: waits until its names are worth listing. */
enum outcome names_look(struct node *dir, struct ask *);
/* How long the name may be kept, seconds. */
double node_name_timeout(const struct node *);

/* All names in dir but . and ..; of one that is listed in pages, some from that number on. */
enum outcome names_list(struct node *dir, size_t from, struct listing *, struct ask *);

#endif
