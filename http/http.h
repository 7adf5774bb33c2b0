/*
 * http.h: requests to services, on the loop.
 *
 * A host has a limit of requests at a time; 429 and 503 that are tried again hold back all
 * requests to that host, as long as Retry-After says. What is safe to send twice is retried with
 * jittered doubling. Redirects go to http and https only, never from https to http. Where the
 * sign-in needs a log-in (signin.h) requests wait for it, and one that is refused with 401 is sent
 * once more after another. What carries the bytes is a transport (transport.h).
 *
 * Bodies stream into the caller's body function, or are collected when there
 * is none (HTTP_COLLECT_MAX). All functions and callbacks: loop thread.
 */
#ifndef TAPFS_HTTP_HTTP_H
#define TAPFS_HTTP_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/config.h"
#include "base/error.h"
#include "base/loop.h"
#include "http/transport.h"

#define HTTP_COLLECT_MAX (16u << 20) /* bytes of a body that is collected */
/* The text of the error where nothing came in the time that the service may think. */
#define HTTP_NO_ANSWER "the service did not answer in time"

struct http;
struct signin;
struct transfer;

struct http_reply {
	int status;     /* of the last answer; 0 when none came */
	char *url;      /* that answered, after redirects */
	char *location; /* absolute; NULL where none was sent */
	char *content_type;
	char *etag, *last_modified;
	int64_t retry_after; /* s, as the server asks; -1 */
	int64_t max_age; /* s that it holds, by Cache-Control or Expires; -1: not told, or none */
	bool begun;      /* some of the body came: what broke was not tried again */
	bool packed;     /* Content-Encoding: gzip or another */
	int64_t length;  /* Content-Length, -1 unknown */
	/* Content-Range of a 206: the bytes from..to (to is not in it) of total; -1 unknown */
	int64_t range_from, range_to, range_total;
	struct buf body; /* where it was collected */
};

struct http_call {
	const char *url;
	const char *method; /* NULL: GET */
	const char *body;   /* NULL: none; copied */
	size_t body_len;
	/* Instead of body: a form with files (http_form.h), sent once; copied. */
	const struct http_part *parts;
	size_t nparts;
	const char *content_type;        /* of the body; NULL: application/x-www-form-urlencoded */
	const char *accept;              /* NULL: anything */
	const struct settings *settings; /* time-outs, retries; borrowed */
	struct signin *signin;           /* borrowed; NULL: anonymous */
	unsigned first_byte_s;           /* seconds the server may think; 0: 120 */
	unsigned tries;                  /* at most; 0: as the option retries says */
	/* Nothing waits for it, and it delays nothing: one try, whose 429 and 503 hold nothing
	 * back; not counted in the host's limit. */
	bool aside;
	/* 429 and 503 hold the host back, and are not tried again here: it may have been done. */
	bool busy_is_answer;
	bool unreached_is_answer; /* somebody waits to know: no other try without a connection */
	bool safe;                /* sending it twice does no harm (GET always is) */
	bool stop_at_redirect;    /* a 3xx is the answer: its location tells what was made */
	bool may_move; /* but 307 and 308 of a POST to the same origin are followed with the body */
	bool as_sent;  /* the body is not unpacked: a file, or ranges of one */
	bool document; /* gzip is unpacked although no header announces it */
	bool large;    /* a result: packed only as the option compress says */
	uint64_t range_from, range_to; /* RFC 9110 §14: these bytes (to is not in it); 0, 0: all */
	bool long_poll;                /* UWS WAIT: not counted in the host's limit */

	/*
	 * What a body of status 400 and above says in words, "" or NULL if nothing; caller owns.
	 * NULL: it is not read.
	 */
	char *(*explain)(int status, const char *content_type, const char *body, size_t n);

	void *arg;
	/* The headers of a 2xx answer, before its body. False: done follows with ECANCELED. */
	bool (*on_headers)(void *arg, const struct http_reply *);
	/*
	 * A piece of a 2xx body. BODY_PAUSE: not taken; call transfer_resume when it can be.
	 * BODY_STOP: the caller has had enough; done follows with an error ECANCELED.
	 */
	enum body_verdict (*on_body)(void *arg, const void *data, size_t n);
	/* The end; err is NULL when status is 2xx (or a 3xx that was stopped at). The transfer is
	 * gone. */
	void (*on_done)(void *arg, struct http_reply *, struct error *err);
};

/* Takes the transport. */
struct http *http_new(struct loop *, struct transport *);
/* All transfers must be over or cancelled. */
void http_free(struct http *);

/* Everything in call is copied but what is said to be borrowed. on_done is never called from here.
 */
struct transfer *http_start(struct http *, const struct http_call *);
/* on_done is not called any more. NULL is allowed. */
void transfer_cancel(struct transfer *);
void transfer_resume(struct transfer *);
/* Content-Length of the answer that is arriving, -1 where none is told. */
int64_t transfer_length(const struct transfer *);

/*
 * Offline: what is under way ends, and what is started fails, with EHOSTUNREACH, and nothing is
 * sent until it is set back.
 */
void http_set_offline(struct http *, bool);
bool http_is_offline(const struct http *);

/* The errno for an HTTP status, as tapfs(1) tells them under ERRORS. */
int http_errno(int status);

#endif
