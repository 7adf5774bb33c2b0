/* name.c: reversible file names; see name.h. */
#include "base/name.h"

#include <string.h>

#include "base/utf8.h"

#define PART_MAX 255 /* bytes of one file name, as the kernel has it */

static bool is_dots(const char *raw, size_t n)
{
	return (n == 1 && raw[0] == '.') || (n == 2 && raw[0] == '.' && raw[1] == '.');
}

void name_escape(struct buf *out, const char *raw, size_t n)
{
	bool dots = is_dots(raw, n);
	size_t part = 0; /* bytes of the current part */

	if (n == 0)
		buf_addc(out, '%');
	for (size_t i = 0; i < n;) {
		unsigned char c = (unsigned char)raw[i];
		size_t len = utf8_length((const unsigned char *)raw + i, n - i);
		bool plain = len > 1 ||
			     (len == 1 && c >= 0x20 && c != 0x7f && c != '%' && c != '/' && !dots);
		size_t width = plain ? len : 3;

		if (part + width + 2 > PART_MAX) { /* two bytes stay free for "%+" */
			buf_adds(out, "%+/");
			part = 0;
		}
		if (plain)
			buf_add(out, raw + i, len);
		else
			buf_addf(out, "%%%02X", c);
		part += width;
		i += plain ? len : 1;
	}
}

void name_escape_path(struct buf *out, const char *raw, size_t n)
{
	for (;;) {
		const char *slash = memchr(raw, '/', n);
		size_t len = slash ? (size_t)(slash - raw) : n;

		name_escape(out, raw, len);
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
