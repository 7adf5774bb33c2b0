/* xattr.h: extended attributes, only with -o xattr. */
#ifndef TAPFS_FS_XATTR_H
#define TAPFS_FS_XATTR_H

#include <fuse_lowlevel.h>

void op_getxattr(fuse_req_t, fuse_ino_t, const char *name, size_t size);
void op_listxattr(fuse_req_t, fuse_ino_t, size_t size);

#endif
