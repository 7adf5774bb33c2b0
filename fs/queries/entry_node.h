/* entry_node.h: entries as nodes of the tree. */
#ifndef TAPFS_FS_QUERIES_ENTRY_NODE_H
#define TAPFS_FS_QUERIES_ENTRY_NODE_H

#include "fs/core/node.h"
#include "fs/queries/entry.h"

/* The entry of a node in queries/ or uploads/; in datalink/ the folder of queries that it shows. */
struct entry *entry_of(const struct node *);
/* Its line in the tree's table. */
enum tree_line entry_line(const struct entry *);
/* As what find() answers, with a reference. */
void found_entry(struct found *, struct entry *);

#endif
