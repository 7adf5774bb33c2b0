/*
 * name.h: names from outside as file names, reversibly.
 *
 * Escaped as %XX are: control characters, C0 and C1; marks that turn the direction of what follows,
 * or end a line; `%` itself, `/`, bytes that are not valid UTF-8, and the dots of `.` and `..`. The
 * empty name is a lone `%`. A name of more than NAME_MAX bytes is cut, and ends in `%~` and a hash
 * of all of it; in a path it continues in a folder: its parts end in `%+`.
 */
#ifndef TAPFS_BASE_NAME_H
#define TAPFS_BASE_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Adds one raw name as one file name. */
void name_escape(struct buf *out, const char *raw, size_t n);

/*
 * Adds a raw name whose slashes are folders (VizieR's J/A+AS/134/483/table3) as a
 * relative path: each part escaped by itself.
 */
void name_escape_path(struct buf *out, const char *raw, size_t n);

/* Whether name is what name_escape makes of raw. */
bool name_is_of(const char *name, const char *raw);

/* The opposite of both. False if it is nothing that they write, or a name that was cut. */
bool name_unescape(struct buf *out, const char *name, size_t n);

#endif
