/*
 * names.c: lookup, stat and listing over the tree's table; see names.h.
 *
 * A folder's names are the fixed lines below its own, the mountpoint's
 * .tapfs, and what its find() and list() make. A rendered file that is no live
 * text remembers the hash of what was rendered first: when its kind's version
 * moves on it is rendered again, and if the bytes differ the node is stale.
 */
#include "fs/core/names.h"

#include <errno.h>
#include <string.h>
#include <xxhash.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "fs/core/mount.h"
#include "fs/core/operation.h"

/* .tapfs stands in the table under ALL; it is at the mountpoint, whichever kind that is of. */
static const struct kind *fixed_at(const struct node *dir, size_t i)
{
	const struct kind *k = kind_fixed(dir->kind, i);
	const struct kind *before = i ? kind_fixed(dir->kind, i - 1) : NULL;

	if (!k && !dir->parent && dir->kind->line != LINE_ALL && (!i || before))
		return kind_of(LINE_DOT_TAPFS);
	return k;
}

static enum outcome names_enter(struct node *dir, struct ask *ask)
{
	return dir->kind->enter ? dir->kind->enter(dir, ask) : READY;
}

enum outcome names_find(struct node *dir, const char *name, struct node **out, struct ask *ask)
{
	struct found f = {0};
	const struct kind *k;
	enum outcome entered = names_enter(dir, ask);

	if (entered != READY)
		return entered;

	for (size_t i = 0; (k = fixed_at(dir, i)); i++) {
		if (strcmp(k->name, name) == 0) {
			*out = node_fixed(dir, k);
			return READY;
		}
	}
	if (dir->kind->find) {
		enum outcome o = dir->kind->find(dir, name, &f, ask);

		if (o != READY)
			return o;
	}
	if (f.line == LINE_NONE)
		return ask_fail(ask, ENOENT, "no such name");
	*out = node_get(dir, name, &f);
	return READY;
}

static uint64_t text_version(struct node *n)
{
	return n->kind->version ? n->kind->version(n) : 0;
}

enum outcome node_text(struct node *n, struct buf *out, struct ask *ask)
{
	uint64_t hash;
	enum outcome o;

	if (n->stale)
		return ask_fail(ask, ESTALE, "replaced");
	o = n->kind->text(n, out, ask);
	if (o == READY)
		n->size = out->len;
	if (o != READY || n->kind->flags & KIND_LIVE)
		return o;
	hash = XXH3_64bits(buf_str(out), out->len);
	if (n->rendered && n->text_hash != hash) {
		n->stale = true;
		return ask_fail(ask, ESTALE, "replaced");
	}
	n->rendered = true;
	n->text_hash = hash;
	n->seen_version = text_version(n);
	return READY;
}

static enum outcome text_size(struct node *n, uint64_t *size, struct ask *ask)
{
	CLEANUP_BUF struct buf text = BUF_INIT;
	enum outcome o;

	if (n->kind->flags & KIND_ASKED ||
	    (n->rendered && n->kind->version && n->seen_version == text_version(n))) {
		*size = n->size;
		return READY;
	}
	o = node_text(n, &text, ask);
	*size = text.len;
	return o;
}

static void set_time(struct timespec *t, int64_t ms)
{
	t->tv_sec = ms / 1000;
	t->tv_nsec = ms % 1000 * 1000000;
}

enum outcome node_stat(struct node *n, struct stat *st, double *timeout, struct ask *ask)
{
	const struct kind *k = n->kind;
	struct attributes a = {.nlink = S_ISDIR(k->mode) ? 2 : 1};
	enum outcome o = READY;

	if (n->stale)
		return ask_fail(ask, ESTALE, "replaced");
	if (k->attributes)
		o = k->attributes(n, &a, ask);
	if (o == READY && k->text)
		o = text_size(n, &a.size, ask);
	if (o != READY)
		return o;
	if (!a.mtime)
		a.mtime = k->flags & KIND_LIVE ? clock_now() : n->mount->mounted;
	*st = (struct stat){
	    .st_ino = n->id,
	    .st_mode = (k->mode & S_IFMT) | (a.mode ? a.mode : (k->mode & 07777)),
	    .st_nlink = a.nlink,
	    .st_uid = n->mount->uid,
	    .st_gid = n->mount->gid,
	    .st_size = (off_t)a.size,
	    .st_blocks = (blkcnt_t)((a.size + 511) / 512),
	    .st_blksize = n->kind->flags & KIND_COLD ? 4096 : 128 * 1024, /* as programs read */
	};
	set_time(&st->st_mtim, a.mtime);
	st->st_ctim = st->st_atim = st->st_mtim;
	*timeout = a.fixed ? TIMEOUT_FIXED : k->flags & KIND_STATIC ? TIMEOUT_STATIC : 0;
	return READY;
}

double node_name_timeout(const struct node *n)
{
	/* A fixed name lives as long as its folder; what find() made may come and go. */
	if (n->kind->flags & KIND_STATIC)
		return TIMEOUT_STATIC;
	return n->object || n->kind->release ? 0 : TIMEOUT_STATIC;
}

enum outcome names_look(struct node *dir, struct ask *ask)
{
	return dir->kind->look ? dir->kind->look(dir, ask) : READY;
}

/* The old page stays until the new one is there: a waiting request looks which it has. */
static enum outcome names_page(struct node *dir, size_t from, struct listing *l, struct ask *ask)
{
	struct listing page = {.first = from};
	enum outcome o = dir->kind->page(dir, from, &page, ask);

	if (o != READY) {
		listing_clear(&page);
		return o;
	}
	listing_clear(l);
	*l = page;
	return READY;
}

enum outcome names_list(struct node *dir, size_t from, struct listing *l, struct ask *ask)
{
	enum outcome entered = names_enter(dir, ask);
	const struct kind *k;

	if (entered != READY)
		return entered;
	if (dir->kind->page)
		return names_page(dir, from, l, ask);
	listing_clear(l);
	for (size_t i = 0; (k = fixed_at(dir, i)); i++)
		listing_add_fixed(l, k);
	return dir->kind->list ? dir->kind->list(dir, l, ask) : READY;
}
