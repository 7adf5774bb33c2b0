/*
 * service_error.c: what a service says when something failed, in words; see
 * service_error.h.
 *
 * A body is a VOTable if that is what it parses as; HTML if it says so or looks
 * so; else plain text. HTML is not parsed, only its tags are taken away: what
 * servers send is too broken for more.
 */
#include "tap/service/service_error.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/text/reason.h"
#include "base/utf8.h"
#include "table/votable/votable.h"

#define MESSAGE_MAX 2048
#define LOOK_AT     (256u << 10) /* bytes of a body that are looked at */

/* Blanks in a row become one; control characters are dropped; it is cut at MESSAGE_MAX. */
static char *clean(const char *s, size_t n)
{
	CLEANUP_BUF struct buf in = BUF_INIT;
	CLEANUP_FREE char *plain = reason_plain(s, n);
	struct buf out = BUF_INIT;

	utf8_add_text(&in, plain ? plain : s, plain ? strlen(plain) : n);
	for (size_t i = 0; i < in.len && out.len < MESSAGE_MAX; i++) {
		unsigned char c = (unsigned char)in.data[i];

		if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
			if (out.len && out.data[out.len - 1] != ' ')
				buf_addc(&out, ' ');
		} else if (c >= 0x20 && c != 0x7f) {
			buf_addc(&out, (char)c);
		}
	}
	if (out.len == MESSAGE_MAX) { /* not in the middle of a character */
		while (out.len && ((unsigned char)out.data[out.len - 1] & 0xc0) == 0x80)
			out.len--;
		if (out.len && (unsigned char)out.data[out.len - 1] >= 0xc0)
			out.len--;
		buf_adds(&out, "…");
	}
	while (out.len && out.data[out.len - 1] == ' ')
		out.data[--out.len] = '\0';
	if (!out.len) {
		buf_free(&out);
		return NULL;
	}
	return buf_steal(&out);
}

static const char *find_text(const char *s, const char *end, const char *word)
{
	size_t n = strlen(word);

	for (; (size_t)(end - s) >= n; s++)
		if (strncasecmp(s, word, n) == 0)
			return s;
	return NULL;
}

/* The character of an entity that begins at s ("&amp;"), and its length; 0 if it is none. */
static size_t entity(const char *s, const char *end, char *c)
{
	static const struct {
		const char *name;
		char c;
	} known[] = {{"&lt;", '<'},   {"&gt;", '>'},    {"&amp;", '&'}, {"&quot;", '"'},
		     {"&#39;", '\''}, {"&apos;", '\''}, {"&nbsp;", ' '}};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		size_t n = strlen(known[i].name);

		if ((size_t)(end - s) >= n && strncasecmp(s, known[i].name, n) == 0) {
			*c = known[i].c;
			return n;
		}
	}
	return 0;
}

static const char *after_tag(const char *s, const char *end)
{
	const char *gt = memchr(s, '>', (size_t)(end - s));

	return gt ? gt + 1 : end;
}

/* The text between tags, without <script> and <style>. */
static void strip(struct buf *out, const char *s, const char *end)
{
	while (s < end) {
		char c;
		size_t n;

		if (*s == '<') {
			const char *closing = NULL;

			if (find_text(s, s + 7 < end ? s + 7 : end, "<script"))
				closing = "</script";
			else if (find_text(s, s + 6 < end ? s + 6 : end, "<style"))
				closing = "</style";
			if (closing && !(s = find_text(s, end, closing)))
				return;
			s = after_tag(s, end);
			buf_addc(out, ' ');
		} else if (*s == '&' && (n = entity(s, end, &c))) {
			buf_addc(out, c);
			s += n;
		} else {
			buf_addc(out, *s++);
		}
	}
}

static char *stripped(const char *s, const char *end)
{
	struct buf out = BUF_INIT;
	char *message;

	strip(&out, s, end);
	message = clean(buf_str(&out), out.len);
	buf_free(&out);
	return message;
}

/* Gaia TAP+: <li><b>Message: </b>…</li> */
static char *labelled(const char *s, const char *end)
{
	const char *label = find_text(s, end, "<b>Message:");
	const char *close = label ? find_text(label, end, "</b>") : NULL;
	const char *stop = close ? find_text(close, end, "</li>") : NULL;

	return close ? stripped(close, stop ? stop : end) : NULL;
}

static char *html(const char *s, const char *end)
{
	const char *body = find_text(s, end, "<body");
	char *message = labelled(s, end);

	if (!message && body)
		message = stripped(body, end);
	if (!message) /* then perhaps the title says something */
		message = stripped(s, end);
	return message;
}

static bool is_html(const char *content_type, const char *s, const char *end)
{
	if (content_type && strcasestr(content_type, "html"))
		return true;
	return find_text(s, end - s > 1024 ? s + 1024 : end, "<html") ||
	       find_text(s, end - s > 1024 ? s + 1024 : end, "<!doctype html");
}

/* Printable, mostly: a picture or an archive says nothing. */
static bool is_text(const char *s, size_t n)
{
	return !memchr(s, '\0', n);
}

char *service_error_message(int http_status, const char *content_type, const char *body, size_t n)
{
	const char *s = body;
	const char *end;
	char *message;

	(void)http_status;
	if (!s || n == 0)
		return NULL;
	message = votable_error_message(s, n);
	if (message) {
		char *cleaned = clean(message, strlen(message));

		free(message);
		return cleaned;
	}
	if (n > LOOK_AT)
		n = LOOK_AT;
	end = s + n;
	if (!is_text(s, n))
		return NULL;
	if (is_html(content_type, s, end))
		return html(s, end);
	if (*s == '<') /* some other XML */
		return stripped(s, end);
	return clean(s, n);
}
