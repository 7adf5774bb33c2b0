/*
 * queries.h: between queries.c (names), queries_file.c (contents) and uploads.c, where files are
 * made and removed as in queries/.
 */
#ifndef TAPFS_FS_QUERIES_QUERIES_H
#define TAPFS_FS_QUERIES_QUERIES_H

#include "fs/core/node.h"
#include "fs/queries/entry.h"

/* The operations of folder_ops. */
enum outcome queries_create(struct node *dir, const char *name, mode_t, struct found *,
			    struct ask *);
enum outcome queries_unlink(struct node *dir, const char *name, struct ask *);
enum outcome queries_rename(struct node *dir, const char *name, struct node *newdir,
			    const char *newname, unsigned flags, struct ask *);
/* The file is open now: its descriptor is shared by all who open it. The entry takes no reference.
 */
void entry_opened(struct entry *, struct stored *);

#endif
