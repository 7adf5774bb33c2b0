/*
 * job_xml.c: jobs as UWS 1.1 documents (UWS 1.1 §3, appendix B).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/quote.h"
#include "tests/service/http/times.h"
#include "tests/service/tap/jobs.h"
#include "tests/service/tap/writer.h"

#define XML_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define NAMESPACES                                                 \
	" xmlns:uws=\"http://www.ivoa.net/xml/UWS/v1.0\""          \
	" xmlns:xlink=\"http://www.w3.org/1999/xlink\""            \
	" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"" \
	" xsi:schemaLocation=\"http://www.ivoa.net/xml/UWS/v1.0 "  \
	"http://www.ivoa.net/xml/UWS/UWS-v1.1.xsd\""

static void add_element(struct buf *out, const char *name, const char *value)
{
	buf_addf(out, "<uws:%s>", name);
	buf_add_xml(out, value, strlen(value));
	buf_addf(out, "</uws:%s>\n", name);
}

static void add_owner(struct buf *out, const struct job *job)
{
	if (job->owner)
		add_element(out, "ownerId", job->owner);
	else
		buf_adds(out, "<uws:ownerId xsi:nil=\"true\"/>\n");
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
		buf_add_xml_attribute(out, "id", p->list[i].name);
		buf_addc(out, '>');
		buf_add_xml(out, p->list[i].value, strlen(p->list[i].value));
		buf_adds(out, "</uws:parameter>\n");
	}
	buf_adds(out, "</uws:parameters>\n");
}

static void add_results(struct buf *out, const struct job *job, const char *base,
			const char *namespaces)
{
	buf_addf(out, "<uws:results%s>\n", namespaces);
	if (job->phase != COMPLETED || job->fd < 0) {
		buf_adds(out, "</uws:results>\n");
		return;
	}
	buf_adds(out, "<uws:result id=\"result\" xlink:type=\"simple\"");
	buf_addf(out, " xlink:href=\"%s/async/%s/results/result\"", base, job->id);
	buf_add_xml_attribute(out, "mime-type", job->type);
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
	add_owner(out, job);
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
			 svc_job_bad_query(job) ? "fatal" : "transient");
		add_element(out, "message", job->error);
		buf_adds(out, "</uws:errorSummary>\n");
	}
	buf_adds(out, "</uws:job>\n");
}

static bool is_wanted(const struct job *job, const struct job_filter *f)
{
	bool own =
	    job->owner == f->owner || (job->owner && f->owner && !strcmp(job->owner, f->owner));

	return own && job->kind == f->kind && f->phases >> job->phase & 1 &&
	       job->created > f->after;
}

static void add_jobref(struct buf *out, const struct job *job, const char *base)
{
	const char *run_id = svc_params_get(&job->params, "RUNID");

	buf_addf(out, "<uws:jobref id=\"%s\" xlink:type=\"simple\" xlink:href=\"%s/async/%s\">\n",
		 job->id, base, job->id);
	add_element(out, "phase", svc_phase_name(job->phase));
	if (run_id)
		add_element(out, "runId", run_id);
	add_owner(out, job);
	add_time_element(out, "creationTime", job->created);
	buf_adds(out, "</uws:jobref>\n");
}

void svc_job_list_xml(struct buf *out, struct jobs *jobs, const struct job_filter *f,
		      const char *base)
{
	long n = 0, i = 0;
	struct job *job;

	for (job = svc_job_first(jobs); job; job = TAILQ_NEXT(job, link))
		n += is_wanted(job, f);
	buf_adds(out, XML_HEAD "<uws:jobs version=\"1.1\"" NAMESPACES ">\n");
	/* UWS 1.1 §2.2.2.1: LAST takes the newest ones. */
	for (job = svc_job_first(jobs); job; job = TAILQ_NEXT(job, link))
		if (is_wanted(job, f) && (!f->last || ++i > n - f->last))
			add_jobref(out, job, base);
	buf_adds(out, "</uws:jobs>\n");
}
