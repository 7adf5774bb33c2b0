/* datalink.h: between datalink.c (names) and link_files.c (files). */
#ifndef TAPFS_FS_DATALINK_H
#define TAPFS_FS_DATALINK_H

#include "fs/tree.h"
#include "tap/linked.h"

/* Waits until a row's links are known. */
enum outcome links_wait(struct linked_folder *, struct ask *);
/* The object of a link's node: one a link, whoever looks; a reference for the caller. */
struct link_file *link_file_get(struct linked_folder *, struct link *);

#endif
