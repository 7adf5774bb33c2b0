/* tree.h: the whole namespace as one table; see fs/core/kind.h for what a line is. */
#ifndef TAPFS_FS_TREE_H
#define TAPFS_FS_TREE_H

#include "fs/core/kind.h"

extern const struct kind tree[];
extern const size_t tree_size; /* lines */

#endif
