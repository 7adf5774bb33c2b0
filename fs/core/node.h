/*
 * node.h: the names that a front remembers or a request is about.
 *
 * A node is made at its first lookup and lives until a front forgets it and
 * nothing below it lives. Its inode number is its branch's own (a result, a
 * user's file) or a hash of path and version, so that it stays the same from
 * mount to mount. Loop thread only.
 */
#ifndef TAPFS_FS_CORE_NODE_H
#define TAPFS_FS_CORE_NODE_H

#include <stdbool.h>
#include <stdint.h>
#include <uthash.h>

#include "base/buf.h"
#include "fs/core/kind.h"

struct mount;
struct service;

#define NODE_ROOT_ID 1 /* as the kernel has it, whatever the front */

struct node {
	uint64_t id;
	const struct kind *kind;
	struct node *parent;     /* one reference; NULL for the root */
	char *name;              /* as looked up; a file the user renamed keeps its first one */
	void *object;            /* the branch's; given back by kind->release */
	struct service *service; /* whose tree this is in; NULL above */
	struct mount *mount;
	uint64_t lookups; /* of a front that remembers names; else 0 */
	unsigned refs;    /* ours: children, handles, requests, and 1 while lookups > 0 */

	/* Rendered texts: what the last rendering was, so that stat and open agree. */
	bool rendered;
	bool stale;    /* replaced: OPEN and GETATTR answer ESTALE, and lookup makes a new one */
	uint64_t size; /* bytes of the text, or of a file that was there */
	uint64_t text_hash;
	uint64_t seen_version; /* kind->version when it was rendered */
	UT_hash_handle hh;
};

struct node *node_root(struct mount *, const struct kind *, struct service *);
/* Frees all nodes; the mount is over. */
void nodes_free(struct mount *);
/* The node of that id, or NULL. */
struct node *node_by_id(struct mount *, uint64_t id);
/*
 * The node for a name found in dir: an existing one or a new one. Takes found->object. The caller
 * gets a reference; no lookup is added.
 */
struct node *node_get(struct node *dir, const char *name, const struct found *);
/* The same for a fixed name. */
struct node *node_fixed(struct node *dir, const struct kind *);
/* The inode number of a name in dir that has none of its own. */
uint64_t node_path_id(const struct node *dir, const char *name, unsigned salt);

void node_ref(struct node *);
void node_unref(struct node *);
void node_looked_up(struct node *);
void node_forget(struct node *, uint64_t nlookup);

/* "queries/paper1/m31.csv", for messages. */
void node_path(const struct node *, struct buf *out);

#endif
