/*
 * job_create.c: a new job (UWS 1.1 §2.2.3.1): the POST, and what it led to.
 */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "http/url.h"
#include "tap/service/answer.h"
#include "tap/uws/job_address.h"
#include "tap/uws/job_call.h"

/*
 * UWS 1.1 §2.2.3.1: 303 to the job. A redirect of another kind, or to the list itself, is the
 * service having moved: what stands there must never be taken for a job, and deleted.
 */
static bool is_new_job(const struct job_call *c, const struct http_reply *r, const char *url)
{
	size_t n = strlen(c->url);

	if (!url || (r->status != 303 && r->status != 302 && r->status != 201))
		return false;
	if (!url_same_host(url, c->url) || strchr(url, '@') ||
	    strpbrk(url + strcspn(url, "?#"), "?#"))
		return false;
	if (strncmp(url, c->url, n) == 0 && strspn(url + n, "/") == strlen(url + n))
		return false;
	n = strlen(url);
	while (n && url[n - 1] == '/')
		n--;
	return n < 6 || strncmp(url + n - 6, "/async", 6) != 0;
}

static void created_over(struct job_call *c, const char *url, struct error *err)
{
	c->done.created(c->arg, url, err);
	job_call_free(c);
}

/* Whether that is where the list's jobs are: one segment below it. */
static bool is_where_jobs_are(const struct job_call *c, const char *url)
{
	CLEANUP_FREE char *known = job_address(c->service, url);

	return known || job_is_below(url, c->url);
}

/* What the redirect led to. Only what answers as a job is one. */
static void new_job_came(void *arg, struct http_reply *r, struct error *err)
{
	struct job_call *c = arg;
	CLEANUP_FREE char *url = steal(c->created);
	CLEANUP_ERROR struct error *own = NULL;
	struct uws_job *job = job_of_reply(c, r, err, &own);

	created_over(c, job ? url : NULL, own ? own : err);
	uws_job_free(job);
}

static void confirm_job(struct job_call *c, char *url)
{
	struct http_call h = service_call(c->service, url);

	c->created = url;
	job_call_start(c, &h, new_job_came);
}

/* Why what the POST brought is no new job; NULL: it is one. */
static struct error *no_new_job(const struct job_call *c, const struct http_reply *r,
				const char *url)
{
	CLEANUP_FREE char *shown = url ? url_redact(url) : NULL;
	struct error *err = NULL;

	/* an id is what it is: DaCHS makes them of random letters, "sso1ab" among them */
	if (url && answer_is_login(url, c->url) && !is_where_jobs_are(c, url))
		answer_login_error(url, &err);
	else if (!is_new_job(c, r, url))
		error_set(
		    &err, EPROTO,
		    "the service did not tell where the new job is (HTTP %d%s%s); if it has moved, "
		    "change its url in the configuration",
		    r->status, shown ? " to " : "", shown ? shown : "");
	return err;
}

/* The job may be there all the same: who wants to know looks at the list. */
static struct error *server_failed(struct error **own, const struct error *err)
{
	error_set(own, EREMOTEIO, "%s", error_text(err));
	return *own;
}

static void job_created(void *arg, struct http_reply *r, struct error *err)
{
	struct job_call *c = arg;
	CLEANUP_ERROR struct error *own = NULL;
	CLEANUP_FREE char *url = NULL;

	c->refused = r->status == 429;
	c->retry_after = r->retry_after;
	if (!err && r->location)
		url = service_url(c->service, r->url, r->location);
	if (!err)
		err = own = no_new_job(c, r, url);
	else if (r->status >= 500 && c->looks_after_failure && !error_is_transient(err))
		err = server_failed(&own, err);
	if (err)
		created_over(c, NULL, err);
	else if (is_where_jobs_are(c, url) && !answer_is_login(url, c->url))
		created_over(c, url, NULL);
	else
		confirm_job(c, steal(url));
}

bool job_call_is_refused(const struct job_call *c)
{
	return c->refused;
}

int64_t job_call_retry_after(const struct job_call *c)
{
	return c->retry_after;
}

static struct job_call *job_post(struct service *s, const char *list, const struct tap_body *body,
				 void (*done)(void *, const char *, struct error *), void *arg)
{
	struct job_call *c = job_call_new(s, xstrdup(list), arg);
	struct http_call h = service_call(s, c->url);

	tap_body_send(body, &h);
	h.busy_is_answer = true;   /* a gateway says 503 of a job that was made: look at the list */
	h.stop_at_redirect = true; /* 303 to the job, UWS 1.1 §2.2.3.1 */
	h.may_move = true;
	c->done.created = done;
	job_call_start(c, &h, job_created);
	return c;
}

struct job_call *job_create_at(struct service *s, const char *list, const struct buf *form,
			       void (*done)(void *, const char *, struct error *), void *arg)
{
	struct tap_body body = {.form = *form};

	return job_post(s, list, &body, done, arg);
}

struct job_call *job_create(struct service *s, const struct query_spec *spec,
			    void (*done)(void *, const char *, struct error *), void *arg)
{
	CLEANUP_FREE char *list = jobs_address(s);
	struct tap_body body = tap_body(s, spec);
	struct job_call *c = job_post(s, list, &body, done, arg);

	c->looks_after_failure = true;
	tap_body_clear(&body);
	return c;
}
