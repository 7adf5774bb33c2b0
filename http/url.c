/* url.c: URLs as services give them, over curl's URL API; see url.h. */
#include "http/url.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"

static void cleanup_curlu(CURLU **u)
{
	curl_url_cleanup(*u);
}
#define CLEANUP_CURLU __attribute__((cleanup(cleanup_curlu)))

static void cleanup_curl_str(char **s)
{
	curl_free(*s);
}
#define CLEANUP_CURL_STR __attribute__((cleanup(cleanup_curl_str)))

static CURLU *parse(const char *url)
{
	CURLU *u = curl_url();

	if (!u)
		return NULL;
	if (curl_url_set(u, CURLUPART_URL, url, 0) != CURLUE_OK) {
		curl_url_cleanup(u);
		return NULL;
	}
	return u;
}

/* A part as curl gives it, or NULL; freed with curl_free. */
static char *part(CURLU *u, CURLUPart what, unsigned flags)
{
	char *s = NULL;

	return curl_url_get(u, what, &s, flags) == CURLUE_OK ? s : NULL;
}

static bool is_http(CURLU *u)
{
	CLEANUP_CURL_STR char *scheme = part(u, CURLUPART_SCHEME, 0);

	return scheme && (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);
}

static void lower(char *s)
{
	for (; *s; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s + 32);
}

char *url_origin(const char *url)
{
	CLEANUP_CURLU CURLU *u = parse(url);
	CLEANUP_CURL_STR char *scheme = NULL;
	CLEANUP_CURL_STR char *host = NULL;
	CLEANUP_CURL_STR char *port = NULL;

	if (!u || !is_http(u))
		return NULL;
	scheme = part(u, CURLUPART_SCHEME, 0);
	host = part(u, CURLUPART_HOST, 0);
	port = part(u, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	if (!scheme || !host || !port)
		return NULL;
	lower(host);
	return xasprintf("%s://%s:%s", scheme, host, port);
}

bool url_same_origin(const char *a, const char *b)
{
	CLEANUP_FREE char *oa = url_origin(a);
	CLEANUP_FREE char *ob = url_origin(b);

	return oa && ob && strcmp(oa, ob) == 0;
}

bool url_same_host(const char *a, const char *b)
{
	CLEANUP_CURLU CURLU *ua = parse(a);
	CLEANUP_CURLU CURLU *ub = parse(b);
	CLEANUP_CURL_STR char *ha = ua ? part(ua, CURLUPART_HOST, 0) : NULL;
	CLEANUP_CURL_STR char *hb = ub ? part(ub, CURLUPART_HOST, 0) : NULL;

	return ha && hb && strcasecmp(ha, hb) == 0;
}

bool url_is_local(const char *url)
{
	CLEANUP_CURLU CURLU *u = parse(url);
	CLEANUP_CURL_STR char *host = u ? part(u, CURLUPART_HOST, 0) : NULL;

	return host && (strcasecmp(host, "localhost") == 0 ||
			(strncmp(host, "127.", 4) == 0 && !host[strspn(host, "0123456789.")]) ||
			strcmp(host, "[::1]") == 0);
}

char *url_canonical(const char *url, struct error **err)
{
	CLEANUP_CURLU CURLU *u = parse(url);
	CLEANUP_CURL_STR char *user = u ? part(u, CURLUPART_USER, 0) : NULL;
	CLEANUP_CURL_STR char *host = u ? part(u, CURLUPART_HOST, 0) : NULL;
	CLEANUP_CURL_STR char *whole = NULL;
	char *out;
	size_t n;

	if (!u || !host || !is_http(u)) {
		error_set(err, EINVAL, "\"%s\" is no http or https URL", url);
		return NULL;
	}
	if (user) {
		error_set(
		    err, EINVAL,
		    "a URL must not hold a user name or password: set auth, user and token_file "
		    "in tapfs.ini");
		return NULL;
	}
	lower(host);
	curl_url_set(u, CURLUPART_HOST, host, 0);
	curl_url_set(u, CURLUPART_FRAGMENT, NULL, 0);
	whole = part(u, CURLUPART_URL, CURLU_NO_DEFAULT_PORT);
	if (!whole) {
		error_set(err, EINVAL, "\"%s\" is no usable URL", url);
		return NULL;
	}
	out = xstrdup(whole);
	for (n = strlen(out); n && out[n - 1] == '/'; n--)
		out[n - 1] = '\0';
	return out;
}

char *url_join(const char *base, const char *ref)
{
	CLEANUP_CURLU CURLU *u = parse(base);
	CLEANUP_CURL_STR char *whole = NULL;

	/* Addresses in results may have blanks and letters in them as they are. */
	if (!u || curl_url_set(u, CURLUPART_URL, ref, CURLU_ALLOW_SPACE | CURLU_URLENCODE) ||
	    !is_http(u))
		return NULL;
	whole = part(u, CURLUPART_URL, 0);
	return xstrdup_or_null(whole);
}

char *url_rebased(const char *url, const char *service_url)
{
	CLEANUP_CURLU CURLU *u = parse(url);
	CLEANUP_CURLU CURLU *s = parse(service_url);
	CLEANUP_CURL_STR char *scheme = s ? part(s, CURLUPART_SCHEME, 0) : NULL;
	CLEANUP_CURL_STR char *port = s ? part(s, CURLUPART_PORT, 0) : NULL;
	CLEANUP_CURL_STR char *whole = NULL;

	if (!u || !scheme || !url_same_host(url, service_url))
		return xstrdup(url);
	curl_url_set(u, CURLUPART_SCHEME, scheme, 0);
	curl_url_set(u, CURLUPART_PORT, port, 0);
	whole = part(u, CURLUPART_URL, 0);
	return xstrdup(whole ? whole : url);
}

static bool is_on(const char *url, const char *scheme, const char *port)
{
	CLEANUP_FREE char *origin = url_origin(url);
	size_t n = strlen(scheme);

	return origin && strncmp(origin, scheme, n) == 0 && origin[n] == ':' &&
	       strcmp(strrchr(origin, ':') + 1, port) == 0;
}

char *url_moved(const char *url, const char *service_url)
{
	CLEANUP_CURLU CURLU *u = parse(url);
	CLEANUP_CURLU CURLU *s = parse(service_url);
	CLEANUP_CURL_STR char *whole = NULL;
	static const CURLUPart parts[] = {CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT};

	if (!u || !s)
		return NULL;
	curl_url_set(u, CURLUPART_USER, NULL, 0);
	curl_url_set(u, CURLUPART_PASSWORD, NULL, 0);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		CLEANUP_CURL_STR char *own = part(s, parts[i], 0);

		curl_url_set(u, parts[i], own, 0);
	}
	whole = part(u, CURLUPART_URL, 0);
	return xstrdup_or_null(whole);
}

char *url_decoded(const char *text)
{
	CLEANUP_CURL_STR char *plain = curl_easy_unescape(NULL, text, 0, NULL);

	return xstrdup(plain ? plain : text);
}

/* http to the port where the service speaks https: it can be no other server. */
static bool is_plain_of(const char *url, const char *service_url)
{
	CLEANUP_FREE char *a = url_origin(url);
	CLEANUP_FREE char *b = url_origin(service_url);

	return a && b && strncmp(a, "http:", 5) == 0 && strncmp(b, "https:", 6) == 0 &&
	       strcmp(a + 5, b + 6) == 0;
}

char *url_upgraded(const char *url, const char *service_url)
{
	if (is_plain_of(url, service_url) ||
	    (is_on(url, "http", "80") && is_on(service_url, "https", "443")))
		return url_rebased(url, service_url);
	return xstrdup(url);
}

char *url_append(const char *base, const char *tail)
{
	size_t n = strlen(base);

	while (n && base[n - 1] == '/')
		n--;
	return xasprintf("%.*s/%s", (int)n, base, tail);
}

static bool is_secret(const char *name, size_t n)
{
	static const char *const words[] = {"sig",        "token", "pass", "secret",
					    "credential", "key",   "auth"};

	for (size_t w = 0; w < sizeof(words) / sizeof(*words); w++) {
		size_t len = strlen(words[w]);

		for (size_t i = 0; i + len <= n; i++)
			if (strncasecmp(name + i, words[w], len) == 0)
				return true;
	}
	return false;
}

/* Of a signed address: what is another one each time it is made, without being secret. */
static bool is_signed(const char *name, size_t n)
{
	return (n > 6 && strncasecmp(name, "x-amz-", 6) == 0) ||
	       (n > 7 && strncasecmp(name, "x-goog-", 7) == 0) ||
	       (n == 7 && strncasecmp(name, "expires", 7) == 0);
}

static char *without(const char *url, bool signature)
{
	struct buf b = BUF_INIT;
	const char *at = strstr(url, "://");
	const char *path = at ? at + 3 + strcspn(at + 3, "/?#") : url;
	const char *user = at ? memchr(at, '@', (size_t)(path - at)) : NULL;
	const char *query = strchr(path, '?');

	if (user) {
		buf_add(&b, url, (size_t)(at + 3 - url));
		url = user + 1;
	}
	buf_add(&b, url, query ? (size_t)(query + 1 - url) : strlen(url));
	while (query && *++query) {
		size_t n = strcspn(query, "&");
		size_t name = strcspn(query, "=&");

		if (name < n && (is_secret(query, name) || (signature && is_signed(query, name))))
			buf_addf(&b, "%.*s=…", (int)name, query);
		else
			buf_add(&b, query, n);
		query += n;
		if (*query)
			buf_addc(&b, '&');
		else
			break;
	}
	return buf_steal(&b);
}

char *url_redact(const char *url)
{
	return without(url, false);
}

char *url_key(const char *url)
{
	return without(url, true);
}
