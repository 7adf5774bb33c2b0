/* times.h: points in time as text, in milliseconds since 1970. */
#ifndef TAPFS_SERVICE_HTTP_TIMES_H
#define TAPFS_SERVICE_HTTP_TIMES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

void svc_add_time(struct buf *out, int64_t ms);
/* ISO 8601 as in DALI 1.1 §3.3.3; false if it is none. */
bool svc_parse_time(const char *text, int64_t *ms);

#endif
