/*
 * files_route.c: /files/… and /hips/… (files.h). What is there already is sent at once; what must
 * be made first is a job that stands in no list.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tests/service/dal/files.h"
#include "tests/service/data/images.h"
#include "tests/service/http/faults.h"
#include "tests/service/tap/jobs.h"

#define FIRST_DATE 1704067200 /* 2024-01-01 */

static const char *file_path(const struct request *r)
{
	return strncmp(r->path, "/hips/", 6) == 0 ? r->path + 1 : r->path + strlen("/files/");
}

/* The validators follow from the name, so that they are the same wherever it was made. */
static enum MHD_Result reply(struct request *r, int fd, int generation)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	CLEANUP_FREE char *etag = NULL;
	struct stat st;

	if (fstat(fd, &st) < 0)
		return MHD_NO;
	for (const char *c = file_path(r); *c; c++)
		h = (h ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
	etag = xasprintf("%08llx-%llx-%x", (unsigned long long)(h >> 32),
			 (unsigned long long)st.st_size, (unsigned)generation);

	struct svc_file file = {.fd = fd,
				.size = (uint64_t)st.st_size,
				.type = svc_files_type(file_path(r)),
				.etag = etag,
				.modified = FIRST_DATE + (time_t)(h % 8640000) + generation * 3600,
				.as_is = true};

	return svc_reply_file(r, &file);
}

static bool make(const struct service *s, const struct job *job, struct job_result *o,
		 struct error **err)
{
	const char *generation = svc_params_get(&job->params, "GENERATION");

	o->fd = svc_files_get(s->files, svc_params_get(&job->params, "FILE"),
			      (int)strtol(generation, NULL, 10), err);
	return o->fd >= 0;
}

static enum MHD_Result answer(struct request *r)
{
	const struct job *job = r->job;
	const char *generation = svc_params_get(&job->params, "GENERATION");

	if (job->phase == COMPLETED)
		return reply(r, job->fd, (int)strtol(generation, NULL, 10));
	if (job->phase == ERROR_PHASE)
		return svc_reply_text(r,
				      job->error_errno == ENOENT ? MHD_HTTP_NOT_FOUND
								 : MHD_HTTP_INTERNAL_SERVER_ERROR,
				      "%s\n", job->error);
	return svc_reply_text(r, MHD_HTTP_SERVICE_UNAVAILABLE, "The service is ending.\n");
}

const struct job_kind svc_file_jobs = {.home = "/files", .work = make, .answer = answer};

static enum MHD_Result make_and_reply(struct request *r, int generation)
{
	CLEANUP_FREE char *number = xasprintf("%d", generation);
	enum MHD_Result result;

	svc_jobs_lock(r->service->jobs);
	r->job = svc_job_new(r, &svc_file_jobs, false);
	svc_params_add(&r->job->params, "FILE", file_path(r));
	svc_params_add(&r->job->params, "GENERATION", number);
	result = svc_run_and_answer(r);
	svc_jobs_unlock(r->service->jobs);
	return result;
}

enum MHD_Result svc_files_route(struct request *r)
{
	struct fault changed = {.value = 0};
	enum MHD_Result result;
	int fd, generation;

	if (!svc_is_get(r))
		return svc_reply_method(r, "GET, HEAD");
	if (!svc_files_type(file_path(r)))
		return svc_reply_text(r, MHD_HTTP_NOT_FOUND, "There is no file %s.\n",
				      file_path(r));
	if (!r->user && svc_image_private(file_path(r)))
		return svc_reply_text(r, MHD_HTTP_FORBIDDEN,
				      "This one is for those who signed in (/auth/basic).\n");
	svc_fault_take(r->service->faults, FAULT_CHANGED, r->method, r->path, &changed);
	generation = (int)changed.value;
	fd = svc_files_look(r->service->files, file_path(r), generation);
	if (fd < 0)
		return make_and_reply(r, generation);
	result = reply(r, fd, generation);
	close(fd);
	return result;
}
