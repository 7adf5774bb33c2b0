/* queries.h: between queries.c (names) and queries_file.c (contents). */
#ifndef TAPFS_FS_QUERIES_H
#define TAPFS_FS_QUERIES_H

#include "fs/entry.h"
#include "fs/node.h"

/* The entry of a node in queries/. */
struct entry *entry_of(const struct node *);
/* The file is open now: its descriptor is shared by all who open it. The entry takes no reference.
 */
void entry_opened(struct entry *, struct stored *);
/* A launch that was put off is called off. */
void entry_unsettle(struct entry *);

#endif
