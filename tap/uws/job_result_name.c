/* job_result_name.c: the names of a job's results; see job_result_name.h. */
#include "tap/uws/job_result_name.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/name.h"
#include "base/text/mime.h"

/* The query's result by number, or nresults if the document does not list it. */
static size_t main_of(const struct uws_job *known)
{
	const char *href = uws_result_href(known);
	size_t i = 0;

	while (i < known->nresults && known->results[i].href != href)
		i++;
	return i;
}

static const char *name_key(const struct uws_job *known, size_t i)
{
	const struct uws_result *r = &known->results[i];

	return i == main_of(known) ? "" : *r->id ? r->id : r->href;
}

const struct uws_result *result_of_key(const struct uws_job *known, const char *key)
{
	for (size_t i = 0; i < known->nresults; i++)
		if (uws_result_is_file(&known->results[i]) && strcmp(name_key(known, i), key) == 0)
			return &known->results[i];
	return NULL;
}

/* Its id, else the end of its URL; NULL if that is too long for a file name. */
static char *stem_of(const struct uws_result *r)
{
	const char *slash = strrchr(r->href, '/');
	const char *raw = *r->id ? r->id : slash && slash[1] ? slash + 1 : "result";
	struct buf b = BUF_INIT;

	name_escape(&b, raw, strlen(raw));
	if (strchr(buf_str(&b), '/')) {
		buf_free(&b);
		return NULL;
	}
	return buf_steal(&b);
}

/* Of the query's result: as it was asked for, else TAP's default (TAP 1.1 §2.7.3). */
static const char *asked_extension(const struct uws_job *known)
{
	const char *asked = uws_job_parameter(known, "RESPONSEFORMAT");

	if (!asked || !*asked)
		asked = uws_job_parameter(known, "FORMAT");
	return asked && *asked ? mime_extension(asked) : "vot";
}

static void set_result_name(struct result_name *n, char *stem, const char *key, const char *said,
			    const struct uws_job *known)
{
	*n = (struct result_name){
	    .stem = stem,
	    .key = xstrdup(key),
	    .said = said,
	    .guess = *key || !known ? NULL : asked_extension(known),
	};
}

bool result_name_next(const struct uws_job *known, enum uws_phase phase, size_t *at,
		      struct result_name *n)
{
	size_t count = known ? known->nresults : 0;

	for (; *at < count; ++*at) {
		const struct uws_result *r = &known->results[*at];
		char *stem = uws_result_is_file(r) ? stem_of(r) : NULL;

		if (!stem)
			continue;
		set_result_name(n, stem, name_key(known, *at), mime_extension(r->mime), known);
		++*at;
		return true;
	}
	if (*at > count || (known && main_of(known) < count) ||
	    (known ? known->phase : phase) != UWS_COMPLETED)
		return false;
	set_result_name(n, xstrdup("result"), "", NULL, known);
	++*at;
	return true;
}

void result_name_clear(struct result_name *n)
{
	free(n->stem);
	free(n->key);
	*n = (struct result_name){0};
}

char *result_name_text(const struct result_name *n, const char *ext)
{
	size_t s = strlen(n->stem), e = ext ? strlen(ext) : 0;

	if (!e || (s > e + 1 && n->stem[s - e - 1] == '.' && strcasecmp(n->stem + s - e, ext) == 0))
		return xstrdup(n->stem);
	return xasprintf("%s.%s", n->stem, ext);
}
