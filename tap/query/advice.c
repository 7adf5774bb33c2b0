/* advice.c: see advice.h. One function a kind of advice; each adds its paragraph or nothing. */
#include "tap/query/advice.h"

#include <ctype.h>
#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "base/near.h"

#define NEAREST 3 /* names suggested at most */

/* The subexpressions (1 and 2) of an extended pattern in any case, as numbers. */
static bool match_numbers(const char *text, const char *pattern, unsigned out[2])
{
	regmatch_t m[3];
	regex_t re;
	bool ok;

	if (regcomp(&re, pattern, REG_EXTENDED | REG_ICASE))
		return false;
	ok = regexec(&re, text, 3, m, 0) == 0;
	for (int i = 0; ok && i < 2; i++)
		out[i] =
		    m[i + 1].rm_so < 0 ? 0 : (unsigned)strtoul(text + m[i + 1].rm_so, NULL, 10);
	regfree(&re);
	return ok;
}

static bool matches(const char *text, const char *pattern)
{
	unsigned ignored[2];

	return match_numbers(text, pattern, ignored);
}

bool advice_place(const char *message, const char *sent, struct text_place *p)
{
	unsigned n[2];

	if (match_numbers(message, "line[ :]*([0-9]+)[,; ]+col(umn)?[. :]*", n)) {
		const char *pattern = "line[ :]*([0-9]+)[,; ]+column[. :]*([0-9]+)";

		if (!match_numbers(message, pattern, n))
			match_numbers(message, "line[ :]*([0-9]+)[,; ]+col[. :]*([0-9]+)", n);
		*p = (struct text_place){n[0], n[1]};
		return n[0] && n[1];
	}
	if (match_numbers(message, "\\[l\\.([0-9]+) c\\.([0-9]+)", n)) { /* the ADQL library */
		*p = (struct text_place){n[0], n[1]};
		return n[0] && n[1];
	}
	if (sent && match_numbers(message, "\\(at char ([0-9]+)\\)", n)) /* pyparsing, from 0 */
		return text_place_of(sent, n[0], p);
	if (sent && match_numbers(message, "at character ([0-9]+)", n) && n[0]) /* PostgreSQL */
		return text_place_of(sent, n[0] - 1, p);
	return false;
}

/* The line of the query, and a caret below the place. */
static void advise_place(struct buf *b, const struct advice_on *a)
{
	const char *line = a->query;
	struct text_place p, sent;
	size_t n;

	if (!line || !advice_place(a->message, a->sent ? a->sent->text : a->query, &p))
		return;
	sent = p;
	if (a->sent)
		p = sent_text_place(a->sent, a->query, p);
	for (unsigned i = 1; i < p.line && line; i++) {
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	if (!line)
		return;
	n = strcspn(line, "\r\n");
	buf_addf(b, "Line %u of the %s:\n\n    %.*s\n    ", p.line,
		 p.line == sent.line ? "query"
				     : "file (the service counts without what is not sent of it)",
		 (int)n, line);
	for (size_t i = 0; i < n && p.column > 1; i++) {
		if (((unsigned char)line[i] & 0xc0) == 0x80)
			continue;
		buf_addc(b, line[i] == '\t' ? '\t' : ' ');
		p.column--;
	}
	buf_adds(b, "^\n");
}

static bool is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.' || (unsigned char)c >= 0x80;
}

/* The next word of the message that may be a table's name; NULL at the end; caller owns. */
static char *next_name(const char **at)
{
	const char *p = *at;
	const char *from;

	while (*p && !is_name_char(*p))
		p++;
	from = p;
	while (is_name_char(*p))
		p++;
	*at = p;
	while (p > from && p[-1] == '.')
		p--;
	return p > from ? xstrndup(from, (size_t)(p - from)) : *at > from ? xstrdup("") : NULL;
}

/* Whether the query has the word, with nothing beside it that belongs to a name. */
static bool query_has(const char *query, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = query; (p = strcasestr(p, word)); p++)
		if ((p == query || !is_name_char(p[-1])) && !is_name_char(p[n]))
			return true;
	return false;
}

struct nearest {
	size_t n;
	const char *name[NEAREST];
	size_t distance[NEAREST];
};

static void nearest_add(struct nearest *l, const char *name, size_t distance)
{
	size_t i = l->n < NEAREST ? l->n++ : NEAREST;

	for (; i > 0 && distance < l->distance[i - 1]; i--) {
		if (i < NEAREST) {
			l->name[i] = l->name[i - 1];
			l->distance[i] = l->distance[i - 1];
		}
	}
	if (i < NEAREST) {
		l->name[i] = name;
		l->distance[i] = distance;
	}
}

/* A name without its schema, where the word has none either. */
static const char *comparable(const char *table, const char *word)
{
	const char *dot = strrchr(table, '.');

	return dot && !strchr(word, '.') ? dot + 1 : table;
}

/* False if the word is a table's name. */
static bool find_nearest(const struct catalog_names *names, const char *word, struct nearest *l)
{
	size_t limit = strlen(word) / 3 + 1;

	for (size_t i = 0; i < names->ntables; i++) {
		const struct catalog_table *t = &names->tables[i];
		size_t d = near_distance(word, comparable(t->told, word), limit);

		if (d == 0 && strchr(word, '.'))
			return false;
		if (d <= limit)
			nearest_add(l, t->name, d);
	}
	return true;
}

static void add_tables(struct buf *b, const struct advice_on *a)
{
	const char *at = a->message;
	char *word;

	if (!a->names || !matches(a->message, "table|relation|identifier") ||
	    !matches(a->message,
		     "unknown|no such|not (be )?(found|exist)|does not exist|unresolved|"
		     "undefined|invalid|locate"))
		return;
	while ((word = next_name(&at))) {
		CLEANUP_FREE char *owned = word;
		struct nearest l = {0};

		if (strlen(word) < 3 || (a->query && !query_has(a->query, word)) ||
		    strcasecmp(word, "table") == 0 || !find_nearest(a->names, word, &l) || !l.n)
			continue;
		buf_addf(b, "There is no table %s here. The nearest names:", word);
		for (size_t i = 0; i < l.n; i++)
			buf_addf(b, "%s %s", i ? "," : "", l.name[i]);
		buf_adds(b, "\n`ls schemas/` shows all tables.\n");
		return;
	}
}

/* Where the columns of the query's tables stand. */
static void add_columns(struct buf *b, const struct advice_on *a)
{
	bool any = false;

	if (!a->names || !a->query || !matches(a->message, "column|field|identifier") ||
	    !matches(a->message, "unknown|no such|not (be )?found|does not exist|unresolved"))
		return;
	for (size_t s = 0; s < a->names->nschemas; s++) {
		const struct catalog_schema *schema = &a->names->schemas[s];

		for (size_t i = 0; i < schema->count; i++) {
			const struct catalog_table *t = &a->names->tables[schema->first + i];

			if (!query_has(a->query, t->name) && !query_has(a->query, t->told))
				continue;
			buf_addf(b, "%s  schemas/%s/%s/columns.txt\n",
				 any ? "" : "The columns that there are:\n", schema->path, t->path);
			any = true;
		}
	}
}

static void add_time(struct buf *b, const struct advice_on *a)
{
	if (!matches(a->message,
		     "time[- ]?out|timed out|took (too long|longer)|time limit|statement "
		     "timeout|execution ?duration"))
		return;
	buf_adds(b, "The query took longer than the service allows. Ask for more time with a first "
		    "line like\n\n  -- DURATION = ");
	if (a->seconds_hard > 0)
		buf_addf(b, "%lld\n\n(seconds; %lld is what this service allows at most)",
			 (long long)a->seconds_hard, (long long)a->seconds_hard);
	else
		buf_adds(b, "7200\n\n(seconds)");
	buf_adds(b, ", or for less: fewer rows (TOP), a smaller region, an indexed column in WHERE "
		    "(columns.txt tells which are).\n");
}

static void add_quota(struct buf *b, const struct advice_on *a)
{
	if (a->errnum == ENOSPC || a->errnum == EDQUOT)
		buf_adds(b,
			 "There is no room for the result. Free some, then `touch` the query.\n");
	else if (matches(a->message, "quota|too many (jobs|queries|requests)"))
		buf_adds(b, "The service holds as much of yours as it wants to. Make room: `ls "
			    "jobs/` shows your jobs there, and rmdir deletes one. Then `touch` the "
			    "query.\n");
}

static void add_signin(struct buf *b, const struct advice_on *a)
{
	if (a->errnum != EACCES && a->errnum != EPERM)
		return;
	if (!strstr(a->message, "token_file")) /* it says so itself */
		buf_adds(b, "This needs another sign-in than this mount has: see the options auth, "
			    "user and "
			    "token_file in tapfs.ini(5).\n");
	if (*a->signin_hint)
		buf_addf(b, "%s\n", a->signin_hint);
}

/* The server's certificate; the message names the ways to trust it. */
static void add_trust(struct buf *b, const struct advice_on *a)
{
	if (a->errnum == EPROTO && strstr(a->message, "ca_file"))
		buf_adds(b, "The query was not sent, and is not at fault. Once the authority is "
			    "trusted, mount anew and `touch` the query.\n");
}

char *advice_on(const struct advice_on *a)
{
	static void (*const kinds[])(struct buf *, const struct advice_on *) = {
	    advise_place, add_tables, add_columns, add_time, add_quota, add_signin, add_trust};
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		size_t before = b.len;

		if (before)
			buf_addc(&b, '\n');
		kinds[i](&b, a);
		if (b.len == before + 1 && before)
			b.data[b.len = before] = '\0';
	}
	return buf_steal(&b);
}
