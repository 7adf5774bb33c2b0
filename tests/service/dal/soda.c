/*
 * soda.c: /soda/sync and /soda/async (SODA 1.0): cut-outs of one image at a time.
 *
 * Where nothing overlaps, sync answers 204; a job is COMPLETED, and has no result.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tests/service/dal/cutout.h"
#include "tests/service/dal/files.h"
#include "tests/service/tap/jobs.h"

/* The one ID's image. */
static bool find_image(const struct service *s, const struct params *p, struct image *im,
		       struct error **err)
{
	const char *id = svc_params_get(p, "ID");
	sqlite3 *db = NULL;
	bool found;
	int ids = 0;

	for (size_t i = 0; i < p->n; i++)
		ids += !strcasecmp(p->list[i].name, "ID");
	if (!ids)
		return error_set(err, EINVAL, "UsageFault: the parameter ID is missing.");
	if (ids > 1)
		return error_set(err, EINVAL, "MultiValuedParamNotSupported: give one ID.");
	if (strncmp(id, IMAGES_DID, strlen(IMAGES_DID)) != 0)
		return error_set(err, ENOENT, "NotFoundFault: there is no dataset \"%s\".", id);
	if (sqlite3_open_v2(s->db_path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) {
		sqlite3_close(db);
		return error_set(err, EIO, "TransientFault: the database does not open.");
	}
	found = svc_image_find(db, id + strlen(IMAGES_DID), im);
	sqlite3_close(db);
	return found || error_set(err, ENOENT, "NotFoundFault: there is no dataset \"%s\".", id);
}

/* A path for cfitsio, where no file is. Caller frees. */
static char *new_path(struct error **err)
{
	const char *dir = getenv("TMPDIR");
	CLEANUP_FREE char *path = xasprintf("%s/tapfs-demo-XXXXXX", dir && *dir ? dir : "/tmp");
	CLEANUP_CLOSE int fd = mkostemp(path, O_CLOEXEC);

	if (fd < 0) {
		error_set(err, errno, "%s: %s", path, strerror(errno));
		return NULL;
	}
	unlink(path);
	return xasprintf("%s.fits", path);
}

static bool cut_to_file(const struct image *im, int from, const struct region *g, int *fd,
			struct error **err)
{
	CLEANUP_FREE char *path = new_path(err);

	if (!path || !svc_cut(im, from, g, path, err))
		return false;
	*fd = open(path, O_RDONLY | O_CLOEXEC);
	if (*fd < 0)
		return error_set(err, errno, "%s: %s", path, strerror(errno));
	unlink(path);
	return true;
}

static bool work(const struct service *s, const struct job *job, struct job_result *o,
		 struct error **err)
{
	CLEANUP_ERROR struct error *why = NULL;
	CLEANUP_FREE char *path = NULL;
	CLEANUP_CLOSE int fd = -1;
	struct region region;
	struct image im;

	o->type = "application/fits";
	if (!find_image(s, &job->params, &im, err) || !svc_region_read(&job->params, &region, err))
		return false;
	path = xasprintf("images/%s.fits", im.name);
	if (!job->owner && svc_image_private(path))
		return error_set(err, EACCES, "AuthorizationFault: %s is private.", im.name);
	fd = svc_files_get(s->files, path, 0, err);
	if (fd < 0)
		return false;
	if (!cut_to_file(&im, fd, &region, &o->fd, &why)) {
		if (error_errno(why) == ENODATA)
			return true;
		*err = steal(why);
		return false;
	}
	o->size = (uint64_t)lseek(o->fd, 0, SEEK_END);
	return true;
}

static unsigned status_of(const struct job *job)
{
	switch (job->error_errno) {
	case EINVAL: return MHD_HTTP_BAD_REQUEST;
	case ERANGE: return MHD_HTTP_UNPROCESSABLE_CONTENT;
	case ENOENT: return MHD_HTTP_NOT_FOUND;
	case EACCES: return MHD_HTTP_FORBIDDEN;
	default: return MHD_HTTP_INTERNAL_SERVER_ERROR;
	}
}

static enum MHD_Result answer(struct request *r)
{
	const struct job *job = r->job;
	struct svc_file file = {job->fd, job->size, job->type, NULL, 0, true};
	struct buf nothing = BUF_INIT;

	if (job->phase == ERROR_PHASE)
		return svc_reply_text(r, status_of(job), "%s\n", job->error);
	if (job->phase != COMPLETED)
		return svc_reply_text(r, MHD_HTTP_SERVICE_UNAVAILABLE, "The service is ending.\n");
	if (job->fd < 0)
		return svc_reply(r, MHD_HTTP_NO_CONTENT, NULL, &nothing);
	svc_add_header(r, "Content-Disposition", "attachment; filename=\"cutout.fits\"");
	return svc_reply_file(r, &file);
}

const struct job_kind svc_soda_jobs = {
    .home = "/soda", .work = work, .answer = answer, .repeats = true};

enum MHD_Result svc_soda_route(struct request *r)
{
	struct jobs *jobs = r->service->jobs;
	enum MHD_Result result;

	if (!svc_is_get(r) && !svc_is(r, "POST"))
		return svc_reply_method(r, "GET, HEAD, POST");
	svc_jobs_lock(jobs);
	r->job = svc_job_new(r, &svc_soda_jobs, false);
	r->job->owner = r->user;
	for (size_t i = 0; i < r->params.n; i++)
		svc_params_add(&r->job->params, r->params.list[i].name, r->params.list[i].value);
	result = svc_run_and_answer(r);
	svc_jobs_unlock(jobs);
	return result;
}
