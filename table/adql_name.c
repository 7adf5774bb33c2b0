/* adql_name.c: see adql_name.h. */
#include "table/adql_name.h"

#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "table/adql_words.h"

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Bytes of the regular identifier that s begins with. */
static size_t regular_length(const char *s)
{
	size_t n = 0;

	while (is_letter(s[n]) || (n && ((s[n] >= '0' && s[n] <= '9') || s[n] == '_')))
		n++;
	return n;
}

/* Bytes of the delimited identifier that s begins with, quotes included; 0: with none. */
static size_t delimited_length(const char *s)
{
	size_t n = 1;

	if (*s != '"')
		return 0;
	for (; s[n]; n++) {
		if (s[n] != '"')
			continue;
		if (s[n + 1] != '"')
			return n > 1 ? n + 1 : 0;
		n++;
	}
	return 0;
}

static void add_identifier(struct buf *out, const char *s, size_t n)
{
	CLEANUP_FREE char *word = xstrndup(s, n);

	if (delimited_length(word) == n || (regular_length(word) == n && !adql_is_reserved(word))) {
		buf_add(out, word, n);
		return;
	}
	buf_addc(out, '"');
	for (size_t i = 0; i < n; i++) {
		if (word[i] == '"')
			buf_addc(out, '"');
		buf_addc(out, word[i]);
	}
	buf_addc(out, '"');
}

void adql_name_add(struct buf *out, const char *told)
{
	add_identifier(out, told, strlen(told));
}

/* Bytes of a qualifier at s, without the dot behind it; 0: there is none. */
static size_t qualifier_length(const char *s)
{
	size_t n = delimited_length(s);

	n = n ? n : regular_length(s);
	return s[n] == '.' && s[n + 1] ? n : 0;
}

bool adql_table_add(struct buf *out, const char *schema, const char *told)
{
	size_t n = schema ? strlen(schema) : 0;
	bool any = false;

	if (n && strncasecmp(told, schema, n) == 0 && told[n] == '.' && told[n + 1] &&
	    !qualifier_length(told)) { /* J/A+A.t of the schema J/A+A */
		add_identifier(out, told, n);
		buf_addc(out, '.');
		told += n + 1;
		any = true;
	}
	while ((n = qualifier_length(told))) {
		add_identifier(out, told, n);
		buf_addc(out, '.');
		told += n + 1;
		any = true;
	}
	adql_name_add(out, told);
	return any;
}
