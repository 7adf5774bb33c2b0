/* asked_format.c: see asked_format.h. */
#include "tap/service/asked_format.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/first_bytes.h"
#include "base/text/mime.h"
#include "table/votable/votable.h"
#include "tap/service/answer.h"

#define EXTENSION_MAX 16 /* bytes */

/* What a file beside a query cannot be named: it is the query, or a note, or on its way. */
static bool is_reserved(const char *extension)
{
	static const char *const names[] = {"adql", "sql", "log", "part", "links"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(extension, names[i]) == 0)
			return true;
	return false;
}

/* "parquet" of "parquet", "application/x-parquet" and "application/vnd.apache.parquet;v=2". */
static char *last_word(const char *format)
{
	struct buf b = BUF_INIT;

	for (const char *p = format; *p && !strchr("; \t", *p); p++) {
		if (isalnum((unsigned char)*p) && b.len < EXTENSION_MAX)
			buf_addc(&b, (char)tolower((unsigned char)*p));
		else if (strchr("/.-+", *p))
			buf_reset(&b);
	}
	return buf_steal(&b);
}

char *asked_extension(const char *format)
{
	const char *known = mime_extension(format);
	char *word;

	/* TAP 1.1 §2.7.3: text/xml is a VOTable's media type, too */
	if (strcasestr(format, "votable") || strncasecmp(format, "text/xml", 8) == 0 ||
	    strcasecmp(format, "vot") == 0 || (known && strcmp(known, "vot") == 0))
		return NULL;
	word = known ? xstrdup(known) : last_word(format);
	if (*word && !is_reserved(word))
		return word;
	free(word);
	return xstrdup("dat");
}

static bool is_markup(const char *extension)
{
	return strcmp(extension, "html") == 0 || strcmp(extension, "xml") == 0 ||
	       strcmp(extension, "svg") == 0;
}

/* A VOTable came: an error document, or what the service has instead. */
static char *votable_refusal(const char *extension, const char *head, size_t n)
{
	char *message = votable_error_message(head, n);

	return message ? message
		       : xasprintf("the service sent a VOTable, and no %s; service/formats.txt "
				   "says which formats it has",
				   extension);
}

static bool fits(const char *extension, const char *content_type, const char *head, size_t n)
{
	const char *first = head + strspn(head, " \t\r\n\xef\xbb\xbf");

	if (!*first && (size_t)(first - head) == n)
		return false;
	if (strcmp(extension, "parquet") == 0)
		return n >= 4 && memcmp(head, "PAR1", 4) == 0;
	if (*first == '<' || (content_type && strcasestr(content_type, "html")))
		return is_markup(extension);
	if (content_type && strcasestr(content_type, "json") && !strstr(extension, "json"))
		return false;
	return first_bytes_fit(extension, head, n);
}

char *asked_refusal(const char *extension, const char *content_type, const char *head, size_t n)
{
	CLEANUP_FREE char *described = NULL;

	if (memmem(head, n < 1024 ? n : 1024, "<VOTABLE", 8) ||
	    memmem(head, n < 1024 ? n : 1024, ":VOTABLE", 8))
		return votable_refusal(extension, head, n);
	if (fits(extension, content_type, head, n))
		return NULL;
	described = answer_described(content_type, head, n);
	return xasprintf("the service sent no %s, but %s", extension, described);
}
