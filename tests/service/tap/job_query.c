/*
 * job_query.c: what a job's parameters ask for (TAP 1.1 §2.7), and the file that has the result.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tests/service/tap/jobs.h"
#include "tests/service/tap/run.h"

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
	*maxrec = strtoll(text, &end, 10); /* the largest one if it is larger still */
	if (end == text || *end || *maxrec < 0)
		return error_set(err, EINVAL, "MAXREC must be a whole number, not \"%s\".", text);
	if (*maxrec > SVC_MAXREC_HARD)
		*maxrec = SVC_MAXREC_HARD;
	return true;
}

static const char *format_name(const struct params *p)
{
	const char *name = svc_params_get(p, "RESPONSEFORMAT");

	name = name ? name : svc_params_get(p, "FORMAT");
	return name && *name ? name : "votable";
}

/* A MIME type is answered as it was asked for, a short name with the format's own (DALI 1.1). */
static const char *answered_type(const struct params *p, const struct svc_format *format)
{
	const char *name = format_name(p);
	bool is_mime = !strncasecmp(name, "application/", 12) || !strncasecmp(name, "text/", 5);

	return is_mime ? name : format->mime;
}

static bool read_format(const struct params *p, const struct svc_format **format,
			struct error **err)
{
	if (svc_params_get(p, "RESPONSEFORMAT") && svc_params_get(p, "FORMAT"))
		return error_set(err, EINVAL,
				 "Give RESPONSEFORMAT or FORMAT, not both (TAP 1.1 §2.7.3).");
	*format = svc_format_find(format_name(p));
	return *format || error_set(err, EINVAL, "Unknown RESPONSEFORMAT \"%s\".", format_name(p));
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
	return read_maxrec(svc_params_get(p, "MAXREC"), &run->maxrec, err) &&
	       read_format(p, &run->format, err);
}

bool svc_job_query(const struct service *s, const struct job *job, struct job_result *o,
		   struct error **err)
{
	struct svc_run run = {.catalog = s->catalog,
			      .db_path = s->db_path,
			      .root = job->root,
			      .cone = job->kind->cone,
			      .uploads = &job->uploads,
			      .upload_bytes = s->upload_bytes,
			      .deadline = &job->deadline};
	CLEANUP_FCLOSE FILE *f = NULL;

	if (!read_params(&job->params, &run, err))
		return false;
	o->type = answered_type(&job->params, run.format);
	f = svc_spool_new(err);
	return f && svc_run(&run, f, err) && svc_spool_take(f, &o->fd, &o->size, err);
}
