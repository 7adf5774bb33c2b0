/*
 * service_open.c: opens a service and all its parts; see service_open.h.
 *
 * Parts are begun in the order of their enum, so that one finds those before it, and ended and
 * freed the other way round.
 */
#include "tap/service_open.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "http/url.h"
#include "tap/datalink/cutout.h"
#include "tap/datalink/dataset.h"
#include "tap/metadata/details.h"
#include "tap/metadata/metadata.h"
#include "tap/position/position.h"
#include "tap/query/query.h"
#include "tap/remote/hips.h"
#include "tap/service/habits.h"
#include "tap/uws/deletion.h"
#include "tap/uws/jobs.h"

static const struct service_part *const parts[SERVICE_PARTS] = {
    [SERVICE_DELETIONS] = &deletions_part, [SERVICE_QUERIES] = &queries_part,
    [SERVICE_JOBS] = &jobs_part,           [SERVICE_INDEXES] = &open_indexes_part,
    [SERVICE_DATASETS] = &datasets_part,   [SERVICE_CUTOUTS] = &cutouts_part,
    [SERVICE_POSITIONS] = &positions_part, [SERVICE_SURVEYS] = &surveys_part,
    [SERVICE_DETAILS] = &details_part,     [SERVICE_METADATA] = &metadata_part,
};

/* A read-only mount has none where nothing was ever dropped. */
static bool open_journal(struct service *s, struct error **err)
{
	CLEANUP_FREE char *path = xasprintf("%s/state.db", s->dir.state);

	if (s->read_only && access(path, F_OK) != 0)
		return true;
	s->journal = journal_open(s->dir.state, s->read_only, err);
	return s->journal != NULL;
}

static bool open_catalog(struct service *s, struct error **err)
{
	s->catalog = catalog_open(s->dir.cache, s->read_only ? NULL : err);
	if (!s->catalog && s->read_only)
		s->catalog = catalog_open(NULL, err);
	return s->catalog != NULL;
}

static bool prepare_parts(struct service *s, struct error **err)
{
	for (int i = 0; i < SERVICE_PARTS; i++)
		if (parts[i]->prepare && !parts[i]->prepare(s, err))
			return false;
	return true;
}

static bool open_disk(struct service *s, const char *mountpoint, struct error **err)
{
	const struct settings *st = s->settings;
	CLEANUP_FREE char *key =
	    strcmp(s->name, "demo") == 0
		? xstrdup("demo") /* another port each time, the same service */
		: state_key(s->url, setting_str(st, OPT_USER));

	struct state_at at = {.state_root = setting_str(st, OPT_STATE_DIR),
			      .cache_root = setting_str(st, OPT_CACHE_DIR),
			      .key = key,
			      .mountpoint = mountpoint,
			      .read_only = s->read_only};

	return state_open(&s->dir, &at, err) && open_journal(s, err) && habits_load(s, err) &&
	       open_catalog(s, err) && prepare_parts(s, err);
}

struct service *service_prepare(const struct settings *settings, const char *url,
				const char *mountpoint, struct error **err)
{
	struct service *s = xcalloc(1, sizeof(*s));
	CLEANUP_FREE char *shown = NULL;

	s->settings = settings;
	s->dir.lock_fd = -1;
	s->name = xstrdup(settings_name(settings));
	s->url = url_canonical(url, err);
	s->read_only = setting_bool(settings, OPT_RO);
	waitlist_init(&s->changed);
	if (s->url)
		s->signin = signin_new(settings, s->url, err);
	if (s->signin && open_disk(s, mountpoint, err))
		return s;
	shown = url_redact(s->name);
	error_prefix(err, "%s", shown);
	service_free(s);
	return NULL;
}

void service_begin(struct service *s, struct loop *loop, struct http *http, struct remotes *remotes)
{
	s->loop = loop;
	s->http = http;
	s->remotes = remotes;
	s->mounted = clock_now();
	for (int i = 0; i < SERVICE_PARTS; i++)
		if (parts[i]->begin)
			parts[i]->begin(s);
}

void service_retry(struct service *s)
{
	for (int i = 0; i < SERVICE_PARTS; i++)
		if (parts[i]->retry)
			parts[i]->retry(s);
}

void service_end(struct service *s)
{
	atomic_store(&s->ending, true);
	for (int i = SERVICE_PARTS - 1; i >= 0; i--)
		if (parts[i]->end)
			parts[i]->end(s);
}

void service_free(struct service *s)
{
	if (!s)
		return;
	for (int i = SERVICE_PARTS - 1; i >= 0; i--)
		if (parts[i]->free)
			parts[i]->free(s);
	capabilities_free(s->capabilities);
	availability_free(s->availability);
	catalog_names_unref(s->names);
	for (int d = 0; d < DOC_COUNT; d++)
		stored_unref(s->document[d]);
	journal_close(s->journal);
	catalog_close(s->catalog);
	signin_free(s->signin);
	state_close(&s->dir);
	error_free(s->health_error);
	error_free(s->names_error);
	free(s->name);
	free(s->url);
	free(s->jobs_url);
	free(s);
}
