/*
 * sync.c: /tap/sync: a job in no list, whose end the request waits for
 * (TAP 1.1 §2.2).
 */
#include <string.h>

#include "base/cleanup.h"
#include "tests/service/tap/jobs.h"

static enum MHD_Result answer(struct request *r)
{
	struct job *job = r->job;
	struct svc_file file = {job->fd, job->size, job->type, job->id, job->ended / 1000, false};

	switch (job->phase) {
	case COMPLETED: return svc_reply_file(r, &file);
	case ERROR_PHASE:
		return svc_reply_error(r,
				       svc_job_bad_query(job) ? MHD_HTTP_BAD_REQUEST
							      : MHD_HTTP_INTERNAL_SERVER_ERROR,
				       "%s", job->error);
	default: return svc_reply_error(r, MHD_HTTP_SERVICE_UNAVAILABLE, "The service is ending.");
	}
}

const struct job_kind svc_tap_jobs = {.home = "/tap", .work = svc_job_query, .answer = answer};

enum MHD_Result svc_sync_route(struct request *r)
{
	struct jobs *jobs = r->service->jobs;
	CLEANUP_ERROR struct error *err = NULL;
	enum MHD_Result result;

	if (!svc_is_get(r) && !svc_is(r, "POST"))
		return svc_reply_method(r, "GET, HEAD, POST");
	svc_jobs_lock(jobs);
	r->job = svc_job_new(r, &svc_tap_jobs, false);
	for (size_t i = 0; i < r->params.n; i++)
		svc_params_add(&r->job->params, r->params.list[i].name, r->params.list[i].value);
	if (svc_job_take_uploads(r->job, r, &err))
		result = svc_run_and_answer(r);
	else
		result = svc_reply_refused(r, err);
	svc_jobs_unlock(jobs);
	return result;
}
