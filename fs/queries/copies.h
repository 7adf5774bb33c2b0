/*
 * copies.h: results that were copied along with their queries.
 *
 * `cp -r queries/paper1 queries/paper2` brings m31.csv as a plain file, which would
 * hide the result of the query that comes with it. When a query's text is accepted,
 * the files beside it that bear its derived names and are, byte for byte, what
 * tapfs made of the same text elsewhere give way. All others are the user's own.
 */
#ifndef TAPFS_FS_QUERIES_COPIES_H
#define TAPFS_FS_QUERIES_COPIES_H

#include "fs/queries/entry.h"

struct derived;
struct disk_op;

/*
 * To be submitted for a file that is being renamed to a derived name (rsync does that with copies):
 * it goes if it is such a copy, else the operation fails with EEXIST. NULL: it is none for sure.
 */
struct disk_op *copy_gives_way(struct entry *file, const struct derived *, const char *newname);
/* Looks at the files beside a query; they are compared by a worker and go a moment later. */
void copies_give_way(struct entry *query);

#endif
