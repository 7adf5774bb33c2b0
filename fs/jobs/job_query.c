/*
 * job_query.c: jobs/ID/query.adql: a job's query, so that a copy in queries/ runs as the job did.
 *
 * What the query does not say of itself is said in directives at its head (directives.h), where a
 * copy would not be sent so anyway.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/text/number.h"
#include "fs/jobs/jobs.h"
#include "tap/query/directives.h"

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

bool job_query_text(const struct uws_job *j, const struct settings *st, struct buf *out,
		    struct error **err)
{
	const char *query = uws_job_parameter(j, "QUERY");
	const char *language = either(j, "LANG", "QUERY_LANGUAGE");
	const char *maxrec = either(j, "MAXREC", "MAX_RECORDS");
	struct buf remarks = BUF_INIT;
	struct error *bad = NULL;
	struct directives said;
	int64_t rows;

	if (!query)
		return error_set(err, EIO,
				 "the service does not tell the query of this job: it has no "
				 "parameter QUERY");
	directives_parse(query, &said, &remarks, &bad);
	if (!said.language && language && !is_usual_language(language, st))
		add_directive(out, "LANGUAGE", language);
	if (!said.queue)
		add_directive(out, "QUEUE", uws_job_parameter(j, "QUEUE"));
	if (!said.maxrec && maxrec && number_parse_int(maxrec, strlen(maxrec), &rows) && rows > 0 &&
	    rows != setting_int(st, OPT_MAXREC))
		add_directive(out, "MAXREC", maxrec);
	directives_clear(&said);
	buf_free(&remarks);
	error_free(bad);
	buf_adds(out, query);
	if (out->len && out->data[out->len - 1] != '\n')
		buf_addc(out, '\n');
	return true;
}
