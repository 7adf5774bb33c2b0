/*
 * job_xml.c: jobs as UWS 1.1 documents (UWS 1.1 §3, appendix B).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "tests/service/jobs.h"
#include "tests/service/writer.h"

#define XML_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define NAMESPACES                                                                                 \
	" xmlns:uws=\"http://www.ivoa.net/xml/UWS/v1.0\""                                          \
	" xmlns:xlink=\"http://www.w3.org/1999/xlink\""                                            \
	" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""                                 \
	" xsi:schemaLocation=\"http://www.ivoa.net/xml/UWS/v1.0 "                                  \
	"http://www.ivoa.net/xml/UWS/UWS-v1.1.xsd\""

void svc_add_time(struct buf *out, int64_t ms)
{
	time_t t = (time_t)(ms / 1000);
	struct tm tm;
	char s[32];

	gmtime_r(&t, &tm);
	strftime(s, sizeof(s), "%Y-%m-%dT%H:%M:%S", &tm);
	buf_addf(out, "%s.%03dZ", s, (int)(ms % 1000));
}

bool svc_parse_time(const char *text, int64_t *ms)
{
	struct tm tm = {.tm_isdst = 0};
	double fraction = 0;
	const char *rest;
	char *end;

	rest = strptime(text, "%Y-%m-%d", &tm);
	if (rest && (*rest == 'T' || *rest == ' '))
		rest = strptime(rest + 1, "%H:%M:%S", &tm);
	if (!rest)
		return false;
	if (*rest == '.') {
		fraction = strtod(rest, &end);
		rest = end;
	}
	if (*rest == 'Z')
		rest++;
	if (*rest)
		return false;
	*ms = (int64_t)timegm(&tm) * 1000 + (int64_t)(fraction * 1000 + 0.5);
	return true;
}

static void add_element(struct buf *out, const char *name, const char *value)
{
	buf_addf(out, "<uws:%s>", name);
	svc_add_xml(out, value, strlen(value));
	buf_addf(out, "</uws:%s>\n", name);
}

/* A time, or xsi:nil where there is none yet. */
static void add_time_element(struct buf *out, const char *name, int64_t ms)
{
	if (!ms) {
		buf_addf(out, "<uws:%s xsi:nil=\"true\"/>\n", name);
		return;
	}
	buf_addf(out, "<uws:%s>", name);
	svc_add_time(out, ms);
	buf_addf(out, "</uws:%s>\n", name);
}

static void add_parameters(struct buf *out, const struct params *p, const char *namespaces)
{
	buf_addf(out, "<uws:parameters%s>\n", namespaces);
	for (size_t i = 0; i < p->n; i++) {
		if (!strcasecmp(p->list[i].name, "RUNID"))
			continue;
		buf_adds(out, "<uws:parameter");
		svc_add_attribute(out, "id", p->list[i].name);
		buf_addc(out, '>');
		svc_add_xml(out, p->list[i].value, strlen(p->list[i].value));
		buf_adds(out, "</uws:parameter>\n");
	}
	buf_adds(out, "</uws:parameters>\n");
}

static void add_results(struct buf *out, const struct job *job, const char *base,
			const char *namespaces)
{
	buf_addf(out, "<uws:results%s>\n", namespaces);
	if (job->phase != COMPLETED) {
		buf_adds(out, "</uws:results>\n");
		return;
	}
	buf_adds(out, "<uws:result id=\"result\" xlink:type=\"simple\"");
	buf_addf(out, " xlink:href=\"%s/async/%s/results/result\"", base, job->id);
	svc_add_attribute(out, "mime-type", job->type);
	buf_addf(out, " size=\"%llu\"/>\n</uws:results>\n", (unsigned long long)job->size);
}

void svc_job_parameters_xml(struct buf *out, const struct job *job)
{
	buf_adds(out, XML_HEAD);
	add_parameters(out, &job->params, NAMESPACES);
}

void svc_job_results_xml(struct buf *out, const struct job *job, const char *base)
{
	buf_adds(out, XML_HEAD);
	add_results(out, job, base, NAMESPACES);
}

void svc_job_xml(struct buf *out, const struct job *job, const char *base)
{
	const char *run_id = svc_params_get(&job->params, "RUNID");

	buf_adds(out, XML_HEAD "<uws:job version=\"1.1\"" NAMESPACES ">\n");
	add_element(out, "jobId", job->id);
	if (run_id)
		add_element(out, "runId", run_id);
	buf_adds(out, "<uws:ownerId xsi:nil=\"true\"/>\n");
	add_element(out, "phase", svc_phase_name(job->phase));
	buf_adds(out, "<uws:quote xsi:nil=\"true\"/>\n");
	add_time_element(out, "creationTime", job->created);
	add_time_element(out, "startTime", job->started);
	add_time_element(out, "endTime", job->ended);
	buf_addf(out, "<uws:executionDuration>%lld</uws:executionDuration>\n",
		 (long long)job->duration);
	add_time_element(out, "destruction", job->destruction);
	add_parameters(out, &job->params, "");
	add_results(out, job, base, "");
	if (job->error) {
		buf_addf(out, "<uws:errorSummary type=\"%s\" hasDetail=\"true\">\n",
			 job->bad_query ? "fatal" : "transient");
		add_element(out, "message", job->error);
		buf_adds(out, "</uws:errorSummary>\n");
	}
	buf_adds(out, "</uws:job>\n");
}

/* PHASE may be given more than once; none means all. */
static bool phase_wanted(const struct params *p, enum phase phase)
{
	bool any = false;

	for (size_t i = 0; i < p->n; i++) {
		if (strcasecmp(p->list[i].name, "PHASE") != 0)
			continue;
		any = true;
		if (!strcasecmp(p->list[i].value, svc_phase_name(phase)))
			return true;
	}
	return !any;
}

static void add_jobref(struct buf *out, const struct job *job, const char *base)
{
	const char *run_id = svc_params_get(&job->params, "RUNID");

	buf_addf(out, "<uws:jobref id=\"%s\" xlink:type=\"simple\" xlink:href=\"%s/async/%s\">\n",
		 job->id, base, job->id);
	add_element(out, "phase", svc_phase_name(job->phase));
	if (run_id)
		add_element(out, "runId", run_id);
	buf_adds(out, "<uws:ownerId xsi:nil=\"true\"/>\n");
	add_time_element(out, "creationTime", job->created);
	buf_adds(out, "</uws:jobref>\n");
}

void svc_job_list_xml(struct buf *out, struct jobs *jobs, const struct params *p, const char *base)
{
	const char *after_text = svc_params_get(p, "AFTER");
	const char *last_text = svc_params_get(p, "LAST");
	long last = last_text ? strtol(last_text, NULL, 10) : 0;
	int64_t after = INT64_MIN;
	long n = 0, i = 0;
	struct job *job;

	if (after_text)
		svc_parse_time(after_text, &after);
	for (job = svc_job_first(jobs); job; job = TAILQ_NEXT(job, link))
		n += phase_wanted(p, job->phase) && job->created > after;
	buf_adds(out, XML_HEAD "<uws:jobs version=\"1.1\"" NAMESPACES ">\n");
	for (job = svc_job_first(jobs); job; job = TAILQ_NEXT(job, link)) {
		if (!phase_wanted(p, job->phase) || job->created <= after)
			continue;
		/* UWS 1.1 §2.2.2.1: LAST takes the newest ones. */
		if (last <= 0 || ++i > n - last)
			add_jobref(out, job, base);
	}
	buf_adds(out, "</uws:jobs>\n");
}
