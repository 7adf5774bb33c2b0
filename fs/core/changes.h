/*
 * changes.h: what a user changes in the tree: names and attributes.
 *
 * What holds everywhere is refused here (a read-only mount, a line at which nothing
 * can be changed); the rest is the line's.
 */
#ifndef TAPFS_FS_CORE_CHANGES_H
#define TAPFS_FS_CORE_CHANGES_H

#include "fs/core/kind.h"

/* What is made is in found, for node_get. */
enum outcome change_create(struct node *dir, const char *name, mode_t mode, struct found *,
			   struct ask *);
enum outcome change_mkdir(struct node *dir, const char *name, struct found *, struct ask *);
enum outcome change_symlink(struct node *dir, const char *name, const char *target, struct found *,
			    struct ask *);
enum outcome change_unlink(struct node *dir, const char *name, struct ask *);
enum outcome change_rmdir(struct node *dir, const char *name, struct ask *);
/* EXDEV: the folders are not of one kind, or not of one service; a copy may do. */
enum outcome change_rename(struct node *dir, const char *name, struct node *newdir,
			   const char *newname, unsigned flags, struct ask *);
enum outcome change_attributes(struct node *, const struct change *, struct ask *);

#endif
