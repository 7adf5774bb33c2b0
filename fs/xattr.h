/* xattr.h: extended attributes: what tapfs knows of a file, for scripts and file managers. */
#ifndef TAPFS_FS_XATTR_H
#define TAPFS_FS_XATTR_H

#include "fs/core/mount.h"

extern const struct xattr_ops xattrs;

#endif
