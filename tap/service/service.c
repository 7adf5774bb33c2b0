/*
 * service.c: one TAP service: opening, beginning, health; see service.h.
 */
#include "tap/service/service.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "cache/sweep.h"
#include "http/url.h"
#include "tap/datalink/cutout.h"
#include "tap/datalink/dataset.h"
#include "tap/metadata/details.h"
#include "tap/metadata/documents.h"
#include "tap/metadata/metadata.h"
#include "tap/position/position.h"
#include "tap/query/query.h"
#include "tap/remote/hips.h"
#include "tap/uws/jobs.h"

#define RETRY_REFRESH_MS 20000 /* after a refresh failed, before somebody's look starts another */

/* A read-only mount has none where nothing was ever dropped. */
static bool open_journal(struct service *s, struct error **err)
{
	CLEANUP_FREE char *path = xasprintf("%s/state.db", s->dir.state);

	if (s->read_only && access(path, F_OK) != 0)
		return true;
	s->journal = journal_open(s->dir.state, s->read_only, err);
	if (!s->journal || !journal_load(s->journal, &s->entries, &s->nentries, err))
		return false;
	if (!s->read_only)
		results_sweep(s->dir.results, s->entries, s->nentries);
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

	if (!state_open(&s->dir, &at, err) || !open_journal(s, err))
		return false;
	s->catalog = catalog_open(s->dir.cache, s->read_only ? NULL : err);
	if (!s->catalog && s->read_only)
		s->catalog = catalog_open(NULL, err);
	if (!s->catalog)
		return false;
	s->names = catalog_load(s->catalog, NULL);
	documents_load(s);
	return true;
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
	TAILQ_INIT(&s->known);
	if (s->url)
		s->signin = signin_new(settings, s->url, err);
	if (s->signin && open_disk(s, mountpoint, err))
		return s;
	shown = url_redact(s->name);
	error_prefix(err, "%s", shown);
	service_free(s);
	return NULL;
}

static bool is_old(const struct service *s)
{
	return !s->names ||
	       clock_now() - s->names->fetched > setting_int(s->settings, OPT_CATALOG_AGE) * 1000;
}

void service_begin(struct service *s, struct loop *loop, struct http *http, struct remotes *remotes)
{
	s->loop = loop;
	s->http = http;
	s->remotes = remotes;
	s->mounted = clock_now();
	s->details = details_cache_new(s);
	s->queries = queries_new(s, s->entries, s->nentries);
	s->entries = NULL;
	s->nentries = 0;
	s->jobs = jobs_new(s);
	s->positions = positions_new(s);
	metadata_start(s, is_old(s));
}

void service_end(struct service *s)
{
	atomic_store(&s->ending, true);
	metadata_cancel(s->metadata);
	if (s->jobs)
		jobs_end(s->jobs);
	positions_end(s->positions);
	surveys_end(s);
	if (s->queries)
		queries_end(s->queries);
}

void service_free(struct service *s)
{
	if (!s)
		return;
	jobs_free(s->jobs);
	positions_free(s->positions);
	surveys_free(s);
	if (s->queries)
		queries_free(s->queries);
	if (s->details)
		details_cache_free(s->details);
	capabilities_free(s->capabilities);
	availability_free(s->availability);
	catalog_names_unref(s->names);
	for (int d = 0; d < DOC_COUNT; d++)
		stored_unref(s->document[d]);
	journal_entries_free(s->entries, s->nentries);
	journal_close(s->journal);
	catalog_close(s->catalog);
	signin_free(s->signin);
	state_close(&s->dir);
	error_free(s->health_error);
	error_free(s->names_error);
	free(s->name);
	free(s->url);
	free(s);
}

void service_refresh(struct service *s)
{
	metadata_start(s, true);
}

void service_refresh_if_old(struct service *s)
{
	if (s->metadata ||
	    (s->refresh_failed && loop_now(s->loop) < s->refresh_failed + RETRY_REFRESH_MS))
		return;
	if (is_old(s))
		metadata_start(s, true);
}

void service_retry(struct service *s)
{
	s->refresh_failed = 0;
	details_forget(s->details);
	datasets_retry(s);
	cutouts_retry(s);
	positions_retry(s->positions);
	jobs_retry(s->jobs);
	queries_retry(s->queries);
}

int service_tap_version(const struct service *s)
{
	const char *v = s->capabilities ? s->capabilities->tap_version : NULL;

	return v && strncmp(v, "1.0", 3) != 0 && v[0] == '1' ? 11 : 10;
}

struct http_call service_call(const struct service *s, const char *url)
{
	return (struct http_call){.url = url, .settings = s->settings, .signin = s->signin};
}

char *service_url(const struct service *s, const char *base, const char *ref)
{
	CLEANUP_FREE char *joined = url_join(base, ref);

	if (joined && url_same_origin(base, s->url))
		return url_rebased(joined, s->url);
	return steal(joined);
}

char *service_link_url(const struct service *s, const char *ref)
{
	const char *base = setting_str(s->settings, OPT_FILES_BASE);
	CLEANUP_FREE char *joined = url_join(*base ? base : s->url, ref);

	return joined ? url_upgraded(joined, s->url) : NULL;
}

void service_set_health(struct service *s, const struct error *err)
{
	enum service_health h = err ? HEALTH_DOWN : HEALTH_UP;

	if (err && http_is_offline(s->http)) /* which does not tell anything of the service */
		return;
	error_clear(&s->health_error);
	s->health_error = error_copy(err);
	if (h == s->health)
		return;
	s->health = h;
	if (err)
		log_warn("%s does not answer: %s", s->name, error_text(err));
	else
		log_info("%s answers", s->name);
	waitlist_wake(&s->changed);
}
