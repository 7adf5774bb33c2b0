/* job.c: the requests of UWS 1.1, one function each; see job.h. */
#include "tap/uws/job.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text/url_query.h"
#include "http/url.h"
#include "tap/service/answer.h"
#include "tap/service/service_error.h"
#include "tap/uws/job_address.h"
#include "tap/uws/job_call.h"

#define LONG_LIST 65536 /* bytes of a job list above which a worker reads it */

void job_call_free(struct job_call *c)
{
	buf_free(&c->body);
	uws_joblist_free(c->list);
	error_free(c->error);
	free(c->url);
	free(c->login);
	free(c->phase_url);
	free(c->content_type);
	free(c->created);
	free(c);
}

void job_call_cancel(struct job_call *c)
{
	if (!c)
		return;
	transfer_cancel(c->transfer);
	c->cancelled = true;
	if (!c->working)
		job_call_free(c);
}

struct job_call *job_call_new(struct service *s, char *url, void *arg)
{
	struct job_call *c = xcalloc(1, sizeof(*c));

	c->service = s;
	c->url = url;
	c->arg = arg;
	return c;
}

void job_call_start(struct job_call *c, struct http_call *h,
		    void (*done)(void *, struct http_reply *, struct error *))
{
	h->arg = c;
	h->on_done = done;
	c->transfer = http_start(c->service->http, h);
}

/* --- changes and deletion --- */

static void job_call_ended(void *arg, struct http_reply *r, struct error *err)
{
	struct job_call *c = arg;
	CLEANUP_ERROR struct error *own = NULL;

	if (!err && answer_leads_to_login(r->location, c->url, &own))
		err = own;
	c->done.ended(c->arg, err);
	job_call_free(c);
}

struct job_call *job_set(struct service *s, const char *url, const char *name, const char *value,
			 void (*done)(void *, struct error *), void *arg)
{
	CLEANUP_BUF struct buf form = BUF_INIT;
	CLEANUP_FREE char *key = xstrdup(name);
	struct job_call *c = job_call_new(s, url_append(url, name), arg);
	struct http_call h = service_call(s, c->url);

	for (char *p = key; *p; p++)
		*p = (char)toupper((unsigned char)*p);
	url_add_param(&form, key, value);
	h.method = "POST";
	h.body = form.data;
	h.body_len = form.len;
	h.safe = strcmp(value, "RUN") != 0; /* a second RUN would be refused */
	h.stop_at_redirect = true;
	h.may_move = true; /* to /phase/, for instance */
	c->done.ended = done;
	job_call_start(c, &h, job_call_ended);
	return c;
}

static void job_deleted(void *arg, struct http_reply *r, struct error *err)
{
	job_call_ended(arg, r, err && error_errno(err) == ENOENT ? NULL : err);
}

/* A form of NULL: none. */
static struct job_call *delete_by(struct service *s, const char *url, const char *method,
				  const char *form, void (*done)(void *, struct error *), void *arg)
{
	struct job_call *c = job_call_new(s, xstrdup(url), arg);
	struct http_call h = service_call(s, c->url);

	h.method = method;
	h.body = form;
	h.body_len = form ? strlen(form) : 0;
	h.safe = true;
	h.stop_at_redirect = true; /* Gaia's list, where it leads, takes many seconds */
	c->done.ended = done;
	job_call_start(c, &h, job_deleted);
	return c;
}

struct job_call *job_delete(struct service *s, const char *url,
			    void (*done)(void *, struct error *), void *arg)
{
	return delete_by(s, url, "DELETE", NULL, done, arg);
}

struct job_call *job_delete_by_post(struct service *s, const char *url,
				    void (*done)(void *, struct error *), void *arg)
{
	return delete_by(s, url, "POST", "ACTION=DELETE", done, arg);
}

/* --- the job document --- */

/* A job is what answers as a job document; else what came is told, not what the parser thinks. */
static struct uws_job *read_job(const struct job_call *c, const struct http_reply *r,
				struct error **own)
{
	struct uws_job *job = uws_job_parse(buf_str(&r->body), r->body.len, NULL);
	CLEANUP_FREE char *said = NULL;

	if (job || answer_leads_to_login(r->url, c->url, own))
		return job;
	said = answer_described(r->content_type, buf_str(&r->body), r->body.len);
	error_set(own, EPROTO, "the service sent no job document, but %s", said);
	return NULL;
}

/*
 * A server's own failure (5xx) is not what it has to say of the job, which is asked for again then:
 * Gaia answers 500 now and then, gateways 502, 504 and 52x.
 */
struct uws_job *job_of_reply(const struct job_call *c, const struct http_reply *r,
			     const struct error *err, struct error **own)
{
	if (err && r->status >= 500 && !error_is_transient(err))
		error_set(own, EAGAIN, "%s", error_text(err));
	return err ? NULL : read_job(c, r, own);
}

/* Takes the job. */
static void job_tell(struct job_call *c, struct uws_job *job, struct buf *xml, struct error *err)
{
	if (c->wants_document) {
		c->done.document(c->arg, job, xml, err);
	} else {
		c->done.job(c->arg, job, err);
		uws_job_free(job);
	}
	job_call_free(c);
}

static void phase_came(void *arg, struct http_reply *r, struct error *err)
{
	struct job_call *c = arg;
	enum uws_phase phase = err ? UWS_UNKNOWN : uws_phase_parse(buf_str(&r->body), r->body.len);
	bool known = phase != UWS_UNKNOWN;

	job_tell(c, known ? uws_job_of_phase(phase) : NULL, &c->body, known ? NULL : c->error);
}

/*
 * The last resort, where the document cannot be read: the phase alone, as text (UWS 1.1 §2.2.2.3).
 * Takes why, and the document.
 */
static void ask_phase(struct job_call *c, struct buf *xml, struct error *why)
{
	struct http_call h;

	c->error = why;
	c->body = *xml;
	*xml = (struct buf)BUF_INIT;
	c->url[strcspn(c->url, "?")] = '\0';
	c->phase_url = url_append(c->url, "phase");
	h = service_call(c->service, c->phase_url);
	job_call_start(c, &h, phase_came);
}

/* A job's document that no parser takes, and not another thing in its place. */
static bool is_broken_job(const struct buf *body)
{
	const char *s = buf_str(body) + strspn(buf_str(body), "\xef\xbb\xbf \t\r\n");

	return *s == '<' && strstr(s, "job") && !strcasestr(s, "<html") &&
	       strncasecmp(s, "<!doctype html", 14) != 0;
}

static void job_got(void *arg, struct http_reply *r, struct error *err)
{
	struct job_call *c = arg;
	struct error *own = NULL;
	struct uws_job *job = job_of_reply(c, r, err, &own);

	if (own && error_errno(own) == EPROTO && is_broken_job(&r->body)) {
		ask_phase(c, &r->body, own);
		return;
	}
	job_tell(c, job, &r->body, own ? own : err);
	error_free(own);
}

/* UWS 1.1 §2.2.1.3: WAIT holds as long as the phase is the one named. */
static struct job_call *get_new(struct service *s, const char *url, unsigned wait_s,
				enum uws_phase last, void *arg)
{
	if (!wait_s)
		return job_call_new(s, xstrdup(url), arg);
	return job_call_new(s, xasprintf("%s?WAIT=%u&PHASE=%s", url, wait_s, uws_phase_name(last)),
			    arg);
}

static void get_send(struct job_call *c, unsigned wait_s,
		     void (*done)(void *, struct http_reply *, struct error *))
{
	struct http_call h = service_call(c->service, c->url);

	h.first_byte_s = wait_s + 30;
	h.long_poll = wait_s > 0;
	h.tries = wait_s ? 1 : 0; /* what breaks it may be the waiting */
	job_call_start(c, &h, done);
}

struct job_call *job_get(struct service *s, const char *url, unsigned wait_s, enum uws_phase last,
			 void (*done)(void *, const struct uws_job *, struct error *), void *arg)
{
	struct job_call *c = get_new(s, url, wait_s, last, arg);

	c->done.job = done;
	get_send(c, wait_s, job_got);
	return c;
}

struct job_call *job_fetch(struct service *s, const char *url, unsigned wait_s, enum uws_phase last,
			   void (*done)(void *, struct uws_job *, struct buf *, struct error *),
			   void *arg)
{
	struct job_call *c = get_new(s, url, wait_s, last, arg);

	c->done.document = done;
	c->wants_document = true;
	get_send(c, wait_s, job_got);
	return c;
}

/* --- the job list --- */

static void list_read(struct work *w)
{
	struct job_call *c = (struct job_call *)w;

	struct http_reply came = {.url = c->url, .content_type = c->content_type, .body = c->body};

	c->list = uws_joblist_parse(buf_str(&c->body), c->body.len, &c->error);
	if (!c->list)
		answer_refused(&came, c->url, "job list", "jobs", &c->error);
}

static void list_was_read(struct work *w)
{
	struct job_call *c = (struct job_call *)w;

	if (c->login && !c->list) /* or it went in circles between such pages */
		answer_login_error(c->login, &c->error);
	if (!c->cancelled)
		c->done.list(c->arg, c->list, c->error);
	job_call_free(c);
}

static void job_list_came(void *arg, struct http_reply *r, struct error *err)
{
	struct job_call *c = arg;

	c->transfer = NULL;
	c->error = error_copy(err);
	if (r->url && answer_is_login(r->url, c->url))
		c->login = xstrdup(r->url);
	c->body = r->body;
	c->content_type = xstrdup_or_null(r->content_type);
	r->body = (struct buf)BUF_INIT;
	if (!err && c->body.len > LONG_LIST) {
		c->working = true;
		c->work.run = list_read;
		c->work.done = list_was_read;
		work_submit(c->service->loop, LANE_CONVERT, &c->work);
		return;
	}
	if (!err)
		list_read(&c->work);
	list_was_read(&c->work);
}

struct job_call *job_list(struct service *s, const struct job_filter *f,
			  void (*done)(void *, const struct uws_joblist *, struct error *),
			  void *arg)
{
	CLEANUP_BUF struct buf params = BUF_INIT;
	CLEANUP_FREE char *url = jobs_address(s);
	char text[CLOCK_TEXT];
	struct job_call *c;
	struct http_call h;

	if (f->phase != UWS_UNKNOWN)
		url_add_param(&params, "PHASE", uws_phase_name(f->phase));
	if (f->after)
		url_add_param(&params, "AFTER", clock_iso(f->after, text));
	if (f->last) {
		snprintf(text, sizeof(text), "%u", f->last);
		url_add_param(&params, "LAST", text);
	}
	c = job_call_new(s, xasprintf("%s%s%s", url, params.len ? "?" : "", buf_str(&params)), arg);
	h = service_call(s, c->url);
	h.unreached_is_answer = f->look;
	c->done.list = done;
	job_call_start(c, &h, job_list_came);
	return c;
}

/* --- the error --- */

static void job_error_came(void *arg, struct http_reply *r, struct error *err)
{
	struct job_call *c = arg;
	CLEANUP_FREE char *text = NULL;

	if (!err)
		text = service_error_message(r->status, r->content_type, buf_str(&r->body),
					     r->body.len);
	c->done.text(c->arg, text ? text : "", err);
	job_call_free(c);
}

struct job_call *job_get_error(struct service *s, const char *url,
			       void (*done)(void *, const char *, struct error *), void *arg)
{
	struct job_call *c = job_call_new(s, url_append(url, "error"), arg);
	struct http_call h = service_call(s, c->url);

	c->done.text = done;
	job_call_start(c, &h, job_error_came);
	return c;
}
