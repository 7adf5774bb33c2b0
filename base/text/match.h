/*
 * match.h: what people and services write, held against extended patterns (regex(7)), in any case.
 */
#ifndef TAPFS_BASE_TEXT_MATCH_H
#define TAPFS_BASE_TEXT_MATCH_H

#include <stdbool.h>

bool text_matches(const char *text, const char *pattern);
/* The subexpressions 1 and 2 as numbers; 0: it is none. */
bool text_match_numbers(const char *text, const char *pattern, unsigned out[2]);

#endif
