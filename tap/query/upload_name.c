/* upload_name.c: see upload_name.h. */
#include "tap/query/upload_name.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/text/sql.h"

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' ||
	       (c & 0x80); /* ADQL has none: for messages */
}

/* Behind an identifier, regular or delimited, which is added to name; p itself: there is none. */
static const char *take_identifier(const char *p, struct buf *name)
{
	const char *end = p;

	if (*p == '"')
		return sql_skip_quoted(p, name);
	if (isdigit((unsigned char)*p))
		return p;
	while (is_word(*end))
		end++;
	buf_add(name, p, (size_t)(end - p));
	return end;
}

bool upload_name_next(const char **query, struct buf *name)
{
	CLEANUP_BUF struct buf schema = BUF_INIT;
	const char *p = sql_skip_blank(*query);

	while (*p) {
		const char *end;

		buf_reset(&schema);
		end = *p == '\'' ? sql_skip_quoted(p, NULL) : take_identifier(p, &schema);
		if (end == p) { /* a number with its letters, or a sign */
			for (end = p + 1; is_word(*p) && is_word(*end);)
				end++;
		}
		p = sql_skip_blank(end);
		if (*p != '.' || strcasecmp(buf_str(&schema), "TAP_UPLOAD") != 0)
			continue;
		buf_reset(name);
		p = take_identifier(sql_skip_blank(p + 1), name);
		*query = p;
		if (name->len)
			return true;
	}
	*query = p;
	return false;
}

bool upload_name_is_valid(const char *name)
{
	if (!isalpha((unsigned char)*name))
		return false;
	while (is_word(*name) && !(*name & 0x80))
		name++;
	return !*name;
}
