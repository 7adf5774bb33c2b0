/*
 * async.c: /tap/async, /soda/async and all below (UWS 1.1 §2.2.2, TAP 1.1 §2.3).
 *
 * Changing requests answer 303 to the job, or to the list after a deletion.
 * The lock is held from the lookup of the job to the reply.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "tests/service/http/error_document.h"
#include "tests/service/http/times.h"
#include "tests/service/tap/jobs.h"
#include "tests/service/tap/writer.h"

#define MAX_WAIT_S     600
#define MAX_DURATION_S 86400
#define MAX_KEPT_MS    (INT64_C(30) * 86400 * 1000)

static enum MHD_Result reply_job(struct request *r, const struct job *job)
{
	struct buf xml = BUF_INIT;
	CLEANUP_FREE char *base = svc_base(r);

	svc_job_xml(&xml, job, base);
	return svc_reply(r, MHD_HTTP_OK, "application/xml", &xml);
}

static enum MHD_Result to_job(struct request *r, const struct job *job)
{
	return svc_reply_see_other(r, "/async/%s", job->id);
}

/* Parameters that command the job instead of belonging to it. */
static bool is_command(const char *name)
{
	static const char *const names[] = {"PHASE", "ACTION", "DESTRUCTION", "EXECUTIONDURATION",
					    "WAIT"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcasecmp(name, names[i]))
			return true;
	return false;
}

/* All, or none with *err. */
static bool set_parameters(struct job *job, const struct request *r, struct error **err)
{
	const struct params *p = &r->params;

	if (!svc_job_take_uploads(job, r, err))
		return false;
	for (size_t i = 0; i < p->n; i++) {
		if (is_command(p->list[i].name))
			continue;
		/* TAP 1.1 §2.7.5: UPLOADs add up, all else is replaced. */
		if (job->kind->repeats || !strcasecmp(p->list[i].name, "UPLOAD"))
			svc_params_add(&job->params, p->list[i].name, p->list[i].value);
		else
			svc_params_set(&job->params, p->list[i].name, p->list[i].value);
	}
	return true;
}

/* Sets it within what the service allows. False if it is no time. */
static bool set_destruction(struct job *job, const char *text)
{
	int64_t ms, latest = clock_now() + MAX_KEPT_MS;

	if (!svc_parse_time(text, &ms))
		return false;
	job->destruction = ms < latest ? ms : latest;
	return true;
}

static bool read_long(const char *text, long *out)
{
	char *end;

	errno = 0;
	*out = strtol(text, &end, 10);
	return end != text && !*end && !errno;
}

static bool set_duration(struct job *job, const char *text)
{
	long s;

	if (!read_long(text, &s) || s < 0)
		return false;
	/* 0 asks for no limit: it gets the longest there is. */
	job->duration = s == 0 || s > MAX_DURATION_S ? MAX_DURATION_S : s;
	if (job->phase == EXECUTING)
		atomic_store(&job->deadline.at_ms, svc_monotonic_ms() + job->duration * 1000 -
						       (clock_now() - job->started));
	return true;
}

static enum MHD_Result change_phase(struct request *r, struct job *job, const char *phase)
{
	if (phase && !strcasecmp(phase, "RUN")) {
		if (job->phase != PENDING && job->phase != HELD)
			return svc_reply_error(r, MHD_HTTP_FORBIDDEN,
					       "The job is %s: only a PENDING or HELD job can be "
					       "run.",
					       svc_phase_name(job->phase));
		svc_job_run(job);
	} else if (phase && !strcasecmp(phase, "ABORT")) {
		svc_job_abort(job);
	} else {
		return svc_reply_error(r, MHD_HTTP_BAD_REQUEST,
				       "PHASE must be RUN or ABORT, not \"%s\".",
				       phase ? phase : "");
	}
	return to_job(r, job);
}

static enum MHD_Result bad_destruction(struct request *r)
{
	return svc_reply_error(r, MHD_HTTP_BAD_REQUEST,
			       "DESTRUCTION must be a time like 2030-01-02T03:04:05Z.");
}

static enum MHD_Result bad_duration(struct request *r)
{
	return svc_reply_error(r, MHD_HTTP_BAD_REQUEST,
			       "EXECUTIONDURATION must be a number of seconds.");
}

/* --- the list --- */

static enum MHD_Result create(struct request *r)
{
	const char *phase = svc_params_get(&r->params, "PHASE");
	const char *destruction = svc_params_get(&r->params, "DESTRUCTION");
	const char *duration = svc_params_get(&r->params, "EXECUTIONDURATION");
	CLEANUP_ERROR struct error *err = NULL;
	struct job *job;
	enum MHD_Result result;

	if (phase && strcasecmp(phase, "RUN") != 0)
		return svc_reply_error(r, MHD_HTTP_BAD_REQUEST,
				       "PHASE must be RUN when a job is made, not \"%s\".", phase);
	job = svc_job_new(r, r->kind, true);
	job->owner = r->user;
	if (!set_parameters(job, r, &err)) {
		result = svc_reply_refused(r, err);
		svc_job_delete(job);
	} else if (destruction && !set_destruction(job, destruction)) {
		result = bad_destruction(r);
		svc_job_delete(job);
	} else if (duration && !set_duration(job, duration)) {
		result = bad_duration(r);
		svc_job_delete(job);
	} else {
		if (phase)
			svc_job_run(job);
		result = to_job(r, job);
	}
	svc_job_unref(job);
	return result;
}

/* PHASE (any number of them), AFTER and LAST; the ARCHIVED only if asked for (UWS 1.1 §2.2.2.1). */
static bool read_filter(const struct request *r, struct job_filter *f)
{
	const char *after = svc_params_get(&r->params, "AFTER");
	const char *last = svc_params_get(&r->params, "LAST");
	enum phase phase;

	*f = (struct job_filter){.kind = r->kind, .owner = r->user, .after = INT64_MIN};
	for (size_t i = 0; i < r->params.n; i++) {
		if (strcasecmp(r->params.list[i].name, "PHASE") != 0)
			continue;
		if (!svc_phase_find(r->params.list[i].value, &phase))
			return false;
		f->phases |= 1u << phase;
	}
	if (!f->phases)
		f->phases = ~(1u << ARCHIVED);
	if (after && !svc_parse_time(after, &f->after))
		return false;
	return !last || (read_long(last, &f->last) && f->last > 0);
}

static enum MHD_Result list(struct request *r)
{
	struct buf xml = BUF_INIT;
	struct job_filter filter;
	CLEANUP_FREE char *base = NULL;

	if (svc_is(r, "POST"))
		return create(r);
	if (!svc_is_get(r))
		return svc_reply_method(r, "GET, HEAD, POST");
	if (!read_filter(r, &filter))
		return svc_reply_error(
		    r, MHD_HTTP_BAD_REQUEST,
		    "PHASE must be a phase, AFTER a time, LAST a number from 1.");
	base = svc_base(r);
	svc_job_list_xml(&xml, r->service->jobs, &filter, base);
	return svc_reply(r, MHD_HTTP_OK, "application/xml", &xml);
}

/* --- one job --- */

static enum MHD_Result delete_job(struct request *r, struct job *job)
{
	svc_job_delete(job);
	return svc_reply_see_other(r, "/async");
}

static enum MHD_Result after_wait(struct request *r)
{
	enum MHD_Result result;

	svc_jobs_lock(r->service->jobs);
	if (r->job->listed)
		result = reply_job(r, r->job);
	else
		result = svc_reply_error(r, MHD_HTTP_NOT_FOUND, "The job was deleted.");
	svc_jobs_unlock(r->service->jobs);
	return result;
}

/* UWS 1.1 §2.2.1.3: blocks while the phase is the one named, and an active one. */
static enum MHD_Result get_job(struct request *r, struct job *job)
{
	const char *wait_text = svc_params_get(&r->params, "WAIT");
	const char *phase = svc_params_get(&r->params, "PHASE");
	long seconds = 0;

	if (wait_text && (!read_long(wait_text, &seconds) || seconds < -1))
		return svc_reply_error(r, MHD_HTTP_BAD_REQUEST,
				       "WAIT must be a number of seconds, or -1.");
	if (seconds == 0 || !svc_phase_active(job->phase) ||
	    (phase && strcasecmp(phase, svc_phase_name(job->phase)) != 0))
		return reply_job(r, job);
	if (seconds < 0 || seconds > MAX_WAIT_S)
		seconds = MAX_WAIT_S;
	svc_job_ref(job);
	r->job = job;
	r->until = svc_monotonic_ms() + seconds * 1000;
	return svc_wait(r, after_wait);
}

static enum MHD_Result fixed_parameters(struct request *r, const struct job *job)
{
	return svc_reply_error(r, MHD_HTTP_FORBIDDEN, "The job is %s: its parameters are fixed.",
			       svc_phase_name(job->phase));
}

static enum MHD_Result post_parameters(struct request *r, struct job *job)
{
	CLEANUP_ERROR struct error *err = NULL;

	if (job->phase != PENDING)
		return fixed_parameters(r, job);
	return set_parameters(job, r, &err) ? to_job(r, job) : svc_reply_refused(r, err);
}

static enum MHD_Result whole_job(struct request *r, struct job *job)
{
	const char *action = svc_params_get(&r->params, "ACTION");
	const char *phase = svc_params_get(&r->params, "PHASE");

	if (svc_is(r, "DELETE"))
		return delete_job(r, job);
	if (svc_is_get(r))
		return get_job(r, job);
	if (!svc_is(r, "POST"))
		return svc_reply_method(r, "GET, HEAD, POST, DELETE");
	if (action && !strcasecmp(action, "DELETE"))
		return delete_job(r, job);
	if (phase)
		return change_phase(r, job, phase);
	if (r->params.n)
		return post_parameters(r, job);
	return svc_reply_error(r, MHD_HTTP_BAD_REQUEST,
			       "A POST here needs ACTION=DELETE, PHASE, or parameters of the job.");
}

static enum MHD_Result phase_of(struct request *r, struct job *job)
{
	if (svc_is_get(r))
		return svc_reply_text(r, MHD_HTTP_OK, "%s", svc_phase_name(job->phase));
	if (!svc_is(r, "POST"))
		return svc_reply_method(r, "GET, HEAD, POST");
	return change_phase(r, job, svc_params_get(&r->params, "PHASE"));
}

static enum MHD_Result parameters(struct request *r, struct job *job)
{
	struct buf xml = BUF_INIT;

	if (svc_is(r, "POST"))
		return post_parameters(r, job);
	if (!svc_is_get(r))
		return svc_reply_method(r, "GET, HEAD, POST");
	svc_job_parameters_xml(&xml, job);
	return svc_reply(r, MHD_HTTP_OK, "application/xml", &xml);
}

/* PUT: the body is the value (UWS 1.1, Parameter List, names this way and the POSTs above). */
static enum MHD_Result put_parameter(struct request *r, struct job *job, const char *name)
{
	if (job->phase != PENDING)
		return fixed_parameters(r, job);
	if (is_command(name))
		return svc_reply_error(r, MHD_HTTP_FORBIDDEN, "%s is no parameter of a job.", name);
	if (!strcasecmp(name, "UPLOAD"))
		return svc_reply_error(r, MHD_HTTP_FORBIDDEN,
				       "UPLOADs add up: POST them to the job's parameters.");
	if (memchr(buf_str(&r->body), 0, r->body.len))
		return svc_reply_error(r, MHD_HTTP_BAD_REQUEST, "The value has a NUL in it.");
	svc_params_set(&job->params, name, buf_str(&r->body));
	return to_job(r, job);
}

/* /parameters/NAME: its value as it is. */
static enum MHD_Result one_parameter(struct request *r, struct job *job, const char *name)
{
	const char *value = svc_params_get(&job->params, name);

	if (svc_is(r, "PUT"))
		return put_parameter(r, job, name);
	if (!svc_is_get(r))
		return svc_reply_method(r, "GET, HEAD, PUT");
	if (!value)
		return svc_reply_error(r, MHD_HTTP_NOT_FOUND, "The job has no parameter \"%s\".",
				       name);
	return svc_reply_text(r, MHD_HTTP_OK, "%s", value);
}

static enum MHD_Result destruction(struct request *r, struct job *job)
{
	const char *value = svc_params_get(&r->params, "DESTRUCTION");
	CLEANUP_BUF struct buf text = BUF_INIT;

	if (svc_is(r, "POST")) {
		if (value && set_destruction(job, value))
			return to_job(r, job);
		return bad_destruction(r);
	}
	if (!svc_is_get(r))
		return svc_reply_method(r, "GET, HEAD, POST");
	svc_add_time(&text, job->destruction);
	return svc_reply_text(r, MHD_HTTP_OK, "%s", buf_str(&text));
}

static enum MHD_Result duration(struct request *r, struct job *job)
{
	const char *value = svc_params_get(&r->params, "EXECUTIONDURATION");

	if (svc_is(r, "POST")) {
		if (value && set_duration(job, value))
			return to_job(r, job);
		return bad_duration(r);
	}
	if (!svc_is_get(r))
		return svc_reply_method(r, "GET, HEAD, POST");
	return svc_reply_text(r, MHD_HTTP_OK, "%lld", (long long)job->duration);
}

static enum MHD_Result error_of(struct request *r, struct job *job)
{
	struct buf xml = BUF_INIT;

	if (!job->error)
		return svc_reply_error(r, MHD_HTTP_NOT_FOUND, "The job has no error: it is %s.",
				       svc_phase_name(job->phase));
	svc_error_document(&xml, job->error);
	return svc_reply(r, MHD_HTTP_OK, "application/x-votable+xml", &xml);
}

static enum MHD_Result results(struct request *r, struct job *job)
{
	struct buf xml = BUF_INIT;
	CLEANUP_FREE char *base = svc_base(r);

	svc_job_results_xml(&xml, job, base);
	return svc_reply(r, MHD_HTTP_OK, "application/xml", &xml);
}

static enum MHD_Result result(struct request *r, struct job *job)
{
	struct svc_file file = {job->fd, job->size, job->type, job->id, job->ended / 1000, false};

	if (job->error)
		return error_of(r, job);
	if (job->phase != COMPLETED || job->fd < 0)
		return svc_reply_error(r, MHD_HTTP_NOT_FOUND, "The job is %s: there is no result.",
				       svc_phase_name(job->phase));
	return svc_reply_file(r, &file);
}

static enum MHD_Result quote(struct request *r, struct job *job)
{
	(void)job;
	return svc_reply_text(r, MHD_HTTP_OK, "%s", "");
}

static enum MHD_Result owner(struct request *r, struct job *job)
{
	return svc_reply_text(r, MHD_HTTP_OK, "%s", job->owner ? job->owner : "");
}

static const struct part {
	const char *path;
	enum MHD_Result (*fn)(struct request *, struct job *);
	bool get_only;
} parts[] = {
    {"", whole_job, false},
    {"/phase", phase_of, false},
    {"/parameters", parameters, false},
    {"/destruction", destruction, false},
    {"/executionduration", duration, false},
    {"/quote", quote, true},
    {"/owner", owner, true},
    {"/error", error_of, true},
    {"/results", results, true},
    {"/results/result", result, true},
};

static enum MHD_Result job_route(struct request *r, const char *rest)
{
	size_t n = strcspn(rest, "/");
	CLEANUP_FREE char *id = xstrndup(rest, n);
	struct job *job = svc_job_find(r->service->jobs, r->kind, id);

	if (!job)
		return svc_reply_error(r, MHD_HTTP_NOT_FOUND, "There is no job \"%s\".", id);
	/* UWS 1.1 §3. What is nobody's is everybody's. */
	if (job->owner && (!r->user || strcmp(job->owner, r->user) != 0))
		return svc_reply_error(r, MHD_HTTP_FORBIDDEN, "The job is another user's.");
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (strcmp(parts[i].path, rest + n) != 0)
			continue;
		if (parts[i].get_only && !svc_is_get(r))
			return svc_reply_method(r, "GET, HEAD");
		return parts[i].fn(r, job);
	}
	if (!strncmp(rest + n, "/parameters/", strlen("/parameters/")) &&
	    rest[n + strlen("/parameters/")])
		return one_parameter(r, job, rest + n + strlen("/parameters/"));
	return svc_reply_error(r, MHD_HTTP_NOT_FOUND, "A job has no \"%s\".", rest + n);
}

enum MHD_Result svc_async_route(struct request *r)
{
	const char *rest = r->path + strlen(r->kind->home) + strlen("/async");
	enum MHD_Result result;

	svc_jobs_lock(r->service->jobs);
	if (!*rest || !strcmp(rest, "/"))
		result = list(r);
	else
		result = job_route(r, rest + 1);
	svc_jobs_unlock(r->service->jobs);
	return result;
}
