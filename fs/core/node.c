/*
 * node.c: the table of nodes, by inode number; see node.h.
 *
 * Invariants: every node in the table has refs > 0; a front's lookups count
 * as one reference together. A node is freed when the last reference goes. The
 * root is never freed before nodes_free.
 */
#include "fs/core/node.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/mem.h"
#include "base/stats.h"
#include "fs/core/mount.h"
#include "fs/core/openers.h"

static struct node *node_add(struct mount *m, uint64_t id, const struct kind *k)
{
	struct node *n = xcalloc(1, sizeof(*n));

	n->id = id;
	n->kind = k;
	n->mount = m;
	n->refs = 1;
	HASH_ADD(hh, m->nodes, id, sizeof(n->id), n);
	stats.nodes++;
	return n;
}

struct node *node_root(struct mount *m, const struct kind *k, struct service *s)
{
	struct node *n = node_add(m, NODE_ROOT_ID, k);

	n->name = xstrdup("");
	n->service = s;
	return n;
}

struct node *node_by_id(struct mount *m, uint64_t id)
{
	struct node *n;

	HASH_FIND(hh, m->nodes, &id, sizeof(id), n);
	return n;
}

uint64_t node_path_id(const struct node *dir, const char *name, unsigned salt)
{
	uint64_t id = XXH3_64bits_withSeed(name, strlen(name), dir->id * 31 + salt);

	return id <= NODE_ROOT_ID ? id + 2 : id;
}

static void object_release(const struct kind *k, void *object)
{
	if (object && k->release)
		k->release(object);
}

static bool is_same(const struct node *n, const struct node *dir, const char *name,
		    const struct kind *k, const struct found *f)
{
	if (n->stale || n->kind != k || n->object != f->object)
		return false;
	return f->id != 0 || (n->parent == dir && strcmp(n->name, name) == 0);
}

static struct node *node_of(struct node *dir, const char *name, const struct kind *k,
			    const struct found *f)
{
	struct node *n;
	uint64_t id = f->id;

	for (unsigned salt = 0;; salt++) {
		if (!f->id)
			id = node_path_id(dir, name, salt);
		else if (salt)
			id = f->id + ((uint64_t)salt << 48);
		n = node_by_id(dir->mount, id);
		if (!n)
			break;
		if (is_same(n, dir, name, k, f)) {
			object_release(k, f->object);
			node_ref(n);
			return n;
		}
	}
	n = node_add(dir->mount, id, k);
	n->parent = dir;
	node_ref(dir);
	n->name = xstrdup(name);
	n->object = f->object;
	n->service = dir->service;
	return n;
}

struct node *node_get(struct node *dir, const char *name, const struct found *f)
{
	return node_of(dir, name, kind_of(f->line), f);
}

struct node *node_fixed(struct node *dir, const struct kind *k)
{
	return node_of(dir, k->name, k, &(struct found){0});
}

void node_ref(struct node *n)
{
	n->refs++;
}

void node_unref(struct node *n)
{
	while (n && --n->refs == 0) {
		struct node *parent = n->parent;

		HASH_DELETE(hh, n->mount->nodes, n);
		stats.nodes--;
		object_release(n->kind, n->object);
		free(n->name);
		free(n);
		n = parent;
	}
}

void node_looked_up(struct node *n)
{
	if (n->lookups++ == 0)
		node_ref(n);
}

void node_forget(struct node *n, uint64_t nlookup)
{
	if (!n->lookups)
		return;
	n->lookups = nlookup < n->lookups ? n->lookups - nlookup : 0;
	if (!n->lookups)
		node_unref(n);
}

void nodes_free(struct mount *m)
{
	struct node *n, *next;

	HASH_ITER (hh, m->nodes, n, next) {
		HASH_DELETE(hh, m->nodes, n);
		object_release(n->kind, n->object);
		free(n->name);
		free(n);
	}
	stats.nodes = 0;
	openers_free(m);
}

void node_path(const struct node *n, struct buf *out)
{
	if (!n->parent)
		return;
	node_path(n->parent, out);
	if (out->len)
		buf_addc(out, '/');
	buf_adds(out, n->name);
}
