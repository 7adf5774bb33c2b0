/*
 * transfer.h: the inside of http.h, shared by http.c, http_host.c, http_request.c and http_reply.c:
 * one module in four files.
 *
 * A transfer is in one state:
 *
 *	SIGNING_IN  waits for the log-in that its sign-in needs (signin.h)
 *	QUEUED      on its host's queue, waiting for a slot or for Retry-After
 *	ACTIVE      its exchange is under way
 *	BACKOFF     a timer will queue it again
 *
 * and leaves by transfer_finish (on_done) or transfer_cancel. Offline all are QUEUED, until the
 * host has refused them.
 */
#ifndef TAPFS_HTTP_TRANSFER_H
#define TAPFS_HTTP_TRANSFER_H

#include <sys/queue.h>

#include "base/unpack.h"
#include "base/wait.h"
#include "http/http.h"
#include "http/signin.h"

enum transfer_state { TRANSFER_SIGNING_IN, TRANSFER_QUEUED, TRANSFER_ACTIVE, TRANSFER_BACKOFF };

struct http_host {
	char *origin;
	struct http *http;
	unsigned active;     /* transfers that hold a slot */
	uint64_t not_before; /* loop time: Retry-After */
	int64_t narrow; /* requests at a time after it was busy, one more with each answer; 0: as
			   many as may be */
	struct timer *timer; /* runs the queue when not_before has come */
	TAILQ_HEAD(, transfer) queue;
	LIST_ENTRY(http_host) link;
};

struct http {
	struct loop *loop;
	struct transport *transport;
	LIST_HEAD(, http_host) hosts;
	LIST_HEAD(, transfer) all;
	bool offline;
};

struct transfer {
	struct http *http;
	struct http_host *host;
	enum transfer_state state;
	struct http_call call;     /* strings owned, see transfer_free */
	char *url;                 /* as asked now, after redirects */
	const char *method;        /* as asked now: a 303 makes it GET */
	struct exchange *exchange; /* ACTIVE */
	struct http_reply reply;
	struct buf error_body; /* of an answer >= 400 */
	struct error *failure; /* set when we stop the transfer ourselves */
	unsigned attempt, redirects;
	bool headers_told;
	bool looked;           /* at the first byte of the body */
	bool deflated;         /* Content-Encoding: deflate */
	struct unpack *unpack; /* NULL: the body is not compressed, or wanted as it is */
	bool body_begun;       /* on_body has been called: no retry any more */
	bool paused;
	int64_t retry_after;    /* s; -1 none */
	struct http_form *form; /* instead of a body; NULL: none */
	uint64_t window_bytes;  /* body bytes since the watch was last looked at */
	struct waiter signing;  /* SIGNING_IN: on the sign-in */
	unsigned signed_as;     /* the log-in that it was signed with */
	bool signed_again;      /* after a 401: not a second time */
	struct timer *watch;    /* first byte, then low speed */
	struct timer *backoff;
	TAILQ_ENTRY(transfer) link; /* in the host's queue */
	LIST_ENTRY(transfer) every;
};

/* http_host.c */
void host_enqueue(struct transfer *); /* finds its host by t->url */
void host_leave(struct transfer *);   /* gives its slot or its place in the queue back */
void host_hold_back(struct http_host *, uint64_t ms);
void host_answered(struct http_host *); /* it is not too busy: a little more may be asked */
void hosts_retry_now(struct http *);    /* looks at all queues soon, whatever Retry-After says */
void hosts_free(struct http *);

/* http.c */
void transfer_refuse(struct transfer *); /* offline: it ends without having been sent */
/* why: in words; borrowed. */
void transfer_ended(struct transfer *, enum exchange_end, const char *why);
/* If the answer, or more of it, does not come within so many seconds, it ends. */
void transfer_watch(struct transfer *, unsigned seconds);

/* http_request.c */
void transfer_begin(struct transfer *); /* called by the host when a slot is free */

/* http_reply.c: what comes of an answer */
extern const struct exchange_events transfer_events;
void transfer_reply_clear(struct http_reply *);

#endif
