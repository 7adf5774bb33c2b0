/*
 * adql_ast.h: an ADQL query as a tree.
 *
 * All nodes and strings live in the arena of the struct adql that they were
 * parsed into. Errors in words leave by longjmp to where the work was begun
 * (adql_parse, adql_to_sql): nothing else needs to be given back.
 */
#ifndef TAPFS_SERVICE_ADQL_ADQL_AST_H
#define TAPFS_SERVICE_ADQL_ADQL_AST_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "table/adql_words.h"
#include "tests/service/adql/arena.h"

struct adql_place {
	int line, column; /* from 1; columns count characters, not bytes */
};

/* One identifier. A quoted one is case-sensitive, a plain one is not (ADQL 2.1 §2.1.3). */
struct adql_name {
	const char *text; /* without quotes; NULL where there is none */
	bool quoted;
	struct adql_place at;
};

struct adql_expr;
struct adql_query;

enum adql_expr_kind {
	EXPR_NUMBER,   /* text: as written; is_integer */
	EXPR_STRING,   /* text: without quotes */
	EXPR_NULL,     /* NULL */
	EXPR_TRUTH,    /* TRUE or FALSE: text is "1" or "0" */
	EXPR_COLUMN,   /* names: [[schema.]table.]column */
	EXPR_NEGATE,   /* text is "-" or "+"; args[0] */
	EXPR_ARITH,    /* text is one of + - * / ||; args[0], args[1] */
	EXPR_COMPARE,  /* text is one of = <> < <= > >=; args[0], args[1] */
	EXPR_AND,      /* args[0], args[1] */
	EXPR_OR,       /* the same */
	EXPR_NOT,      /* args[0] */
	EXPR_BETWEEN,  /* args[0] BETWEEN args[1] AND args[2] */
	EXPR_IN,       /* args[0] IN (args[1] …), or IN (query) */
	EXPR_LIKE,     /* args[0] LIKE args[1] [ESCAPE args[2]]; text is LIKE or ILIKE */
	EXPR_IS_NULL,  /* args[0] */
	EXPR_EXISTS,   /* query */
	EXPR_SUBQUERY, /* query: one value */
	EXPR_CALL,     /* text: the function in upper case; args; distinct; star for COUNT(*) */
	EXPR_CASE,     /* args: [operand] (when then)* [else]; has_operand, has_else */
	EXPR_CAST,     /* args[0] AS text, the type in upper case */
};

struct adql_expr {
	enum adql_expr_kind kind;
	struct adql_place at;
	const char *text;
	struct adql_name *names;
	size_t nnames;
	struct adql_expr **args;
	size_t nargs;
	struct adql_query *query;
	bool is_integer, negated, distinct, star, has_operand, has_else;
	int depth;      /* of the tree below; at most ADQL_MAX_DEPTH */
	int64_t length; /* CAST to CHAR(length); 0 none */
};

#define ADQL_MAX_DEPTH 900 /* SQLite's own limit is 1000 */

enum adql_from_kind { FROM_TABLE, FROM_QUERY, FROM_JOIN };
enum adql_join { JOIN_CROSS, JOIN_INNER, JOIN_LEFT, JOIN_RIGHT, JOIN_FULL };

struct adql_from {
	enum adql_from_kind kind;
	struct adql_place at;
	struct adql_name *names; /* FROM_TABLE: [[catalog.]schema.]table */
	size_t nnames;
	struct adql_name alias;
	struct adql_query *query; /* FROM_QUERY */
	enum adql_join join;      /* FROM_JOIN, to the end */
	bool natural;
	struct adql_from *left, *right;
	struct adql_expr *on;
	struct adql_name *using_names;
	size_t nusing;
};

struct adql_item {
	struct adql_place at;
	bool star; /* `*`, or names.* */
	struct adql_name *names;
	size_t nnames;
	struct adql_expr *expr;
	struct adql_name alias;
};

struct adql_order {
	struct adql_expr *expr;
	bool descending;
};

struct adql_with {
	struct adql_name name;
	struct adql_query *query;
};

enum adql_set { SET_NONE, SET_UNION, SET_EXCEPT, SET_INTERSECT };

struct adql_query {
	struct adql_place at;
	struct adql_with *with;
	size_t nwith;
	enum adql_set set; /* not SET_NONE: left, right and all, and no select */
	bool all;
	struct adql_query *left, *right;
	bool parenthesised;
	bool distinct;
	int64_t top; /* -1: none */
	struct adql_item *items;
	size_t nitems;
	struct adql_from *from;
	struct adql_expr *where, *having;
	struct adql_expr **group_by;
	size_t ngroup_by;
	struct adql_order *order_by;
	size_t norder_by;
	int64_t offset; /* -1: none */
};

/* What one translation holds. */
struct adql {
	struct arena arena;
	jmp_buf failed;
	char *error; /* in the arena; set when failed was jumped to */
};

/* Says "Line 2, column 15: …" and leaves. */
_Noreturn void adql_fail(struct adql *, struct adql_place, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* --- the scanner --- */

enum adql_token_kind { TOKEN_END, TOKEN_NAME, TOKEN_QUOTED, TOKEN_STRING, TOKEN_NUMBER, TOKEN_OP };

struct adql_token {
	enum adql_token_kind kind;
	const char *text; /* names and strings without their quotes */
	struct adql_place at;
	bool is_integer; /* TOKEN_NUMBER */
};

struct adql_lexer {
	struct adql *adql;
	const char *next;
	struct adql_place at;
};

struct adql_token adql_lex(struct adql_lexer *);

/* --- the grammar --- */

struct adql_parser {
	struct adql *adql;
	struct adql_lexer lexer;
	struct adql_token token; /* the one to be looked at */
	struct adql_token after; /* and the one behind it */
	int depth;
};

/* Parses the whole text. Leaves by adql_fail. */
struct adql_query *adql_parse(struct adql *, const char *text);

/* Between adql_parse.c and adql_expr.c. */
void adql_advance(struct adql_parser *);
bool adql_at_word(const struct adql_parser *, const char *keyword);
bool adql_at_op(const struct adql_parser *, const char *op);
bool adql_take_word(struct adql_parser *, const char *keyword);
bool adql_take_op(struct adql_parser *, const char *op);
void adql_expect_word(struct adql_parser *, const char *keyword);
void adql_expect_op(struct adql_parser *, const char *op);
_Noreturn void adql_expected(struct adql_parser *, const char *what);
struct adql_name adql_take_name(struct adql_parser *, const char *what);
int64_t adql_take_count(struct adql_parser *, const char *what);
/* Every level of nesting enters and leaves. */
void adql_enter(struct adql_parser *);
void adql_leave(struct adql_parser *);
struct adql_expr *adql_parse_expr(struct adql_parser *);
struct adql_query *adql_parse_query(struct adql_parser *);

/* Appends *item to an array of count items of that size in the arena. */
void adql_append(struct adql *, void *array, size_t *count, const void *item, size_t size);
#define ADQL_APPEND(adql, array, count, item) \
	adql_append(adql, &(array), &(count), &(item), sizeof(item))

#endif
