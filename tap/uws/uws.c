/*
 * uws.c: job documents and job lists; see uws.h.
 *
 * Elements count by local name and depth, whatever their namespace: prefixes
 * are uws:, ns0: or none, and v1.0rc3 is still about. What does not make sense
 * is left as "not known": a job is more than the sum of its fields.
 */
#include "tap/uws/uws.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/isotime.h"
#include "base/text/list.h"
#include "base/text/number.h"
#include "base/text/reason.h"
#include "base/text/xml.h"

static const char *const phases[] = {
    [UWS_UNKNOWN] = "UNKNOWN",     [UWS_PENDING] = "PENDING",     [UWS_QUEUED] = "QUEUED",
    [UWS_EXECUTING] = "EXECUTING", [UWS_COMPLETED] = "COMPLETED", [UWS_ERROR] = "ERROR",
    [UWS_ABORTED] = "ABORTED",     [UWS_HELD] = "HELD",           [UWS_SUSPENDED] = "SUSPENDED",
    [UWS_ARCHIVED] = "ARCHIVED",
};

enum uws_phase uws_phase_parse(const char *s, size_t n)
{
	xml_trim(&s, &n);
	for (size_t i = 0; i < sizeof(phases) / sizeof(*phases); i++)
		if (strlen(phases[i]) == n && strncasecmp(phases[i], s, n) == 0)
			return (enum uws_phase)i;
	return UWS_UNKNOWN;
}

const char *uws_phase_name(enum uws_phase phase)
{
	return phases[phase];
}

bool uws_phase_is_final(enum uws_phase phase)
{
	return phase == UWS_COMPLETED || phase == UWS_ERROR || phase == UWS_ABORTED ||
	       phase == UWS_ARCHIVED;
}

bool uws_phase_is_active(enum uws_phase phase)
{
	return phase == UWS_QUEUED || phase == UWS_EXECUTING || phase == UWS_SUSPENDED;
}

/* A job. */

/* What a child of the job is; jobInfo may hold anything, another job's document too. */
enum job_section { SECTION_OTHER, SECTION_PARAMETERS, SECTION_RESULTS, SECTION_ERROR };

struct job_reading {
	struct uws_job *job;
	enum job_section section;
	bool is_job;
	bool by_reference; /* of the parameter that is open */
	char *id;          /* the same */
};

static int64_t integer_or(const char *s, size_t n, int64_t otherwise)
{
	int64_t v;

	return number_parse_int(s, n, &v) ? v : otherwise;
}

static void set_member(char **where, const char *text, size_t len)
{
	free(*where);
	*where = len ? xstrndup(text, len) : NULL;
}

/* "1.1", in the forms that are about; UWS 1.0 documents have no version. */
static char *version_of(const struct xml_attrs *attrs)
{
	const char *s;
	size_t n;

	if (!xml_attr(attrs, "version", &s, &n))
		return xstrdup("1.0");
	xml_trim(&s, &n);
	return n ? xstrndup(s, n) : xstrdup("1.0");
}

static void start_result(struct uws_job *job, const struct xml_attrs *attrs)
{
	struct uws_result *r = LIST_ADD(job->results, job->nresults);
	const char *s;
	size_t n;

	r->id = xml_attr_text(attrs, "id");
	r->mime = xml_attr_dup(attrs, "mime-type");
	r->size = xml_attr(attrs, "size", &s, &n) ? integer_or(s, n, -1) : -1;
	if (xml_attr(attrs, "href", &s, &n)) {
		xml_trim(&s, &n);
		r->href = xstrndup(s, n);
	} else {
		r->href = xstrdup("");
	}
}

static enum job_section section_named(const char *name)
{
	static const char *const names[] = {[SECTION_PARAMETERS] = "parameters",
					    [SECTION_RESULTS] = "results",
					    [SECTION_ERROR] = "errorSummary"};

	for (size_t i = SECTION_PARAMETERS; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(names[i], name) == 0)
			return (enum job_section)i;
	return SECTION_OTHER;
}

static void start_section(struct job_reading *r, const char *name, const struct xml_attrs *attrs)
{
	r->section = section_named(name);
	if (r->section == SECTION_ERROR && !xml_attr_is(attrs, "xsi:nil", "true")) {
		r->job->has_error = true;
		r->job->error_transient = xml_attr_is(attrs, "type", "transient");
		r->job->error_has_detail = xml_attr_is(attrs, "hasDetail", "true");
	}
}

static void job_start(struct xml *x, void *ctx, const char *name, const struct xml_attrs *attrs)
{
	struct job_reading *r = ctx;

	if (xml_depth(x) == 1) {
		r->is_job = strcmp(name, "job") == 0;
		r->job->version = version_of(attrs);
	} else if (xml_depth(x) == 2) {
		start_section(r, name, attrs);
	} else if (xml_depth(x) > 3) {
		return;
	} else if (r->section == SECTION_PARAMETERS && strcmp(name, "parameter") == 0) {
		free(r->id);
		r->id = xml_attr_text(attrs, "id");
		r->by_reference = xml_attr_is(attrs, "byReference", "true");
	} else if (r->section == SECTION_RESULTS && strcmp(name, "result") == 0) {
		start_result(r->job, attrs);
	}
}

static void end_parameter(struct job_reading *r, const char *text, size_t len)
{
	struct uws_parameter *p = LIST_ADD(r->job->parameters, r->job->nparameters);

	p->id = r->id;
	p->value = xstrndup(text, len);
	p->by_reference = r->by_reference;
	r->id = NULL;
}

/* The first that says something: message's own text, or of its content; else errorSummary's own. */
static void set_message(struct uws_job *job, const char *text, size_t len)
{
	CLEANUP_FREE char *plain = NULL;

	xml_trim(&text, &len);
	if (!len || (job->error_message && *job->error_message))
		return;
	plain = reason_plain(text, len);
	set_member(&job->error_message, plain ? plain : text, plain ? strlen(plain) : len);
}

static void job_field(struct uws_job *job, const char *name, const char *text, size_t len)
{
	if (strcmp(name, "jobId") == 0)
		set_member(&job->id, text, len);
	else if (strcmp(name, "runId") == 0)
		set_member(&job->runid, text, len);
	else if (strcmp(name, "ownerId") == 0)
		set_member(&job->owner, text, len);
	else if (strcmp(name, "phase") == 0)
		job->phase = uws_phase_parse(text, len);
	else if (strcmp(name, "quote") == 0)
		job->quote = isotime_parse(text, len); /* "-1" is none */
	else if (strcmp(name, "creationTime") == 0)
		job->creation_time = isotime_parse(text, len);
	else if (strcmp(name, "startTime") == 0)
		job->start_time = isotime_parse(text, len);
	else if (strcmp(name, "endTime") == 0)
		job->end_time = isotime_parse(text, len);
	else if (strcmp(name, "executionDuration") == 0)
		job->execution_duration = integer_or(text, len, -1);
	else if (strcmp(name, "destruction") == 0)
		job->destruction = isotime_parse(text, len);
	else if (strcmp(name, "errorSummary") == 0) /* Daiquiri */
		set_message(job, text, len);
}

/* What stands below a child of the job. */
static void end_in_section(struct job_reading *r, const char *name, const char *parent,
			   const char *text, size_t len)
{
	if (r->section == SECTION_PARAMETERS && strcmp(name, "parameter") == 0 && r->id)
		end_parameter(r, text, len);
	else if (r->section == SECTION_ERROR &&
		 (strcmp(name, "message") == 0 ||
		  (strcmp(name, "content") == 0 && strcmp(parent, "message") == 0)))
		set_message(r->job, text, len);
}

static void job_end(struct xml *x, void *ctx, const char *name, const char *text, size_t len)
{
	struct job_reading *r = ctx;

	if (xml_depth(x) == 2)
		job_field(r->job, name, text, len);
	else if (xml_depth(x) > 2)
		end_in_section(r, name, xml_parent(x), text, len);
}

static struct uws_job *job_unknown(void)
{
	struct uws_job *job = xcalloc(1, sizeof(*job));

	job->quote = job->creation_time = job->start_time = job->end_time = -1;
	job->execution_duration = job->destruction = -1;
	return job;
}

struct uws_job *uws_job_of_phase(enum uws_phase phase)
{
	struct uws_job *job = job_unknown();

	job->phase = phase;
	job->id = xstrdup("");
	job->version = xstrdup("1.0");
	return job;
}

struct uws_job *uws_job_parse(const char *data, size_t n, struct error **err)
{
	static const struct xml_handler handler = {job_start, job_end};
	struct uws_job *job = job_unknown();
	struct job_reading r = {.job = job};
	bool ok;

	ok = xml_parse(&handler, &r, data, n, err);
	free(r.id);
	if (ok && !r.is_job)
		ok = error_set(err, EIO, "this is no UWS job");
	if (!ok) {
		uws_job_free(job);
		return NULL;
	}
	if (!job->id)
		job->id = xstrdup("");
	return job;
}

void uws_job_free(struct uws_job *job)
{
	if (!job)
		return;
	for (size_t i = 0; i < job->nparameters; i++) {
		free(job->parameters[i].id);
		free(job->parameters[i].value);
	}
	for (size_t i = 0; i < job->nresults; i++) {
		free(job->results[i].id);
		free(job->results[i].href);
		free(job->results[i].mime);
	}
	free(job->parameters);
	free(job->results);
	free(job->id);
	free(job->runid);
	free(job->owner);
	free(job->error_message);
	free(job->version);
	free(job);
}

const char *uws_job_parameter(const struct uws_job *job, const char *id)
{
	for (size_t i = 0; i < job->nparameters; i++)
		if (strcasecmp(job->parameters[i].id, id) == 0)
			return job->parameters[i].value;
	return NULL;
}

static bool ends_in(const char *s, const char *end)
{
	size_t n = strlen(s);
	size_t m = strlen(end);

	return n >= m && strcmp(s + n - m, end) == 0;
}

/*
 * CADC lists numbers as results: id="rowcount" href="final:1000", id="diag" href="uws:…". A scheme
 * other than http says that it is no file.
 */
bool uws_result_is_file(const struct uws_result *r)
{
	size_t scheme = strcspn(r->href, ":/?#");

	if (!*r->href || strcasecmp(r->id, "diag") == 0 || strcasecmp(r->id, "rowcount") == 0)
		return false;
	return r->href[scheme] != ':' || strncasecmp(r->href, "http:", 5) == 0 ||
	       strncasecmp(r->href, "https:", 6) == 0;
}

static bool is_result_url(const char *href)
{
	return ends_in(href, "results/result") || ends_in(href, "results%2Fresult") ||
	       ends_in(href, "results%2fresult"); /* percent-encoded as a whole */
}

const char *uws_result_href(const struct uws_job *job)
{
	const char *only = NULL;
	size_t files = 0;

	for (size_t i = 0; i < job->nresults; i++)
		if (uws_result_is_file(&job->results[i]) && is_result_url(job->results[i].href))
			return job->results[i].href;
	for (size_t i = 0; i < job->nresults; i++)
		if (uws_result_is_file(&job->results[i]) &&
		    strcasecmp(job->results[i].id, "result") == 0)
			return job->results[i].href;
	for (size_t i = 0; i < job->nresults; i++) {
		if (uws_result_is_file(&job->results[i])) {
			only = job->results[i].href;
			files++;
		}
	}
	return files == 1 ? only : NULL;
}

bool uws_version_has_wait(const char *version)
{
	double v;

	return number_parse_double(version, strlen(version), &v) && v >= 1.1;
}

/* A job list. */

struct list_reading {
	struct uws_joblist *list;
	bool is_list;
};

/* ESA's lists hold whole jobs instead of references. */
static bool is_jobref(const char *name)
{
	return strcmp(name, "jobref") == 0 || strcmp(name, "job") == 0;
}

static void list_start(struct xml *x, void *ctx, const char *name, const struct xml_attrs *attrs)
{
	struct list_reading *r = ctx;
	struct uws_jobref *job;

	if (xml_depth(x) == 1) {
		r->is_list = strcmp(name, "jobs") == 0 || strcasecmp(name, "jobList") == 0;
		r->list->version = version_of(attrs);
	} else if (xml_depth(x) == 2 && is_jobref(name)) {
		job = LIST_ADD(r->list->jobs, r->list->n);
		job->id = xml_attr_dup(attrs, "id");
		job->href = xml_attr_dup(attrs, "href");
		job->creation_time = -1;
	}
}

static void list_end(struct xml *x, void *ctx, const char *name, const char *text, size_t len)
{
	struct list_reading *r = ctx;
	struct uws_jobref *job = r->list->n ? &r->list->jobs[r->list->n - 1] : NULL;

	if (xml_depth(x) != 3 || !job || !is_jobref(xml_parent(x)))
		return;
	if (strcmp(name, "phase") == 0)
		job->phase = uws_phase_parse(text, len);
	else if (strcmp(name, "jobId") == 0)
		set_member(&job->id, text, len);
	else if (strcasecmp(name, "runId") == 0)
		set_member(&job->runid, text, len);
	else if (strcasecmp(name, "ownerId") == 0)
		set_member(&job->owner, text, len);
	else if (strcmp(name, "creationTime") == 0)
		job->creation_time = isotime_parse(text, len);
}

/* The last part of the href. */
static char *id_from_href(const char *href)
{
	size_t end = href ? strlen(href) : 0;
	size_t at;

	while (end && href[end - 1] == '/')
		end--;
	for (at = end; at && href[at - 1] != '/';)
		at--;
	return end ? xstrndup(href + at, end - at) : xstrdup("");
}

struct uws_joblist *uws_joblist_parse(const char *data, size_t n, struct error **err)
{
	static const struct xml_handler handler = {list_start, list_end};
	struct list_reading r = {.list = xcalloc(1, sizeof(*r.list))};
	bool ok = xml_parse(&handler, &r, data, n, err);

	if (ok && !r.is_list)
		ok = error_set(err, EIO, "this is no UWS job list");
	for (size_t i = 0; i < r.list->n; i++)
		if (!r.list->jobs[i].id || !*r.list->jobs[i].id) {
			free(r.list->jobs[i].id);
			r.list->jobs[i].id = id_from_href(r.list->jobs[i].href);
		}
	if (!ok) {
		uws_joblist_free(r.list);
		return NULL;
	}
	return r.list;
}

void uws_joblist_free(struct uws_joblist *list)
{
	if (!list)
		return;
	for (size_t i = 0; i < list->n; i++) {
		free(list->jobs[i].id);
		free(list->jobs[i].href);
		free(list->jobs[i].runid);
		free(list->jobs[i].owner);
	}
	free(list->jobs);
	free(list->version);
	free(list);
}
