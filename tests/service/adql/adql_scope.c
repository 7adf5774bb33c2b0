/*
 * adql_scope.c: FROM, and what the names in a query mean.
 *
 * Every table gets a name of ours (t1, t2 …) so that no name of the query can
 * hide another. NATURAL and USING are written out as ON with the merged column
 * as COALESCE(left, right), which is right for outer joins too (SQL-92 §7.5).
 */
#include <string.h>
#include <strings.h>

#include "tests/service/adql/adql_sql.h"

#define MAX_TABLES 64 /* SQLite's own limit */

static const char *dotted(struct translator *t, const struct adql_name *names, size_t n)
{
	struct text out = {.arena = &t->adql->arena};

	for (size_t i = 0; i < n; i++)
		text_addf(&out, "%s%s", i ? "." : "", names[i].text);
	return text_str(&out);
}

static bool table_matches(const struct scope_table *st, const struct adql_name *names, size_t n)
{
	if (st->alias.text)
		return n == 1 && (st->alias.quoted ? svc_name_matches(&names[0], st->alias.text)
						   : !strcasecmp(names[0].text, st->alias.text));
	if (n == 2 && !svc_name_matches(&names[0], st->schema))
		return false;
	return n <= 2 && svc_name_matches(&names[n - 1], st->name);
}

const struct scope_table *scope_find_table(struct translator *t, const struct scope *s,
					   const struct adql_name *names, size_t n,
					   const struct scope **owner)
{
	for (; s; s = s->outer)
		for (size_t i = 0; i < s->ntables; i++)
			if (table_matches(s->tables[i], names, n)) {
				*owner = s;
				return s->tables[i];
			}
	adql_fail(t->adql, names[0].at, "no table named \"%s\" stands in this FROM",
		  dotted(t, names, n));
}

static const struct scope_column *find_in(struct translator *t, const struct adql_name *name,
					  const struct scope_column *columns, size_t n)
{
	const struct scope_column *found = NULL;

	for (size_t i = 0; i < n; i++) {
		if (!svc_name_matches(name, columns[i].col.name))
			continue;
		if (found)
			adql_fail(t->adql, name->at,
				  "the column \"%s\" is in more than one table: "
				  "write the table's name in front of it",
				  name->text);
		found = &columns[i];
	}
	return found;
}

const struct scope_column *scope_find(struct translator *t, const struct scope *s,
				      const struct adql_expr *e, const struct scope **owner)
{
	const struct adql_name *name = &e->names[e->nnames - 1];
	const struct scope_column *c = NULL;

	if (e->nnames > 1) {
		const struct scope_table *st =
		    scope_find_table(t, s, e->names, e->nnames - 1, owner);

		c = find_in(t, name, st->columns, st->ncolumns);
		if (!c)
			adql_fail(t->adql, name->at, "the table \"%s\" has no column \"%s\"",
				  dotted(t, e->names, e->nnames - 1), name->text);
		return c;
	}
	for (; s && !c; s = s->outer) {
		c = find_in(t, name, s->visible, s->nvisible);
		*owner = s;
	}
	if (!c)
		adql_fail(t->adql, name->at, "unknown column \"%s\"%s", name->text,
			  name->quoted ? " (in double quotes, upper and lower case differ)" : "");
	return c;
}

static struct scope *new_scope(struct translator *t, struct scope *outer)
{
	struct scope *s = arena_alloc(&t->adql->arena, sizeof(*s));

	s->outer = outer;
	return s;
}

static void add_visible(struct translator *t, struct scope *s, struct scope_column c)
{
	ADQL_APPEND(t->adql, s->visible, s->nvisible, c);
}

/* A scope of one table whose columns are all visible. */
static struct scope *table_scope(struct translator *t, struct scope *outer, struct scope_table *st)
{
	struct scope *s = new_scope(t, outer);

	ADQL_APPEND(t->adql, s->tables, s->ntables, st);
	s->visible = st->columns;
	s->nvisible = st->ncolumns;
	return s;
}

static struct scope_table *new_table(struct translator *t, const struct adql_from *f, size_t n)
{
	struct scope_table *st = arena_alloc(&t->adql->arena, sizeof(*st));

	st->alias = f->alias;
	st->ncolumns = n;
	st->columns = arena_alloc(&t->adql->arena, n * sizeof(*st->columns));
	return st;
}

/* The columns of a subquery or of a WITH. */
static struct scope_table *derived_table(struct translator *t, const struct adql_from *f,
					 const char *alias, const struct query_columns *q)
{
	struct scope_table *st = new_table(t, f, q->n);

	for (size_t i = 0; i < q->n; i++) {
		st->columns[i].col = q->columns[i];
		st->columns[i].sql =
		    arena_printf(&t->adql->arena, "%s.%s%zu", alias, q->prefix, i + 1);
	}
	return st;
}

static const struct with_scope *find_with(struct translator *t, const struct adql_from *f)
{
	for (const struct with_scope *w = t->with; w; w = w->outer)
		if (f->nnames == 1 &&
		    (w->name.quoted ? svc_name_matches(&f->names[0], w->name.text)
				    : !strcasecmp(f->names[0].text, w->name.text)))
			return w;
	return NULL;
}

static struct scope *catalog_scope(struct translator *t, struct scope *outer,
				   const struct adql_from *f, struct text *out)
{
	const struct catalog_table *table = svc_catalog_find(t->catalog, f->names, f->nnames);
	const struct catalog_table *like;
	struct scope_table *st;
	const char *alias;

	if (!table) {
		if (f->nnames == 2 && !strcasecmp(f->names[0].text, "TAP_UPLOAD"))
			adql_fail(t->adql, f->at, "no table \"%s\" came along as an UPLOAD",
				  f->names[1].text);
		like = svc_catalog_like(t->catalog, f->names[f->nnames - 1].text);
		adql_fail(t->adql, f->at, "unknown table \"%s\"%s%s%s",
			  dotted(t, f->names, f->nnames), like ? "; there is " : "",
			  like ? like->tap_name : "", like ? "" : " (see TAP_SCHEMA.tables)");
	}
	alias = arena_printf(&t->adql->arena, "t%d", ++t->ntables);
	text_addf(out, "%s AS %s", table->source, alias);
	st = new_table(t, f, table->ncolumns);
	st->schema = table->schema;
	st->name = table->name;
	for (size_t i = 0; i < table->ncolumns; i++) {
		struct text sql = {.arena = &t->adql->arena};

		text_addf(&sql, "%s.", alias);
		text_add_quoted(&sql, table->columns[i].field.name, '"');
		st->columns[i].sql = text_str(&sql);
		st->columns[i].col = table->columns[i].field;
	}
	return table_scope(t, outer, st);
}

static struct scope *with_from(struct translator *t, struct scope *outer, const struct adql_from *f,
			       const struct with_scope *w, struct text *out)
{
	const char *alias = arena_printf(&t->adql->arena, "t%d", ++t->ntables);
	struct scope_table *st = derived_table(t, f, alias, &w->columns);

	text_addf(out, "%s AS %s", w->sql, alias);
	if (!st->alias.text)
		st->alias = w->name;
	return table_scope(t, outer, st);
}

static struct scope *subquery_scope(struct translator *t, struct scope *outer,
				    const struct adql_from *f, struct text *out)
{
	struct query_columns q;
	const char *alias;

	text_add(out, "(");
	q = adql_query_sql(t, NULL, f->query, out);
	alias = arena_printf(&t->adql->arena, "t%d", ++t->ntables);
	text_addf(out, ") AS %s", alias);
	return table_scope(t, outer, derived_table(t, f, alias, &q));
}

static void add_tables(struct translator *t, struct scope *s, const struct scope *from)
{
	for (size_t i = 0; i < from->ntables; i++) {
		struct scope_table *st = from->tables[i];

		for (size_t k = 0; k < s->ntables && st->alias.text; k++)
			if (table_matches(s->tables[k], &st->alias, 1))
				adql_fail(t->adql, st->alias.at,
					  "two tables are named \"%s\": give one another alias",
					  st->alias.text);
		ADQL_APPEND(t->adql, s->tables, s->ntables, st);
	}
}

/* The column named in USING, on one side of the join. */
static const struct scope_column *using_column(struct translator *t, const struct scope *side,
					       const struct adql_name *name)
{
	const struct scope_column *c = find_in(t, name, side->visible, side->nvisible);

	if (!c)
		adql_fail(t->adql, name->at, "USING needs \"%s\" in both tables", name->text);
	return c;
}

/* NATURAL: the columns of the same name, in the order of the left table. */
static void natural_names(struct translator *t, const struct scope *left, const struct scope *right,
			  struct adql_name **names, size_t *n)
{
	for (size_t i = 0; i < left->nvisible; i++) {
		struct adql_name name = {left->visible[i].col.name, false, {1, 1}};

		if (find_in(t, &name, right->visible, right->nvisible))
			ADQL_APPEND(t->adql, *names, *n, name);
	}
}

static bool is_named(const struct scope_column *c, const struct adql_name *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (svc_name_matches(&names[i], c->col.name))
			return true;
	return false;
}

static void merge(struct translator *t, struct scope *s, const struct scope *left,
		  const struct scope *right, const struct adql_name *names, size_t n,
		  struct text *out)
{
	for (size_t i = 0; i < n; i++) {
		const struct scope_column *l = using_column(t, left, &names[i]);
		const struct scope_column *r = using_column(t, right, &names[i]);
		struct scope_column both = *l;
		struct adql_value a = {.col = l->col}, b = {.col = r->col};

		adql_check_comparable(t, names[i].at, &a, &b);
		text_addf(out, "%s%s = %s", i ? " AND " : " ON ", l->sql, r->sql);
		/* Of several joins one COALESCE of all, not one in another. */
		both.merged =
		    arena_printf(&t->adql->arena, "%s, %s", l->merged ? l->merged : l->sql,
				 r->merged ? r->merged : r->sql);
		both.sql = arena_printf(&t->adql->arena, "COALESCE(%s)", both.merged);
		add_visible(t, s, both);
	}
	for (size_t i = 0; i < left->nvisible; i++)
		if (!is_named(&left->visible[i], names, n))
			add_visible(t, s, left->visible[i]);
	for (size_t i = 0; i < right->nvisible; i++)
		if (!is_named(&right->visible[i], names, n))
			add_visible(t, s, right->visible[i]);
}

static struct scope *join_scope(struct translator *t, struct scope *outer,
				const struct adql_from *f, struct text *out)
{
	/* SQLite's CROSS JOIN would fix the order of the loops; JOIN does not. */
	static const char *const words[] = {" JOIN ", " JOIN ", " LEFT JOIN ", " RIGHT JOIN ",
					    " FULL JOIN "};
	struct scope *left = adql_from_sql(t, outer, f->left, out);
	struct scope *s = new_scope(t, outer);
	struct adql_name *names = f->using_names;
	size_t n = f->nusing;
	struct scope *right;

	text_add(out, words[f->join]);
	if (f->right->kind == FROM_JOIN)
		text_add(out, "(");
	right = adql_from_sql(t, outer, f->right, out);
	if (f->right->kind == FROM_JOIN)
		text_add(out, ")");
	add_tables(t, s, left);
	add_tables(t, s, right);
	if (s->ntables > MAX_TABLES)
		adql_fail(t->adql, f->right->at, "a query joins at most %d tables", MAX_TABLES);
	if (f->natural)
		natural_names(t, left, right, &names, &n);
	merge(t, s, left, right, names, n, out);
	if (f->on) {
		text_add(out, " ON ");
		adql_condition_sql(t, s, f->on, out);
	} else if (f->join > JOIN_INNER && !n) {
		text_add(out, " ON 1");
	}
	return s;
}

struct scope *adql_from_sql(struct translator *t, struct scope *outer, const struct adql_from *f,
			    struct text *out)
{
	const struct with_scope *w;

	switch (f->kind) {
	case FROM_QUERY: return subquery_scope(t, outer, f, out);
	case FROM_JOIN: return join_scope(t, outer, f, out);
	case FROM_TABLE: break;
	}
	w = find_with(t, f);
	return w ? with_from(t, outer, f, w, out) : catalog_scope(t, outer, f, out);
}
