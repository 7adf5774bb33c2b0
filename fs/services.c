/*
 * services.c: the services of a mount: one, or of `all` those that were entered.
 *
 * A mounted_service is made when its folder is first entered; while a worker
 * prepares it `service` is NULL and those who want it wait on `changed`. One
 * that could not be prepared keeps its error for RETRY_MS.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/mem.h"
#include "fs/announce.h"
#include "fs/core/operation.h"
#include "fs/fuse/mount.h"
#include "fs/queries/entry.h"
#include "fs/queries/uploads.h"
#include "tap/service_open.h"

#define RETRY_MS 5000

struct preparing {
	struct work work; /* first */
	struct mount *mount;
	struct mounted_service *slot;
	const struct settings *settings;
	char *mountpoint;
	struct service *service;
	struct own_files own;
	struct error *error;
};

/*
 * Table metadata was refreshed: sizes that the kernel keeps may be old. (Contents are checked at
 * open, see node_text.) Offset -1 takes no lock; no other notification is safe in the loop.
 */
static void service_changed(struct waiter *w)
{
	struct mounted_service *slot =
	    (struct mounted_service *)((char *)w - offsetof(struct mounted_service, waiter));
	const struct catalog_names *names = slot->service->names;
	struct node *n, *next;

	waitlist_add(&slot->service->changed, w);
	if (!names || names->generation == slot->generation)
		return;
	slot->generation = names->generation;
	if (!slot->mount->session)
		return;
	HASH_ITER (hh, slot->mount->nodes, n, next) {
		if (n->service == slot->service && n->rendered)
			fuse_lowlevel_notify_inval_inode(slot->mount->session, n->id, -1, 0);
	}
}

static struct mounted_service *slot_new(struct mount *m, const struct settings *st)
{
	struct mounted_service *s = xcalloc(1, sizeof(*s));

	s->settings = st;
	waitlist_init(&s->changed);
	m->services = xrealloc(m->services, (m->nservices + 1) * sizeof(struct mounted_service *));
	m->services[m->nservices++] = s;
	return s;
}

static void slot_fill(struct mount *m, struct mounted_service *slot, struct service *s,
		      const struct own_files *own)
{
	CLEANUP_FREE char *prefix = m->all ? xasprintf("%s/", s->name) : xstrdup("");

	slot->service = s;
	slot->own = *own;
	slot->mount = m;
	slot->generation = s->names ? s->names->generation : 0;
	slot->waiter.wake = service_changed;
	waitlist_add(&s->changed, &slot->waiter);
	service_begin(s, m->loop, m->http, m->remotes);
	uploads_begin(&slot->own, s);
	entries_begin(own->queries, s);
	announce_service(m, s, prefix);
}

void mount_add_service(struct mount *m, struct service *s, const struct own_files *own)
{
	slot_fill(m, slot_new(m, s->settings), s, own);
}

static void preparing_run(struct work *w)
{
	struct preparing *p = (struct preparing *)w;

	p->service = service_prepare(p->settings, setting_str(p->settings, OPT_URL), p->mountpoint,
				     &p->error);
	if (p->service && !own_files_scan(p->service, &p->own, &p->error)) {
		service_free(p->service);
		p->service = NULL;
	}
}

static void forget_error(void *arg)
{
	struct mounted_service *slot = arg;

	error_clear(&slot->error);
	slot->preparing = false;
}

static void preparing_done(struct work *w)
{
	struct preparing *p = (struct preparing *)w;

	if (p->service && p->mount->ended) {
		own_files_free(&p->own);
		service_free(p->service);
	} else if (p->service) {
		p->slot->preparing = false;
		slot_fill(p->mount, p->slot, p->service, &p->own);
	} else {
		p->slot->error = p->error;
		timer_start(p->mount->loop, RETRY_MS, forget_error, p->slot);
	}
	waitlist_wake(&p->slot->changed);
	free(p->mountpoint);
	free(p);
}

static void prepare(struct mount *m, struct mounted_service *slot)
{
	struct preparing *p = xcalloc(1, sizeof(*p));

	slot->preparing = true;
	p->work.run = preparing_run;
	p->work.done = preparing_done;
	p->mount = m;
	p->slot = slot;
	p->settings = slot->settings;
	p->mountpoint = xasprintf("%s/%s", m->mountpoint, settings_name(slot->settings));
	work_submit(m->loop, LANE_STATE, &p->work);
}

enum outcome mount_service(struct mount *m, const struct settings *st, struct service **out,
			   struct ask *ask)
{
	struct mounted_service *slot = NULL;

	for (size_t i = 0; i < m->nservices && !slot; i++)
		if (m->services[i]->settings == st)
			slot = m->services[i];
	if (!slot)
		slot = slot_new(m, st);
	if (slot->service) {
		*out = slot->service;
		return READY;
	}
	if (slot->error)
		return ask_failed(ask, error_copy(slot->error));
	if (!slot->preparing)
		prepare(m, slot);
	return ask_wait(ask, &slot->changed);
}

static struct own_files own_of(struct mount *m, const struct service *s)
{
	for (size_t i = 0; i < m->nservices; i++)
		if (m->services[i]->service == s)
			return m->services[i]->own;
	return (struct own_files){0};
}

struct entry *mount_queries(struct mount *m, const struct service *s)
{
	return own_of(m, s).queries;
}

struct entry *mount_uploads(struct mount *m, const struct service *s)
{
	return own_of(m, s).uploads;
}

void mount_end_services(struct mount *m)
{
	m->ended = true;
	for (size_t i = 0; i < m->nservices; i++)
		if (m->services[i]->service)
			service_end(m->services[i]->service);
}

void mount_free_services(struct mount *m)
{
	for (size_t i = 0; i < m->nservices; i++) {
		struct mounted_service *slot = m->services[i];

		own_files_free(&slot->own);
		service_free(slot->service);
		error_free(slot->error);
		free(slot);
	}
	free(m->services);
}
