/*
 * jobs.c: the life of jobs.
 *
 *	PENDING -run-> QUEUED -a thread is free-> EXECUTING -> COMPLETED | ERROR
 *	any of the first three -abort-> ABORTED
 *
 * An abort is seen by the running query within milliseconds; the phase says
 * ABORTED at once, and what the query still gives is thrown away. Results are
 * files without a name: nothing is left behind, however the service ends.
 */
#include "tests/service/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tests/service/run.h"

#define ASYNC_THREADS 4
#define SYNC_THREADS  4
#define KEPT_MS       (INT64_C(2) * 86400 * 1000)
#define DURATION_S    3600
#define SYNC_S        60
#define TICK_MS       20

TAILQ_HEAD(request_list, request);

struct jobs {
	struct service *service;
	pthread_mutex_t lock;
	pthread_cond_t ticked;
	TAILQ_HEAD(job_list, job) list;
	struct request_list waiting;
	struct pool *async_pool, *sync_pool;
	pthread_t clock;
	bool ending;
};

static const char *const phase_names[] = {"PENDING",   "QUEUED", "EXECUTING",
					  "COMPLETED", "ERROR",  "ABORTED"};

const char *svc_phase_name(enum phase p)
{
	return phase_names[p];
}

bool svc_phase_final(enum phase p)
{
	return p >= COMPLETED;
}

int64_t svc_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void svc_jobs_lock(struct jobs *jobs)
{
	pthread_mutex_lock(&jobs->lock);
}

void svc_jobs_unlock(struct jobs *jobs)
{
	pthread_mutex_unlock(&jobs->lock);
}

/* --- waiting --- */

enum MHD_Result svc_wait(struct request *r, route_fn *again)
{
	struct jobs *jobs = r->service->jobs;

	r->again = again;
	if (jobs->ending)
		return MHD_NO;
	MHD_suspend_connection(r->connection);
	r->waiting = true;
	TAILQ_INSERT_TAIL(&jobs->waiting, r, link);
	if (r->job)
		TAILQ_INSERT_TAIL(&r->job->waiters, r, job_link);
	return MHD_YES;
}

static void wake(struct jobs *jobs, struct request *r)
{
	TAILQ_REMOVE(&jobs->waiting, r, link);
	if (r->job)
		TAILQ_REMOVE(&r->job->waiters, r, job_link);
	r->waiting = false;
	MHD_resume_connection(r->connection);
}

static void set_phase(struct job *job, enum phase p)
{
	job->phase = p;
	while (!TAILQ_EMPTY(&job->waiters))
		wake(job->jobs, TAILQ_FIRST(&job->waiters));
}

/* --- jobs --- */

struct job *svc_job_new(struct jobs *jobs, bool listed)
{
	struct job *job = xcalloc(1, sizeof(*job));
	uint64_t random = 0;

	if (getrandom(&random, sizeof(random), 0) < 0)
		random = (uint64_t)(uintptr_t)job ^ (uint64_t)svc_now();
	snprintf(job->id, sizeof(job->id), "%016llx", (unsigned long long)random);
	job->jobs = jobs;
	job->references = 1;
	job->listed = listed;
	job->fd = -1;
	job->created = svc_now();
	job->destruction = job->created + KEPT_MS;
	job->duration = listed ? DURATION_S : SYNC_S;
	TAILQ_INIT(&job->waiters);
	if (listed) {
		job->references++;
		TAILQ_INSERT_TAIL(&jobs->list, job, link);
	}
	return job;
}

void svc_job_ref(struct job *job)
{
	job->references++;
}

void svc_job_unref(struct job *job)
{
	if (!job || --job->references)
		return;
	svc_params_free(&job->params);
	free(job->error);
	if (job->fd >= 0)
		close(job->fd);
	free(job);
}

struct job *svc_job_find(struct jobs *jobs, const char *id)
{
	struct job *job;

	TAILQ_FOREACH (job, &jobs->list, link)
		if (!strcmp(job->id, id))
			return job;
	return NULL;
}

struct job *svc_job_first(struct jobs *jobs)
{
	return TAILQ_FIRST(&jobs->list);
}

void svc_job_abort(struct job *job)
{
	if (svc_phase_final(job->phase))
		return;
	atomic_store(&job->deadline.stopped, true);
	job->ended = svc_now();
	set_phase(job, ABORTED);
}

void svc_job_delete(struct job *job)
{
	if (!job->listed)
		return;
	job->listed = false;
	TAILQ_REMOVE(&job->jobs->list, job, link);
	svc_job_abort(job);
	svc_job_unref(job);
}

void svc_jobs_forget(struct jobs *jobs)
{
	while (!TAILQ_EMPTY(&jobs->list))
		svc_job_delete(TAILQ_FIRST(&jobs->list));
}

/* --- running --- */

static bool known_language(const char *lang)
{
	return !strcasecmp(lang, "ADQL") || !strcasecmp(lang, "ADQL-2.0") ||
	       !strcasecmp(lang, "ADQL-2.1");
}

static bool read_maxrec(const char *text, int64_t *maxrec, struct error **err)
{
	char *end;

	*maxrec = SVC_MAXREC_DEFAULT;
	if (!text || !*text)
		return true;
	errno = 0;
	*maxrec = strtoll(text, &end, 10);
	if (*end || errno || *maxrec < 0)
		return error_set(err, EINVAL, "MAXREC must be a whole number, not \"%s\".", text);
	if (*maxrec > SVC_MAXREC_HARD)
		*maxrec = SVC_MAXREC_HARD;
	return true;
}

static bool read_format(const struct params *p, const struct svc_format **format,
			struct error **err)
{
	const char *response = svc_params_get(p, "RESPONSEFORMAT");
	const char *old = svc_params_get(p, "FORMAT");
	const char *name = response ? response : old;

	if (response && old)
		return error_set(err, EINVAL,
				 "Give RESPONSEFORMAT or FORMAT, not both (TAP 1.1 §2.7.3).");
	*format = svc_format_find(name && *name ? name : "votable");
	return *format || error_set(err, EINVAL, "Unknown RESPONSEFORMAT \"%s\".", name);
}

/* TAP 1.1 §2.7: what a query's parameters must be. */
static bool read_params(const struct params *p, struct svc_run *run, struct error **err)
{
	const char *request = svc_params_get(p, "REQUEST");
	const char *lang = svc_params_get(p, "LANG");

	run->query = svc_params_get(p, "QUERY");
	if (request && strcasecmp(request, "doQuery") != 0)
		return error_set(err, EINVAL, "Unknown REQUEST \"%s\": use doQuery.", request);
	if (!lang || !*lang)
		return error_set(err, EINVAL, "The parameter LANG is missing: give LANG=ADQL.");
	if (!known_language(lang))
		return error_set(err, EINVAL,
				 "Unknown LANG \"%s\": this service knows ADQL, ADQL-2.0 and "
				 "ADQL-2.1.",
				 lang);
	if (!run->query || !*run->query)
		return error_set(err, EINVAL, "The parameter QUERY is missing.");
	if (svc_params_get(p, "UPLOAD"))
		return error_set(err, EINVAL, "This service takes no uploads.");
	return read_maxrec(svc_params_get(p, "MAXREC"), &run->maxrec, err) &&
	       read_format(p, &run->format, err);
}

/* A file without a name, where there is room. */
static FILE *result_file(struct error **err)
{
	const char *dir = getenv("TMPDIR");
	CLEANUP_FREE char *path = xasprintf("%s/tapfs-demo-XXXXXX", dir && *dir ? dir : "/tmp");
	int fd = mkostemp(path, O_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w+");

	if (f)
		unlink(path);
	else
		error_set(err, errno, "%s: %s", path, strerror(errno));
	return f;
}

/* What a run brings, until the job takes it. */
struct outcome {
	int fd;
	uint64_t size;
	const char *type;
};

static bool run_query(struct job *job, struct outcome *o, struct error **err)
{
	struct svc_run run = {.catalog = job->jobs->service->catalog,
			      .db_path = job->jobs->service->db_path,
			      .deadline = &job->deadline};
	CLEANUP_FCLOSE FILE *f = NULL;
	struct stat st;

	if (!read_params(&job->params, &run, err))
		return false;
	o->type = run.format->mime;
	f = result_file(err);
	if (!f || !svc_run(&run, f, err))
		return false;
	o->fd = fcntl(fileno(f), F_DUPFD_CLOEXEC, 0);
	if (o->fd < 0 || fstat(o->fd, &st) < 0)
		return error_set(err, errno, "%s", strerror(errno));
	o->size = (uint64_t)st.st_size;
	return true;
}

/* On a thread of a pool; the reference that svc_job_run took is given back here. */
static void execute(struct pool_task *task)
{
	struct job *job = (struct job *)task;
	struct jobs *jobs = job->jobs;
	CLEANUP_ERROR struct error *err = NULL;
	struct outcome o = {.fd = -1};
	bool ok;

	svc_jobs_lock(jobs);
	if (job->phase != QUEUED) {
		svc_job_unref(job);
		svc_jobs_unlock(jobs);
		return;
	}
	job->started = svc_now();
	if (job->duration > 0)
		atomic_store(&job->deadline.at_ms, svc_monotonic_ms() + job->duration * 1000);
	set_phase(job, EXECUTING);
	svc_jobs_unlock(jobs);

	ok = run_query(job, &o, &err);

	svc_jobs_lock(jobs);
	if (job->phase == EXECUTING) {
		job->ended = svc_now();
		job->fd = o.fd;
		job->size = o.size;
		job->type = o.type;
		if (!ok) {
			job->error = xstrdup(error_text(err));
			job->bad_query = error_errno(err) == EINVAL;
		}
		set_phase(job, ok ? COMPLETED : ERROR_PHASE);
	} else if (o.fd >= 0) {
		close(o.fd);
	}
	svc_job_unref(job);
	svc_jobs_unlock(jobs);
}

void svc_job_run(struct job *job)
{
	if (job->phase != PENDING)
		return;
	job->task.run = execute;
	svc_job_ref(job);
	set_phase(job, QUEUED);
	svc_pool_add(job->listed ? job->jobs->async_pool : job->jobs->sync_pool, &job->task);
}

/* --- the clock --- */

static void end_waits(struct jobs *jobs)
{
	int64_t now = svc_monotonic_ms();
	struct request *r, *next;

	for (r = TAILQ_FIRST(&jobs->waiting); r; r = next) {
		next = TAILQ_NEXT(r, link);
		if (jobs->ending || (r->until && r->until <= now))
			wake(jobs, r);
	}
}

static void destroy_old(struct jobs *jobs)
{
	int64_t now = svc_now();
	struct job *job, *next;

	for (job = TAILQ_FIRST(&jobs->list); job; job = next) {
		next = TAILQ_NEXT(job, link);
		if (job->destruction && job->destruction <= now)
			svc_job_delete(job);
	}
}

/* Every TICK_MS: whose wait is over, whose time has come. */
static void *clock_thread(void *arg)
{
	struct jobs *jobs = arg;

	svc_jobs_lock(jobs);
	for (int tick = 0; !jobs->ending; tick++) {
		struct timespec at;

		end_waits(jobs);
		if (tick % (500 / TICK_MS) == 0)
			destroy_old(jobs);
		clock_gettime(CLOCK_REALTIME, &at);
		at.tv_nsec += TICK_MS * 1000000L;
		if (at.tv_nsec >= 1000000000L) {
			at.tv_sec++;
			at.tv_nsec -= 1000000000L;
		}
		pthread_cond_timedwait(&jobs->ticked, &jobs->lock, &at);
	}
	svc_jobs_unlock(jobs);
	return NULL;
}

struct jobs *svc_jobs_new(struct service *service)
{
	struct jobs *jobs = xcalloc(1, sizeof(*jobs));

	jobs->service = service;
	pthread_mutex_init(&jobs->lock, NULL);
	pthread_cond_init(&jobs->ticked, NULL);
	TAILQ_INIT(&jobs->list);
	TAILQ_INIT(&jobs->waiting);
	jobs->async_pool = svc_pool_new(ASYNC_THREADS);
	jobs->sync_pool = svc_pool_new(SYNC_THREADS);
	pthread_create(&jobs->clock, NULL, clock_thread, jobs);
	return jobs;
}

void svc_jobs_stop(struct jobs *jobs)
{
	struct request *r;

	svc_jobs_lock(jobs);
	jobs->ending = true;
	svc_jobs_forget(jobs);
	TAILQ_FOREACH (r, &jobs->waiting, link)
		if (r->job)
			atomic_store(&r->job->deadline.stopped, true);
	end_waits(jobs);
	pthread_cond_signal(&jobs->ticked);
	svc_jobs_unlock(jobs);
	pthread_join(jobs->clock, NULL);
	svc_pool_free(jobs->async_pool);
	svc_pool_free(jobs->sync_pool);
}

void svc_jobs_free(struct jobs *jobs)
{
	pthread_mutex_destroy(&jobs->lock);
	pthread_cond_destroy(&jobs->ticked);
	free(jobs);
}
