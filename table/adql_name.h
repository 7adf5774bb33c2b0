/*
 * adql_name.h: names as they are written in ADQL (ADQL 2.1 §2.1.2 and §2.1.3).
 *
 * Services tell names as they are, or as they are written: what is quoted already stays, what is
 * no regular identifier or one of ADQL's own words is quoted.
 */
#ifndef TAPFS_TABLE_ADQL_NAME_H
#define TAPFS_TABLE_ADQL_NAME_H

#include <stdbool.h>

#include "base/buf.h"

/* A column's: size is "size", we"ird is "we""ird", "date" and plain stay. */
void adql_name_add(struct buf *out, const char *told);

/*
 * A table's of that schema (NULL: none is known), with the schemas and catalogs that it is told
 * with: pub.order is pub."order", J/A+A/1/t is "J/A+A/1/t". True if there were any.
 */
bool adql_table_add(struct buf *out, const char *schema, const char *told);

#endif
