/*
 * adql_parse.c: the grammar of queries (ADQL 2.1 §2 and appendix A), by
 * recursive descent; expressions are in adql_expr.c.
 *
 * `token` is always the next one not yet taken, `after` the one behind it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/service/adql/adql_ast.h"

#define MAX_DEPTH 200 /* nesting; SQLite's own limit is 1000 */

void adql_append(struct adql *a, void *array, size_t *count, const void *item, size_t size)
{
	char **items = array;

	/* Room doubles at the powers of two. */
	if ((*count & (*count - 1)) == 0) {
		char *bigger = arena_alloc(&a->arena, (*count ? *count * 2 : 1) * size);

		if (*count)
			memcpy(bigger, *items, *count * size);
		*items = bigger;
	}
	memcpy(*items + *count * size, item, size);
	++*count;
}

void adql_advance(struct adql_parser *p)
{
	p->token = p->after;
	p->after = adql_lex(&p->lexer);
}

bool adql_at_word(const struct adql_parser *p, const char *keyword)
{
	return p->token.kind == TOKEN_NAME && !strcasecmp(p->token.text, keyword);
}

bool adql_at_op(const struct adql_parser *p, const char *op)
{
	return p->token.kind == TOKEN_OP && !strcmp(p->token.text, op);
}

bool adql_take_word(struct adql_parser *p, const char *keyword)
{
	if (!adql_at_word(p, keyword))
		return false;
	adql_advance(p);
	return true;
}

bool adql_take_op(struct adql_parser *p, const char *op)
{
	if (!adql_at_op(p, op))
		return false;
	adql_advance(p);
	return true;
}

/* Where a value is missing, one of these words is hardly meant as a name. */
static bool is_clause(const char *word)
{
	static const char *const words[] = {"SELECT", "FROM", "WHERE", "GROUP", "HAVING",
					    "ORDER",  "AND",  "OR",    "ON"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!strcasecmp(word, words[i]))
			return true;
	return false;
}

void adql_expected(struct adql_parser *p, const char *what)
{
	const struct adql_token *t = &p->token;

	switch (t->kind) {
	case TOKEN_END: adql_fail(p->adql, t->at, "expected %s, found the end of the query", what);
	case TOKEN_STRING: adql_fail(p->adql, t->at, "expected %s, found '%s'", what, t->text);
	case TOKEN_NAME:
		if (adql_is_reserved(t->text) &&
		    (strstr(what, "name") || (!strcmp(what, "a value") && !is_clause(t->text))))
			adql_fail(p->adql, t->at,
				  "expected %s, found the reserved word \"%s\" "
				  "(put it in double quotes if it is a name)",
				  what, t->text);
		/* fallthrough */
	default: adql_fail(p->adql, t->at, "expected %s, found \"%s\"", what, t->text);
	}
}

void adql_expect_word(struct adql_parser *p, const char *keyword)
{
	if (!adql_take_word(p, keyword))
		adql_expected(p, keyword);
}

void adql_expect_op(struct adql_parser *p, const char *op)
{
	if (!adql_take_op(p, op)) {
		char what[16];

		snprintf(what, sizeof(what), "\"%s\"", op);
		adql_expected(p, what);
	}
}

struct adql_name adql_take_name(struct adql_parser *p, const char *what)
{
	struct adql_name n = {p->token.text, p->token.kind == TOKEN_QUOTED, p->token.at};

	if (p->token.kind != TOKEN_QUOTED &&
	    (p->token.kind != TOKEN_NAME || adql_is_reserved(p->token.text)))
		adql_expected(p, what);
	adql_advance(p);
	return n;
}

int64_t adql_take_count(struct adql_parser *p, const char *what)
{
	long long n;

	if (p->token.kind != TOKEN_NUMBER || !p->token.is_integer)
		adql_expected(p, what);
	errno = 0;
	n = strtoll(p->token.text, NULL, 0);
	if (errno)
		adql_fail(p->adql, p->token.at, "%s is too large", p->token.text);
	adql_advance(p);
	return n;
}

void adql_enter(struct adql_parser *p)
{
	if (++p->depth > MAX_DEPTH)
		adql_fail(p->adql, p->token.at, "the query is nested more than %d deep", MAX_DEPTH);
}

void adql_leave(struct adql_parser *p)
{
	p->depth--;
}

/* [AS] name; a plain reserved word is no alias. */
static struct adql_name alias(struct adql_parser *p)
{
	struct adql_name none = {NULL, false, p->token.at};

	if (adql_take_word(p, "AS") || p->token.kind == TOKEN_QUOTED ||
	    (p->token.kind == TOKEN_NAME && !adql_is_reserved(p->token.text)))
		return adql_take_name(p, "a name");
	return none;
}

/* a.b.c, as far as names and dots go; stops in front of `.*`. */
static void dotted(struct adql_parser *p, struct adql_name **names, size_t *n, const char *what)
{
	for (;;) {
		struct adql_name part = adql_take_name(p, what);

		adql_append(p->adql, names, n, &part, sizeof(part));
		if (!adql_at_op(p, ".") ||
		    (p->after.kind == TOKEN_OP && !strcmp(p->after.text, "*")))
			return;
		adql_advance(p);
	}
}

/* Is this `name.name.*`? Needs more than two tokens: looks ahead on a copy. */
static bool at_qualified_star(const struct adql_parser *p)
{
	struct adql_parser ahead = *p;

	while (ahead.token.kind == TOKEN_NAME || ahead.token.kind == TOKEN_QUOTED) {
		adql_advance(&ahead);
		if (!adql_take_op(&ahead, "."))
			return false;
		if (adql_at_op(&ahead, "*"))
			return true;
	}
	return false;
}

static struct adql_item select_item(struct adql_parser *p)
{
	struct adql_item item = {.at = p->token.at};

	if (adql_take_op(p, "*")) {
		item.star = true;
	} else if (at_qualified_star(p)) {
		item.star = true;
		dotted(p, &item.names, &item.nnames, "a table name");
		adql_expect_op(p, ".");
		adql_expect_op(p, "*");
	} else {
		item.expr = adql_parse_expr(p);
		item.alias = alias(p);
	}
	return item;
}

static struct adql_from *table_reference(struct adql_parser *p);

static struct adql_from *new_from(struct adql_parser *p, enum adql_from_kind kind)
{
	struct adql_from *f = arena_alloc(&p->adql->arena, sizeof(*f));

	f->kind = kind;
	f->at = p->token.at;
	return f;
}

/* `(` here begins a subquery if a query can begin behind it, however many more `(` there are. */
static bool at_subquery(const struct adql_parser *p)
{
	struct adql_parser ahead = *p;

	while (adql_take_op(&ahead, "("))
		;
	return adql_at_word(&ahead, "SELECT") || adql_at_word(&ahead, "WITH");
}

static struct adql_from *table_primary(struct adql_parser *p)
{
	struct adql_from *f;

	if (!adql_at_op(p, "(")) {
		f = new_from(p, FROM_TABLE);
		dotted(p, &f->names, &f->nnames, "a table name");
		f->alias = alias(p);
		return f;
	}
	adql_enter(p);
	if (at_subquery(p)) {
		f = new_from(p, FROM_QUERY);
		adql_advance(p);
		f->query = adql_parse_query(p);
		adql_expect_op(p, ")");
		f->alias = alias(p);
		if (!f->alias.text)
			adql_expected(p, "a name for the subquery");
	} else {
		adql_advance(p);
		f = table_reference(p);
		adql_expect_op(p, ")");
	}
	adql_leave(p);
	return f;
}

/* Takes [NATURAL] [INNER | LEFT [OUTER] | … | CROSS] JOIN; false if no join begins here. */
static bool join_words(struct adql_parser *p, struct adql_from *join)
{
	static const struct {
		const char *word;
		enum adql_join join;
	} kinds[] = {{"INNER", JOIN_INNER},
		     {"LEFT", JOIN_LEFT},
		     {"RIGHT", JOIN_RIGHT},
		     {"FULL", JOIN_FULL},
		     {"CROSS", JOIN_CROSS}};

	join->join = JOIN_INNER;
	join->natural = adql_take_word(p, "NATURAL");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (!adql_take_word(p, kinds[i].word))
			continue;
		join->join = kinds[i].join;
		if (kinds[i].join != JOIN_INNER && kinds[i].join != JOIN_CROSS)
			adql_take_word(p, "OUTER");
		adql_expect_word(p, "JOIN");
		return true;
	}
	if (join->natural)
		adql_expect_word(p, "JOIN");
	else if (!adql_take_word(p, "JOIN"))
		return false;
	return true;
}

static void join_condition(struct adql_parser *p, struct adql_from *join)
{
	if (join->natural || join->join == JOIN_CROSS)
		return;
	if (adql_take_word(p, "ON")) {
		join->on = adql_parse_expr(p);
		return;
	}
	if (!adql_take_word(p, "USING"))
		adql_expected(p, "ON or USING");
	adql_expect_op(p, "(");
	do {
		struct adql_name n = adql_take_name(p, "a column name");

		ADQL_APPEND(p->adql, join->using_names, join->nusing, n);
	} while (adql_take_op(p, ","));
	adql_expect_op(p, ")");
}

static struct adql_from *table_reference(struct adql_parser *p)
{
	struct adql_from *left = table_primary(p);

	for (;;) {
		struct adql_from *join = new_from(p, FROM_JOIN);

		if (!join_words(p, join))
			return left;
		join->left = left;
		join->right = table_primary(p);
		join_condition(p, join);
		left = join;
	}
}

static struct adql_from *from_clause(struct adql_parser *p)
{
	struct adql_from *left = table_reference(p);

	while (adql_at_op(p, ",")) {
		struct adql_from *join = new_from(p, FROM_JOIN);

		adql_advance(p);
		join->join = JOIN_CROSS;
		join->left = left;
		join->right = table_reference(p);
		left = join;
	}
	return left;
}

static struct adql_query *new_query(struct adql_parser *p)
{
	struct adql_query *q = arena_alloc(&p->adql->arena, sizeof(*q));

	q->at = p->token.at;
	q->top = q->offset = -1;
	return q;
}

static struct adql_query *select_query(struct adql_parser *p)
{
	struct adql_query *q = new_query(p);

	adql_expect_word(p, "SELECT");
	if (adql_take_word(p, "DISTINCT"))
		q->distinct = true;
	else
		adql_take_word(p, "ALL");
	if (adql_take_word(p, "TOP"))
		q->top = adql_take_count(p, "a whole number after TOP");
	do {
		struct adql_item item = select_item(p);

		ADQL_APPEND(p->adql, q->items, q->nitems, item);
	} while (adql_take_op(p, ","));
	adql_expect_word(p, "FROM");
	q->from = from_clause(p);
	if (adql_take_word(p, "WHERE"))
		q->where = adql_parse_expr(p);
	if (adql_take_word(p, "GROUP")) {
		adql_expect_word(p, "BY");
		do {
			struct adql_expr *e = adql_parse_expr(p);

			ADQL_APPEND(p->adql, q->group_by, q->ngroup_by, e);
		} while (adql_take_op(p, ","));
	}
	if (adql_take_word(p, "HAVING"))
		q->having = adql_parse_expr(p);
	return q;
}

static struct adql_query *query_primary(struct adql_parser *p)
{
	struct adql_query *q;

	if (!adql_at_op(p, "("))
		return select_query(p);
	adql_enter(p);
	adql_advance(p);
	q = adql_parse_query(p);
	adql_expect_op(p, ")");
	adql_leave(p);
	q->parenthesised = true;
	return q;
}

static struct adql_query *set_operation(struct adql_parser *p, enum adql_set set,
					struct adql_query *left,
					struct adql_query *(*operand)(struct adql_parser *))
{
	struct adql_query *q = new_query(p);

	adql_advance(p);
	q->set = set;
	q->all = adql_take_word(p, "ALL");
	if (!q->all)
		adql_take_word(p, "DISTINCT");
	q->left = left;
	q->right = operand(p);
	return q;
}

/* INTERSECT binds closer than UNION and EXCEPT. */
static struct adql_query *query_term(struct adql_parser *p)
{
	struct adql_query *q = query_primary(p);

	while (adql_at_word(p, "INTERSECT"))
		q = set_operation(p, SET_INTERSECT, q, query_primary);
	return q;
}

/*
 * A query in parentheses that is ordered or cut already: what follows applies to its result, so
 * that it becomes a subquery.
 */
static struct adql_query *wrap(struct adql_parser *p, struct adql_query *q)
{
	struct adql_query *outer;
	struct adql_item star = {.star = true, .at = q->at};

	if (!q->parenthesised || (q->top < 0 && !q->norder_by && q->offset < 0 && !q->nwith))
		return q;
	outer = new_query(p);
	outer->at = q->at;
	ADQL_APPEND(p->adql, outer->items, outer->nitems, star);
	outer->from = new_from(p, FROM_QUERY);
	outer->from->query = q;
	outer->from->alias = (struct adql_name){"q", true, q->at};
	return outer;
}

static void order_by(struct adql_parser *p, struct adql_query *q)
{
	adql_expect_word(p, "BY");
	do {
		struct adql_order o = {.expr = adql_parse_expr(p)};

		if (adql_take_word(p, "DESC"))
			o.descending = true;
		else
			adql_take_word(p, "ASC");
		ADQL_APPEND(p->adql, q->order_by, q->norder_by, o);
	} while (adql_take_op(p, ","));
}

struct adql_query *adql_parse_query(struct adql_parser *p)
{
	struct adql_with *with = NULL;
	struct adql_query *q;
	size_t nwith = 0;

	adql_enter(p);
	if (adql_take_word(p, "WITH")) {
		do {
			struct adql_with w = {.name = adql_take_name(p, "a name")};

			adql_expect_word(p, "AS");
			adql_expect_op(p, "(");
			w.query = adql_parse_query(p);
			adql_expect_op(p, ")");
			ADQL_APPEND(p->adql, with, nwith, w);
		} while (adql_take_op(p, ","));
	}
	q = query_term(p);
	while (adql_at_word(p, "UNION") || adql_at_word(p, "EXCEPT"))
		q = set_operation(p, adql_at_word(p, "UNION") ? SET_UNION : SET_EXCEPT, q,
				  query_term);
	if (nwith || adql_at_word(p, "ORDER") || adql_at_word(p, "OFFSET"))
		q = wrap(p, q);
	if (adql_take_word(p, "ORDER"))
		order_by(p, q);
	if (adql_take_word(p, "OFFSET"))
		q->offset = adql_take_count(p, "a whole number after OFFSET");
	if (nwith) {
		q->with = with;
		q->nwith = nwith;
	}
	adql_leave(p);
	return q;
}

struct adql_query *adql_parse(struct adql *a, const char *text)
{
	struct adql_parser p = {.adql = a, .lexer = {.adql = a, .next = text, .at = {1, 1}}};
	struct adql_query *q;

	adql_advance(&p);
	adql_advance(&p);
	q = adql_parse_query(&p);
	adql_take_op(&p, ";");
	if (p.token.kind != TOKEN_END)
		adql_expected(&p, "the end of the query");
	return q;
}
