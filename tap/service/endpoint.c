/* endpoint.c: where a service's other services are; see endpoint.h. */
#include "tap/service/endpoint.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/name.h"
#include "base/text/list.h"
#include "tap/service/service.h"

static const struct {
	enum option option;
	const char *standard_id; /* NULL: by configuration only */
} kinds[] = {
    [ENDPOINT_DATALINK] = {OPT_DATALINK_URL, "ivo://ivoa.net/std/DataLink#links"},
    [ENDPOINT_SIA] = {OPT_SIA_URL, "ivo://ivoa.net/std/SIA#query-2"},
    [ENDPOINT_SCS] = {OPT_SCS_URL, "ivo://ivoa.net/std/ConeSearch"},
    [ENDPOINT_HIPS] = {OPT_HIPS_URL, NULL},
};

static void add_endpoint(struct endpoints *list, const char *name, size_t n, const char *url,
			 size_t len)
{
	struct endpoint *e = LIST_ADD(list->at, list->n);

	e->name = xstrndup(name, n);
	e->url = xstrndup(url, len);
}

/* Of "messier=http://…" the 7 bytes before the sign; 0: the word is an URL. */
static size_t name_length(const char *word)
{
	size_t n = 0;

	while (isalnum((unsigned char)word[n]) || (n && strchr("_-.", word[n]) && word[n]))
		n++;
	return word[n] == '=' ? n : 0;
}

struct endpoints endpoints_configured(const char *value)
{
	struct endpoints list = {0};

	for (const char *p = value + strspn(value, " \t"); *p; p += strspn(p, " \t")) {
		size_t n = name_length(p), len = strcspn(p, " \t"), from = n ? n + 1 : 0;

		add_endpoint(&list, p, n, p + from, len - from);
		p += len;
	}
	return list;
}

/* The last part of the URL's path. DaCHS ends those of cone searches in "/scs.xml?". */
static void add_declared(struct endpoints *list, const char *url)
{
	size_t end = strcspn(url, "?#"), from;

	while (end && url[end - 1] == '/')
		end--;
	for (from = end; from && url[from - 1] != '/';)
		from--;
	if (from > 1 && end - from == 7 && strncasecmp(url + from, "scs.xml", 7) == 0)
		for (end = --from; from && url[from - 1] != '/';)
			from--;
	add_endpoint(list, url + from, end - from, url, strlen(url));
}

static bool is_taken(const struct endpoints *list, size_t before, const char *name)
{
	for (size_t i = 0; i < before; i++)
		if (strcmp(list->at[i].name, name) == 0)
			return true;
	return false;
}

/* As file names, each another. */
static void make_names(struct endpoints *list)
{
	for (size_t i = 0; i < list->n; i++) {
		struct endpoint *e = &list->at[i];
		CLEANUP_BUF struct buf base = BUF_INIT;
		char *name;

		name_escape(&base, e->name, strnlen(e->name, 80));
		name = xstrdup(buf_str(&base));
		for (unsigned k = 2; is_taken(list, i, name); k++) {
			free(name);
			name = xasprintf("%s~%u", buf_str(&base), k);
		}
		free(e->name);
		e->name = name;
	}
}

struct endpoints endpoints_declared(const struct capabilities *c, const char *standard_id)
{
	struct endpoints list = {0};
	const char *url;

	for (size_t i = 0; c && (url = capabilities_url_at(c, standard_id, i)); i++)
		add_declared(&list, url);
	if (list.n == 1)
		*list.at[0].name = '\0';
	else
		make_names(&list);
	return list;
}

void endpoints_clear(struct endpoints *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->at[i].name);
		free(list->at[i].url);
	}
	free(list->at);
	*list = (struct endpoints){0};
}

struct endpoints endpoints_of(const struct service *s, enum endpoint_kind kind)
{
	const char *told = setting_str(s->settings, kinds[kind].option);
	struct endpoints list;

	if (*told || !kinds[kind].standard_id)
		return endpoints_configured(told);
	list = endpoints_declared(s->capabilities, kinds[kind].standard_id);
	for (size_t i = 0; i < list.n; i++) {
		char *url = service_url(s, s->url, list.at[i].url);

		if (url) {
			free(list.at[i].url);
			list.at[i].url = url;
		}
	}
	return list;
}

char *endpoint_named(const struct service *s, enum endpoint_kind kind, const char *name)
{
	struct endpoints list = endpoints_of(s, kind);
	char *url = NULL;

	for (size_t i = 0; i < list.n && !url; i++)
		if (strcmp(list.at[i].name, name) == 0)
			url = xstrdup(list.at[i].url);
	endpoints_clear(&list);
	return url;
}

char *endpoint_url(const struct service *s, enum endpoint_kind kind)
{
	struct endpoints list = endpoints_of(s, kind);
	char *url = list.n ? xstrdup(list.at[0].url) : NULL;

	endpoints_clear(&list);
	return url;
}
