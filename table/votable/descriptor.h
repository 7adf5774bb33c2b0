/*
 * descriptor.h: service descriptors (DataLink 1.1 §4): services that a VOTable offers for
 * its rows.
 *
 * A descriptor is a RESOURCE with the utype "adhoc:service": the URL of a service, and the
 * parameters it takes (its GROUP inputParams). A parameter's value is given, or is that of a
 * column (ref), or is for the user to choose. Strings are NULL where the document has none, unless
 * they say otherwise.
 */
#ifndef TAPFS_TABLE_VOTABLE_DESCRIPTOR_H
#define TAPFS_TABLE_VOTABLE_DESCRIPTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/text/xml.h"

#define DESCRIPTOR_PARAMS  200  /* of one descriptor; more are not kept */
#define DESCRIPTOR_OPTIONS 1000 /* of one parameter */

struct input_param {
	char *name;  /* never NULL */
	char *value; /* NULL: none, or the column's */
	char *ref;   /* the ID of a FIELD */
	char *datatype, *arraysize, *xtype, *unit, *ucd, *utype;
	char *description;
	char *min, *max; /* VALUES */
	size_t noptions;
	char **options; /* what it may be; none: anything */
};

struct descriptor {
	char *id; /* what a link's service_def names */
	char *name;
	char *description;
	char *standard_id;  /* "ivo://ivoa.net/std/SODA#sync-1.0" */
	char *access_url;   /* never NULL in one that a reader gives */
	char *content_type; /* of what the service answers */
	size_t nparams;
	struct input_param *params;
};

struct descriptor_list {
	size_t n;
	struct descriptor *at;
};

enum descriptor_standard {
	STANDARD_NONE, /* a service of its own */
	STANDARD_LINKS,
	STANDARD_SODA_SYNC,
	STANDARD_SODA_ASYNC,
};

enum descriptor_standard descriptor_standard(const struct descriptor *);
/* A parameter by its name, in any case; NULL if it takes none of that name. */
const struct input_param *descriptor_param(const struct descriptor *, const char *name);
/* Its ID as a parameter: named ID, or the only one that refers to a column; NULL if there is none.
 */
const struct input_param *descriptor_id_param(const struct descriptor *);
/* Whether it needs nothing more than the dataset: every parameter has a value, or is the row's. */
bool descriptor_is_complete(const struct descriptor *);
/* NULL if none of the list has it. */
const struct descriptor *descriptor_by_id(const struct descriptor_list *, const char *id);
/*
 * The URL that asks the service: its own with the values that are given, and id (where not NULL) as
 * the ID. Others can be added with url_add_param. Caller owns.
 */
char *descriptor_url(const struct descriptor *, const char *id);

/* As a RESOURCE of a VOTable, from which the same is read again. */
void descriptor_write(const struct descriptor *, struct buf *xml);
/* One that was written; false if it is none. */
bool descriptor_parse(const char *xml, struct descriptor *);
struct descriptor descriptor_copy(const struct descriptor *);
void descriptor_clear(struct descriptor *);
void descriptor_list_add(struct descriptor_list *, struct descriptor *taken);
void descriptor_list_clear(struct descriptor_list *);

/* --- reading: what stands in the RESOURCE is handed on by the reader of the VOTable --- */

struct descriptor_reader {
	struct descriptor made;
	struct input_param *param; /* that stands open */
	unsigned depth;            /* of elements open in the RESOURCE */
	unsigned inputs;           /* the depth of inputParams; 0: not in it */
	struct buf text;
};

void descriptor_begin(struct descriptor_reader *, const struct xml_attrs *resource);
void descriptor_start(struct descriptor_reader *, const char *name, const struct xml_attrs *);
void descriptor_text(struct descriptor_reader *, const char *s, size_t n);
void descriptor_end(struct descriptor_reader *, const char *name);
/* The RESOURCE has ended: whether it told a service; *d is the caller's then. */
bool descriptor_finish(struct descriptor_reader *, struct descriptor *d);
void descriptor_reader_clear(struct descriptor_reader *);

#endif
