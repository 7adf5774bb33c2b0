/*
 * position_disk.h: answers for positions as folders on disk.
 *
 *	ROOT/sia/10.68,41.27,2/result.vot …     one answer: its time is that of result.vot
 *	ROOT/tmp.XXXXXX/                        one that is being made or thrown away
 *
 * The folder's own time is when it was used last. All of these wait for the disk: workers only,
 * one at a time (LANE_CACHE).
 */
#ifndef TAPFS_TAP_POSITION_POSITION_DISK_H
#define TAPFS_TAP_POSITION_POSITION_DISK_H

#include "tap/position/position.h"

struct position_found {
	char *search, *name; /* names of folders */
	int64_t fetched, used;
	int64_t sizes[POSITION_FILES];
};

struct position_list {
	struct position_found *at;
	size_t n;
};

/* The name of a file in such a folder; caller owns. */
char *position_disk_name(size_t file);

/* What there is, used longest ago first. sweep: what a crash left is taken away. */
void position_disk_scan(const char *root, bool sweep, struct position_list *);
void position_list_clear(struct position_list *);
/* A new tmp folder; caller owns. NULL with *err. */
char *position_disk_new(const char *root, struct error **err);
/* Puts a folder of files (all written) where it belongs, in place of an older one. */
bool position_disk_publish(const char *root, const char *tmp, const char *folder,
			   struct error **err);
/* Throws a folder away. */
void position_disk_remove(const char *root, const char *folder);

#endif
