/*
 * jobs.c: the life of jobs.
 *
 *	PENDING -run-> QUEUED -a thread is free-> EXECUTING -> COMPLETED | ERROR
 *	any of the first three -abort-> ABORTED
 *
 * On a test's wish (faults.h) it is HELD at first, SUSPENDED or UNKNOWN for a while when it begins
 * to execute, and ARCHIVED at its end: without its result, but with all else.
 *
 * An abort is seen by the running query within milliseconds; the phase says
 * ABORTED at once, and what the query still gives is thrown away. Results are
 * files without a name: nothing is left behind, however the service ends.
 */
#include "tests/service/tap/jobs.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "tests/service/http/faults.h"

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

static const char *const phase_names[] = {"PENDING", "QUEUED",  "EXECUTING", "COMPLETED",
					  "ERROR",   "ABORTED", "HELD",      "SUSPENDED",
					  "UNKNOWN", "ARCHIVED"};

const char *svc_phase_name(enum phase p)
{
	return phase_names[p];
}

bool svc_phase_find(const char *name, enum phase *p)
{
	for (size_t i = 0; i < sizeof(phase_names) / sizeof(*phase_names); i++)
		if (!strcasecmp(name, phase_names[i])) {
			*p = (enum phase)i;
			return true;
		}
	return false;
}

bool svc_phase_final(enum phase p)
{
	return p == COMPLETED || p == ERROR_PHASE || p == ABORTED || p == ARCHIVED;
}

bool svc_phase_active(enum phase p)
{
	return p == PENDING || p == QUEUED || p == EXECUTING;
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

/* Called at every change of phase. */
static enum MHD_Result after_wait(struct request *r)
{
	struct jobs *jobs = r->service->jobs;
	enum MHD_Result result;

	svc_jobs_lock(jobs);
	if (svc_phase_final(r->job->phase))
		result = r->job->kind->answer(r);
	else
		result = svc_wait(r, after_wait);
	svc_jobs_unlock(jobs);
	return result;
}

enum MHD_Result svc_run_and_answer(struct request *r)
{
	svc_job_run(r->job);
	return svc_wait(r, after_wait);
}

bool svc_pause(struct request *r, int64_t ms)
{
	struct jobs *jobs = r->service->jobs;
	bool ending;

	svc_jobs_lock(jobs);
	ending = jobs->ending;
	if (!ending) {
		r->until = svc_monotonic_ms() + ms;
		svc_wait(r, NULL);
	}
	svc_jobs_unlock(jobs);
	return !ending;
}

void svc_leave(struct request *r)
{
	svc_jobs_lock(r->service->jobs);
	svc_job_unref(r->job);
	svc_jobs_unlock(r->service->jobs);
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

bool svc_job_bad_query(const struct job *job)
{
	return job->error_errno == EINVAL || job->error_errno == ERANGE;
}

bool svc_job_take_uploads(struct job *job, const struct request *r, struct error **err)
{
	return job->kind != &svc_tap_jobs ||
	       svc_uploads_read(&job->uploads, &r->params, svc_form_files(r->form),
				r->service->upload_bytes, err);
}

struct job *svc_job_new(const struct request *r, const struct job_kind *kind, bool listed)
{
	struct jobs *jobs = r->service->jobs;
	struct job *job = xcalloc(1, sizeof(*job));
	uint64_t random = 0;

	if (getrandom(&random, sizeof(random), 0) < 0)
		random = (uint64_t)(uintptr_t)job ^ (uint64_t)clock_now();
	snprintf(job->id, sizeof(job->id), "%016llx", (unsigned long long)random);
	job->jobs = jobs;
	job->kind = kind;
	job->root = svc_root(r);
	job->references = 1;
	job->listed = listed;
	job->fd = -1;
	job->created = clock_now();
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
	svc_uploads_clear(&job->uploads);
	free(job->error);
	free(job->root);
	if (job->fd >= 0)
		close(job->fd);
	free(job);
}

struct job *svc_job_find(struct jobs *jobs, const struct job_kind *kind, const char *id)
{
	struct job *job;

	TAILQ_FOREACH (job, &jobs->list, link)
		if (job->kind == kind && !strcmp(job->id, id))
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
	job->ended = clock_now();
	if (!job->started) /* else its thread does when it sees that */
		svc_uploads_clear(&job->uploads);
	set_phase(job, ABORTED);
}

/* What a test wants to happen to the job. */
static bool job_fault(const struct job *job, enum fault_kind kind, const char *method,
		      struct fault *fault)
{
	CLEANUP_FREE char *path = xasprintf("%s/async/%s", job->kind->home, job->id);

	return job->listed && svc_fault_take(job->jobs->service->faults, kind, method, path, fault);
}

static void archive(struct job *job)
{
	svc_job_abort(job);
	if (job->fd >= 0)
		close(job->fd);
	job->fd = -1;
	job->destruction = clock_now() + KEPT_MS;
	set_phase(job, ARCHIVED);
}

static void remove_job(struct job *job)
{
	job->listed = false;
	TAILQ_REMOVE(&job->jobs->list, job, link);
	svc_job_abort(job);
	svc_job_unref(job);
}

void svc_job_delete(struct job *job)
{
	struct fault fault;

	if (job_fault(job, FAULT_ARCHIVE, "DELETE", &fault))
		archive(job);
	else if (job->listed)
		remove_job(job);
}

void svc_jobs_forget(struct jobs *jobs)
{
	while (!TAILQ_EMPTY(&jobs->list))
		remove_job(TAILQ_FIRST(&jobs->list));
}

/* --- running --- */

/* For so long, or until it is aborted. Called with the lock, which is given away meanwhile. */
static void pause_in(struct job *job, enum phase p, int64_t ms)
{
	const struct timespec tick = {0, TICK_MS * 1000000L};
	int64_t until = svc_monotonic_ms() + ms;

	set_phase(job, p);
	while (job->phase == p && svc_monotonic_ms() < until) {
		svc_jobs_unlock(job->jobs);
		nanosleep(&tick, NULL);
		svc_jobs_lock(job->jobs);
	}
	if (job->phase == p)
		set_phase(job, EXECUTING);
}

/* On a thread of a pool; the reference that svc_job_run took is given back here. */
static void execute(struct pool_task *task)
{
	struct job *job = (struct job *)task;
	struct jobs *jobs = job->jobs;
	CLEANUP_ERROR struct error *err = NULL;
	struct job_result o = {.fd = -1};
	struct fault fault;
	bool ok;

	svc_jobs_lock(jobs);
	if (job->phase != QUEUED) {
		svc_job_unref(job);
		svc_jobs_unlock(jobs);
		return;
	}
	job->started = clock_now();
	if (job->duration > 0)
		atomic_store(&job->deadline.at_ms, svc_monotonic_ms() + job->duration * 1000);
	set_phase(job, EXECUTING);
	if (job_fault(job, FAULT_SUSPEND, "POST", &fault))
		pause_in(job, SUSPENDED, fault.value);
	if (job->phase == EXECUTING && job_fault(job, FAULT_UNKNOWN, "POST", &fault))
		pause_in(job, UNKNOWN, fault.value);
	svc_jobs_unlock(jobs);

	ok = job->kind->work(jobs->service, job, &o, &err);

	svc_jobs_lock(jobs);
	svc_uploads_clear(&job->uploads);
	if (job->phase == EXECUTING) {
		job->ended = clock_now();
		job->fd = o.fd;
		job->size = o.size;
		job->type = o.type;
		if (!ok) {
			job->error = xstrdup(error_text(err));
			job->error_errno = error_errno(err);
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
	struct fault fault;

	if (job->phase == PENDING && job_fault(job, FAULT_HOLD, "POST", &fault)) {
		set_phase(job, HELD);
		return;
	}
	if (job->phase != PENDING && job->phase != HELD)
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
	int64_t now = clock_now();
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
