/* faults.c: see faults.h. The first rule that matches is used. */
#include "tests/service/http/faults.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/queue.h>

#include "base/mem.h"

struct rule {
	STAILQ_ENTRY(rule) link;
	enum fault_kind kind;
	char *path, *method; /* method NULL: any */
	long count, skip;
	struct fault fault;
};

struct faults {
	pthread_mutex_t lock;
	STAILQ_HEAD(, rule) rules;
};

struct faults *svc_faults_new(void)
{
	struct faults *f = xcalloc(1, sizeof(*f));

	pthread_mutex_init(&f->lock, NULL);
	STAILQ_INIT(&f->rules);
	return f;
}

void svc_faults_clear(struct faults *f)
{
	pthread_mutex_lock(&f->lock);
	while (!STAILQ_EMPTY(&f->rules)) {
		struct rule *r = STAILQ_FIRST(&f->rules);

		STAILQ_REMOVE_HEAD(&f->rules, link);
		free(r->path);
		free(r->method);
		free(r);
	}
	pthread_mutex_unlock(&f->lock);
}

void svc_faults_free(struct faults *f)
{
	svc_faults_clear(f);
	pthread_mutex_destroy(&f->lock);
	free(f);
}

static long number(const struct params *p, const char *name, long otherwise)
{
	const char *v = svc_params_get(p, name);

	return v ? strtol(v, NULL, 10) : otherwise;
}

static const char *const names[FAULT_KINDS] = {
    [FAULT_STATUS] = "next_status",
    [FAULT_DROP] = "drop_answer",
    [FAULT_CUT] = "cut_after",
    [FAULT_DELAY] = "delay_ms",
    [FAULT_HOLD] = "hold",
    [FAULT_SUSPEND] = "suspend_ms",
    [FAULT_UNKNOWN] = "unknown_ms",
    [FAULT_ARCHIVE] = "archive",
    [FAULT_NO_RANGES] = "no_ranges",
    [FAULT_NO_LENGTH] = "no_length",
    [FAULT_WRONG_RANGE] = "wrong_range",
    [FAULT_WRONG_TOTAL] = "wrong_total",
    [FAULT_NO_CONTENT_RANGE] = "no_content_range",
    [FAULT_CHANGED] = "changed",
    [FAULT_SLOW] = "bytes_per_s",
    [FAULT_STALL] = "stall_after",
    [FAULT_NO_ETAG] = "no_etag",
    [FAULT_NO_MODIFIED] = "no_modified",
    [FAULT_WEAK_ETAG] = "weak_etag",
    [FAULT_NO_IF_RANGE] = "no_if_range",
    [FAULT_GZIP] = "gzip",
};

bool svc_faults_add(struct faults *f, const struct params *p)
{
	const char *path = svc_params_get(p, "path");
	bool any = false;

	for (int kind = 0; kind < FAULT_KINDS; kind++) {
		struct rule *r;

		if (!svc_params_get(p, names[kind]))
			continue;
		r = xcalloc(1, sizeof(*r));
		r->kind = (enum fault_kind)kind;
		r->path = xstrdup(path ? path : "/");
		r->method = xstrdup_or_null(svc_params_get(p, "method"));
		r->count = number(p, "count", 1);
		r->skip = number(p, "skip", 0);
		r->fault.value = number(p, names[kind], 0);
		r->fault.retry_after = number(p, "retry_after", -1);
		pthread_mutex_lock(&f->lock);
		STAILQ_INSERT_TAIL(&f->rules, r, link);
		pthread_mutex_unlock(&f->lock);
		any = true;
	}
	return any;
}

static bool matches(const struct rule *r, enum fault_kind kind, const char *method,
		    const char *path)
{
	return r->kind == kind && r->count != 0 && (!r->method || !strcasecmp(r->method, method)) &&
	       !strncmp(path, r->path, strlen(r->path));
}

bool svc_fault_take(struct faults *f, enum fault_kind kind, const char *method, const char *path,
		    struct fault *out)
{
	struct rule *r;
	bool taken = false;

	pthread_mutex_lock(&f->lock);
	STAILQ_FOREACH (r, &f->rules, link) {
		if (!matches(r, kind, method, path))
			continue;
		if (r->skip > 0) {
			r->skip--;
			continue;
		}
		if (r->count > 0)
			r->count--;
		*out = r->fault;
		taken = true;
		break;
	}
	pthread_mutex_unlock(&f->lock);
	return taken;
}
