/* advice_names.c: names of tables and columns that are like what a query has; see advice.h. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/near.h"
#include "base/text/match.h"
#include "table/adql_words.h"
#include "tap/query/advice_inside.h"

#define NEAREST 3 /* names suggested at most */

#define NOT_KNOWN                                                                             \
	"unknown|no such|not (be )?(found|exist|located|resolved)|does not exist|unresolved|" \
	"undefined|invalid|locate|missing"

static bool is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.' || (unsigned char)c >= 0x80;
}

/* The next word of the message that may be a name; NULL at the end; caller owns. */
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
	size_t i = l->n;

	for (size_t k = 0; k < l->n; k++)
		if (strcasecmp(l->name[k], name) == 0)
			return; /* of another table */
	i = l->n < NEAREST ? l->n++ : NEAREST;
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

static void add_nearest(struct buf *b, const char *what, const char *word, const struct nearest *l)
{
	buf_addf(b, "There is no %s %s here. The nearest names:", what, word);
	for (size_t i = 0; i < l->n; i++)
		buf_addf(b, "%s %s", i ? "," : "", l->name[i]);
	buf_addc(b, '\n');
}

static size_t likeness(const char *word)
{
	return strlen(word) / 3 + 1;
}

/* --- tables --- */

/* A name without its schema, where the word has none either. */
static const char *comparable(const char *table, const char *word)
{
	const char *dot = strrchr(table, '.');

	return dot && !strchr(word, '.') ? dot + 1 : table;
}

/* False if the word is a table's name. */
static bool nearest_tables(const struct catalog_names *names, const char *word, struct nearest *l)
{
	size_t limit = likeness(word);

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

void advise_tables(struct buf *b, const struct advice_on *a)
{
	const char *at = a->message;
	char *next;

	if (!a->names || !text_matches(a->message, "table|relation|identifier") ||
	    !text_matches(a->message, NOT_KNOWN))
		return;
	while ((next = next_name(&at))) {
		CLEANUP_FREE char *word = next;
		struct nearest l = {0};

		if (strlen(word) < 3 || (a->query && !query_has(a->query, word)) ||
		    strcasecmp(word, "table") == 0 || !nearest_tables(a->names, word, &l) || !l.n)
			continue;
		add_nearest(b, "table", word, &l);
		buf_adds(b, "`ls schemas/` shows all tables.\n");
		return;
	}
}

/* --- columns --- */

static bool is_of_a_column(const struct advice_on *a)
{
	return a->names && a->query && text_matches(a->message, "column|field|identifier") &&
	       text_matches(a->message, NOT_KNOWN);
}

static bool query_has_table(const struct advice_on *a, const struct catalog_table *t)
{
	return query_has(a->query, t->name) || query_has(a->query, t->told);
}

size_t advice_tables(const struct advice_on *a, const char **tables, size_t most)
{
	size_t n = 0;

	if (!is_of_a_column(a))
		return 0;
	for (size_t i = 0; i < a->names->ntables && n < most; i++)
		if (query_has_table(a, &a->names->tables[i]))
			tables[n++] = a->names->tables[i].name;
	return n;
}

/* False if the word is a column's name. */
static bool nearest_columns(const struct advice_on *a, const char *word, struct nearest *l)
{
	size_t limit = likeness(word);

	for (size_t t = 0; t < a->ndetails; t++) {
		for (size_t i = 0; i < a->details[t]->ncolumns; i++) {
			const char *name = a->details[t]->columns[i].name;
			size_t d = near_distance(word, name, limit);

			if (d == 0)
				return false;
			if (d <= limit)
				nearest_add(l, name, d);
		}
	}
	return true;
}

/* Words that are marked as names, then any. */
static bool word_is_marked(const char *message, const char *end, const char *word)
{
	const char *begin = end - strlen(word);

	return begin > message && strchr("\"'`<[", begin[-1]);
}

/* The first word of the message that is in the query, and may be a column that is not there. */
static bool name_nearest_columns(struct buf *b, const struct advice_on *a, bool marked)
{
	const char *at = a->message;
	char *next;

	while ((next = next_name(&at))) {
		CLEANUP_FREE char *word = next;
		const char *dot = strrchr(word, '.');
		const char *column = dot ? dot + 1 : word; /* t.ra */
		struct nearest l = {0};

		if (strlen(column) < 2 || adql_is_reserved(column) || !query_has(a->query, word) ||
		    (marked && !word_is_marked(a->message, at, word)) ||
		    isdigit((unsigned char)*column) || !nearest_columns(a, column, &l) || !l.n)
			continue;
		add_nearest(b, "column", word, &l);
		return true;
	}
	return false;
}

/* The nearest ones, and where the columns of the query's tables stand. */
void advise_columns(struct buf *b, const struct advice_on *a)
{
	bool any = false;

	if (!is_of_a_column(a))
		return;
	if (a->ndetails && !name_nearest_columns(b, a, true))
		name_nearest_columns(b, a, false);
	for (size_t s = 0; s < a->names->nschemas; s++) {
		const struct catalog_schema *schema = &a->names->schemas[s];

		for (size_t i = 0; i < schema->count; i++) {
			const struct catalog_table *t = &a->names->tables[schema->first + i];

			if (!query_has_table(a, t))
				continue;
			buf_addf(b, "%s  schemas/%s/%s/columns.txt\n",
				 any ? "" : "Available columns:\n", schema->path, t->path);
			any = true;
		}
	}
}
