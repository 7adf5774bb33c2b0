/*
 * curl_transport.c: curl's multi handle, driven by the loop; see curl_transport.h.
 *
 * curl tells which sockets it wants watched (socket_wanted) and when it wants
 * to be called (timer_wanted); finished exchanges are collected after each call
 * into curl, never inside one of its callbacks. A socket's poll_watch hangs on
 * the socket in curl (curl_multi_assign).
 */
#include "http/curl_transport.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "http/curl_exchange.h"
#include "http/url.h"

/*
 * Cookies that servers set, as long as the mount: one jar for each service and origin, since curl
 * (as RFC 6265 §8.5) gives a host's cookies to all its ports.
 */
struct cookie_jar {
	const void *session;
	char *origin;
	CURLSH *share;
	LIST_ENTRY(cookie_jar) link;
};

struct curl_transport {
	struct transport functions; /* first */
	struct loop *loop;
	CURLM *multi;
	struct timer *timer; /* the one that curl asked for */
	LIST_HEAD(, cookie_jar) jars;
};

static void collect_finished(struct curl_transport *h)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(h->multi, &left))) {
		struct exchange *x = NULL;
		CURLcode code = m->data.result;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &x);
		curl_exchange_ended(x, code);
	}
}

struct socket_watch {
	struct curl_transport *transport;
	curl_socket_t fd;
	struct poll_watch *poll;
};

static void socket_ready(void *arg, int events)
{
	struct socket_watch *w = arg;
	struct curl_transport *h = w->transport;
	int flags = (events & POLL_READ ? CURL_CSELECT_IN : 0) |
		    (events & POLL_WRITE ? CURL_CSELECT_OUT : 0) | (events ? 0 : CURL_CSELECT_ERR);
	int running;

	curl_multi_socket_action(h->multi, w->fd, flags, &running); /* may free w */
	collect_finished(h);
}

static int socket_wanted(CURL *easy, curl_socket_t fd, int what, void *arg, void *socket_arg)
{
	struct curl_transport *h = arg;
	struct socket_watch *w = socket_arg;
	int events =
	    (what & CURL_POLL_IN ? POLL_READ : 0) | (what & CURL_POLL_OUT ? POLL_WRITE : 0);

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (w)
			poll_stop(w->poll);
		free(w);
		curl_multi_assign(h->multi, fd, NULL);
	} else if (!w) {
		w = calloc(1, sizeof(*w));
		if (!w)
			return -1;
		w->transport = h;
		w->fd = fd;
		w->poll = poll_start(h->loop, fd, events, socket_ready, w);
		curl_multi_assign(h->multi, fd, w);
	} else {
		poll_change(w->poll, events);
	}
	return 0;
}

static void timer_fired(void *arg)
{
	struct curl_transport *h = arg;
	int running;

	h->timer = NULL;
	curl_multi_socket_action(h->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	collect_finished(h);
}

static int timer_wanted(CURLM *multi, long ms, void *arg)
{
	struct curl_transport *h = arg;

	(void)multi;
	timer_cancel(h->timer);
	h->timer = ms < 0 ? NULL : timer_start(h->loop, (uint64_t)ms, timer_fired, h);
	return 0;
}

static CURLSH *jar_of(struct curl_transport *h, const struct http_request *r)
{
	CLEANUP_FREE char *origin = r->session ? url_origin(r->url) : NULL;
	struct cookie_jar *j;

	if (!origin)
		return NULL;
	LIST_FOREACH (j, &h->jars, link)
		if (j->session == r->session && strcmp(j->origin, origin) == 0)
			return j->share;
	j = xcalloc(1, sizeof(*j));
	j->session = r->session;
	j->origin = steal(origin);
	j->share = curl_share_init();
	if (!j->share)
		abort();
	curl_share_setopt(j->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE);
	LIST_INSERT_HEAD(&h->jars, j, link);
	return j->share;
}

static struct exchange *start_exchange(struct transport *t, const struct http_request *request,
				       const struct exchange_events *tell, void *arg)
{
	struct curl_transport *h = (struct curl_transport *)t;
	struct exchange *x = curl_exchange_new(h->multi, request, tell, arg);
	CURLSH *jar = jar_of(h, request);

	if (jar) {
		curl_easy_setopt(x->easy, CURLOPT_SHARE, jar);
		curl_easy_setopt(x->easy, CURLOPT_COOKIEFILE, ""); /* in memory */
	}
	curl_multi_add_handle(h->multi, x->easy); /* starts by curl's timer, not here */
	return x;
}

static void transport_free(struct transport *t)
{
	struct curl_transport *h = (struct curl_transport *)t;
	struct cookie_jar *j;

	curl_multi_cleanup(h->multi);
	timer_cancel(h->timer);
	while ((j = LIST_FIRST(&h->jars))) {
		LIST_REMOVE(j, link);
		curl_share_cleanup(j->share);
		free(j->origin);
		free(j);
	}
	free(h);
}

struct transport *curl_transport_new(struct loop *loop)
{
	struct curl_transport *h = xcalloc(1, sizeof(*h));

	curl_global_init(CURL_GLOBAL_DEFAULT);
	h->functions = (struct transport){.start = start_exchange,
					  .cancel = curl_exchange_free,
					  .resume = curl_exchange_resume,
					  .more = curl_exchange_more,
					  .length = curl_exchange_length,
					  .free = transport_free};
	h->loop = loop;
	h->multi = curl_multi_init();
	if (!h->multi)
		abort();
	curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, socket_wanted);
	curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
	curl_multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, timer_wanted);
	curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
	curl_multi_setopt(h->multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
	curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, 64L);
	return &h->functions;
}
