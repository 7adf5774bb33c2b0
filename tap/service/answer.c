/* answer.c: what a service sent in place of what was asked for; see answer.h. */
#include "tap/service/answer.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "http/url.h"
#include "tap/service/service_error.h"

#define WORDS_MAX 300 /* bytes of an answer that are quoted */

/* The first of it, on one line. */
static char *first_words(const char *text)
{
	struct buf b = BUF_INIT;

	for (; *text && b.len < WORDS_MAX; text++) {
		if (!isspace((unsigned char)*text))
			buf_addc(&b, *text);
		else if (b.len && b.data[b.len - 1] != ' ')
			buf_addc(&b, ' ');
	}
	while (b.len && ((unsigned char)b.data[b.len - 1] & 0xc0) == 0x80 && *text)
		b.data[--b.len] = '\0'; /* not in the middle of a character */
	if (b.len && b.data[b.len - 1] == ' ')
		b.data[--b.len] = '\0';
	if (*text)
		buf_adds(&b, "…");
	return buf_steal(&b);
}

/* The title of a page; NULL: it has none. */
static char *title_of(const char *text)
{
	const char *from = strcasestr(text, "<title");
	const char *open = from ? strchr(from, '>') : NULL;
	const char *to = open ? strcasestr(open, "</title") : NULL;
	CLEANUP_FREE char *title = to ? xstrndup(open + 1, (size_t)(to - open - 1)) : NULL;

	return title && title[strspn(title, " \t\r\n")] ? first_words(title) : NULL;
}

static char *page_described(const char *content_type, const char *text, size_t n)
{
	CLEANUP_FREE char *title = title_of(text);
	CLEANUP_FREE char *said = service_error_message(0, content_type, text, n);
	CLEANUP_FREE char *words = said ? first_words(said) : NULL;

	return xasprintf("a web page%s%s%s%s%s", title ? ", \"" : "", title ? title : "",
			 title ? "\"" : "", words ? ": " : "", words ? words : "");
}

char *answer_described(const char *content_type, const char *body, size_t n)
{
	CLEANUP_BUF struct buf plain = BUF_INIT;
	const char *text;

	if (!n || strspn(body, " \t\r\n") == n)
		return xstrdup("an empty answer");
	if (memchr(body, '\0', n))
		return xasprintf("binary data%s%s", content_type ? " of type " : "",
				 content_type ? content_type : "");
	utf8_add_text(&plain, body, n);
	text = buf_str(&plain) + strspn(buf_str(&plain), " \t\r\n");
	if ((content_type && strcasestr(content_type, "html")) || strcasestr(text, "<html") ||
	    strncasecmp(text, "<!doctype html", 14) == 0)
		return page_described(content_type, text, strlen(text));
	CLEANUP_FREE char *said = service_error_message(0, content_type, text, strlen(text));
	CLEANUP_FREE char *words = first_words(said ? said : text);

	return xasprintf("%s: %s",
			 *text == '{' || *text == '[' ? "JSON"
			 : *text == '<'               ? "another document"
						      : "text",
			 words);
}

char *answer_intermixed(const char *tail, size_t n)
{
	static const char *const begins[] = {"<?xml", "<!doctype html", "<html"};
	CLEANUP_FREE char *text = xstrndup(tail, n);
	const char *at = NULL;

	for (size_t i = 0; i < sizeof(begins) / sizeof(*begins); i++) {
		const char *found = strcasestr(text, begins[i]);

		if (found && (!at || found < at))
			at = found;
	}
	return at ? service_error_message(0, NULL, at, strlen(at)) : NULL;
}

bool answer_is_login(const char *url, const char *service)
{
	static const char *const words[] = {"/login", "/signin", "/sign-in", "/sso", "/auth?",
					    "/auth/", "/oauth",  "/saml",    ".jsp", "/logon"};
	size_t path = strcspn(url, "?#");

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		const char *at = strcasestr(url, words[i]);

		if (at && (size_t)(at - url) < path && !strcasestr(service, words[i]))
			return true;
	}
	return false;
}

void answer_login_error(const char *url, struct error **err)
{
	CLEANUP_FREE char *shown = url_redact(url);

	error_set(err, EACCES,
		  "the service leads to a page to log in at (%s): sign in with the options auth, "
		  "user and token_file",
		  shown);
}

bool answer_leads_to_login(const char *url, const char *asked, struct error **err)
{
	if (!url || !answer_is_login(url, asked))
		return false;
	answer_login_error(url, err);
	return true;
}

void answer_refused(const struct http_reply *r, const char *asked, const char *what,
		    const char *root, struct error **why)
{
	const char *body = buf_str(&r->body);
	size_t head = r->body.len < WORDS_MAX * 4 ? r->body.len : WORDS_MAX * 4;
	CLEANUP_FREE char *said = NULL;

	if (answer_leads_to_login(r->url, asked, why) ||
	    (memmem(body, head, root, strlen(root)) && !strcasestr(body, "<html")))
		return;
	said = answer_described(r->content_type, body, r->body.len);
	error_set(why, EPROTO, "the service sent no %s, but %s", what, said);
}
