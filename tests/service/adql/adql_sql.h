/*
 * adql_sql.h: an ADQL query as SQL for SQLite, and what columns it has.
 *
 * Every name of the query is looked up in the catalogue; what reaches SQLite
 * are names of our own making (t1, q1c1), quoted table names and literals. A
 * column that is a plain reference keeps unit, UCD, utype, xtype and
 * description.
 */
#ifndef TAPFS_SERVICE_ADQL_ADQL_SQL_H
#define TAPFS_SERVICE_ADQL_ADQL_SQL_H

#include "tests/service/adql/adql_ast.h"
#include "tests/service/adql/catalog.h"

struct adql_result {
	const char *sql;
	size_t ncolumns;
	const struct svc_column *columns;
	const struct adql_place *at; /* of each column in the query */
	struct adql_place deepest;   /* where the query is nested most */
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
	const char *sql;    /* t1."ra" */
	const char *merged; /* what COALESCE in it is of: t1."x", t2."x"; NULL: it is not merged */
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
	struct grouping *grouping; /* of the query whose FROM it is; NULL while that is read */
	bool is_result;            /* ORDER BY's: the columns are those of the result */
};

/* One column of the select list, as GROUP BY may name it. */
struct group_item {
	const char *sql;
	size_t loose_from, loose_to;
	bool aggregate;
};

/* A query's groups: adql_group.c. */
struct grouping {
	const char *clause;                /* where no aggregate may stand now; NULL: it may */
	bool used;                         /* there was an aggregate */
	bool open;                         /* its arguments are being read */
	size_t own_columns, outer_columns; /* in these */
	const char **sql;                  /* what is grouped by */
	size_t nsql;
	struct group_item *items;
	size_t nitems;
};

/* A column outside aggregates. */
struct loose_column {
	const struct grouping *grouping; /* NULL: it is grouped by */
	const char *name;
	struct adql_place at;
};

struct translator {
	struct adql *adql;
	const struct catalog *catalog;
	int ntables, nqueries; /* t1, t2 … and q1, q2 … given out */
	struct with_scope *with;
	struct loose_column *loose;
	size_t nloose;
	int depth, max_depth; /* of expressions and queries in one another */
	struct adql_place deepest;
};

struct query_columns {
	struct svc_column *columns;
	struct adql_place *at;
	size_t n;
	const char *prefix; /* column i, from 1, is prefix + i in SQL */
};

/* Both tell the scope that has it. */
const struct scope_column *scope_find(struct translator *, const struct scope *,
				      const struct adql_expr *column, const struct scope **owner);
const struct scope_table *scope_find_table(struct translator *, const struct scope *,
					   const struct adql_name *names, size_t n,
					   const struct scope **owner);

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
/* IN_UNIT's call. */
struct adql_value adql_in_unit_sql(struct translator *, struct scope *, const struct adql_expr *,
				   struct text *out);
/* The last argument of a function that may fail while it runs, and the closing parenthesis. */
void adql_place_sql(struct text *out, struct adql_place);
/* Between these two, what is written is nested one deeper. */
void adql_deeper(struct translator *, struct adql_place);
void adql_higher(struct translator *);
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

/* Reads GROUP BY, in front of the select list, which must know it. */
void adql_group_begin(struct translator *, struct scope *, const struct adql_query *,
		      struct grouping *);
/* A column of the select list was written: it noted the loose columns from loose_before on. */
void adql_group_item(struct translator *, struct grouping *, const char *sql, size_t loose_before,
		     bool aggregate);
/* Writes GROUP BY, if there is one. */
void adql_group_sql(struct translator *, struct scope *, const struct adql_query *,
		    const struct query_columns *, struct text *out);
/* Fails if a column is neither grouped by nor in an aggregate. */
void adql_group_end(struct translator *, const struct adql_query *, const struct grouping *);
/* A column of g's FROM stands here. */
void adql_group_note(struct translator *, struct grouping *g, const char *name, struct adql_place);
/* The same, named in an expression in scope s. */
void adql_group_column(struct translator *, const struct scope *s, const struct scope *owner,
		       const struct adql_expr *);
/* An expression was written: is it grouped by? */
void adql_group_match(struct translator *, const struct scope *, const char *sql,
		      size_t loose_before);
/* Around an aggregate's arguments; returns the scope that these are read in. */
struct scope *adql_aggregate_begin(struct translator *, struct scope *, const struct adql_expr *);
void adql_aggregate_end(struct translator *, struct scope *, const struct adql_expr *);

/* WITH's names. */
struct with_scope {
	struct with_scope *outer;
	struct adql_name name;
	const char *sql; /* w1 */
	struct query_columns columns;
};

#endif
