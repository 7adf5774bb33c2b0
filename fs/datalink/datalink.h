/* datalink.h: between datalink.c (names), positions.c (other rows) and remote_file.c (files). */
#ifndef TAPFS_FS_DATALINK_DATALINK_H
#define TAPFS_FS_DATALINK_DATALINK_H

#include "fs/core/kind.h"
#include "tap/datalink/dataset.h"

/* Some of the rows that link, from that one on; one of them by its name. */
enum outcome linked_rows_list(struct node *dir, struct open_index *, size_t from, struct listing *,
			      struct ask *);
enum outcome linked_rows_find(struct node *dir, struct open_index *, const char *name,
			      struct found *, struct ask *);
/* Waits until a dataset's links are known. */
enum outcome dataset_wait(struct dataset *, struct ask *);
/* The object of a link's node: one a link, whoever looks; a reference for the caller. */
struct remote_file *remote_file_get(struct dataset *, const struct link *);
/* The same of a file that is no link, by its URL. */
struct remote_file *remote_file_at(struct service *, const char *url);

#endif
