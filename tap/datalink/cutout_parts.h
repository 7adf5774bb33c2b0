/*
 * cutout_parts.h: a cut-out that came in several parts (multipart/mixed), as some services pack it.
 */
#ifndef TAPFS_TAP_DATALINK_CUTOUT_PARTS_H
#define TAPFS_TAP_DATALINK_CUTOUT_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* Whether a media type (NULL is allowed) says so. */
bool cutout_is_in_parts(const char *content_type);
/*
 * Leaves in the file the first part that may be such a file ("fits"), and its size in *bytes.
 * *more: how many others there are. False with *err: none is. For a worker.
 */
bool cutout_unpack(int fd, const char *content_type, const char *extension, uint64_t *bytes,
		   unsigned *more, struct error **err);

#endif
