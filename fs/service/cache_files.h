/* cache_files.h: for the command that throws the kept files away. */
#ifndef TAPFS_FS_SERVICE_CACHE_FILES_H
#define TAPFS_FS_SERVICE_CACHE_FILES_H

#include "fs/core/kind.h"
#include "fs/core/mount.h"

/* Throws away all kept files that nobody has open; hangs an operation on the request. */
bool mount_drop_cache(struct mount *, struct ask *);

#endif
