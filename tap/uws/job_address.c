/* job_address.c: see job_address.h. */
#include "tap/uws/job_address.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/url_query.h"
#include "http/url.h"

char *jobs_address(const struct service *s)
{
	return url_append(s->url, "async");
}

/* The async URL of the interface that the capabilities declare; NULL: none is. */
static char *declared_address(const struct service *s)
{
	const char *tap =
	    s->capabilities ? capabilities_url(s->capabilities, "ivo://ivoa.net/std/TAP") : NULL;
	CLEANUP_FREE char *own = tap ? url_rebased(tap, s->url) : NULL;
	CLEANUP_FREE char *canonical = own ? url_canonical(own, NULL) : NULL;

	return canonical && url_same_origin(canonical, s->url) ? url_append(canonical, "async")
							       : NULL;
}

/* However often it was encoded. */
static char *wholly_decoded(const char *id)
{
	char *now = xstrdup(id);

	while (strchr(now, '%')) {
		char *next = url_decoded(now);
		bool same = strcmp(next, now) == 0;

		free(now);
		now = next;
		if (same)
			break;
	}
	return now;
}

/*
 * Some server may read it as a folder above, in whatever spelling: Tomcat takes ";" for the end of
 * a segment, others a backslash for "/".
 */
static bool leads_up(const char *id)
{
	CLEANUP_FREE char *all = wholly_decoded(id);
	char *rest = all, *segment;

	while ((segment = strsep(&rest, "/\\"))) {
		size_t dots = strspn(segment, ".");

		if (dots && (!segment[dots] || segment[dots] == ';'))
			return true;
	}
	return false;
}

bool job_is_below(const char *url, const char *base)
{
	size_t n = base ? strlen(base) : 0;
	const char *id = url + n + 1;

	if (!n || strncmp(url, base, n) != 0 || url[n] != '/' || !*id || strpbrk(id, "/?#"))
		return false;
	return !strchr(id, '\\') && !strcasestr(id, "%5c") && !strcasestr(id, "%2f") &&
	       !strcasestr(id, "%00") && !leads_up(id);
}

char *job_address(const struct service *s, const char *url)
{
	CLEANUP_FREE char *canonical = url_canonical(url, NULL); /* NULL with user:password@ */
	CLEANUP_FREE char *list = jobs_address(s);
	CLEANUP_FREE char *declared = NULL;

	if (!canonical)
		return NULL;
	if (job_is_below(canonical, list) || job_is_below(canonical, s->jobs_url))
		return steal(canonical);
	declared = declared_address(s);
	return job_is_below(canonical, declared) ? steal(canonical) : NULL;
}

char *job_address_of(const struct service *s, const char *id)
{
	CLEANUP_FREE char *list = jobs_address(s);
	CLEANUP_BUF struct buf b = BUF_INIT;

	if (!*id || leads_up(id))
		return NULL;
	buf_addf(&b, "%s/", s->jobs_url ? s->jobs_url : list);
	url_add_value(&b, id, strlen(id));
	return buf_steal(&b);
}

char *job_ref_url(const struct service *s, const struct uws_jobref *j)
{
	CLEANUP_FREE char *list = jobs_address(s);
	CLEANUP_FREE char *base = xasprintf("%s/", list);
	CLEANUP_FREE char *url = j->href && *j->href ? service_url(s, base, j->href) : NULL;
	char *here = url ? job_address(s, url) : NULL;

	return here ? here : j->id ? job_address_of(s, j->id) : NULL;
}

void job_address_learn(struct service *s, const char *job_url)
{
	CLEANUP_FREE char *canonical = url_canonical(job_url, NULL);
	CLEANUP_FREE char *known = job_address(s, job_url);
	char *slash = canonical ? strrchr(canonical, '/') : NULL;

	if (known || !slash || !url_same_origin(canonical, s->url))
		return;
	*slash = '\0';
	free(s->jobs_url);
	s->jobs_url = steal(canonical);
}
