/*
 * votable_field.h: what a FIELD is called, and the number that means nothing in it (VOTable 1.5
 * §4.1, §4.7).
 */
#ifndef TAPFS_TABLE_VOTABLE_VOTABLE_FIELD_H
#define TAPFS_TABLE_VOTABLE_VOTABLE_FIELD_H

#include <stddef.h>

#include "base/text/xml.h"
#include "table/table.h"
#include "table/votable/votable.h"

#define VALUES_MAX VOTABLE_MAX_FIELDS /* IDs that are kept in mind */

/*
 * Its name, on one line (no reader takes a head whose names have line ends) and without blanks
 * around; the ID where it has none, else colN. Caller owns.
 */
char *votable_field_name(const char *name, const char *id, size_t number);

/* VALUES null="-1", and those that take it over: VALUES ref="x" of VALUES ID="x". */
struct values_ref {
	size_t field;
	char *id;
};
struct values_nulls {
	struct values_null *known; /* by ID */
	struct values_ref *refs;
	size_t nrefs, allocated;
};

/* Any VALUES of the document before the rows. */
void values_seen(struct values_nulls *, const struct xml_attrs *);
/* That of the field, which is the at'th of its table. */
void values_of_field(struct values_nulls *, struct field *, size_t at, const struct xml_attrs *);
/* All have come: those that take over what others have get it. */
void values_settle(struct values_nulls *, struct field *fields);
void values_clear(struct values_nulls *);

#endif
