/*
 * reason.h: what went wrong, out of the notation of the program that says it.
 */
#ifndef TAPFS_BASE_TEXT_REASON_H
#define TAPFS_BASE_TEXT_REASON_H

#include <stddef.h>

/*
 * The sentence in a JSON document (its detail, message or error, at any depth) or in a text with
 * Python's ErrorDetail (Django, and so Daiquiri). Positions go along, as "positions: [[1, 7]]".
 * NULL: it is neither, or holds none. Caller owns.
 */
char *reason_plain(const char *text, size_t n);

#endif
