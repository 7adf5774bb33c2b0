/*
 * fake_net.h: a transport (http/transport.h) that answers from a script, for unit tests.
 *
 * A function serves each request, as a server would; faults that were asked for come between it
 * and whoever asked. All happens when the loop is turned (loop_turn).
 */
#ifndef TAPFS_UNIT_HTTP_FAKE_NET_H
#define TAPFS_UNIT_HTTP_FAKE_NET_H

#include "base/buf.h"
#include "base/loop.h"
#include "http/transport.h"

#define FAKE_ALWAYS (~0u)

struct fake_request {
	const char *method, *url;
	const char *body; /* "" where there is none */
	const struct http_headers *headers;
	uint64_t range_from, range_to; /* 0, 0: all */
};

struct fake_reply {
	int status;    /* 0: none comes before the end */
	char *headers; /* lines "Name: value\n"; NULL: none */
	struct buf body;
	uint64_t delay; /* ms */
	size_t piece;   /* bytes of the body at a time; 0: 16 KiB */
	bool no_length; /* Content-Length is not told */
	bool broken;    /* the connection breaks off where the body ends */
	bool unreached; /* no connection comes about */
	bool hangs;     /* nothing comes, ever */
};

struct fake_net;

struct fake_net *fake_net_new(struct loop *);
/* After http_free. */
void fake_net_free(struct fake_net *);
/* For http_new, which does not free it. */
struct transport *fake_net_transport(struct fake_net *);
/* Adds to the reply, whose status is 0. */
void fake_net_serve(struct fake_net *,
		    void (*serve)(void *arg, const struct fake_request *, struct fake_reply *),
		    void *arg);

/*
 * The next `times` requests of that method (NULL: any) whose URL ends with the text, with or
 * without a query. Faults are used in the order in which they were asked for.
 */
/* It is not served: this is the answer. headers may be NULL. */
void fake_net_answer(struct fake_net *, const char *method, const char *end, unsigned times,
		     int status, const char *headers, const char *body);
/* It is served, and a gateway answers with that instead. */
void fake_net_replace(struct fake_net *, const char *method, const char *end, unsigned times,
		      int status, const char *body);
/* It is served, and the connection breaks before the answer. */
void fake_net_lose(struct fake_net *, const char *method, const char *end, unsigned times);
/* It is not served: there is no connection. */
void fake_net_refuse(struct fake_net *, const char *method, const char *end, unsigned times);
/* It is served, and so many bytes of the answer's body come. */
void fake_net_cut(struct fake_net *, const char *method, const char *end, unsigned times,
		  size_t bytes);
/* The same without Content-Length: nothing tells that more should have come (HTTP/1.0). */
void fake_net_close(struct fake_net *, const char *method, const char *end, unsigned times,
		    size_t bytes);
/* It is served, and nothing comes. */
void fake_net_hang(struct fake_net *, const char *method, const char *end, unsigned times);
/* It is served, and the answer comes so many ms later. */
void fake_net_delay(struct fake_net *, const char *method, const char *end, unsigned times,
		    uint64_t ms);

/* Requests of that method (NULL: any) to URLs that end so; NULL: to any. */
unsigned fake_net_count(const struct fake_net *, const char *method, const char *end);
/* Exchanges that are not over. */
unsigned fake_net_open(const struct fake_net *);
/* All requests, a line "METHOD URL" each; borrowed. */
const char *fake_net_log(const struct fake_net *);
/* The header line that begins so, of the last request; NULL: it had none. Borrowed. */
const char *fake_net_header(const struct fake_net *, const char *begin);

#endif
