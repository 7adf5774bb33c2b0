/* sql.c: see sql.h. */
#include "base/text/sql.h"

#include <ctype.h>
#include <string.h>

const char *sql_skip_comment(const char *p)
{
	const char *end;

	if (p[0] == '-' && p[1] == '-')
		return p + strcspn(p, "\n");
	if (p[0] != '/' || p[1] != '*')
		return p;
	end = strstr(p + 2, "*/");
	return end ? end + 2 : p + strlen(p);
}

const char *sql_skip_blank(const char *p)
{
	for (;;) {
		const char *end = isspace((unsigned char)*p) ? p + 1 : sql_skip_comment(p);

		if (end == p)
			return p;
		p = end;
	}
}

const char *sql_skip_quoted(const char *p, struct buf *text)
{
	char quote = *p++;

	for (; *p; p++) {
		if (*p == quote && *++p != quote)
			return p;
		if (text)
			buf_addc(text, *p);
	}
	return p;
}
