/* url_query.c: the query of a URL: parameters added and taken out; see url_query.h. */
#include "base/text/url_query.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"

void url_add_value(struct buf *b, const char *value, size_t n)
{
	static const char plain[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (size_t i = 0; i < n; i++) {
		if (value[i] && strchr(plain, value[i]))
			buf_addc(b, value[i]);
		else
			buf_addf(b, "%%%02X", (unsigned char)value[i]);
	}
}

void url_add_param(struct buf *b, const char *name, const char *value)
{
	if (b->len)
		buf_addc(b, '&');
	buf_addf(b, "%s=", name);
	url_add_value(b, value, strlen(value));
}

char *url_with_query(const char *url, const char *query)
{
	size_t n = strcspn(url, "#");
	bool has = memchr(url, '?', n);

	while (n && strchr("?&", url[n - 1]))
		n--;
	has = has && memchr(url, '?', n);
	return xasprintf("%.*s%s%s", (int)n, url, !*query ? "" : has ? "&" : "?", query);
}

static char *decoded(const char *s, size_t n)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		char hex[3] = {0};

		if (s[i] == '%' && i + 2 < n && isxdigit((unsigned char)s[i + 1]) &&
		    isxdigit((unsigned char)s[i + 2])) {
			memcpy(hex, s + i + 1, 2);
			buf_addc(&b, (char)strtol(hex, NULL, 16));
			i += 2;
		} else {
			buf_addc(&b, (char)(s[i] == '+' ? ' ' : s[i]));
		}
	}
	return buf_steal(&b);
}

char *url_take_param(const char *url, const char *name, char **rest)
{
	const char *query = strchr(url, '?');
	CLEANUP_BUF struct buf other = BUF_INIT;
	CLEANUP_FREE char *value = NULL;
	size_t len = strlen(name);
	bool several = false;

	*rest = NULL;
	for (const char *p = query ? query + 1 : ""; *p;) {
		size_t n = strcspn(p, "&#");

		if (n > len && p[len] == '=' && strncasecmp(p, name, len) == 0) {
			several = value;
			free(value);
			value = decoded(p + len + 1, n - len - 1);
		} else if (n) {
			buf_addf(&other, "%s%.*s", other.len ? "&" : "", (int)n, p);
		}
		if (several || p[n] != '&')
			break;
		p += n + 1;
	}
	if (!value || several)
		return NULL;
	*rest =
	    xasprintf("%.*s%s%s", (int)(query - url), url, other.len ? "?" : "", buf_str(&other));
	return steal(value);
}
