/* reason.c: see reason.h. Strings are searched for, not parsed: what servers send is often broken.
 */
#include "base/text/reason.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "base/utf8.h"

#define LOOK_AT (64u << 10) /* bytes that are looked at */
#define DETAIL  "ErrorDetail(string="

static const char *skip_blanks(const char *p)
{
	while (isspace((unsigned char)*p))
		p++;
	return p;
}

/* "\u00e9" and what stands for one character in C. */
static const char *add_escaped(const char *p, struct buf *out)
{
	static const char letters[] = "ntr", meant[] = "\n\t ";
	const char *letter = strchr(letters, *p);
	unsigned c;

	if (*p == 'u' && strspn(p + 1, "0123456789abcdefABCDEF") >= 4 &&
	    sscanf(p + 1, "%4x", &c) == 1) {
		utf8_add(out, c ? c : ' ');
		return p + 5;
	}
	if (*p)
		buf_addc(out, *p && letter ? meant[letter - letters] : *p);
	return *p ? p + 1 : p;
}

/* The string whose opening quote is at p: decoded; behind it. NULL: it does not end. */
static const char *quoted(const char *p, struct buf *out)
{
	char quote = *p++;

	buf_reset(out);
	while (*p && *p != quote) {
		if (*p == '\\')
			p = add_escaped(p + 1, out);
		else
			buf_addc(out, *p++);
	}
	return *p ? p + 1 : NULL;
}

static void add_sentence(struct buf *to, const char *before, const char *s)
{
	if (to->len)
		buf_addc(to, ' ');
	buf_addf(to, "%s%s", before, s);
}

/* --- JSON --- */

/* The value at p: a string, the strings of a list, or a list of lists as it is. False: another. */
static bool take_value(const char *p, const char *before, struct buf *to)
{
	CLEANUP_BUF struct buf s = BUF_INIT;
	bool list = *p == '[', any = false;
	const char *end = strncmp(p, "[[", 2) == 0 ? strstr(p, "]]") : NULL;

	if (end) {
		buf_add(&s, p, (size_t)(end + 2 - p));
		add_sentence(to, before, buf_str(&s));
		return true;
	}
	if (list)
		p = skip_blanks(p + 1);
	while (*p == '"' && (p = quoted(p, &s))) {
		if (s.len)
			add_sentence(to, any ? "" : before, buf_str(&s));
		any |= s.len > 0;
		p = skip_blanks(p);
		if (!list || *p != ',')
			break;
		p = skip_blanks(p + 1);
	}
	return any;
}

/* The first member of that name that is a string, at any depth. */
static bool take_member(const char *json, const char *name, const char *before, struct buf *to)
{
	CLEANUP_BUF struct buf s = BUF_INIT;

	for (const char *p = json; (p = strchr(p, '"'));) {
		p = quoted(p, &s);
		if (!p)
			return false;
		p = skip_blanks(p);
		if (*p != ':')
			continue;
		p = skip_blanks(p + 1);
		if (strcmp(buf_str(&s), name) == 0 && take_value(p, before, to))
			return true;
	}
	return false;
}

/* What says most goes first: "error" is often the name of the HTTP status. */
static bool json_reason(const char *json, struct buf *to)
{
	static const char *const names[] = {
	    "detail", "message", "messages", "msg",  "error_description",
	    "error",  "errors",  "reason",   "title"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!take_member(json, names[i], "", to))
			continue;
		take_member(json, "positions", "positions: ", to);
		return true;
	}
	return false;
}

/* --- Python --- */

/* "QUERY: {'messages': [ErrorDetail(string='no', code='invalid')], 'positions': …" */
static bool python_reason(const char *text, struct buf *to)
{
	CLEANUP_BUF struct buf s = BUF_INIT;
	const char *at = strstr(text, DETAIL);
	const char *from = text;
	size_t head = at ? strcspn(text, "{[") : 0;

	if (!at)
		return false;
	if (head > (size_t)(at - text))
		head = (size_t)(at - text);
	while (head && isspace((unsigned char)text[head - 1]))
		head--;
	buf_add(to, text, head);
	for (; at; at = strstr(from, DETAIL)) {
		const char *positions = strstr(from, "'positions'");
		const char *p = at + strlen(DETAIL);

		if ((*p != '\'' && *p != '"') || !(p = quoted(p, &s)))
			break;
		add_sentence(to, positions && positions < at ? "positions: " : "", buf_str(&s));
		from = p;
	}
	return to->len > head;
}

char *reason_plain(const char *text, size_t n)
{
	CLEANUP_FREE char *copy = xstrndup(text, n < LOOK_AT ? n : LOOK_AT);
	const char *s = skip_blanks(copy);
	struct buf out = BUF_INIT;

	if (((*s == '{' || *s == '[') && json_reason(s, &out)) || python_reason(s, &out))
		return buf_steal(&out);
	buf_free(&out);
	return NULL;
}
