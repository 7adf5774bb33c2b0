/*
 * http_host.c: the queue before each host: how many at a time, and when.
 *
 * Invariants: active counts the transfers of the host in state ACTIVE, but for
 * long polls and what is asked aside; whoever waits in the queue is in state QUEUED. While
 * not_before lies ahead nothing starts and the timer runs.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "http/transfer.h"
#include "http/url.h"

#define NARROW_MAX 16 /* requests at a time from which on there is no bound but the options' */

static struct http_host *host_for(struct http *h, const char *url)
{
	char *origin = url_origin(url);
	struct http_host *host;

	if (!origin)
		origin = xstrdup("");
	LIST_FOREACH (host, &h->hosts, link) {
		if (strcmp(host->origin, origin) == 0) {
			free(origin);
			return host;
		}
	}
	host = xcalloc(1, sizeof(*host));
	host->origin = origin;
	host->http = h;
	TAILQ_INIT(&host->queue);
	LIST_INSERT_HEAD(&h->hosts, host, link);
	return host;
}

static void host_run(struct http_host *host);

static void host_timer(void *arg)
{
	struct http_host *host = arg;

	host->timer = NULL;
	host_run(host);
}

static bool is_counted(const struct transfer *t)
{
	return !t->call.long_poll && !t->call.aside;
}

static bool has_slot(const struct http_host *host, const struct transfer *t)
{
	int64_t limit = t->call.settings ? setting_int(t->call.settings, OPT_HOST_LIMIT) : 6;

	if (host->narrow && limit > host->narrow)
		limit = host->narrow;
	return !is_counted(t) || (int64_t)host->active < (limit > 0 ? limit : 1);
}

static void host_run(struct http_host *host)
{
	uint64_t now = loop_now(host->http->loop);
	struct transfer *t, *next;

	if (host->timer)
		return;
	while (host->http->offline && (t = TAILQ_FIRST(&host->queue)))
		transfer_refuse(t);
	if (!TAILQ_EMPTY(&host->queue) && host->not_before > now) {
		host->timer =
		    timer_start(host->http->loop, host->not_before - now, host_timer, host);
		return;
	}
	for (t = TAILQ_FIRST(&host->queue); t; t = next) {
		next = TAILQ_NEXT(t, link);
		if (!has_slot(host, t))
			continue;
		TAILQ_REMOVE(&host->queue, t, link);
		t->state = TRANSFER_ACTIVE;
		if (is_counted(t))
			host->active++;
		transfer_begin(t);
	}
}

static void host_soon(struct http_host *host)
{
	if (host->http->offline) {
		timer_cancel(host->timer); /* nobody waits for Retry-After */
		host->timer = NULL;
	}
	if (!host->timer)
		host->timer = timer_start(host->http->loop, 0, host_timer, host);
}

void host_enqueue(struct transfer *t)
{
	t->host = host_for(t->http, t->url);
	t->state = TRANSFER_QUEUED;
	TAILQ_INSERT_TAIL(&t->host->queue, t, link);
	host_soon(t->host);
}

void host_leave(struct transfer *t)
{
	if (!t->host)
		return;
	if (t->state == TRANSFER_QUEUED)
		TAILQ_REMOVE(&t->host->queue, t, link);
	else if (t->state == TRANSFER_ACTIVE && is_counted(t))
		t->host->active--;
	if (!TAILQ_EMPTY(&t->host->queue))
		host_soon(t->host);
	t->host = NULL;
}

void host_hold_back(struct http_host *host, uint64_t ms)
{
	uint64_t until = loop_now(host->http->loop) + ms;

	if (until > host->not_before)
		host->not_before = until;
	host->narrow = 1;
}

void host_answered(struct http_host *host)
{
	if (host->narrow && ++host->narrow > NARROW_MAX)
		host->narrow = 0;
}

void hosts_retry_now(struct http *h)
{
	struct http_host *host;

	LIST_FOREACH (host, &h->hosts, link) {
		timer_cancel(host->timer);
		host->timer = NULL;
		host_soon(host);
	}
}

void hosts_free(struct http *h)
{
	struct http_host *host;

	while ((host = LIST_FIRST(&h->hosts))) {
		LIST_REMOVE(host, link);
		timer_cancel(host->timer);
		free(host->origin);
		free(host);
	}
}
