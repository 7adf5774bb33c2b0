/*
 * adql_sql.h: an ADQL query as SQL for SQLite, and what columns it has.
 *
 * Every name of the query is looked up in the catalogue; what reaches SQLite
 * are names of our own making (t1, q1c1), quoted table names and literals. A
 * column that is a plain reference keeps unit, UCD, utype, xtype and
 * description.
 */
#ifndef TAPFS_SERVICE_ADQL_SQL_H
#define TAPFS_SERVICE_ADQL_SQL_H

#include "tests/service/adql_ast.h"
#include "tests/service/catalog.h"

struct adql_result {
	const char *sql;
	size_t ncolumns;
	const struct svc_column *columns;
};

/*
 * Fills *out; its strings belong to the adql's arena and to the catalogue. False on an error,
 * which is then in adql->error: a sentence with line and column. Start with a zeroed struct adql,
 * and arena_free(&adql->arena) in either case.
 */
bool adql_to_sql(struct adql *, const struct catalog *, const char *query, struct adql_result *out);

/* --- between the files of the translator --- */

/* What a value is. */
struct adql_value {
	struct svc_column col; /* name NULL: no plain column */
	bool condition;        /* true or false; may stand in WHERE */
	bool is_null;          /* the literal NULL: of any type */
};

struct scope_table;

struct scope_column {
	const char *sql; /* t1."ra" */
	struct svc_column col;
};

struct scope_table {
	struct adql_name alias;    /* text NULL: named by schema and name only */
	const char *schema, *name; /* NULL for subqueries */
	struct scope_column *columns;
	size_t ncolumns;
};

/* The names that can be used at one place; outer ones behind. */
struct scope {
	struct scope *outer;
	struct scope_table **tables;
	size_t ntables;
	struct scope_column *visible; /* what `*` and plain names mean; USING merges columns */
	size_t nvisible;
};

struct translator {
	struct adql *adql;
	const struct catalog *catalog;
	int ntables, nqueries; /* t1, t2 … and q1, q2 … given out */
	struct with_scope *with;
};

struct query_columns {
	struct svc_column *columns;
	size_t n;
	const char *prefix; /* column i, from 1, is prefix + i in SQL */
};

const struct scope_column *scope_find(struct translator *, const struct scope *,
				      const struct adql_expr *column);
const struct scope_table *scope_find_table(struct translator *, const struct scope *,
					   const struct adql_name *names, size_t n);

/* Writes one expression and tells its type. */
struct adql_value adql_expr_sql(struct translator *, struct scope *, const struct adql_expr *,
				struct text *out);
/* The same; fails if it is no value, or no condition. */
struct adql_value adql_value_sql(struct translator *, struct scope *, const struct adql_expr *,
				 struct text *out);
void adql_condition_sql(struct translator *, struct scope *, const struct adql_expr *,
			struct text *out);
/* A call of a function or aggregate. */
struct adql_value adql_call_sql(struct translator *, struct scope *, const struct adql_expr *,
				struct text *out);
/* A whole query, without parentheses around. */
struct query_columns adql_query_sql(struct translator *, struct scope *outer,
				    const struct adql_query *, struct text *out);
/* FROM's content; returns what names it brings. */
struct scope *adql_from_sql(struct translator *, struct scope *outer, const struct adql_from *,
			    struct text *out);
/* The type of a value that is sometimes a, sometimes b; fails if there is none. */
struct adql_value adql_common_type(struct translator *, struct adql_place, struct adql_value a,
				   struct adql_value b);
/* Fails if a and b cannot be compared. */
void adql_check_comparable(struct translator *, struct adql_place, const struct adql_value *a,
			   const struct adql_value *b);
bool adql_is_number(const struct adql_value *);
bool adql_is_text(const struct adql_value *);
/* "a number", "a text", "a position or region" … */
const char *adql_family(const struct adql_value *);

/* WITH's names. */
struct with_scope {
	struct with_scope *outer;
	struct adql_name name;
	const char *sql; /* w1 */
	struct query_columns columns;
};

#endif
