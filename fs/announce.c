/*
 * announce.c: see announce.h.
 *
 * A query that was touched is looked at DELAY_MS later, so that what comes and
 * goes at once is told to nobody. Happenings wait in a queue. First the helper is
 * asked whether anybody watches: who begins to do so later looks at the folder
 * then, and needs not to be told. What has gone and is remembered by the kernel is
 * told in any case: only so does the kernel forget it. The first of the queue is the one
 * that the helper is at (TELLING), and the script that its requests follow:
 *
 *	APPEARED  LOOKUP: there is no such name; CREATE: the node that is there by now
 *	CHANGED   SETATTR: as it is
 *	GONE      LOOKUP: a file; UNLINK: done
 *	DIRECTORY LOOKUP: there is no such name; RMDIR: done
 */
#include "fs/announce.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "fs/core/names.h"
#include "fs/core/node.h"
#include "fs/core/reply.h"
#include "fs/program/helper.h"
#include "fs/queries/derived.h"
#include "fs/queries/own_files.h"
#include "tap/query/query.h"
#include "tap/service/service.h"
#include "tap/uws/jobs.h"

#define DELAY_MS 25
#define WAITING  20000 /* happenings kept at most: beyond, watchers have to look again */

/* A service whose queries are followed. */
struct followed {
	struct announcer *announcer;
	struct service *service;
	char *prefix;
	LIST_ENTRY(followed) link;
};

/* A query, and the names of it that were there when it was last looked at. */
struct shown {
	struct query *query; /* key; one reference */
	const struct followed *of;
	char *folder; /* "SERVICE/queries/paper1/" */
	struct listing names;
	size_t log;   /* bytes of its log */
	int64_t run;  /* its number */
	bool touched; /* on the list of those to look at */
	LIST_ENTRY(shown) link;
	UT_hash_handle hh;
};

struct told {
	enum happening what;
	bool remembered; /* by the kernel: it is gone, and takes memory */
	char *path;      /* below the mountpoint */
	STAILQ_ENTRY(told) link;
};

struct announcer {
	struct mount *mount;
	struct poll_watch *answers;
	struct timer *timer;
	struct shown *all; /* uthash */
	LIST_HEAD(, shown) touched;
	LIST_HEAD(, followed) services;
	STAILQ_HEAD(, told) queue;
	unsigned waiting; /* in the queue */
	unsigned asked;   /* of those: whether anybody watches was asked for them */
	bool watched;     /* the answer */
	enum { IDLE, ASKING, TELLING } state;
};

/* --- telling --- */

static void told_free(struct announcer *a)
{
	struct told *t = STAILQ_FIRST(&a->queue);

	STAILQ_REMOVE_HEAD(&a->queue, link);
	a->waiting--;
	if (a->asked)
		a->asked--;
	free(t->path);
	free(t);
}

static void tell_next(struct announcer *a)
{
	a->state = IDLE;
	while (a->asked && a->state == IDLE) {
		struct told *t = STAILQ_FIRST(&a->queue);

		if ((a->watched || t->remembered) && helper_tell(t->what, t->path))
			a->state = TELLING;
		else
			told_free(a);
	}
	if (a->state == IDLE && a->waiting && helper_ask()) {
		a->state = ASKING;
		a->asked = a->waiting;
	}
}

static void helper_answered(void *arg, int events)
{
	struct announcer *a = arg;
	char byte;

	(void)events;
	if (read(helper_answers(), &byte, 1) <= 0) { /* it was killed */
		poll_stop(a->answers);
		a->answers = NULL;
		return;
	}
	if (byte == HELPER_DONE)
		told_free(a);
	else
		a->watched = byte == HELPER_WATCHED;
	tell_next(a);
}

static void tell(struct announcer *a, enum happening what, bool remembered, const char *folder,
		 const char *name)
{
	struct told *t;

	if (!a->answers || a->waiting >= WAITING)
		return;
	t = xcalloc(1, sizeof(*t));
	t->what = what;
	t->remembered = remembered;
	t->path = xasprintf("%s%s", folder, name);
	STAILQ_INSERT_TAIL(&a->queue, t, link);
	a->waiting++;
}

/* --- what differs --- */

static void tell_gone(struct announcer *a, const char *folder, const struct listing_item *was)
{
	const struct node *n = node_by_id(a->mount, was->id);

	tell(a, NAME_GONE, n && n->lookups, folder, was->name);
}

static const struct listing_item *item_named(const struct listing *l, const char *name)
{
	for (size_t i = 0; i < l->count; i++)
		if (strcmp(l->items[i].name, name) == 0)
			return &l->items[i];
	return NULL;
}

static char *shown_folder(const char *prefix, const struct query *q)
{
	const char *slash = strrchr(q->entry.path, '/');

	return xasprintf("%squeries/%.*s", prefix, (int)(slash ? slash - q->entry.path + 1 : 0),
			 q->entry.path);
}

static void shown_free(struct announcer *a, struct shown *s)
{
	if (s->touched)
		LIST_REMOVE(s, link);
	HASH_DEL(a->all, s);
	listing_clear(&s->names);
	query_unref(s->query);
	free(s->folder);
	free(s);
}

static void names_now(const struct query *q, struct listing *l)
{
	if (!q->removed)
		derived_list((struct query *)q, l);
}

/* What is told of a name that is in both lists: another file of that name, or more of the same. */
static void tell_same(struct announcer *a, const struct shown *s, const struct listing_item *was,
		      const struct listing_item *is)
{
	if (was->id != is->id) {
		tell_gone(a, s->folder, was);
		tell(a, NAME_APPEARED, false, s->folder, is->name);
	} else if (is->kind->text &&
		   (s->run != s->query->entry.run || s->log != s->query->log.len)) {
		tell(a, NAME_CHANGED, false, s->folder, is->name);
	}
}

static void tell_changes(struct announcer *a, struct shown *s)
{
	char *folder = shown_folder(s->of->prefix, s->query);
	bool moved = strcmp(folder, s->folder) != 0;
	struct listing now = {0};

	names_now(s->query, &now);
	for (size_t i = 0; i < s->names.count; i++) {
		const struct listing_item *was = &s->names.items[i];
		const struct listing_item *is = moved ? NULL : item_named(&now, was->name);

		if (is)
			tell_same(a, s, was, is);
		else
			tell_gone(a, s->folder, was);
	}
	for (size_t i = 0; i < now.count; i++)
		if (moved || !item_named(&s->names, now.items[i].name))
			tell(a, NAME_APPEARED, false, folder, now.items[i].name);
	listing_clear(&s->names);
	free(s->folder);
	s->folder = folder;
	s->names = now;
	s->log = s->query->log.len;
	s->run = s->query->entry.run;
}

static void look_at_touched(void *arg)
{
	struct announcer *a = arg;
	struct shown *s;

	a->timer = NULL;
	while ((s = LIST_FIRST(&a->touched))) {
		LIST_REMOVE(s, link);
		s->touched = false;
		tell_changes(a, s);
		if (s->query->removed)
			shown_free(a, s);
	}
	if (a->state == IDLE)
		tell_next(a);
}

static struct shown *shown_of(struct followed *f, struct query *q)
{
	struct announcer *a = f->announcer;
	struct shown *s;

	HASH_FIND_PTR(a->all, &q, s);
	if (s)
		return s;
	s = xcalloc(1, sizeof(*s));
	s->query = query_ref(q);
	s->of = f;
	s->folder = shown_folder(f->prefix, q);
	HASH_ADD_PTR(a->all, query, s);
	return s;
}

static void follow_touched(void *arg, struct query *q)
{
	struct followed *f = arg;
	struct announcer *a = f->announcer;
	struct shown *s = shown_of(f, q);

	if (s->touched)
		return;
	s->touched = true;
	LIST_INSERT_HEAD(&a->touched, s, link);
	if (!a->timer)
		a->timer = timer_start(a->mount->loop, DELAY_MS, look_at_touched, a);
}

static void upload_noted(void *arg, const char *name, bool there)
{
	const struct followed *f = arg;
	CLEANUP_FREE char *folder = xasprintf("%suploads/", f->prefix);

	tell(f->announcer, there ? NAME_APPEARED : NAME_GONE, false, folder, name);
	if (f->announcer->state == IDLE)
		tell_next(f->announcer);
}

/* The service's list lacks a job that the kernel may remember. */
static void job_left(void *arg, const struct job *j)
{
	const struct followed *f = arg;
	CLEANUP_FREE char *folder = xasprintf("%sjobs/", f->prefix);

	tell(f->announcer, DIRECTORY_GONE, true, folder, j->name);
	if (f->announcer->state == IDLE)
		tell_next(f->announcer);
}

static void service_begun(struct mount *m, struct service *s, const char *prefix)
{
	struct followed *f = xcalloc(1, sizeof(*f));
	struct query *q;

	f->announcer = m->announcer;
	f->service = s;
	f->prefix = xstrdup(prefix);
	LIST_INSERT_HEAD(&m->announcer->services, f, link);
	queries_of(s)->touched = follow_touched;
	queries_of(s)->touched_arg = f;
	own_files_of(s)->noted = upload_noted;
	own_files_of(s)->noted_arg = f;
	jobs_of(s)->left = job_left;
	jobs_of(s)->left_arg = f;
	LIST_FOREACH (q, &queries_of(s)->all, link) {
		struct shown *shown = shown_of(f, q);

		names_now(q, &shown->names);
		shown->log = q->log.len;
		shown->run = q->entry.run;
	}
}

/* --- the script --- */

static bool is_helper(const struct request *r)
{
	return r->ask.pid == helper_pid();
}

/* What the helper is at, if the request is on that very name; NULL otherwise. */
static const struct told *at_name(const struct request *r)
{
	const struct announcer *a = r->mount->announcer;
	CLEANUP_BUF struct buf path = BUF_INIT;

	if (!is_helper(r) || !a || a->state != TELLING)
		return NULL;
	node_path(r->node, &path);
	buf_addf(&path, "/%s", r->name);
	return strcmp(buf_str(&path), STAILQ_FIRST(&a->queue)->path) == 0 ? STAILQ_FIRST(&a->queue)
									  : NULL;
}

static bool script_lookup(struct request *r)
{
	const struct told *t = at_name(r);
	struct found f = {.line = LINE_GHOST};
	struct node_view v;
	struct node *n;

	if (!t || t->what == NAME_CHANGED)
		return false;
	if (t->what == NAME_APPEARED || t->what == DIRECTORY_GONE) {
		reply_errno(r, ENOENT);
		return true;
	}
	n = node_get(r->node, r->name, &f);
	if (settled(r, node_view_of(n, &v, &r->ask)))
		reply_entry(r, &v);
	node_unref(n);
	return true;
}

static bool script_create(struct request *r)
{
	const struct told *t = at_name(r);
	struct node_view v;
	struct node *n = NULL;

	if (!is_helper(r))
		return false;
	if (t && t->what == NAME_APPEARED && names_find(r->node, r->name, &n, &r->ask) == READY &&
	    !(n->kind->file && n->kind->file->write) && node_view_of(n, &v, &r->ask) == READY)
		reply_created_empty(r, &v);
	else
		reply_errno(r, EIO); /* it has gone meanwhile: no watcher needs to know */
	node_unref(n);
	return true;
}

static bool script_remove(struct request *r)
{
	if (!is_helper(r))
		return false;
	reply_ok(r);
	return true;
}

/* --- the mount --- */

static const struct mount_hooks hooks = {
    .lookup = script_lookup,
    .create = script_create,
    .remove = script_remove,
    .is_helper = is_helper,
    .begun = service_begun,
};

void announce_start(struct mount *m)
{
	struct announcer *a = m->announcer = xcalloc(1, sizeof(*a));

	m->hooks = &hooks;
	a->mount = m;
	STAILQ_INIT(&a->queue);
	if (helper_answers() >= 0)
		a->answers = poll_start(m->loop, helper_answers(), POLL_READ, helper_answered, a);
}

void announce_end(struct mount *m)
{
	struct announcer *a = m->announcer;
	struct shown *s, *next;
	struct followed *f;

	timer_cancel(a->timer);
	if (a->answers)
		poll_stop(a->answers);
	HASH_ITER (hh, a->all, s, next)
		shown_free(a, s);
	while (!STAILQ_EMPTY(&a->queue))
		told_free(a);
	while ((f = LIST_FIRST(&a->services))) {
		LIST_REMOVE(f, link);
		queries_of(f->service)->touched = NULL;
		own_files_of(f->service)->noted = NULL;
		jobs_of(f->service)->left = NULL;
		free(f->prefix);
		free(f);
	}
	free(a);
	m->announcer = NULL;
}
