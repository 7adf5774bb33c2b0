/* uploads.h: what others need of uploads.c. */
#ifndef TAPFS_FS_QUERIES_UPLOADS_H
#define TAPFS_FS_QUERIES_UPLOADS_H

#include "fs/core/kind.h"
#include "fs/queries/entry.h"

/*
 * The service has begun: queries find their tables here, and what is there is read. The files stay
 * where they are until the service ends.
 */
void uploads_begin(struct own_files *, struct service *);
/* A name that may be made in uploads/. */
enum outcome upload_check_name(struct entry *uploads, const char *name, struct ask *);

#endif
