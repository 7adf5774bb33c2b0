/* name.c: reversible file names; see name.h. */
#include "base/name.h"

#include <string.h>
#include <xxhash.h>

#include "base/cleanup.h"
#include "base/utf8.h"

#define PART_MAX 255 /* bytes of one file name, as the kernel has it */
#define CUT_AT   220 /* of a longer one, before its hash; what stands behind names has room */

static bool is_dots(const char *raw, size_t n)
{
	return (n == 1 && raw[0] == '.') || (n == 2 && raw[0] == '.' && raw[1] == '.');
}

/* What a terminal obeys instead of showing it, or shows as nothing. */
static bool is_mark(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c || c == 0x200e || c == 0x200f ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

/* Its parts joined by '/', where one has no room for it. */
static void escape_parts(struct buf *out, const char *raw, size_t n)
{
	bool dots = is_dots(raw, n);
	size_t part = 0; /* bytes of the current part */

	if (n == 0)
		buf_addc(out, '%');
	for (size_t i = 0; i < n;) {
		const unsigned char *at = (const unsigned char *)raw + i;
		size_t len = utf8_length(at, n - i), taken;
		bool plain =
		    len && !strchr("%/", *at) && !dots && !is_mark(utf8_next(at, n - i, &taken));
		size_t width = plain ? len : 3;

		if (part + width + 2 > PART_MAX) { /* two bytes stay free for "%+" */
			buf_adds(out, "%+/");
			part = 0;
		}
		if (plain)
			buf_add(out, raw + i, len);
		else
			buf_addf(out, "%%%02X", *at);
		part += width;
		i += plain ? len : 1;
	}
}

void name_escape(struct buf *out, const char *raw, size_t n)
{
	size_t from = out->len, cut;
	const char *end;

	escape_parts(out, raw, n);
	end = memchr(out->data + from, '/', out->len - from);
	if (!end)
		return;
	cut = from + CUT_AT;
	while (((unsigned char)out->data[cut] & 0xc0) == 0x80)
		cut--; /* not within a character … */
	for (size_t i = cut - 2; i < cut; i++)
		if (out->data[i] == '%') /* … nor an escape */
			cut = i;
	buf_cut(out, cut);
	buf_addf(out, "%%~%016llx", (unsigned long long)XXH3_64bits(raw, n));
}

bool name_is_of(const char *name, const char *raw)
{
	CLEANUP_BUF struct buf b = BUF_INIT;

	name_escape(&b, raw, strlen(raw));
	return strcmp(b.data, name) == 0;
}

void name_escape_path(struct buf *out, const char *raw, size_t n)
{
	for (;;) {
		const char *slash = memchr(raw, '/', n);
		size_t len = slash ? (size_t)(slash - raw) : n;

		escape_parts(out, raw, len);
		if (!slash)
			return;
		buf_addc(out, '/');
		raw += len + 1;
		n -= len + 1;
	}
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool name_unescape(struct buf *out, const char *name, size_t n)
{
	if (n == 1 && name[0] == '%')
		return true;
	for (size_t i = 0; i < n; i++) {
		if (name[i] != '%') {
			buf_addc(out, name[i]);
		} else if (n - i >= 3 && name[i + 1] == '+' && name[i + 2] == '/') {
			i += 2;
		} else if (n - i >= 3 && hex(name[i + 1]) >= 0 && hex(name[i + 2]) >= 0) {
			buf_addc(out, (char)(hex(name[i + 1]) * 16 + hex(name[i + 2])));
			i += 2;
		} else {
			return false;
		}
	}
	return true;
}
