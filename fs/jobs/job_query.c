/*
 * job_query.c: jobs/ID/query.adql: a job's query, so that a copy in queries/ runs as the job did.
 *
 * Directives are not sent as text: those of our own queries are put back, and what other programs
 * asked for is said in directives (directives.h), where a copy would not be sent so anyway.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/text/number.h"
#include "fs/jobs/jobs.h"
#include "tap/query/directives.h"
#include "tap/service/asked_format.h"

/* Daiquiri has names of its own beside TAP's. */
static const char *either(const struct uws_job *j, const char *name, const char *other)
{
	const char *value = uws_job_parameter(j, name);

	return value && *value ? value : uws_job_parameter(j, other);
}

static void add_directive(struct buf *out, const char *key, const char *value)
{
	if (value && *value && !strpbrk(value, "\r\n"))
		buf_addf(out, "-- %s = %s\n", key, value);
}

/* What a query without a directive is sent with. */
static bool is_usual_language(const char *language, const struct settings *st)
{
	const char *usual = setting_str(st, OPT_DEFAULT_LANGUAGE);

	if (strcasecmp(language, usual) == 0)
		return true;
	return strncasecmp(usual, "ADQL", 4) == 0 &&
	       (strcasecmp(language, "ADQL") == 0 || strcasecmp(language, "ADQL-2.0") == 0);
}

/* MAXREC of a job, where a rerun would be sent another. */
static void add_maxrec(const struct uws_job *j, const struct settings *st, struct buf *out)
{
	const char *maxrec = either(j, "MAXREC", "MAX_RECORDS");
	int64_t rows;

	if (maxrec && number_parse_int(maxrec, strlen(maxrec), &rows) && rows >= 0 &&
	    (!rows || rows != setting_int(st, OPT_MAXREC)))
		add_directive(out, "MAXREC", maxrec);
}

/* What another program asked for, where it is no VOTable. */
static void add_format(const struct uws_job *j, struct buf *out)
{
	const char *format = either(j, "RESPONSEFORMAT", "FORMAT");
	CLEANUP_FREE char *extension = format ? asked_extension(format) : NULL;

	if (extension)
		add_directive(out, "FORMAT", format);
}

bool job_query_text(const struct uws_job *j, const char *head, const struct settings *st,
		    struct buf *out, struct error **err)
{
	const char *query = uws_job_parameter(j, "QUERY");
	const char *language = either(j, "LANG", "QUERY_LANGUAGE");
	CLEANUP_BUF struct buf text = BUF_INIT;
	struct buf remarks = BUF_INIT;
	struct error *bad = NULL;
	struct directives said;

	if (!query)
		return error_set(err, EIO,
				 "the service does not tell the query of this job: it has no "
				 "parameter QUERY");
	buf_addf(&text, "%s%s", head ? head : "", query);
	directives_parse(buf_str(&text), &said, &remarks, &bad);
	if (!said.language && language && !is_usual_language(language, st))
		add_directive(out, "LANGUAGE", language);
	if (!said.queue)
		add_directive(out, "QUEUE", uws_job_parameter(j, "QUEUE"));
	if (!said.maxrec && !said.no_rows)
		add_maxrec(j, st, out);
	if (!head && !said.format)
		add_format(j, out);
	directives_clear(&said);
	buf_free(&remarks);
	error_free(bad);
	buf_add(out, text.data, text.len);
	if (out->len && out->data[out->len - 1] != '\n')
		buf_addc(out, '\n');
	return true;
}
