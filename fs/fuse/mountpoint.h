/* mountpoint.h: whether a folder can be a mountpoint. */
#ifndef TAPFS_FS_FUSE_MOUNTPOINT_H
#define TAPFS_FS_FUSE_MOUNTPOINT_H

#include <stdbool.h>

#include "base/error.h"

/* Tells of a mountpoint that cannot be used, and why; recovers a dead one if `recover`. */
bool mountpoint_check(const char *path, bool recover, struct error **err);

#endif
