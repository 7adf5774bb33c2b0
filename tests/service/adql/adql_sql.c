/*
 * adql_sql.c: expressions and conditions as SQL.
 *
 * Everything composed is put in parentheses, so that SQLite's precedence never
 * matters. Texts are SQL literals with their quotes doubled.
 */
#include "tests/service/adql/adql_sql.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void check_value(struct translator *t, const struct adql_expr *e, const struct adql_value *v)
{
	if (v->condition)
		adql_fail(t->adql, e->at, "a condition cannot stand here, only a value");
}

struct adql_value adql_value_sql(struct translator *t, struct scope *s, const struct adql_expr *e,
				 struct text *out)
{
	struct adql_value v = adql_expr_sql(t, s, e, out);

	check_value(t, e, &v);
	return v;
}

static void check_condition(struct translator *t, const struct adql_expr *e,
			    const struct adql_value *v)
{
	if (v->condition || v->is_null || (v->col.type == SVC_BOOLEAN && !v->col.arraysize))
		return;
	if (e->kind == EXPR_CALL)
		adql_fail(t->adql, e->at,
			  "expected a condition, found a value: compare it, as in 1 = %s(...)",
			  e->text);
	adql_fail(t->adql, e->at, "expected a condition, found a value");
}

void adql_condition_sql(struct translator *t, struct scope *s, const struct adql_expr *e,
			struct text *out)
{
	struct adql_value v = adql_expr_sql(t, s, e, out);

	check_condition(t, e, &v);
}

static struct adql_value truth(void)
{
	struct adql_value v = {.col = {.type = SVC_BOOLEAN}, .condition = true};

	return v;
}

static struct adql_value of_type(enum svc_type type, const char *arraysize)
{
	struct adql_value v = {.col = {.type = type, .arraysize = arraysize}};

	return v;
}

static struct adql_value number(const struct adql_expr *e, struct text *out)
{
	long long n;

	text_add(out, e->text);
	if (!e->is_integer)
		return of_type(SVC_DOUBLE, NULL);
	errno = 0;
	n = strtoll(e->text, NULL, 0);
	return of_type(errno ? SVC_DOUBLE : n > INT32_MAX ? SVC_LONG : SVC_INT, NULL);
}

static struct adql_value negate(struct translator *t, struct scope *s, const struct adql_expr *e,
				struct text *out)
{
	struct adql_value v;

	/* SQLite takes ORDER BY (-1) for a column's number, but not this. */
	text_addf(out, "(%s ", e->text);
	v = adql_value_sql(t, s, e->args[0], out);
	text_add(out, e->args[0]->kind == EXPR_NUMBER ? " + 0)" : ")");
	if (!adql_is_number(&v))
		adql_fail(t->adql, e->at, "\"%s\" needs a number, not %s", e->text,
			  adql_family(&v));
	v.col.name = NULL;
	v.col.description = NULL;
	return v;
}

static struct adql_value concatenation(struct translator *t, const struct adql_expr *e,
				       struct adql_value a, struct adql_value b)
{
	if ((!a.is_null && !adql_is_text(&a)) || (!b.is_null && !adql_is_text(&b)))
		adql_fail(t->adql, e->at, "\"||\" joins texts, not %s",
			  adql_is_text(&a) || a.is_null ? adql_family(&b) : adql_family(&a));
	return of_type(a.col.type == SVC_UNICODE_CHAR || b.col.type == SVC_UNICODE_CHAR
			   ? SVC_UNICODE_CHAR
			   : SVC_CHAR,
		       "*");
}

/*
 * The left operand, without parentheses of its own if its operator is of the same rank: they
 * nest no deeper then, however long the chain is. SQLite reads chains from the left as ADQL does.
 */
static struct adql_value left_operand(struct translator *t, struct scope *s,
				      const struct adql_expr *e, struct text *out)
{
	static const char *const ranks[] = {"+-", "*/", "||"};
	const struct adql_expr *left = e->args[0];
	size_t from = out->len;
	struct adql_value v = adql_expr_sql(t, s, left, out);
	bool chain = left->kind == e->kind && (e->kind == EXPR_AND || e->kind == EXPR_OR);

	for (size_t i = 0; i < 3 && e->kind == EXPR_ARITH && left->kind == EXPR_ARITH; i++)
		chain |= strchr(ranks[i], *e->text) && strchr(ranks[i], *left->text);
	if (chain) {
		memmove(out->s + from, out->s + from + 1, out->len - from - 2);
		out->len -= 2;
		out->s[out->len] = '\0';
	}
	return v;
}

static struct adql_value arithmetic(struct translator *t, struct scope *s,
				    const struct adql_expr *e, struct text *out)
{
	struct adql_value a, b, v;

	text_add(out, "(");
	a = left_operand(t, s, e, out);
	check_value(t, e->args[0], &a);
	text_addf(out, " %s ", e->text);
	b = adql_value_sql(t, s, e->args[1], out);
	text_add(out, ")");
	if (!strcmp(e->text, "||"))
		return concatenation(t, e, a, b);
	if (!adql_is_number(&a) || !adql_is_number(&b))
		adql_fail(t->adql, e->at, "\"%s\" needs numbers, not %s", e->text,
			  adql_family(adql_is_number(&a) ? &b : &a));
	v = adql_common_type(t, e->at, a, b);
	v = of_type(v.is_null ? SVC_DOUBLE : v.col.type, NULL);
	/* Sums of small integers may not be small any more. */
	if (svc_type_is_integer(v.col.type))
		v.col.type = SVC_LONG;
	if ((*e->text == '+' || *e->text == '-') && a.col.unit && b.col.unit &&
	    !strcmp(a.col.unit, b.col.unit))
		v.col.unit = a.col.unit;
	return v;
}

static struct adql_value comparison(struct translator *t, struct scope *s,
				    const struct adql_expr *e, struct text *out)
{
	struct adql_value a, b;

	text_add(out, "(");
	a = adql_value_sql(t, s, e->args[0], out);
	text_addf(out, " %s ", e->text);
	b = adql_value_sql(t, s, e->args[1], out);
	text_add(out, ")");
	adql_check_comparable(t, e->at, &a, &b);
	return truth();
}

static struct adql_value logic(struct translator *t, struct scope *s, const struct adql_expr *e,
			       struct text *out)
{
	struct adql_value left;

	text_add(out, e->kind == EXPR_NOT ? "(NOT " : "(");
	left = left_operand(t, s, e, out);
	check_condition(t, e->args[0], &left);
	if (e->kind != EXPR_NOT) {
		text_add(out, e->kind == EXPR_AND ? " AND " : " OR ");
		adql_condition_sql(t, s, e->args[1], out);
	}
	text_add(out, ")");
	return truth();
}

static struct adql_value between(struct translator *t, struct scope *s, const struct adql_expr *e,
				 struct text *out)
{
	struct adql_value v, low, high;

	text_add(out, "(");
	v = adql_value_sql(t, s, e->args[0], out);
	text_add(out, e->negated ? " NOT BETWEEN " : " BETWEEN ");
	low = adql_value_sql(t, s, e->args[1], out);
	text_add(out, " AND ");
	high = adql_value_sql(t, s, e->args[2], out);
	text_add(out, ")");
	adql_check_comparable(t, e->args[1]->at, &v, &low);
	adql_check_comparable(t, e->args[2]->at, &v, &high);
	return truth();
}

static struct query_columns one_column(struct translator *t, struct scope *s,
				       const struct adql_expr *e, struct text *out)
{
	struct query_columns q = adql_query_sql(t, s, e->query, out);

	if (q.n != 1)
		adql_fail(t->adql, e->query->at, "a subquery here must have one column, not %zu",
			  q.n);
	return q;
}

static struct adql_value in_list(struct translator *t, struct scope *s, const struct adql_expr *e,
				 struct text *out)
{
	struct adql_value v, item;

	text_add(out, "(");
	v = adql_value_sql(t, s, e->args[0], out);
	text_add(out, e->negated ? " NOT IN (" : " IN (");
	if (e->query) {
		item = (struct adql_value){.col = one_column(t, s, e, out).columns[0]};
		adql_check_comparable(t, e->query->at, &v, &item);
	}
	for (size_t i = 1; i < e->nargs; i++) {
		text_add(out, i > 1 ? ", " : "");
		item = adql_value_sql(t, s, e->args[i], out);
		adql_check_comparable(t, e->args[i]->at, &v, &item);
	}
	text_add(out, "))");
	return truth();
}

/* One character, known beforehand; of ILIKE no letter, as that compares lower case only. */
static void escape(struct translator *t, const struct adql_expr *e, bool any_case, struct text *out)
{
	size_t n = 0;

	for (const char *c = e->text; *c; c++)
		n += (*c & 0xc0) != 0x80;
	if (e->kind != EXPR_STRING || n != 1)
		adql_fail(t->adql, e->at, "ESCAPE needs a text of one character, as in ESCAPE '!'");
	if (any_case && isalpha((unsigned char)*e->text))
		adql_fail(t->adql, e->at, "ILIKE's ESCAPE cannot be a letter");
	text_add(out, " ESCAPE ");
	text_add_quoted(out, e->text, '\'');
}

static struct adql_value like(struct translator *t, struct scope *s, const struct adql_expr *e,
			      struct text *out)
{
	bool any_case = *e->text == 'I';

	text_add(out, any_case ? "(lower(" : "(");
	for (size_t i = 0; i < 2; i++) {
		struct adql_value v = adql_value_sql(t, s, e->args[i], out);

		if (!v.is_null && !adql_is_text(&v))
			adql_fail(t->adql, e->args[i]->at, "LIKE compares texts, not %s",
				  adql_family(&v));
		if (!i)
			text_addf(out, "%s %sLIKE %s", any_case ? ")" : "",
				  e->negated ? "NOT " : "", any_case ? "lower(" : "");
	}
	text_add(out, any_case ? ")" : "");
	if (e->nargs > 2)
		escape(t, e->args[2], any_case, out);
	text_add(out, ")");
	return truth();
}

/* CASE: the conditions or the operand's values, and the common type of what comes out. */
static struct adql_value case_sql(struct translator *t, struct scope *s, const struct adql_expr *e,
				  struct text *out)
{
	struct adql_value v = {.is_null = true}, operand = v, part;
	size_t i = 0;

	text_add(out, "(CASE");
	if (e->has_operand) {
		text_add(out, " ");
		operand = adql_value_sql(t, s, e->args[i++], out);
	}
	for (; i + 1 < e->nargs; i += 2) {
		text_add(out, " WHEN ");
		if (e->has_operand) {
			part = adql_value_sql(t, s, e->args[i], out);
			adql_check_comparable(t, e->args[i]->at, &operand, &part);
		} else {
			adql_condition_sql(t, s, e->args[i], out);
		}
		text_add(out, " THEN ");
		part = adql_value_sql(t, s, e->args[i + 1], out);
		v = adql_common_type(t, e->args[i + 1]->at, v, part);
	}
	if (e->has_else) {
		text_add(out, " ELSE ");
		part = adql_value_sql(t, s, e->args[i], out);
		v = adql_common_type(t, e->args[i]->at, v, part);
	}
	text_add(out, " END)");
	v.col.name = v.col.description = NULL;
	return v;
}

static struct adql_value cast(struct translator *t, struct scope *s, const struct adql_expr *e,
			      struct text *out)
{
	static const struct {
		const char *name, *sql;
		enum svc_type type;
	} types[] = {{"SMALLINT", "adql_whole", SVC_SHORT}, {"INTEGER", "adql_whole", SVC_INT},
		     {"INT", "adql_whole", SVC_INT},        {"BIGINT", "adql_whole", SVC_LONG},
		     {"REAL", "adql_real", SVC_FLOAT},      {"FLOAT", "adql_real", SVC_DOUBLE},
		     {"DOUBLE", "adql_real", SVC_DOUBLE},   {"NUMERIC", "adql_real", SVC_DOUBLE},
		     {"DECIMAL", "adql_real", SVC_DOUBLE},  {"CHAR", "CAST", SVC_CHAR},
		     {"VARCHAR", "CAST", SVC_CHAR},         {"TIMESTAMP", "CAST", SVC_CHAR}};
	struct adql_value v;

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (strcmp(types[i].name, e->text) != 0)
			continue;
		text_addf(out, "%s%s(", e->length ? "substr(" : "", types[i].sql);
		v = adql_value_sql(t, s, e->args[0], out);
		if (v.col.arraysize && !adql_is_text(&v))
			adql_fail(t->adql, e->at, "CAST cannot change %s", adql_family(&v));
		if (types[i].type == SVC_CHAR) {
			text_add(out, " AS TEXT)");
		} else {
			text_addf(out, ", '%s'", types[i].name);
			adql_place_sql(out, e->at);
		}
		if (e->length)
			text_addf(out, ", 1, %lld)", (long long)e->length);
		v = of_type(types[i].type, types[i].type == SVC_CHAR ? "*" : NULL);
		if (!strcmp(e->text, "TIMESTAMP"))
			v.col.xtype = "timestamp";
		return v;
	}
	adql_fail(t->adql, e->at, "unknown type \"%s\" in CAST", e->text);
}

static struct adql_value subquery(struct translator *t, struct scope *s, const struct adql_expr *e,
				  struct text *out)
{
	struct adql_value v = {.condition = false};

	text_add(out, e->kind == EXPR_EXISTS ? "EXISTS (" : "(");
	if (e->kind == EXPR_EXISTS)
		adql_query_sql(t, s, e->query, out), v = truth();
	else
		v.col = one_column(t, s, e, out).columns[0];
	text_add(out, ")");
	return v;
}

static struct adql_value is_null(struct translator *t, struct scope *s, const struct adql_expr *e,
				 struct text *out)
{
	text_add(out, "(");
	adql_value_sql(t, s, e->args[0], out);
	text_add(out, e->negated ? " IS NOT NULL)" : " IS NULL)");
	return truth();
}

static struct adql_value column(struct translator *t, struct scope *s, const struct adql_expr *e,
				struct text *out)
{
	const struct scope *owner;
	const struct scope_column *c = scope_find(t, s, e, &owner);
	struct adql_value v = {.col = c->col};

	adql_group_column(t, s, owner, e);
	text_add(out, c->sql);
	return v;
}

static struct adql_value expr(struct translator *t, struct scope *s, const struct adql_expr *e,
			      struct text *out)
{
	struct adql_value null = {.is_null = true};

	switch (e->kind) {
	case EXPR_NUMBER: return number(e, out);
	case EXPR_STRING: text_add_quoted(out, e->text, '\''); return of_type(SVC_CHAR, "*");
	case EXPR_NULL: text_add(out, "NULL"); return null;
	case EXPR_TRUTH:
		text_addf(out, "(%s + 0)", e->text); /* a number alone is a column's in ORDER BY */
		return of_type(SVC_BOOLEAN, NULL);
	case EXPR_COLUMN: return column(t, s, e, out);
	case EXPR_NEGATE: return negate(t, s, e, out);
	case EXPR_ARITH: return arithmetic(t, s, e, out);
	case EXPR_COMPARE: return comparison(t, s, e, out);
	case EXPR_AND:
	case EXPR_OR:
	case EXPR_NOT: return logic(t, s, e, out);
	case EXPR_BETWEEN: return between(t, s, e, out);
	case EXPR_IN: return in_list(t, s, e, out);
	case EXPR_LIKE: return like(t, s, e, out);
	case EXPR_IS_NULL: return is_null(t, s, e, out);
	case EXPR_EXISTS:
	case EXPR_SUBQUERY: return subquery(t, s, e, out);
	case EXPR_CALL: return adql_call_sql(t, s, e, out);
	case EXPR_CASE: return case_sql(t, s, e, out);
	case EXPR_CAST: return cast(t, s, e, out);
	}
	return null;
}

struct adql_value adql_expr_sql(struct translator *t, struct scope *s, const struct adql_expr *e,
				struct text *out)
{
	size_t from = out->len, loose = t->nloose;
	struct adql_value v;

	adql_deeper(t, e->at);
	v = expr(t, s, e, out);
	adql_higher(t);
	adql_group_match(t, s, text_str(out) + from, loose);
	return v;
}
