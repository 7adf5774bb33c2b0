/* xml_mended.c: see xml_mended.h. */
#include "base/text/xml_mended.h"

#include <ctype.h>
#include <string.h>

#include "base/utf8.h"

static const char *after_blanks(const char *s, const char *end)
{
	if (end - s >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0)
		s += 3;
	while (s < end && isspace((unsigned char)*s))
		s++;
	return s;
}

/* "&amp;", "&#38;", "&#x26;" */
static bool is_entity(const char *s, const char *end)
{
	const char *p = s + 1;

	if (p < end && *p == '#')
		p++;
	while (p < end && p - s < 12 && isalnum((unsigned char)*p))
		p++;
	return p < end && *p == ';' && p > s + 1;
}

static void add_latin1(struct buf *out, unsigned char c)
{
	if (c < 0x80) {
		buf_addc(out, (char)c);
		return;
	}
	buf_addc(out, (char)(0xc0 | c >> 6));
	buf_addc(out, (char)(0x80 | (c & 0x3f)));
}

/* The end of the CDATA section or comment that begins at s, where `&` is no mark; s: none does. */
static const char *after_verbatim(const char *s, const char *end)
{
	bool comment = end - s >= 4 && memcmp(s, "<!--", 4) == 0;
	const char *found;

	if (!comment && (end - s < 9 || memcmp(s, "<![CDATA[", 9) != 0))
		return s;
	found = memmem(s, (size_t)(end - s), comment ? "-->" : "]]>", 3);
	return found ? found + 3 : end;
}

/* Another encoding than UTF-8, which the parser knows to read. */
static bool declares_another(const char *s, const char *end)
{
	const char *to = memmem(s, (size_t)(end - s), "?>", 2);
	const char *at = to ? memmem(s, (size_t)(to - s), "encoding", 8) : NULL;

	return at && !memmem(at, (size_t)(to - at), "UTF-8", 5) &&
	       !memmem(at, (size_t)(to - at), "utf-8", 5);
}

bool xml_mended(const char *text, size_t n, struct buf *out)
{
	const char *end = text + n;
	const char *s = after_blanks(text, end);
	bool latin1 = !utf8_is_valid(text, n) && !declares_another(s, end);
	const char *verbatim = s;
	bool mended = s != text || latin1;

	if (s == end || *s != '<')
		return false;
	for (; s < end; s++) {
		if (s >= verbatim)
			verbatim = after_verbatim(s, end);
		if (*s == '&' && s >= verbatim && !is_entity(s, end)) {
			buf_adds(out, "&amp;");
			mended = true;
		} else if (latin1) {
			add_latin1(out, (unsigned char)*s);
		} else {
			buf_addc(out, *s);
		}
	}
	return mended;
}
