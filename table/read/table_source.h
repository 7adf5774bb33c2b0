/* table_source.h: what the readers of all kinds of tables ask of a file. */
#ifndef TAPFS_TABLE_READ_TABLE_SOURCE_H
#define TAPFS_TABLE_READ_TABLE_SOURCE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define TABLE_PACKED_MARK 11 /* bytes that tell whether a file is compressed */

/* By a file's first TABLE_PACKED_MARK bytes, or all: true, with *err, if it is compressed. */
bool table_is_packed(const char *start, size_t n, struct error **err);
/* Whether *stop is set (NULL: never); then *err says ECANCELED. */
bool table_stopped(const atomic_bool *stop, struct error **err);

#endif
