/*
 * ways.h: why none of the ways to what a service says of itself led anywhere, in one sentence.
 * Pure.
 *
 * Tables and columns are asked for in one way after the other. What the answers have in common says
 * more than each: the service fails, or it wants a sign-in.
 */
#ifndef TAPFS_TAP_METADATA_WAYS_H
#define TAPFS_TAP_METADATA_WAYS_H

#include <stdbool.h>

#include "base/buf.h"
#include "tap/service/service.h"

/* Zeros at first. */
struct ways {
	struct buf reasons; /* why each of them failed */
	int errnum;         /* of the first that may pass, or was not allowed; 0: of none */
	bool failing;       /* the server itself failed (5xx) */
	char *login;        /* a page to log in at, where one led; NULL: none did */
};

void ways_clear(struct ways *);
/* An answer, be it the last of a way or not. */
void ways_saw(struct ways *, const struct service *, const struct http_reply *);
/* The way failed. */
void ways_add(struct ways *, const char *way, const struct error *);
/* Nothing passing, no sign-in that is missing, no failure of the server: it has no such thing. */
bool ways_have_nothing(const struct ways *);
/* what: "tables". Never ENOENT: of a name that is listed it is not true. */
void ways_error(const struct ways *, const char *what, struct error **err);

#endif
