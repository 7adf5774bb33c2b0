/*
 * adql_group.c: GROUP BY, and what may stand where aggregates are (ADQL 2.1 §2.2, SQL-92 §7.9).
 *
 * While a query is translated, each column that stands outside an aggregate is noted as loose. What
 * proves to be one of GROUP BY's expressions is not loose any more: the same expression is the same
 * SQL. A query with groups that is left with a loose column is refused.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/service/adql/adql_sql.h"
#include "tests/service/adql/functions.h"

static void drop_loose(struct translator *t, const struct grouping *g, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (t->loose[i].grouping == g)
			t->loose[i].grouping = NULL;
}

void adql_group_note(struct translator *t, struct grouping *g, const char *name,
		     struct adql_place at)
{
	struct loose_column c = {.grouping = g, .name = name, .at = at};

	if (g && !g->clause && !g->open)
		ADQL_APPEND(t->adql, t->loose, t->nloose, c);
}

void adql_group_column(struct translator *t, const struct scope *s, const struct scope *owner,
		       const struct adql_expr *e)
{
	for (; s && s != owner; s = s->outer)
		if (s->grouping && s->grouping->open && s->grouping != owner->grouping)
			s->grouping->outer_columns++;
	if (!owner->grouping || owner->is_result)
		return;
	owner->grouping->own_columns += owner->grouping->open;
	adql_group_note(t, owner->grouping, e->names[e->nnames - 1].text, e->at);
}

/* Equal but for the places in the query that stand in them. */
static bool same_sql(const char *a, const char *b)
{
	for (; *a && *a == *b; a++, b++) {
		if (*a != *PLACE_MARK)
			continue;
		a += strcspn(a, "'");
		b += strcspn(b, "'");
		if (!*a || !*b)
			break;
	}
	return *a == *b;
}

static bool is_grouped(const struct grouping *g, const char *sql)
{
	for (size_t i = 0; i < g->nsql; i++)
		if (same_sql(g->sql[i], sql))
			return true;
	return false;
}

void adql_group_match(struct translator *t, const struct scope *s, const char *sql,
		      size_t loose_before)
{
	if (t->nloose == loose_before)
		return;
	for (; s; s = s->outer)
		if (s->grouping && is_grouped(s->grouping, sql))
			drop_loose(t, s->grouping, loose_before, t->nloose);
}

struct scope *adql_aggregate_begin(struct translator *t, struct scope *s, const struct adql_expr *e)
{
	/* What ORDER BY aggregates are FROM's columns, not the result's. */
	struct scope *own = s && s->is_result ? s->outer : s;
	struct grouping *g = own ? own->grouping : NULL;

	if (!g || g->clause)
		adql_fail(t->adql, e->at, "the aggregate %s cannot stand in %s", e->text,
			  g ? g->clause : "a JOIN's ON or behind a set operation");
	if (g->open)
		adql_fail(t->adql, e->at, "the aggregate %s cannot stand in another one", e->text);
	g->open = g->used = true;
	g->own_columns = g->outer_columns = 0;
	return own;
}

void adql_aggregate_end(struct translator *t, struct scope *own, const struct adql_expr *e)
{
	struct grouping *g = own->grouping;

	g->open = false;
	if (g->outer_columns && !g->own_columns)
		adql_fail(t->adql, e->at, "%s is given columns of an outer query only", e->text);
}

/* Is it a name of the select list, and none of FROM's columns? */
static bool is_alias(const struct scope *s, const struct adql_expr *e)
{
	if (e->kind != EXPR_COLUMN || e->nnames != 1)
		return false;
	for (; s; s = s->outer)
		for (size_t i = 0; i < s->nvisible; i++)
			if (svc_name_matches(&e->names[0], s->visible[i].col.name))
				return false;
	return true;
}

void adql_group_begin(struct translator *t, struct scope *s, const struct adql_query *query,
		      struct grouping *g)
{
	size_t before = t->nloose;

	s->grouping = g;
	g->clause = "GROUP BY";
	for (size_t i = 0; i < query->ngroup_by; i++) {
		const struct adql_expr *e = query->group_by[i];
		struct text sql = {.arena = &t->adql->arena};
		const char *done;

		if (e->kind == EXPR_NUMBER || is_alias(s, e))
			continue; /* a column of the select list: see adql_group_sql */
		adql_value_sql(t, s, e, &sql);
		done = text_str(&sql);
		ADQL_APPEND(t->adql, g->sql, g->nsql, done);
	}
	drop_loose(t, g, before, t->nloose);
	g->clause = NULL;
}

void adql_group_item(struct translator *t, struct grouping *g, const char *sql, size_t loose_before,
		     bool aggregate)
{
	struct group_item item = {sql, loose_before, t->nloose, aggregate};

	ADQL_APPEND(t->adql, g->items, g->nitems, item);
}

/* Which column of the select list is grouped by, from 0. */
static size_t item_of(struct translator *t, const struct adql_expr *e,
		      const struct query_columns *q)
{
	size_t found = q->n;
	long n;

	if (e->kind == EXPR_NUMBER) {
		n = strtol(e->text, NULL, 0);
		if (!e->is_integer || n < 1 || (size_t)n > q->n)
			adql_fail(t->adql, e->at, "GROUP BY %s: there is no such column", e->text);
		return (size_t)n - 1;
	}
	for (size_t i = 0; i < q->n; i++)
		if (svc_name_matches(&e->names[0], q->columns[i].name))
			found = i;
	if (found == q->n)
		adql_fail(t->adql, e->at, "unknown column \"%s\"", e->names[0].text);
	return found;
}

void adql_group_sql(struct translator *t, struct scope *s, const struct adql_query *query,
		    const struct query_columns *q, struct text *out)
{
	struct grouping *g = s->grouping;
	size_t next = 0;

	for (size_t i = 0; i < query->ngroup_by; i++) {
		const struct adql_expr *e = query->group_by[i];
		const struct group_item *item;
		size_t n;

		text_add(out, i ? ", " : " GROUP BY ");
		if (e->kind != EXPR_NUMBER && !is_alias(s, e)) {
			/* Not as a number alone: that would be a column's. */
			text_addf(out, "(%s)", g->sql[next++]);
			continue;
		}
		n = item_of(t, e, q);
		item = &g->items[n];
		if (item->aggregate)
			adql_fail(t->adql, e->at, "GROUP BY cannot take an aggregate");
		drop_loose(t, g, item->loose_from, item->loose_to);
		ADQL_APPEND(t->adql, g->sql, g->nsql, item->sql);
		text_addf(out, "%zu", n + 1);
	}
}

void adql_group_end(struct translator *t, const struct adql_query *query, const struct grouping *g)
{
	bool groups = query->ngroup_by || g->used;

	if (query->having && !groups)
		adql_fail(t->adql, query->having->at, "HAVING needs GROUP BY or an aggregate");
	for (size_t i = 0; groups && i < t->nloose; i++)
		if (t->loose[i].grouping == g)
			adql_fail(t->adql, t->loose[i].at,
				  "the column \"%s\" is neither in GROUP BY nor in an aggregate",
				  t->loose[i].name);
	drop_loose(t, g, 0, t->nloose);
	while (t->nloose && !t->loose[t->nloose - 1].grouping)
		t->nloose--;
}
