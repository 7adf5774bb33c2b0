/* multipart.c: see multipart.h. */
#include "base/text/multipart.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"

#define BOUNDARY_MAX 70 /* characters, RFC 2046 §5.1.1 */

/* The value of the parameter, quoted or not; NULL: there is none. Caller owns. */
static char *boundary_of(const char *content_type)
{
	const char *p = strcasestr(content_type, "boundary=");
	size_t n;

	if (!p)
		return NULL;
	p += strlen("boundary=");
	n = *p == '"' ? strcspn(++p, "\"") : strcspn(p, "; \t");
	return n && n <= BOUNDARY_MAX ? xstrndup(p, n) : NULL;
}

bool multipart_begin(struct multipart *m, const char *content_type, const void *data, size_t n)
{
	CLEANUP_FREE char *boundary = NULL;

	*m = (struct multipart){.at = data, .end = (const char *)data + n};
	if (!content_type || strncasecmp(content_type, "multipart/", 10) != 0)
		return false;
	boundary = boundary_of(content_type);
	m->delimiter = boundary ? xasprintf("--%s", boundary) : NULL;
	return boundary != NULL;
}

static bool begins_at(const struct multipart *m, const char *p, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(m->end - p) >= n && memcmp(p, word, n) == 0;
}

/* Behind "--boundary" its line ends, or it is the closing one: else the boundary is longer. */
static bool ends_delimiter(const struct multipart *m, const char *p)
{
	if (begins_at(m, p, "--"))
		return true;
	while (p < m->end && (*p == ' ' || *p == '\t'))
		p++;
	return begins_at(m, p, "\n") || begins_at(m, p, "\r\n");
}

/* The next delimiter that begins a line; NULL: there is none. */
static const char *next_delimiter(const struct multipart *m, const char *from)
{
	size_t n = strlen(m->delimiter);
	const char *p = from;

	while (p < m->end && (p = memmem(p, (size_t)(m->end - p), m->delimiter, n))) {
		if ((p == from || p[-1] == '\n') && ends_delimiter(m, p + n))
			return p;
		p++;
	}
	return NULL;
}

/* After the empty line that ends the headers; NULL: there is none. */
static const char *content_of(const char *p, const char *end)
{
	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));

		if (!nl)
			return NULL;
		if (nl == p || (nl == p + 1 && *p == '\r'))
			return nl + 1;
		p = nl + 1;
	}
	return NULL;
}

/* Without the line end that belongs to the delimiter behind it. */
static const char *before_line_end(const char *from, const char *to)
{
	if (to > from && to[-1] == '\n')
		to--;
	if (to > from && to[-1] == '\r')
		to--;
	return to;
}

bool multipart_next(struct multipart *m, struct multipart_part *part)
{
	const char *p = next_delimiter(m, m->at);
	const char *line, *content, *next;

	if (!p)
		return false;
	p += strlen(m->delimiter);
	m->whole = begins_at(m, p, "--");
	if (m->whole)
		return false;
	line = memchr(p, '\n', (size_t)(m->end - p));
	content = line ? content_of(line + 1, m->end) : NULL;
	next = content ? next_delimiter(m, content) : NULL;
	if (!next)
		return false;
	part->data = content;
	part->n = (size_t)(before_line_end(content, next) - content);
	m->at = next;
	return true;
}

void multipart_end(struct multipart *m)
{
	free(m->delimiter);
	*m = (struct multipart){0};
}
