/*
 * state.h: the folders of one service, and who holds them.
 *
 *	STATE/queries/…            the user's files, as they are named in the mount
 *	STATE/uploads/…            likewise: tables, and links as they were made
 *	STATE/results/ID/RUN.vot   what came, one folder a query
 *	STATE/state.db             the journal
 *	STATE/lock                 held while mounted: "host pid mountpoint"
 *	CACHE/catalog.db           what the service says of its tables; its documents beside it
 *
 * The folder is named for the canonical URL and the user, so that `gaia` and
 * its URL share it. The lock is a file of its own (fcntl, so that it holds on
 * NFS), never the database.
 */
#ifndef TAPFS_CACHE_STATE_H
#define TAPFS_CACHE_STATE_H

#include <stdbool.h>

#include "base/error.h"

struct state_dir {
	char *state; /* absolute */
	char *cache;
	char *queries, *uploads;
	char *results;
	int lock_fd; /* -1 where not held */
};

/* Where the folders of a service are; roots may be "" for the XDG defaults. */
struct state_at {
	const char *state_root, *cache_root;
	const char *key;        /* see state_key */
	const char *mountpoint; /* for the lock's text */
	bool read_only;         /* takes no lock, and makes nothing: another mount may hold it */
};

/*
 * Finds, makes and locks the folders. EBUSY with the holder's name if another mount has them.
 * Waits for the disk, and for the lock up to 2 s: before the loop runs, or on a worker.
 */
bool state_open(struct state_dir *, const struct state_at *, struct error **err);
/* Gives the lock back and frees the strings. */
void state_close(struct state_dir *);

/* The folder of all services' metadata and of kept files; caller owns. */
char *state_cache_root(const char *configured);

/* "gea.esac.esa.int_tap-server_tap" or "user@…"; caller owns. */
char *state_key(const char *url, const char *user);

#endif
