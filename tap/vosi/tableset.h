/*
 * tableset.h: the tables document (VOSI 1.1 §4.3, VODataService 1.1 and 1.2), as it
 * streams by: it may have tens of MB.
 *
 * The root is <tableset>, or a single <table> (VOSI 1.1 /tables/NAME). Strings
 * hold during the call that brings them; NULL where the document has none.
 */
#ifndef TAPFS_TAP_VOSI_TABLESET_H
#define TAPFS_TAP_VOSI_TABLESET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct tableset_schema {
	const char *name; /* never NULL, may be empty */
	const char *title;
	const char *description;
	const char *utype;
};

struct tableset_table {
	const char *schema; /* never NULL; empty for a single table */
	const char *name;   /* never NULL: as ADQL wants it, quotes included */
	const char *title;
	const char *description;
	const char *utype;
	const char *type; /* "table", "view", … */
	int64_t nrows;    /* -1 where it is not said */
};

struct tableset_column {
	const char *table; /* never NULL */
	const char *name;  /* never NULL */
	/* As VOTable has them, whatever type system the document uses (TAP 1.0 §2.5). */
	const char *datatype;
	const char *arraysize;
	const char *xtype;
	const char *unit;
	const char *ucd;
	const char *utype;
	const char *description;
	const char *flags; /* "indexed nullable primary": all of them, with blanks between */
	bool indexed;
	bool primary;
	bool std; /* part of a standard */
};

struct tableset_key {
	const char *table;  /* never NULL */
	const char *target; /* never NULL: the other table */
	const char *description;
	const char *utype;
	size_t n;
	const char *const *from; /* n columns of table … */
	const char *const *to;   /* … that point to these of target */
};

/* Any may be NULL. False with *err set stops the parser, which then fails with that error. */
struct tableset_sink {
	bool (*schema)(struct tableset_sink *, const struct tableset_schema *, struct error **err);
	bool (*table)(struct tableset_sink *, const struct tableset_table *, struct error **err);
	bool (*column)(struct tableset_sink *, const struct tableset_column *, struct error **err);
	bool (*key)(struct tableset_sink *, const struct tableset_key *, struct error **err);
};

struct tableset;

/* The sink is borrowed and must outlive the parser. */
struct tableset *tableset_new(struct tableset_sink *);
void tableset_free(struct tableset *); /* NULL is allowed */
bool tableset_feed(struct tableset *, const void *data, size_t n, struct error **err);
/* Fails if the document was cut off or is no tables document. */
bool tableset_finish(struct tableset *, struct error **err);

/*
 * A TAP 1.0 type ("VARCHAR", "adql:BIGINT", "CHAR(16)", any case; TAP 1.0 §2.5) as VOTable has it.
 * size: -1 where there is none. False, with nothing set, if it is no such type.
 */
struct votable_type {
	const char *datatype;
	char arraysize[24]; /* empty for a scalar */
	const char *xtype;  /* NULL where there is none */
};
bool votable_type_from_tap(struct votable_type *, const char *type, int64_t size);
/* Whether it tells anything: some services give a column that is no array the size -1, or 0. */
bool arraysize_is_told(const char *arraysize);

#endif
