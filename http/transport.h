/*
 * transport.h: how one request gets onto the network and its answer back: the seam below http.c.
 *
 * Above it are the queues of hosts, retries, redirects, sign-in and time-outs (http.h); below it
 * is what carries bytes. curl is the transport of the program (curl_transport.h); a test puts one
 * in its place that answers from a script. An exchange is one request and its answer, from start
 * to cancel, which frees it also after its end. Loop thread only.
 */
#ifndef TAPFS_HTTP_TRANSPORT_H
#define TAPFS_HTTP_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/unpack.h"
#include "http/http_form.h"

/* Lines "Name: value". They may hold secrets: cleared, they are wiped. */
struct http_headers {
	char **at;
	size_t n;
};

void http_headers_add(struct http_headers *, char *line /* taken */);
void http_headers_clear(struct http_headers *);

/* What is sent; what comes back is given as it is, compressed or not. Borrowed until the exchange
 * is cancelled, but for the headers: until it began. */
struct http_request {
	const char *url, *method;
	struct http_headers headers;
	const char *body; /* of a POST; NULL: none */
	size_t body_len;
	struct http_form *form; /* instead of a body; NULL: none */
	bool once;              /* the transport must not send it again by itself */
	const char *ca_file;    /* authorities to trust; NULL or "": as the system has them */
	uint64_t range_from, range_to; /* RFC 9110 §14: bytes, to is not in it; 0, 0: all */
	unsigned connect_s;
	const void
	    *session; /* whose cookies are kept, and sent to the origin that set them; NULL: none */
};

enum exchange_end {
	EXCHANGE_OVER,      /* the answer is whole */
	EXCHANGE_UNREACHED, /* no connection came about: nothing was sent */
	EXCHANGE_TIMED_OUT,
	EXCHANGE_UNTRUSTED, /* the server's certificate: nothing was sent */
	EXCHANGE_BROKEN,    /* the connection broke off, before the answer or in it */
	EXCHANGE_FAILED,    /* anything else, and a body that was stopped */
};

struct exchange_events {
	/* Of each response, also of an interim one; headers of it follow. */
	void (*status)(void *arg, int status);
	/* Neither name nor value ends with a NUL; white space around the value is gone. */
	void (*header)(void *arg, const char *name, size_t n, const char *value, size_t len);
	enum body_verdict (*data)(void *arg, const void *data, size_t n);
	/* why: in words; borrowed. The exchange is still there, for length and cancel. */
	void (*ended)(void *arg, enum exchange_end, const char *why);
};

struct exchange;

struct transport {
	/* No event comes from here. */
	struct exchange *(*start)(struct transport *, const struct http_request *,
				  const struct exchange_events *, void *arg);
	/* No event comes any more; it is freed. */
	void (*cancel)(struct exchange *);
	/* After BODY_PAUSE: data comes again, the piece that was not taken first. */
	void (*resume)(struct exchange *);
	/* The form has bytes again (http_form.h). */
	void (*more)(struct exchange *);
	/* Content-Length of the answer, -1 where it is not told. */
	int64_t (*length)(const struct exchange *);
	/* All exchanges are cancelled. */
	void (*free)(struct transport *);
};

#endif
