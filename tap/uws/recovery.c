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
#include "base/mem.h"
#include "tap/uws/job.h"
#include "tap/uws/job_address.h"

#define CLOCKS_MS 300000 /* by which the service's clock may be behind ours */
#define LOOK_AT   64     /* documents at most: a service whose list tells neither RUNID nor time */

struct recovery {
	struct service *service;
	char *runid;
	char sent[FILE_HASH_TEXT], now[FILE_HASH_TEXT];
	int64_t since;
	bool (*is_taken)(void *, const char *);
	void *taken_arg;
	void (*done)(void *, const struct recovered *, size_t, struct error *);
	void *arg;
	struct job_call *call;
	bool plain;          /* the list is asked for without a filter */
	char *urls[LOOK_AT]; /* that may be ours */
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
	recovery_free(a);
}

/* What was free when the list came may have been taken while the documents were read. */
static void recovery_end(struct recovery *a, struct error *err)
{
	size_t n = 0;

	for (size_t i = 0; i < a->nfound; i++)
		if (a->is_taken(a->taken_arg, a->found[i].url))
			free(a->found[i].url);
		else
			a->found[n++] = a->found[i];
	a->nfound = n;
	a->done(a->arg, a->found, a->nfound, err);
	recovery_free(a);
}

static void look_at_next(struct recovery *a);

static bool is_of_run(const struct recovery *a, const struct uws_job *j)
{
	const char *text = uws_job_parameter(j, "QUERY");
	char hash[FILE_HASH_TEXT];

	if (!text || (j->runid && strcmp(j->runid, a->runid) != 0) ||
	    (j->creation_time >= 0 && j->creation_time < a->since - CLOCKS_MS))
		return false;
	sent_hash(text, hash);
	return strcmp(hash, a->sent) == 0 || strcmp(hash, a->now) == 0;
}

static void recovery_job_came(void *arg, const struct uws_job *job, struct error *err)
{
	struct recovery *a = arg;

	a->call = NULL;
	if (error_is_transient(err)) {
		recovery_end(a, err);
		return;
	}
	if (!err && is_of_run(a, job))
		a->found[a->nfound++] = (struct recovered){xstrdup(a->urls[a->next]), job->phase};
	a->next++;
	look_at_next(a);
}

static void look_at_next(struct recovery *a)
{
	if (a->next < a->nurls)
		a->call =
		    job_get(a->service, a->urls[a->next], 0, UWS_UNKNOWN, recovery_job_came, a);
	else
		recovery_end(a, NULL);
}

/* Not where the list is closed to us. */
static bool may_refuse_filter(const struct error *err)
{
	int n = error_errno(err);

	return err && !error_is_transient(err) && n != EPERM && n != EACCES;
}

static void recovery_list_came(void *arg, const struct uws_joblist *list, struct error *err)
{
	struct recovery *a = arg;

	a->call = NULL;
	if (may_refuse_filter(err) && !a->plain) { /* UWS 1.0 has no AFTER, and may refuse it */
		struct job_filter all = {0};

		a->plain = true;
		a->call = job_list(a->service, &all, recovery_list_came, a);
		return;
	}
	if (err) {
		recovery_end(a, err);
		return;
	}
	for (size_t i = 0; i < list->n && a->nurls < LOOK_AT; i++) {
		const struct uws_jobref *j = &list->jobs[i];
		CLEANUP_FREE char *url = job_ref_url(a->service, j);

		if ((j->runid && strcmp(j->runid, a->runid) != 0) || j->phase == UWS_ARCHIVED ||
		    (j->creation_time >= 0 && j->creation_time < a->since - CLOCKS_MS) || !url ||
		    a->is_taken(a->taken_arg, url))
			continue;
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
	a->is_taken = of->is_taken;
	a->taken_arg = of->arg;
	a->done = done;
	a->arg = arg;
	a->call = job_list(s, &filter, recovery_list_came, a);
	return a;
}
