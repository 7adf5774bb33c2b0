/*
 * recovery.c: see recovery.h. First the list, then the documents of those in it that may
 * be ours, one at a time: the list has no texts.
 */
#include "tap/uws/recovery.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "tap/service/habits.h"
#include "tap/uws/job.h"
#include "tap/uws/job_address.h"
#include "tap/uws/runid.h"

#define CLOCKS_MS 300000           /* by which the service's clock may be behind ours */
#define ZONES_MS  (14 * 3600000LL) /* the same, of one that tells its local time without a zone */
#define NEAR_MS   60000            /* the same, where little else tells that a job is ours */
#define TRIES     3                /* of a document that the server fails to give */
#define TRY_MS    1000
#define LOOK_AT   64 /* documents at most: a service whose list tells neither RUNID nor time */

struct recovery {
	struct service *service;
	char *runid;
	char sent[FILE_HASH_TEXT], now[FILE_HASH_TEXT];
	int64_t since, asked; /* ms */
	bool (*is_taken)(void *, const char *);
	void *taken_arg;
	void (*done)(void *, const struct recovered *, size_t, struct error *);
	void *arg;
	struct job_call *call;
	bool plain;             /* the list is asked for without a filter */
	bool heard;             /* one came */
	bool lone;              /* see recovery_of */
	bool shows_runids;      /* the service does */
	unsigned by_name;       /* of what was found: by a name only */
	unsigned tries;         /* of the document that is looked at */
	struct timer *timer;    /* before the next */
	char *urls[LOOK_AT];    /* that may be ours … */
	bool is_named[LOOK_AT]; /* … by a RUNID that we made */
	size_t nurls, next;
	struct recovered found[LOOK_AT];
	size_t nfound;
};

void sent_hash(const char *text, char out[FILE_HASH_TEXT])
{
	CLEANUP_BUF struct buf b = BUF_INIT;

	for (const char *p = text; *p; p++) {
		if (!isspace((unsigned char)*p))
			buf_addc(&b, *p);
		else if (b.len && b.data[b.len - 1] != ' ')
			buf_addc(&b, ' ');
	}
	if (b.len && b.data[b.len - 1] == ' ')
		b.len--;
	hash_bytes(buf_str(&b), b.len, out);
}

static void recovery_free(struct recovery *a)
{
	for (size_t i = 0; i < a->nurls; i++)
		free(a->urls[i]);
	for (size_t i = 0; i < a->nfound; i++)
		free(a->found[i].url);
	free(a->runid);
	free(a);
}

void recovery_cancel(struct recovery *a)
{
	if (!a)
		return;
	job_call_cancel(a->call);
	timer_cancel(a->timer);
	recovery_free(a);
}

/* What was free when the list came may have been taken while the documents were read. */
static void recovery_end(struct recovery *a, struct error *err)
{
	size_t n = 0;

	for (size_t i = 0; i < a->nfound; i++)
		if (a->by_name > 1 || a->is_taken(a->taken_arg, a->found[i].url))
			free(a->found[i].url);
		else
			a->found[n++] = a->found[i];
	a->nfound = n;
	a->done(a->arg, a->found, a->nfound, err);
	recovery_free(a);
}

static void look_at_next(struct recovery *a);
static void recovery_list_came(void *arg, const struct uws_joblist *list, struct error *err);

/* Whether the service tells how the job is called: an empty RUNID is none. */
static bool is_named(const char *runid)
{
	return runid && *runid;
}

/* Whether a job is too old. One that was never run may be from a service in another zone. */
static bool is_too_old(const struct recovery *a, int64_t created, enum uws_phase phase)
{
	int64_t slack = CLOCKS_MS + (phase == UWS_PENDING ? ZONES_MS : 0);

	return created >= 0 && created < a->since - slack;
}

static bool has_text(const struct recovery *a, const char *text)
{
	char hash[FILE_HASH_TEXT];

	sent_hash(text, hash);
	return strcmp(hash, a->sent) == 0 || strcmp(hash, a->now) == 0;
}

/*
 * It was created when we asked for one, or since and until now, as the service says (DaCHS has no
 * RUNIDs).
 */
static bool is_as_new(const struct recovery *a, const struct uws_job *j)
{
	return j->creation_time >= 0 && j->creation_time >= a->since - NEAR_MS &&
	       j->creation_time <= a->asked + NEAR_MS;
}

/* It was made after we asked, whatever the service's clock and zone. */
static bool is_too_new(const struct recovery *a, const struct uws_job *j)
{
	return j->creation_time > a->asked + CLOCKS_MS + ZONES_MS;
}

enum likeness { NOT_OURS, BY_NAME, BY_TEXT, SURELY_OURS };

/*
 * A RUNID that we made is enough. One that a user chose needs the text as well; where a service
 * shows none, the job must be just as new, and the only one of that name. Where a service shows no
 * RUNIDs, the text tells, of a job that was never run: others may ask the same.
 */
static enum likeness likeness_of(const struct recovery *a, const struct uws_job *j)
{
	const char *text = uws_job_parameter(j, "QUERY");
	bool named = is_named(j->runid);

	if (named ? strcmp(j->runid, a->runid) != 0 : a->shows_runids)
		return NOT_OURS;
	if (named && runid_is_made(a->runid))
		return SURELY_OURS;
	if (is_too_old(a, j->creation_time, j->phase) || is_too_new(a, j))
		return NOT_OURS;
	if (text)
		return has_text(a, text) && (named || j->phase == UWS_PENDING) ? BY_TEXT : NOT_OURS;
	return named && a->lone && j->phase == UWS_PENDING && j->creation_time >= a->since - NEAR_MS
		   ? BY_NAME
		   : NOT_OURS;
}

static void look_again(void *arg)
{
	struct recovery *a = arg;

	a->timer = NULL;
	look_at_next(a);
}

/*
 * One whose document the server fails to give is given up after a while, unless the list names it
 * as ours: others' jobs are in it, too.
 */
static void recovery_job_came(void *arg, const struct uws_job *job, struct error *err)
{
	struct recovery *a = arg;
	enum likeness like;

	a->call = NULL;
	if (error_errno(err) == EAGAIN && a->tries < TRIES) {
		a->timer = timer_start(a->service->loop, TRY_MS << a->tries++, look_again, a);
		return;
	}
	if (error_is_transient(err) && (error_errno(err) != EAGAIN || a->is_named[a->next])) {
		recovery_end(a, err);
		return;
	}
	a->tries = 0;
	like = err ? NOT_OURS : likeness_of(a, job);
	a->by_name += like == BY_NAME;
	if (like != NOT_OURS)
		a->found[a->nfound++] = (struct recovered){
		    xstrdup(a->urls[a->next]), job->phase,
		    like == SURELY_OURS || (like == BY_TEXT && is_as_new(a, job))};
	a->next++;
	look_at_next(a);
}

/* Without a filter: UWS 1.0 has no AFTER, and may refuse it; others compare it with local times. */
static void ask_for_all(struct recovery *a)
{
	struct job_filter all = {0};

	a->plain = true;
	a->call = job_list(a->service, &all, recovery_list_came, a);
}

static void look_at_next(struct recovery *a)
{
	if (a->next < a->nurls)
		a->call =
		    job_get(a->service, a->urls[a->next], 0, UWS_UNKNOWN, recovery_job_came, a);
	else if (!a->nfound && !a->plain)
		ask_for_all(a);
	else
		recovery_end(a, NULL);
}

/* Not where the list is closed to us. */
static bool may_refuse_filter(const struct error *err)
{
	int n = error_errno(err);

	return err && !error_is_transient(err) && n != EPERM && n != EACCES;
}

/* Whether a job of the list may be ours, and was not looked at. */
static bool may_be_ours(const struct recovery *a, const struct uws_jobref *j, const char *url)
{
	bool named = j->runid && strcmp(j->runid, a->runid) == 0;

	if (!url || (is_named(j->runid) && !named) || j->phase == UWS_ARCHIVED ||
	    (!(named && runid_is_made(a->runid)) && is_too_old(a, j->creation_time, j->phase)))
		return false;
	for (size_t i = 0; i < a->nurls; i++)
		if (strcmp(a->urls[i], url) == 0)
			return false;
	return !a->is_taken(a->taken_arg, url);
}

static void recovery_list_came(void *arg, const struct uws_joblist *list, struct error *err)
{
	struct recovery *a = arg;

	a->call = NULL;
	if (may_refuse_filter(err) && !a->plain) {
		ask_for_all(a);
		return;
	}
	if (err) {
		recovery_end(a, a->heard && !error_is_transient(err) ? NULL : err);
		return;
	}
	a->heard = true;
	for (size_t i = 0; i < list->n; i++)
		a->shows_runids = a->shows_runids || is_named(list->jobs[i].runid);
	for (size_t i = 0; i < list->n && a->nurls < LOOK_AT; i++) {
		CLEANUP_FREE char *url = job_ref_url(a->service, &list->jobs[i]);

		if (!may_be_ours(a, &list->jobs[i], url))
			continue;
		a->is_named[a->nurls] = is_named(list->jobs[i].runid) && runid_is_made(a->runid);
		a->urls[a->nurls++] = steal(url);
	}
	look_at_next(a);
}

struct recovery *
recovery_start(struct service *s, const struct recovery_of *of,
	       void (*done)(void *, const struct recovered *, size_t, struct error *), void *arg)
{
	struct recovery *a = xcalloc(1, sizeof(*a));
	struct job_filter filter = {.after = of->since - CLOCKS_MS};

	a->service = s;
	a->runid = xstrdup(of->runid);
	memcpy(a->sent, of->sent, sizeof(a->sent) - 1);
	snprintf(a->now, sizeof(a->now), "%s", of->now ? of->now : of->sent);
	a->since = of->since;
	a->asked = clock_now();
	a->lone = of->lone;
	a->shows_runids = service_has_habit(s, HABIT_RUNIDS);
	a->is_taken = of->is_taken;
	a->taken_arg = of->arg;
	a->done = done;
	a->arg = arg;
	a->call = job_list(s, &filter, recovery_list_came, a);
	return a;
}
