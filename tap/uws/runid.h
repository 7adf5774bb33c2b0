/*
 * runid.h: the RUNID of a query that says none (DALI 1.1 §3.4.6): STEM-xxxxxx.
 *
 * Two runs of one name are told apart by it, also where a service shows neither texts nor times.
 * The last two characters check the rest, so that a name that a user chose is not taken for one.
 */
#ifndef TAPFS_TAP_UWS_RUNID_H
#define TAPFS_TAP_UWS_RUNID_H

#include <stdbool.h>

#define RUNID_MAX 64 /* characters */

/* A new one; a long stem is cut short. Caller owns. */
char *runid_make(const char *stem);
bool runid_is_made(const char *runid);
/* What a user calls it: the stem of one that was made, else the RUNID itself. Caller owns. */
char *runid_shown(const char *runid);

#endif
