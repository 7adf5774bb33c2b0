/*
 * adql_expr.c: the grammar of expressions and conditions (ADQL 2.1 §2.2 to §4).
 *
 * Conditions and values are parsed by one ladder, OR at its top; whether a
 * condition stands where a value must is seen in adql_sql.c, which knows types.
 * A call may be of any name: which functions there are is not grammar.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "tests/service/adql/adql_ast.h"

static struct adql_expr *value(struct adql_parser *p);

static struct adql_expr *new_expr(struct adql_parser *p, enum adql_expr_kind kind)
{
	struct adql_expr *e = arena_alloc(&p->adql->arena, sizeof(*e));

	e->kind = kind;
	e->at = p->token.at;
	e->text = "";
	return e;
}

static void add_arg(struct adql_parser *p, struct adql_expr *e, struct adql_expr *arg)
{
	ADQL_APPEND(p->adql, e->args, e->nargs, arg);
	if (e->depth <= arg->depth)
		e->depth = arg->depth + 1;
	if (e->depth > ADQL_MAX_DEPTH)
		adql_fail(p->adql, e->at, "this condition or value has more than %d parts in a row",
			  ADQL_MAX_DEPTH);
}

/* An operator at the current token, which is taken, with its left operand. */
static struct adql_expr *binary(struct adql_parser *p, enum adql_expr_kind kind,
				struct adql_expr *left)
{
	struct adql_expr *e = new_expr(p, kind);

	e->text = p->token.text;
	add_arg(p, e, left);
	adql_advance(p);
	return e;
}

static char *upper(struct adql_parser *p, const char *s)
{
	char *u = arena_strndup(&p->adql->arena, s, strlen(s));

	for (char *c = u; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	return u;
}

static void arguments(struct adql_parser *p, struct adql_expr *e)
{
	do
		add_arg(p, e, adql_parse_expr(p));
	while (adql_take_op(p, ","));
}

/* NAME ( … ); the name is the current token. */
static struct adql_expr *call(struct adql_parser *p)
{
	struct adql_expr *e = new_expr(p, EXPR_CALL);

	e->text = upper(p, p->token.text);
	adql_advance(p);
	adql_expect_op(p, "(");
	if (adql_take_op(p, ")"))
		return e;
	if (!strcmp(e->text, "COUNT") && adql_take_op(p, "*")) {
		e->star = true;
	} else {
		if (adql_take_word(p, "DISTINCT"))
			e->distinct = true;
		else
			adql_take_word(p, "ALL");
		arguments(p, e);
	}
	if (!adql_at_op(p, ")"))
		adql_expected(p, "\",\" or \")\"");
	adql_advance(p);
	return e;
}

static struct adql_expr *case_expr(struct adql_parser *p)
{
	struct adql_expr *e = new_expr(p, EXPR_CASE);

	adql_advance(p);
	if (!adql_at_word(p, "WHEN")) {
		e->has_operand = true;
		add_arg(p, e, adql_parse_expr(p));
	}
	if (!adql_at_word(p, "WHEN"))
		adql_expected(p, "WHEN");
	while (adql_take_word(p, "WHEN")) {
		add_arg(p, e, adql_parse_expr(p));
		adql_expect_word(p, "THEN");
		add_arg(p, e, adql_parse_expr(p));
	}
	if (adql_take_word(p, "ELSE")) {
		e->has_else = true;
		add_arg(p, e, adql_parse_expr(p));
	}
	adql_expect_word(p, "END");
	return e;
}

/* CAST(value AS type[(length)]); DOUBLE PRECISION and CHARACTER VARYING are two words. */
static struct adql_expr *cast(struct adql_parser *p)
{
	struct adql_expr *e = new_expr(p, EXPR_CAST);

	adql_advance(p);
	adql_expect_op(p, "(");
	add_arg(p, e, adql_parse_expr(p));
	adql_expect_word(p, "AS");
	if (p->token.kind != TOKEN_NAME)
		adql_expected(p, "a type");
	e->text = upper(p, p->token.text);
	adql_advance(p);
	if (!strcmp(e->text, "DOUBLE")) {
		adql_take_word(p, "PRECISION");
	} else if (!strcmp(e->text, "CHARACTER") || !strcmp(e->text, "CHAR")) {
		e->text = adql_take_word(p, "VARYING") ? "VARCHAR" : "CHAR";
	}
	if (adql_take_op(p, "(")) {
		e->length = adql_take_count(p, "a length");
		adql_expect_op(p, ")");
	}
	adql_expect_op(p, ")");
	return e;
}

static struct adql_expr *subquery(struct adql_parser *p, enum adql_expr_kind kind)
{
	struct adql_expr *e = new_expr(p, kind);

	adql_expect_op(p, "(");
	e->query = adql_parse_query(p);
	adql_expect_op(p, ")");
	return e;
}

static bool query_follows(const struct adql_parser *p)
{
	return p->after.kind == TOKEN_NAME &&
	       (!strcasecmp(p->after.text, "SELECT") || !strcasecmp(p->after.text, "WITH"));
}

static struct adql_expr *literal(struct adql_parser *p, enum adql_expr_kind kind, const char *text)
{
	struct adql_expr *e = new_expr(p, kind);

	e->text = text;
	e->is_integer = p->token.is_integer;
	adql_advance(p);
	return e;
}

/* Texts with nothing but blanks between them are one (SQL-92 §5.3). */
static struct adql_expr *string(struct adql_parser *p)
{
	struct adql_expr *e = literal(p, EXPR_STRING, p->token.text);
	struct text whole = {.arena = &p->adql->arena};

	if (p->token.kind != TOKEN_STRING)
		return e;
	text_add(&whole, e->text);
	for (; p->token.kind == TOKEN_STRING; adql_advance(p))
		text_add(&whole, p->token.text);
	e->text = text_str(&whole);
	return e;
}

static struct adql_expr *column(struct adql_parser *p)
{
	struct adql_expr *e = new_expr(p, EXPR_COLUMN);

	do {
		struct adql_name n = adql_take_name(p, e->nnames ? "a column name" : "a value");

		ADQL_APPEND(p->adql, e->names, e->nnames, n);
	} while (adql_take_op(p, "."));
	return e;
}

static struct adql_expr *parenthesised(struct adql_parser *p)
{
	struct adql_expr *e;

	adql_enter(p);
	if (query_follows(p)) {
		e = subquery(p, EXPR_SUBQUERY);
	} else {
		adql_expect_op(p, "(");
		e = adql_parse_expr(p);
		adql_expect_op(p, ")");
	}
	adql_leave(p);
	return e;
}

static struct adql_expr *primary(struct adql_parser *p)
{
	const struct adql_token *t = &p->token;
	struct adql_expr *e;

	if (t->kind == TOKEN_NUMBER)
		return literal(p, EXPR_NUMBER, t->text);
	if (t->kind == TOKEN_STRING)
		return string(p);
	if (adql_at_op(p, "("))
		return parenthesised(p);
	if (t->kind == TOKEN_NAME) {
		if (!strcasecmp(t->text, "NULL"))
			return literal(p, EXPR_NULL, "NULL");
		if (!strcasecmp(t->text, "TRUE"))
			return literal(p, EXPR_TRUTH, "1");
		if (!strcasecmp(t->text, "FALSE"))
			return literal(p, EXPR_TRUTH, "0");
		adql_enter(p);
		if (!strcasecmp(t->text, "CASE"))
			e = case_expr(p);
		else if (!strcasecmp(t->text, "CAST"))
			e = cast(p);
		else if (!strcasecmp(t->text, "EXISTS"))
			adql_advance(p), e = subquery(p, EXPR_EXISTS);
		else if (p->after.kind == TOKEN_OP && !strcmp(p->after.text, "("))
			e = call(p);
		else
			e = column(p);
		adql_leave(p);
		return e;
	}
	return column(p);
}

static struct adql_expr *factor(struct adql_parser *p)
{
	struct adql_expr *e;

	if (!adql_at_op(p, "-") && !adql_at_op(p, "+"))
		return primary(p);
	adql_enter(p);
	e = new_expr(p, EXPR_NEGATE);
	e->text = p->token.text;
	adql_advance(p);
	add_arg(p, e, factor(p));
	adql_leave(p);
	return e;
}

static struct adql_expr *term(struct adql_parser *p)
{
	struct adql_expr *e = factor(p);

	while (adql_at_op(p, "*") || adql_at_op(p, "/")) {
		e = binary(p, EXPR_ARITH, e);
		add_arg(p, e, factor(p));
	}
	return e;
}

static struct adql_expr *value(struct adql_parser *p)
{
	struct adql_expr *e = term(p);

	while (adql_at_op(p, "+") || adql_at_op(p, "-") || adql_at_op(p, "||")) {
		e = binary(p, EXPR_ARITH, e);
		add_arg(p, e, term(p));
	}
	return e;
}

static void in_list(struct adql_parser *p, struct adql_expr *e)
{
	if (!adql_at_op(p, "("))
		adql_expected(p, "\"(\"");
	if (query_follows(p)) {
		adql_advance(p);
		e->query = adql_parse_query(p);
	} else {
		adql_advance(p);
		do
			add_arg(p, e, value(p));
		while (adql_take_op(p, ","));
	}
	adql_expect_op(p, ")");
}

/* What may follow a value: [NOT] BETWEEN, [NOT] IN, [NOT] LIKE; NULL if none does. */
static struct adql_expr *range_condition(struct adql_parser *p, struct adql_expr *left)
{
	bool negated = adql_take_word(p, "NOT");
	struct adql_expr *e;

	if (adql_at_word(p, "BETWEEN")) {
		e = binary(p, EXPR_BETWEEN, left);
		add_arg(p, e, value(p));
		adql_expect_word(p, "AND");
		add_arg(p, e, value(p));
	} else if (adql_at_word(p, "IN")) {
		e = binary(p, EXPR_IN, left);
		in_list(p, e);
	} else if (adql_at_word(p, "LIKE") || adql_at_word(p, "ILIKE")) {
		e = binary(p, EXPR_LIKE, left);
		e->text = upper(p, e->text);
		add_arg(p, e, value(p));
		if (adql_take_word(p, "ESCAPE"))
			add_arg(p, e, value(p));
	} else if (negated) {
		adql_expected(p, "BETWEEN, IN or LIKE");
	} else {
		return NULL;
	}
	e->negated = negated;
	return e;
}

static struct adql_expr *condition(struct adql_parser *p)
{
	static const char *const comparisons[] = {"=", "<>", "!=", "<", "<=", ">", ">="};
	struct adql_expr *e = value(p);
	struct adql_expr *ranged;

	for (size_t i = 0; i < sizeof(comparisons) / sizeof(*comparisons); i++) {
		if (adql_at_op(p, comparisons[i])) {
			e = binary(p, EXPR_COMPARE, e);
			if (!strcmp(e->text, "!="))
				e->text = "<>";
			add_arg(p, e, value(p));
			return e;
		}
	}
	while (adql_at_word(p, "IS")) {
		e = binary(p, EXPR_IS_NULL, e);
		e->negated = adql_take_word(p, "NOT");
		adql_expect_word(p, "NULL");
	}
	ranged = range_condition(p, e);
	return ranged ? ranged : e;
}

static struct adql_expr *negation(struct adql_parser *p)
{
	struct adql_expr *e;

	if (!adql_at_word(p, "NOT"))
		return condition(p);
	adql_enter(p);
	e = new_expr(p, EXPR_NOT);
	adql_advance(p);
	add_arg(p, e, negation(p));
	adql_leave(p);
	return e;
}

static struct adql_expr *conjunction(struct adql_parser *p)
{
	struct adql_expr *e = negation(p);

	while (adql_at_word(p, "AND")) {
		e = binary(p, EXPR_AND, e);
		add_arg(p, e, negation(p));
	}
	return e;
}

struct adql_expr *adql_parse_expr(struct adql_parser *p)
{
	struct adql_expr *e = conjunction(p);

	while (adql_at_word(p, "OR")) {
		e = binary(p, EXPR_OR, e);
		add_arg(p, e, conjunction(p));
	}
	return e;
}
