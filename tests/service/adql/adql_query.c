/*
 * adql_query.c: queries as SQL: select lists, set operations, order and limits.
 *
 * The columns of the n-th query are qNc1, qNc2 … in SQL, so that no two can be
 * mistaken; their ADQL names, made unique, are in query_columns only.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/service/adql/adql_sql.h"

#define MAX_COLUMNS 1999 /* SQLite's limit is 2000, and EXCEPT ALL needs one more */

static bool name_taken(const struct query_columns *q, const char *name)
{
	for (size_t i = 0; i < q->n; i++)
		if (!strcasecmp(q->columns[i].name, name))
			return true;
	return false;
}

static void add_column(struct translator *t, struct query_columns *q, struct svc_column col,
		       struct adql_place at)
{
	const char *name = col.name;
	size_t n = q->n;

	if (q->n == MAX_COLUMNS)
		adql_fail(t->adql, at, "a query has at most %d columns", MAX_COLUMNS);

	for (int i = 2; name_taken(q, col.name); i++)
		col.name = arena_printf(&t->adql->arena, "%s_%d", name, i);
	ADQL_APPEND(t->adql, q->at, n, at);
	ADQL_APPEND(t->adql, q->columns, q->n, col);
}

/* What a column is called that has no alias: its own name, or that of the function. */
static const char *default_name(struct translator *t, const struct adql_expr *e, size_t i)
{
	char *name;

	if (e->kind != EXPR_CALL)
		return arena_printf(&t->adql->arena, "col%zu", i + 1);
	name = arena_strndup(&t->adql->arena, e->text, strlen(e->text));
	for (char *c = name; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return name;
}

static void add_star(struct translator *t, const struct scope *s,
		     const struct scope_column *columns, size_t n, struct adql_place at,
		     struct query_columns *q, struct text *out)
{
	for (size_t i = 0; i < n; i++) {
		size_t loose = t->nloose;

		adql_group_note(t, s->grouping, columns[i].col.name, at);
		adql_group_match(t, s, columns[i].sql, loose);
		adql_group_item(t, s->grouping, columns[i].sql, loose, false);
		add_column(t, q, columns[i].col, at);
		text_addf(out, "%s%s AS %s%zu", q->n > 1 ? ", " : "", columns[i].sql, q->prefix,
			  q->n);
	}
}

static void add_value(struct translator *t, struct scope *s, const struct adql_item *item,
		      struct query_columns *q, struct text *out)
{
	size_t from, loose = t->nloose;
	bool used = s->grouping->used;
	struct adql_value v;

	if (q->n)
		text_add(out, ", ");
	from = out->len;
	s->grouping->used = false; /* to see whether this one has an aggregate */
	v = adql_value_sql(t, s, item->expr, out);
	adql_group_item(t, s->grouping, arena_printf(&t->adql->arena, "%s", text_str(out) + from),
			loose, s->grouping->used);
	s->grouping->used |= used;
	if (v.is_null) {
		v.col.type = SVC_CHAR;
		v.col.arraysize = "*";
	}
	if (item->alias.text)
		v.col.name = item->alias.text;
	else if (!v.col.name)
		v.col.name = default_name(t, item->expr, q->n);
	add_column(t, q, v.col, item->expr->at);
	text_addf(out, " AS %s%zu", q->prefix, q->n);
}

static void add_item(struct translator *t, struct scope *s, const struct adql_item *item,
		     struct query_columns *q, struct text *out)
{
	struct scope own = *s;
	const struct scope *owner;
	const struct scope_table *st;

	if (!item->star) {
		add_value(t, s, item, q, out);
		return;
	}
	if (!item->nnames) {
		add_star(t, s, s->visible, s->nvisible, item->at, q, out);
		return;
	}
	own.outer = NULL;
	st = scope_find_table(t, &own, item->names, item->nnames, &owner);
	add_star(t, s, st->columns, st->ncolumns, item->at, q, out);
}

/* The result's own columns, as ORDER BY may name them. */
static struct scope *result_scope(struct translator *t, struct scope *outer,
				  const struct query_columns *q)
{
	struct scope *s = arena_alloc(&t->adql->arena, sizeof(*s));

	s->outer = outer;
	s->grouping = outer ? outer->grouping : NULL;
	s->is_result = true;
	for (size_t i = 0; i < q->n; i++) {
		struct scope_column c = {.col = q->columns[i]};

		c.sql = arena_printf(&t->adql->arena, "%s%zu", q->prefix, i + 1);
		ADQL_APPEND(t->adql, s->visible, s->nvisible, c);
	}
	return s;
}

static void order_by(struct translator *t, struct scope *s, const struct adql_query *query,
		     const struct query_columns *q, struct text *out)
{
	struct scope *own = result_scope(t, s, q);

	for (size_t i = 0; i < query->norder_by; i++) {
		const struct adql_order *o = &query->order_by[i];

		text_add(out, i ? ", " : " ORDER BY ");
		if (o->expr->kind == EXPR_NUMBER && o->expr->is_integer) {
			long n = strtol(o->expr->text, NULL, 0);

			if (n < 1 || (size_t)n > q->n)
				adql_fail(t->adql, o->expr->at,
					  "ORDER BY %s: the result has the columns 1 to %zu",
					  o->expr->text, q->n);
			text_addf(out, "%ld", n);
		} else {
			adql_value_sql(t, own, o->expr, out);
		}
		text_add(out, o->descending ? " DESC" : " ASC");
	}
}

static struct query_columns select_sql(struct translator *t, struct scope *outer,
				       const struct adql_query *query, struct text *out)
{
	struct text from = {.arena = &t->adql->arena};
	struct query_columns q = {.prefix = arena_printf(&t->adql->arena, "q%dc", ++t->nqueries)};
	struct scope *s = adql_from_sql(t, outer, query->from, &from);
	struct grouping *g = arena_alloc(&t->adql->arena, sizeof(*g));

	adql_group_begin(t, s, query, g);
	text_add(out, query->distinct ? "SELECT DISTINCT " : "SELECT ");
	for (size_t i = 0; i < query->nitems; i++)
		add_item(t, s, &query->items[i], &q, out);
	text_addf(out, " FROM %s", text_str(&from));
	if (query->where) {
		text_add(out, " WHERE ");
		g->clause = "WHERE";
		adql_condition_sql(t, s, query->where, out);
	}
	g->clause = NULL;
	adql_group_sql(t, s, query, &q, out);
	if (query->having) {
		text_add(out, " HAVING ");
		adql_condition_sql(t, s, query->having, out);
	}
	order_by(t, s, query, &q, out);
	adql_group_end(t, query, g);
	return q;
}

static void column_list(struct text *out, const struct query_columns *q)
{
	for (size_t i = 1; i <= q->n; i++)
		text_addf(out, "%s%s%zu", i > 1 ? ", " : "", q->prefix, i);
}

/* One side of a set operation, as a query that has neither order nor limit. */
static void set_operand(struct text *out, const struct text *query, const struct query_columns *q,
			bool numbered)
{
	text_add(out, "SELECT ");
	column_list(out, q);
	if (numbered) {
		/* EXCEPT ALL and INTERSECT ALL: the first of equal rows is no. 1, and so on. */
		text_add(out, ", ROW_NUMBER() OVER (PARTITION BY ");
		column_list(out, q);
		text_add(out, ") AS nth");
	}
	text_addf(out, " FROM (%s)", text_str(query));
}

static struct query_columns set_sql(struct translator *t, struct scope *outer,
				    const struct adql_query *query, struct text *out)
{
	static const char *const words[] = {"", "UNION", "EXCEPT", "INTERSECT"};
	struct text left = {.arena = &t->adql->arena}, right = left;
	struct query_columns l = adql_query_sql(t, outer, query->left, &left);
	struct query_columns r = adql_query_sql(t, outer, query->right, &right);
	bool numbered = query->all && query->set != SET_UNION;

	if (l.n != r.n)
		adql_fail(t->adql, query->at, "%s joins a query of %zu columns with one of %zu",
			  words[query->set], l.n, r.n);
	for (size_t i = 0; i < l.n; i++) {
		struct adql_value a = {.col = l.columns[i]}, b = {.col = r.columns[i]};

		l.columns[i] = adql_common_type(t, query->at, a, b).col;
		l.columns[i].name = a.col.name;
	}
	text_add(out, "SELECT ");
	column_list(out, &l);
	text_add(out, " FROM (");
	set_operand(out, &left, &l, numbered);
	text_addf(out, " %s%s ", words[query->set],
		  query->all && query->set == SET_UNION ? " ALL" : "");
	set_operand(out, &right, &r, numbered);
	text_add(out, ")");
	order_by(t, NULL, query, &l, out);
	return l;
}

static void with_sql(struct translator *t, const struct adql_query *query, struct text *out)
{
	for (size_t i = 0; i < query->nwith; i++) {
		struct with_scope *w = arena_alloc(&t->adql->arena, sizeof(*w));

		w->sql = arena_printf(&t->adql->arena, "w%d", ++t->ntables);
		w->name = query->with[i].name;
		text_addf(out, "%s%s AS (", i ? ", " : "WITH ", w->sql);
		w->columns = adql_query_sql(t, NULL, query->with[i].query, out);
		text_add(out, i + 1 < query->nwith ? ")" : ") ");
		w->outer = t->with;
		t->with = w;
	}
}

struct query_columns adql_query_sql(struct translator *t, struct scope *outer,
				    const struct adql_query *query, struct text *out)
{
	struct with_scope *with = t->with;
	struct query_columns q;

	adql_deeper(t, query->at);
	with_sql(t, query, out);
	if (query->set == SET_NONE)
		q = select_sql(t, outer, query, out);
	else
		q = set_sql(t, outer, query, out);
	if (query->top >= 0 || query->offset >= 0)
		text_addf(out, " LIMIT %lld", (long long)query->top);
	if (query->offset >= 0)
		text_addf(out, " OFFSET %lld", (long long)query->offset);
	t->with = with;
	adql_higher(t);
	return q;
}

void adql_deeper(struct translator *t, struct adql_place at)
{
	if (++t->depth <= t->max_depth)
		return;
	t->max_depth = t->depth;
	t->deepest = at;
}

void adql_higher(struct translator *t)
{
	t->depth--;
}

bool adql_to_sql(struct adql *a, const struct catalog *catalog, const char *query,
		 struct adql_result *out)
{
	struct translator t = {.adql = a, .catalog = catalog};
	struct text sql = {.arena = &a->arena};
	struct query_columns q;

	a->error = NULL;
	if (setjmp(a->failed))
		return false;
	q = adql_query_sql(&t, NULL, adql_parse(a, query), &sql);
	out->sql = text_str(&sql);
	out->ncolumns = q.n;
	out->columns = q.columns;
	out->at = q.at;
	out->deepest = t.deepest;
	return true;
}
