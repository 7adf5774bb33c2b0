/*
 * services.c: the services of a mount: one, or of `all` those that were entered.
 *
 * A mounted_service is made when its folder is first entered; while a worker
 * prepares it its slot has no service and those who want it wait on `changed`. One
 * that could not be prepared keeps its error for RETRY_MS.
 */
#include "fs/services.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/mem.h"
#include "fs/core/node.h"
#include "fs/core/operation.h"
#include "fs/core/reply.h"
#include "tap/service/service.h"
#include "tap/service_open.h"

#define RETRY_MS 5000

/* A service in the mount, with what fs keeps of it. */
struct mounted_service {
	struct service_slot slot; /* first */
	struct own_files *own;
	struct error *error; /* why it could not be prepared */
	bool preparing;      /* or has failed a moment ago */
	struct mount *mount;
	struct waiter waiter; /* on service->changed */
	uint64_t generation;  /* of the catalog that the front has been told of */
	struct waitlist changed;
};

struct preparation {
	struct work work; /* first */
	struct mount *mount;
	struct mounted_service *mounted;
	const struct settings *settings;
	char *mountpoint;
	struct service *service;
	struct own_files *own;
	struct error *error;
};

/*
 * Table metadata was refreshed: sizes that a front keeps may be old. (Contents are checked at
 * open, see node_text.)
 */
static void service_changed(struct waiter *w)
{
	struct mounted_service *ms =
	    (struct mounted_service *)((char *)w - offsetof(struct mounted_service, waiter));
	struct service *s = ms->slot.service;
	const struct catalog_names *names = s->names;
	struct node *n, *next;

	waitlist_add(&s->changed, w);
	if (!names || names->generation == ms->generation)
		return;
	ms->generation = names->generation;
	HASH_ITER (hh, ms->mount->nodes, n, next) {
		if (n->service == s && n->rendered)
			ms->mount->front->text_changed(n);
	}
}

static struct mounted_service *mounted_new(struct mount *m, const struct settings *st)
{
	struct mounted_service *ms = xcalloc(1, sizeof(*ms));

	ms->slot.settings = st;
	ms->mount = m;
	waitlist_init(&ms->changed);
	m->services = xrealloc(m->services, (m->nservices + 1) * sizeof(*m->services));
	m->services[m->nservices++] = &ms->slot;
	return ms;
}

static struct mounted_service *mounted_at(const struct mount *m, size_t i)
{
	return (struct mounted_service *)m->services[i];
}

static void mounted_begin(struct mounted_service *ms, struct service *s, struct own_files *own)
{
	struct mount *m = ms->mount;
	CLEANUP_FREE char *prefix = m->all ? xasprintf("%s/", s->name) : xstrdup("");

	ms->slot.service = s;
	ms->own = own;
	ms->generation = s->names ? s->names->generation : 0;
	ms->waiter.wake = service_changed;
	waitlist_add(&s->changed, &ms->waiter);
	service_begin(s, m->loop, m->http, m->remotes);
	own_files_begin(own, s);
	m->hooks->begun(m, s, prefix);
}

void mount_add_service(struct mount *m, struct service *s, struct own_files *own)
{
	mounted_begin(mounted_new(m, s->settings), s, own);
}

static void preparation_run(struct work *w)
{
	struct preparation *p = (struct preparation *)w;

	p->service = service_prepare(p->settings, setting_str(p->settings, OPT_URL), p->mountpoint,
				     &p->error);
	p->own = p->service ? own_files_scan(p->service, &p->error) : NULL;
	if (p->service && !p->own) {
		service_free(p->service);
		p->service = NULL;
	}
}

static void forget_error(void *arg)
{
	struct mounted_service *ms = arg;

	error_clear(&ms->error);
	ms->preparing = false;
}

static void preparation_done(struct work *w)
{
	struct preparation *p = (struct preparation *)w;

	if (p->service && p->mount->ended) {
		own_files_free(p->own);
		service_free(p->service);
	} else if (p->service) {
		p->mounted->preparing = false;
		mounted_begin(p->mounted, p->service, p->own);
	} else {
		p->mounted->error = p->error;
		timer_start(p->mount->loop, RETRY_MS, forget_error, p->mounted);
	}
	waitlist_wake(&p->mounted->changed);
	free(p->mountpoint);
	free(p);
}

static void prepare(struct mounted_service *ms)
{
	struct preparation *p = xcalloc(1, sizeof(*p));

	ms->preparing = true;
	p->work.run = preparation_run;
	p->work.done = preparation_done;
	p->mount = ms->mount;
	p->mounted = ms;
	p->settings = ms->slot.settings;
	p->mountpoint = xasprintf("%s/%s", ms->mount->mountpoint, settings_name(p->settings));
	work_submit(ms->mount->loop, LANE_STATE, &p->work);
}

static struct mounted_service *mounted_for(struct mount *m, const struct settings *st)
{
	for (size_t i = 0; i < m->nservices; i++)
		if (m->services[i]->settings == st)
			return mounted_at(m, i);
	return mounted_new(m, st);
}

enum outcome service_enter(struct node *dir, struct ask *ask)
{
	struct mounted_service *ms;

	if (dir->service)
		return READY;
	ms = mounted_for(dir->mount, config_service(dir->mount->config, dir->name));
	if (ms->slot.service) {
		dir->service = ms->slot.service;
		return READY;
	}
	if (ms->error)
		return ask_failed(ask, error_copy(ms->error));
	if (!ms->preparing)
		prepare(ms);
	return ask_wait(ask, &ms->changed);
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
		struct mounted_service *ms = mounted_at(m, i);

		own_files_free(ms->own);
		service_free(ms->slot.service);
		error_free(ms->error);
		free(ms);
	}
	free(m->services);
}
