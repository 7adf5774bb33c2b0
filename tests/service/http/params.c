/* params.c: see params.h. */
#include "tests/service/http/params.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

void svc_params_add(struct params *p, const char *name, const char *value)
{
	p->list = xrealloc(p->list, (p->n + 1) * sizeof(*p->list));
	p->list[p->n].name = xstrdup(name);
	p->list[p->n].value = xstrdup(value);
	p->n++;
}

void svc_params_set(struct params *p, const char *name, const char *value)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->n; i++) {
		if (strcasecmp(p->list[i].name, name) != 0) {
			p->list[kept++] = p->list[i];
			continue;
		}
		free(p->list[i].name);
		free(p->list[i].value);
	}
	p->n = kept;
	svc_params_add(p, name, value);
}

const char *svc_params_get(const struct params *p, const char *name)
{
	for (size_t i = p->n; i-- > 0;)
		if (!strcasecmp(p->list[i].name, name))
			return p->list[i].value;
	return NULL;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A NUL would end the value before its end: it becomes another character that no query can have. */
static char *decode(const char *s, size_t n)
{
	char *out = xmalloc(n + 1), *p = out;

	for (size_t i = 0; i < n; i++) {
		char c = s[i];

		if (c == '+') {
			c = ' ';
		} else if (c == '%' && i + 2 < n && hex(s[i + 1]) >= 0 && hex(s[i + 2]) >= 0) {
			c = (char)(hex(s[i + 1]) * 16 + hex(s[i + 2]));
			i += 2;
		}
		*p++ = (char)(c ? c : 1);
	}
	*p = '\0';
	return out;
}

void svc_params_decode(struct params *p, const char *form, size_t n)
{
	const char *end = form + n;

	while (form < end) {
		const char *stop = memchr(form, '&', (size_t)(end - form));
		const char *equals;
		char *name, *value;

		if (!stop)
			stop = end;
		equals = memchr(form, '=', (size_t)(stop - form));
		if (stop > form) {
			name = decode(form, (size_t)((equals ? equals : stop) - form));
			value =
			    equals ? decode(equals + 1, (size_t)(stop - equals - 1)) : xstrdup("");
			svc_params_add(p, name, value);
			free(name);
			free(value);
		}
		form = stop + 1;
	}
}

void svc_params_free(struct params *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->list[i].name);
		free(p->list[i].value);
	}
	free(p->list);
	*p = (struct params){NULL, 0};
}
