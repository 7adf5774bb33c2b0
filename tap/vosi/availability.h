/*
 * availability.h: whether a service is up, by its own word (VOSI 1.1 §4.1).
 */
#ifndef TAPFS_TAP_VOSI_AVAILABILITY_H
#define TAPFS_TAP_VOSI_AVAILABILITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct availability {
	bool available;
	char *note;       /* all notes, one a line; NULL if there is none */
	int64_t up_since; /* ms since 1970 UTC, -1 where the service does not say */
	int64_t down_at;
	int64_t back_at;
};

/* NULL with *err if it is no availability document. */
struct availability *availability_parse(const char *data, size_t n, struct error **err);
void availability_free(struct availability *); /* NULL is allowed */

#endif
