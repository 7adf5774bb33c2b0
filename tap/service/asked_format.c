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

/* --- an error in words, in place of a table --- */

static bool is_delimited(const char *extension)
{
	return strcmp(extension, "csv") == 0 || strcmp(extension, "tsv") == 0;
}

/* The word that begins a line of an error: "Error:", "UsageFault:", "java.lang.Exception:". */
static bool begins_as_fault(const char *line, size_t n)
{
	static const char *const words[] = {"error", "exception", "fault", "failure"};
	size_t word = 0;

	while (word < n && (isalnum((unsigned char)line[word]) || strchr("._", line[word])))
		word++;
	if (word == n || line[word] != ':')
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		size_t len = strlen(words[i]);

		if (word >= len && strncasecmp(line + word - len, words[i], len) == 0)
			return true;
	}
	return false;
}

/* Words, and no separator: "the disk quota is exceeded". A table of one column has one word. */
static bool is_sentence_of_fault(const char *line, size_t n)
{
	static const char *const words[] = {"error",    "exception", "quota",  "fault",
					    "exceeded", "denied",    "failed", "not found"};
	CLEANUP_FREE char *text = xstrndup(line, n);

	if (strpbrk(text, ",;|\t") || !strpbrk(text, " "))
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcasestr(text, words[i]))
			return true;
	return false;
}

/* Some services send text/plain, and status 200, where a query fails. */
static bool is_fault_in_words(const char *extension, const char *content_type, const char *text)
{
	size_t n = strcspn(text, "\r\n");
	bool one_line = !text[n + strspn(text + n, " \t\r\n")];

	if (content_type && strncasecmp(content_type, "text/plain", 10) != 0)
		return false;
	return begins_as_fault(text, n) ||
	       (one_line && is_delimited(extension) && is_sentence_of_fault(text, n));
}

static const char *skip_blanks(const char *p)
{
	return p + strspn(p, " \t\r\n");
}

/* Behind the JSON value at p. */
static const char *skip_json(const char *p)
{
	int depth = 0;

	do {
		if (*p == '"') {
			for (p++; *p && *p != '"'; p++)
				if (*p == '\\' && p[1])
					p++;
		} else if (*p == '{' || *p == '[') {
			depth++;
		} else if (*p == '}' || *p == ']') {
			depth--;
		} else if (!depth) {
			return p + strcspn(p, ",}] \t\r\n");
		}
		p += *p != '\0';
	} while (*p && depth > 0);
	return p;
}

static bool is_key(const char *key, size_t n, const char *const *all)
{
	for (; *all; all++)
		if (strlen(*all) == n && strncasecmp(key, *all, n) == 0)
			return true;
	return false;
}

/* One object, of nothing but why there is no table. A number of that name is a cell. */
static bool is_json_error(const char *p)
{
	static const char *const says[] = {"detail", "message", "error", "errors", NULL};
	static const char *const beside[] = {"status", "code", "path", "timestamp", "type", NULL};
	bool said = false;

	if (*p != '{')
		return false;
	p = skip_blanks(p + 1);
	while (*p == '"') {
		const char *key = p + 1, *end = skip_json(p), *value = skip_blanks(end);
		size_t n = end > key ? (size_t)(end - key - 1) : 0;

		if (*value != ':' || (!is_key(key, n, says) && !is_key(key, n, beside)))
			return false;
		value = skip_blanks(value + 1);
		said = said || (is_key(key, n, says) && *value && strchr("\"{[", *value));
		p = skip_blanks(skip_json(value));
		if (*p == ',')
			p = skip_blanks(p + 1);
	}
	return said && *p == '}' && !*skip_blanks(p + 1);
}

static bool is_json(const char *first)
{
	return (*first == '{' || *first == '[') && !is_json_error(first);
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
	if (strstr(extension, "json"))
		return is_json(first);
	if (content_type && strcasestr(content_type, "json"))
		return false;
	if (is_json_error(first) || is_fault_in_words(extension, content_type, first))
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
