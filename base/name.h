/*
 * name.h: names from outside as file names, reversibly.
 *
 * Escaped as %XX are: control characters, `%` itself, `/`, bytes that are not
 * valid UTF-8, and the dots of `.` and `..`. The empty name is a lone `%`. A
 * name longer than NAME_MAX bytes continues in a folder: its parts end in `%+`.
 */
#ifndef TAPFS_BASE_NAME_H
#define TAPFS_BASE_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Adds one raw name as one file name; a long one becomes several, joined by '/'. */
void name_escape(struct buf *out, const char *raw, size_t n);

/*
 * Adds a raw name whose slashes are folders (VizieR's J/A+AS/134/483/table3) as a
 * relative path: each part escaped by itself.
 */
void name_escape_path(struct buf *out, const char *raw, size_t n);

/* The opposite of name_escape. False if it is nothing that name_escape writes. */
bool name_unescape(struct buf *out, const char *name, size_t n);

#endif
