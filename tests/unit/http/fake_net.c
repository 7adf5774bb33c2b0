/* fake_net.c: see fake_net.h. */
#include "tests/unit/http/fake_net.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/queue.h>

#include "base/cleanup.h"
#include "base/mem.h"

#define PIECE 16384

enum fault_kind {
	FAULT_ANSWER,
	FAULT_REPLACE,
	FAULT_LOSE,
	FAULT_REFUSE,
	FAULT_CUT,
	FAULT_CLOSE,
	FAULT_HANG,
	FAULT_DELAY
};

struct fault {
	enum fault_kind kind;
	char *method, *end;
	unsigned times;
	int status;
	char *headers, *body;
	uint64_t number; /* bytes or ms */
	STAILQ_ENTRY(fault) link;
};

struct fake_net {
	struct transport functions; /* first */
	struct loop *loop;
	void (*serve)(void *, const struct fake_request *, struct fake_reply *);
	void *serve_arg;
	STAILQ_HEAD(, fault) faults;
	struct buf log;
	struct buf headers; /* of the last request */
	unsigned open;
};

struct exchange {
	struct fake_net *net;
	struct exchange_events tell;
	void *arg;
	struct fake_reply reply;
	size_t given; /* bytes of the body */
	bool headers_given, paused, over;
	bool telling, cancelled; /* within an event; freed after it */
	struct timer *timer;
};

static void exchange_free(struct exchange *x)
{
	timer_cancel(x->timer);
	buf_free(&x->reply.body);
	free(x->reply.headers);
	if (!x->over)
		x->net->open--;
	free(x);
}

static void cancel(struct exchange *x)
{
	x->cancelled = true;
	if (!x->telling)
		exchange_free(x);
}

static void end(struct exchange *x, enum exchange_end how, const char *why)
{
	x->over = true;
	x->net->open--;
	x->tell.ended(x->arg, how, why);
}

static void give_headers(struct exchange *x)
{
	CLEANUP_FREE char *copy = xstrdup(x->reply.headers ? x->reply.headers : "");
	char *rest = copy, *line;

	x->headers_given = true;
	x->tell.status(x->arg, x->reply.status);
	while (!x->cancelled && (line = strsep(&rest, "\n"))) {
		char *colon = strchr(line, ':');
		const char *value = colon ? colon + 1 + strspn(colon + 1, " ") : "";

		if (colon)
			x->tell.header(x->arg, line, (size_t)(colon - line), value, strlen(value));
	}
}

static void give_more(struct exchange *x)
{
	size_t piece = x->reply.piece ? x->reply.piece : PIECE;
	size_t left = x->reply.body.len - x->given;

	if (x->reply.unreached) {
		end(x, EXCHANGE_UNREACHED, "no connection");
	} else if (x->reply.status && !x->headers_given) {
		give_headers(x);
	} else if (left) {
		size_t n = left < piece ? left : piece;

		switch (x->tell.data(x->arg, x->reply.body.data + x->given, n)) {
		case BODY_TAKEN: x->given += n; break;
		case BODY_PAUSE: x->paused = true; break;
		case BODY_STOP: end(x, EXCHANGE_FAILED, "stopped"); break;
		}
	} else if (x->reply.broken) {
		end(x, EXCHANGE_BROKEN, "the connection broke off");
	} else {
		end(x, EXCHANGE_OVER, "");
	}
}

static void step(void *arg)
{
	struct exchange *x = arg;

	x->timer = NULL;
	x->telling = true;
	give_more(x);
	x->telling = false;
	if (x->cancelled)
		exchange_free(x);
	else if (!x->over && !x->paused && !x->timer)
		x->timer = timer_start(x->net->loop, 0, step, x);
}

static void resume(struct exchange *x)
{
	x->paused = false;
	if (!x->timer && !x->telling && !x->over)
		x->timer = timer_start(x->net->loop, 0, step, x);
}

static int64_t length(const struct exchange *x)
{
	return x->headers_given && !x->reply.no_length ? (int64_t)x->reply.body.len : -1;
}

/* --- faults --- */

static bool ends_with(const char *url, const char *end)
{
	size_t n = strcspn(url, "?"), m = strlen(end), all = strlen(url);

	return (n >= m && strncmp(url + n - m, end, m) == 0) ||
	       (all >= m && strcmp(url + all - m, end) == 0);
}

static bool fits(const struct fault *f, const struct http_request *r)
{
	return f->times && (!f->method || strcmp(f->method, r->method) == 0) &&
	       ends_with(r->url, f->end);
}

/* The first that fits; from: behind that one. */
static struct fault *fault_for(struct fake_net *net, const struct http_request *r,
			       struct fault *from)
{
	struct fault *f = from ? STAILQ_NEXT(from, link) : STAILQ_FIRST(&net->faults);

	while (f && !fits(f, r))
		f = STAILQ_NEXT(f, link);
	return f;
}

/* It changes an answer, which may be scripted as well. */
static bool is_change(const struct fault *f)
{
	return f && (f->kind == FAULT_CUT || f->kind == FAULT_DELAY);
}

static void replace(struct fake_reply *reply, const struct fault *f)
{
	buf_reset(&reply->body);
	free(reply->headers);
	reply->status = f->status;
	reply->headers = xstrdup_or_null(f->headers);
	buf_adds(&reply->body, f->body);
}

static void apply(struct fake_reply *reply, struct fault *f)
{
	if (f->times != FAKE_ALWAYS)
		f->times--;
	switch (f->kind) {
	case FAULT_ANSWER:
	case FAULT_REPLACE: replace(reply, f); break;
	case FAULT_LOSE:
		replace(reply, f);
		reply->broken = true;
		break;
	case FAULT_REFUSE: reply->unreached = true; break;
	case FAULT_CUT:
	case FAULT_CLOSE:
		reply->broken = f->kind == FAULT_CUT;
		reply->no_length = f->kind == FAULT_CLOSE;
		if (reply->body.len > f->number)
			reply->body.len = f->number;
		break;
	case FAULT_HANG: reply->hangs = true; break;
	case FAULT_DELAY: reply->delay += f->number; break;
	}
}

static struct exchange *start(struct transport *t, const struct http_request *r,
			      const struct exchange_events *tell, void *arg)
{
	struct fake_net *net = (struct fake_net *)t;
	struct exchange *x = xcalloc(1, sizeof(*x));
	struct fault *f = fault_for(net, r, NULL);
	struct fault *changed = is_change(f) ? fault_for(net, r, f) : NULL;
	CLEANUP_FREE char *body = xstrndup(r->body ? r->body : "", r->body_len);
	struct fake_request seen = {.method = r->method,
				    .url = r->url,
				    .body = body,
				    .headers = &r->headers,
				    .range_from = r->range_from,
				    .range_to = r->range_to};

	x->net = net;
	x->tell = *tell;
	x->arg = arg;
	net->open++;
	buf_addf(&net->log, "%s %s\n", r->method, r->url);
	buf_reset(&net->headers);
	for (size_t i = 0; i < r->headers.n; i++)
		buf_addf(&net->headers, "%s\n", r->headers.at[i]);
	if (net->serve && !(f && (f->kind == FAULT_REFUSE || f->kind == FAULT_ANSWER)))
		net->serve(net->serve_arg, &seen, &x->reply);
	if (changed && changed->kind == FAULT_ANSWER)
		apply(&x->reply, changed);
	if (f)
		apply(&x->reply, f);
	if (!x->reply.hangs)
		x->timer = timer_start(net->loop, x->reply.delay, step, x);
	return x;
}

/* --- the script --- */

static void more(struct exchange *x)
{
	(void)x; /* a form's bytes are not looked at */
}

static void keep(struct transport *t)
{
	(void)t;
}

struct fake_net *fake_net_new(struct loop *loop)
{
	struct fake_net *net = xcalloc(1, sizeof(*net));

	net->loop = loop;
	net->functions = (struct transport){.start = start,
					    .cancel = cancel,
					    .resume = resume,
					    .more = more,
					    .length = length,
					    .free = keep};
	STAILQ_INIT(&net->faults);
	return net;
}

void fake_net_free(struct fake_net *net)
{
	struct fault *f;

	while ((f = STAILQ_FIRST(&net->faults))) {
		STAILQ_REMOVE_HEAD(&net->faults, link);
		free(f->method);
		free(f->end);
		free(f->headers);
		free(f->body);
		free(f);
	}
	buf_free(&net->log);
	buf_free(&net->headers);
	free(net);
}

struct transport *fake_net_transport(struct fake_net *net)
{
	return &net->functions;
}

void fake_net_serve(struct fake_net *net,
		    void (*serve)(void *, const struct fake_request *, struct fake_reply *),
		    void *arg)
{
	net->serve = serve;
	net->serve_arg = arg;
}

static struct fault *add(struct fake_net *net, enum fault_kind kind, const char *method,
			 const char *last, unsigned times)
{
	struct fault *f = xcalloc(1, sizeof(*f));

	f->kind = kind;
	f->method = xstrdup_or_null(method);
	f->end = xstrdup(last);
	f->times = times;
	f->body = xstrdup("");
	STAILQ_INSERT_TAIL(&net->faults, f, link);
	return f;
}

void fake_net_answer(struct fake_net *net, const char *method, const char *last, unsigned times,
		     int status, const char *headers, const char *body)
{
	struct fault *f = add(net, FAULT_ANSWER, method, last, times);

	f->status = status;
	f->headers = xstrdup_or_null(headers);
	free(f->body);
	f->body = xstrdup(body);
}

void fake_net_replace(struct fake_net *net, const char *method, const char *last, unsigned times,
		      int status, const char *body)
{
	struct fault *f = add(net, FAULT_REPLACE, method, last, times);

	f->status = status;
	free(f->body);
	f->body = xstrdup(body);
}

void fake_net_lose(struct fake_net *net, const char *method, const char *last, unsigned times)
{
	add(net, FAULT_LOSE, method, last, times);
}

void fake_net_refuse(struct fake_net *net, const char *method, const char *last, unsigned times)
{
	add(net, FAULT_REFUSE, method, last, times);
}

void fake_net_cut(struct fake_net *net, const char *method, const char *last, unsigned times,
		  size_t bytes)
{
	add(net, FAULT_CUT, method, last, times)->number = bytes;
}

void fake_net_close(struct fake_net *net, const char *method, const char *last, unsigned times,
		    size_t bytes)
{
	add(net, FAULT_CLOSE, method, last, times)->number = bytes;
}

void fake_net_hang(struct fake_net *net, const char *method, const char *last, unsigned times)
{
	add(net, FAULT_HANG, method, last, times);
}

void fake_net_delay(struct fake_net *net, const char *method, const char *last, unsigned times,
		    uint64_t ms)
{
	add(net, FAULT_DELAY, method, last, times)->number = ms;
}

/* --- what was sent --- */

unsigned fake_net_count(const struct fake_net *net, const char *method, const char *last)
{
	CLEANUP_FREE char *copy = xstrdup(buf_str(&net->log));
	char *rest = copy, *line;
	unsigned n = 0;

	while ((line = strsep(&rest, "\n")) && *line) {
		char *url = strchr(line, ' ');

		*url++ = '\0';
		n += (!method || strcmp(method, line) == 0) && (!last || ends_with(url, last));
	}
	return n;
}

unsigned fake_net_open(const struct fake_net *net)
{
	return net->open;
}

const char *fake_net_log(const struct fake_net *net)
{
	return buf_str(&net->log);
}

const char *fake_net_header(const struct fake_net *net, const char *begin)
{
	const char *p = buf_str(&net->headers);

	for (; *p; p += strcspn(p, "\n") + 1)
		if (strncasecmp(p, begin, strlen(begin)) == 0)
			return p;
	return NULL;
}
