/*
 * http_multi.c: curl's multi handle, driven by the loop.
 *
 * curl tells which sockets it wants watched (socket_wanted) and when it wants
 * to be called (timer_wanted); finished transfers are collected after each call
 * into curl, never inside one of its callbacks. A socket's poll_watch hangs on
 * the socket in curl (curl_multi_assign).
 */
#include <stdlib.h>

#include "http/transfer.h"

static void collect_finished(struct http *h)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(h->multi, &left))) {
		struct transfer *t = NULL;
		CURLcode code = m->data.result;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t);
		transfer_ended(t, code);
	}
}

struct socket_watch {
	struct http *http;
	curl_socket_t fd;
	struct poll_watch *poll;
};

static void socket_ready(void *arg, int events)
{
	struct socket_watch *w = arg;
	struct http *h = w->http;
	int flags = (events & POLL_READ ? CURL_CSELECT_IN : 0) |
		    (events & POLL_WRITE ? CURL_CSELECT_OUT : 0) | (events ? 0 : CURL_CSELECT_ERR);
	int running;

	curl_multi_socket_action(h->multi, w->fd, flags, &running); /* may free w */
	collect_finished(h);
}

static int socket_wanted(CURL *easy, curl_socket_t fd, int what, void *arg, void *socket_arg)
{
	struct http *h = arg;
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
		w->http = h;
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
	struct http *h = arg;
	int running;

	h->timer = NULL;
	curl_multi_socket_action(h->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	collect_finished(h);
}

static int timer_wanted(CURLM *multi, long ms, void *arg)
{
	struct http *h = arg;

	(void)multi;
	timer_cancel(h->timer);
	h->timer = ms < 0 ? NULL : timer_start(h->loop, (uint64_t)ms, timer_fired, h);
	return 0;
}

bool multi_init(struct http *h)
{
	h->multi = curl_multi_init();
	if (!h->multi)
		return false;
	curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, socket_wanted);
	curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
	curl_multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, timer_wanted);
	curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
	curl_multi_setopt(h->multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
	curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, 64L);
	return true;
}

void multi_close(struct http *h)
{
	curl_multi_cleanup(h->multi);
	timer_cancel(h->timer);
	h->timer = NULL;
}

void multi_add(struct transfer *t)
{
	curl_multi_add_handle(t->http->multi, t->easy); /* starts by curl's timer, not here */
}

void multi_remove(struct transfer *t)
{
	if (!t->easy)
		return;
	curl_multi_remove_handle(t->http->multi, t->easy);
	curl_easy_cleanup(t->easy);
	t->easy = NULL;
}

void multi_unpause(struct transfer *t)
{
	curl_easy_pause(t->easy, CURLPAUSE_CONT);
	/* Data that curl held back was delivered inside; the rest comes by its sockets and timers.
	 */
}
