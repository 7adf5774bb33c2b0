/* demo.h: the embedded service of `tapfs demo`. */
#ifndef TAPFS_FS_PROGRAM_DEMO_H
#define TAPFS_FS_PROGRAM_DEMO_H

#include "base/error.h"

/*
 * Starts tapfs-demo and waits until it tells its URL (bounded). It ends when this process ends,
 * however that happens: it reads a pipe that only we hold. Caller owns the URL; NULL with *err.
 */
char *demo_start(struct error **err);

#endif
