/*
 * orphan.c: queries whose file is not there: orphans and ghosts; see orphan.h.
 *
 * Invariants: an orphan has its query until that is taken or removed. A ghost has one only for
 * REPLACE_MS; the query is in the journal with a path that no file has, so that a crash removes it.
 */
#include "fs/queries/orphan.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "fs/core/openers.h"
#include "tap/service/service.h"

#define ORPHAN_MS  10000 /* editors: rename away, write anew */
#define GHOST_MS   5000
#define REPLACE_MS 250   /* mv, install, tar: unlink, create */
#define HELD_MS    10000 /* while the disk creates */

static bool is_stem(const char *stem, const char *name, size_t n)
{
	return strlen(stem) == n && memcmp(stem, name, n) == 0;
}

/* --- orphans --- */

static void orphan_free(struct orphan *o)
{
	LIST_REMOVE(o, link);
	timer_cancel(o->timer);
	entry_unref(o->folder);
	free(o->stem);
	free(o);
}

static void orphan_over(void *arg)
{
	struct orphan *o = arg;
	struct query *q = o->query;

	o->timer = NULL;
	orphan_free(o);
	query_remove(q);
}

void orphan_add(struct entry *folder, const char *name, struct query *q)
{
	struct orphan *o = xcalloc(1, sizeof(*o));

	o->folder = entry_ref(folder);
	o->stem = xstrndup(name, (size_t)(strrchr(name, '.') - name));
	o->query = q;
	o->timer = timer_start(folder->service->loop, ORPHAN_MS, orphan_over, o);
	LIST_INSERT_HEAD(&folder->in.orphans, o, link);
}

struct query *orphan_take(struct entry *folder, const char *stem, size_t n)
{
	struct orphan *o;

	LIST_FOREACH (o, &folder->in.orphans, link) {
		if (is_stem(o->stem, stem, n)) {
			struct query *q = o->query;

			orphan_free(o);
			return q;
		}
	}
	return NULL;
}

void orphans_drop(struct entry *folder)
{
	struct orphan *o;

	while ((o = LIST_FIRST(&folder->in.orphans)))
		orphan_free(o);
}

/* --- ghosts --- */

static void ghost_free(struct ghost *g)
{
	LIST_REMOVE(g, link);
	timer_cancel(g->timer);
	timer_cancel(g->removal);
	entry_unref(g->folder);
	free(g->stem);
	free(g->asked);
	free(g);
}

/* It was a removal, and no replacement. */
static void ghost_remove_query(struct ghost *g)
{
	struct query *q = steal(g->query);

	timer_cancel(g->removal);
	g->removal = NULL;
	if (q)
		query_remove(q);
}

static void removal_due(void *arg)
{
	struct ghost *g = arg;

	g->removal = NULL;
	ghost_remove_query(g);
}

static void ghost_over(void *arg)
{
	struct ghost *g = arg;

	g->timer = NULL;
	ghost_remove_query(g);
	ghost_free(g);
}

void ghost_add(struct entry *folder, const char *name, struct query *q, pid_t pid)
{
	struct ghost *g = xcalloc(1, sizeof(*g));
	struct loop *loop = folder->service->loop;

	g->folder = entry_ref(folder);
	g->process = process_of(pid);
	g->stem = xstrndup(name, (size_t)(strrchr(name, '.') - name));
	g->asked = q ? xstrdup_or_null(q->asked) : NULL;
	g->query = q;
	g->timer = timer_start(loop, GHOST_MS, ghost_over, g);
	g->removal = timer_start(loop, REPLACE_MS, removal_due, g);
	LIST_INSERT_HEAD(&folder->in.ghosts, g, link);
}

void ghosts_drop(struct entry *folder)
{
	struct ghost *g;

	while ((g = LIST_FIRST(&folder->in.ghosts)))
		ghost_free(g);
}

void ghosts_remove_queries(struct entry *folder)
{
	struct ghost *g;

	LIST_FOREACH (g, &folder->in.ghosts, link)
		ghost_remove_query(g);
}

void ghost_drop(struct entry *folder, const char *stem, size_t n)
{
	struct ghost *g, *next;

	for (g = LIST_FIRST(&folder->in.ghosts); g; g = next) {
		next = LIST_NEXT(g, link);
		if (!is_stem(g->stem, stem, n))
			continue;
		ghost_remove_query(g);
		ghost_free(g);
	}
}

bool ghost_is(const struct entry *folder, const char *stem, size_t n, pid_t pid)
{
	const struct ghost *g;

	LIST_FOREACH (g, &folder->in.ghosts, link)
		if (is_stem(g->stem, stem, n) && g->process == process_of(pid))
			return true;
	return false;
}

bool ghost_asked(const struct entry *folder, const char *stem, size_t n, const char *extension,
		 pid_t pid)
{
	const struct ghost *g;

	LIST_FOREACH (g, &folder->in.ghosts, link)
		if (g->asked && strcmp(g->asked, extension) == 0 && is_stem(g->stem, stem, n) &&
		    g->process == process_of(pid))
			return true;
	return false;
}

/* The ghost whose query the process may have back. */
static struct ghost *replaced_by(struct entry *folder, const char *stem, size_t n, pid_t pid)
{
	struct ghost *g;

	LIST_FOREACH (g, &folder->in.ghosts, link)
		if (g->query && g->process && is_stem(g->stem, stem, n) &&
		    g->process == process_of(pid))
			return g;
	return NULL;
}

void ghost_hold(struct entry *folder, const char *stem, size_t n, pid_t pid)
{
	struct ghost *g = replaced_by(folder, stem, n, pid);

	if (!g)
		return;
	timer_cancel(g->removal);
	g->removal = timer_start(folder->service->loop, HELD_MS, removal_due, g);
}

struct query *ghost_take(struct entry *folder, const char *stem, size_t n, pid_t pid)
{
	struct ghost *g = replaced_by(folder, stem, n, pid);
	struct query *q = g ? steal(g->query) : NULL;

	ghost_drop(folder, stem, n);
	return q;
}
