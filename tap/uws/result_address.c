/* result_address.c: see result_address.h. */
#include "tap/uws/result_address.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "http/url.h"

#define BUSY_TRIES 3 /* of an address that has no time, before the next */

/* Takes the URL. */
static void add_address(struct result_addresses *a, char *url)
{
	for (size_t i = 0; url && i < a->n; i++) {
		if (strcmp(a->at[i], url) == 0) {
			free(url);
			return;
		}
	}
	if (url && a->n < RESULT_ADDRESSES_MAX)
		a->at[a->n++] = url;
	else
		free(url);
}

/* user:password@ of a document is nobody's sign-in. Takes the URL. */
static char *without_userinfo(char *url)
{
	char *host = strstr(url, "://");
	char *at;

	host = host ? host + 3 : url;
	at = memrchr(host, '@', strcspn(host, "/?#"));
	if (at)
		memmove(host, at + 1, strlen(at));
	return url;
}

/* As it stands, and by https where that is the service's. */
static void add_joined(struct result_addresses *a, const struct service *s, const char *base,
		       const char *href)
{
	CLEANUP_FREE char *joined = url_join(base, href);

	if (joined)
		add_address(a, without_userinfo(url_upgraded(joined, s->url)));
}

/* "http%3A%2F%2F…": Gaia encodes the whole of it. */
static char *decoded(const char *href)
{
	if (strncasecmp(href, "http%3A", 7) != 0 && strncasecmp(href, "https%3A", 8) != 0)
		return xstrdup(href);
	return url_decoded(href);
}

struct result_addresses result_addresses(const struct service *s, const char *job_url,
					 const char *href, bool main)
{
	struct result_addresses a = {0};
	CLEANUP_FREE char *own = href && *href ? decoded(href) : NULL;
	CLEANUP_FREE char *folder = xasprintf("%s/", job_url);
	size_t as_given;

	if (own) {
		add_joined(&a, s, folder, own);
		add_joined(&a, s, job_url, own);
	}
	as_given = a.n;
	for (size_t i = 0; i < as_given; i++)
		add_address(&a, url_moved(a.at[i], s->url));
	if (main)
		add_address(&a, url_append(job_url, "results/result"));
	return a;
}

void result_addresses_clear(struct result_addresses *a)
{
	for (size_t i = 0; i < a->n; i++)
		free(a->at[i]);
	*a = (struct result_addresses){0};
}

const char *result_address(const struct result_addresses *a)
{
	return a->next < a->n ? a->at[a->next] : NULL;
}

bool result_address_fails(struct result_addresses *a, const struct error *why)
{
	bool last = a->next + 1 >= a->n;

	switch (error_errno(why)) {
	case EAGAIN:
		if (!last && ++a->busy < BUSY_TRIES)
			return false;
		break;
	case ECONNRESET:
	case ENOSPC:
	case EDQUOT:
	case EROFS:
	case ECANCELED: return false;
	default: break;
	}
	a->busy = 0;
	a->next += !last;
	return !last;
}
