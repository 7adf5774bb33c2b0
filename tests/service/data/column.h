/*
 * column.h: one column of a table or result: VOTable 1.4 §4.1 FIELD.
 *
 * Strings are borrowed from whoever made it (catalogue or arena); NULL where
 * there is none.
 */
#ifndef TAPFS_SERVICE_DATA_COLUMN_H
#define TAPFS_SERVICE_DATA_COLUMN_H

#include <stdbool.h>

/* In the order of promotion: a result that mixes numbers has the later type. */
enum svc_type {
	SVC_BOOLEAN,
	SVC_UNSIGNED_BYTE,
	SVC_SHORT,
	SVC_INT,
	SVC_LONG,
	SVC_FLOAT,
	SVC_DOUBLE,
	SVC_CHAR,
	SVC_UNICODE_CHAR,
};

struct svc_column {
	const char *name;
	enum svc_type type;
	const char *arraysize; /* NULL: one value; "*", "8", "2" */
	const char *xtype;
	const char *unit; /* VOUnits */
	const char *ucd;
	const char *utype;
	const char *description;
};

/* "unsignedByte" and so on; SVC_CHAR for an unknown name. */
enum svc_type svc_type_by_name(const char *name);
const char *svc_type_name(enum svc_type);
/* Integers that have a null value in BINARY. */
bool svc_type_is_integer(enum svc_type);
/* Strings are char arrays; an array of numbers is stored as a blob of native doubles. */
static inline bool svc_column_is_text(const struct svc_column *c)
{
	return c->type == SVC_CHAR || c->type == SVC_UNICODE_CHAR;
}

#endif
