/* listing.h: the names in a folder, as a branch lists them and a front shows them. */
#ifndef TAPFS_FS_CORE_LISTING_H
#define TAPFS_FS_CORE_LISTING_H

#include "fs/core/kind.h"

struct listing_item {
	char *name;
	const struct kind *kind;
	uint64_t id;
};

struct listing {
	struct listing_item *items;
	size_t count, cap;
	size_t first; /* number of items[0] among all names: of a folder that is listed in pages */
	bool more;    /* there are names behind these */
};

/* Adds a name, copied. id 0: its inode number is made from the path. */
void listing_add(struct listing *, const char *name, enum tree_line, uint64_t id);
/* The same for a fixed name. */
void listing_add_fixed(struct listing *, const struct kind *);
/* Frees the names: it is empty then. */
void listing_clear(struct listing *);

#endif
