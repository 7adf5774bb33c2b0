/*
 * sql.h: the blanks, comments and quotes of a query, in ADQL and SQL. Pure.
 */
#ifndef TAPFS_BASE_TEXT_SQL_H
#define TAPFS_BASE_TEXT_SQL_H

#include "base/buf.h"

/* Behind the comment that begins at p: ADQL's, or PostgreSQL's of many lines. p: there is none. */
const char *sql_skip_comment(const char *p);
/* Behind blanks and comments. */
const char *sql_skip_blank(const char *p);
/* Behind what is quoted by *p, where that doubled stands for itself; its text is added to text,
 * which may be NULL. */
const char *sql_skip_quoted(const char *p, struct buf *text);

#endif
