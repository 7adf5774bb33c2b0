/*
 * capabilities.h: what a service says it can do (VOSI 1.1 §4.2, TAPRegExt 1.0).
 *
 * Strings are owned by struct capabilities, and NULL where the document has
 * none, but for those that say "never NULL". Lists keep the document's order.
 */
#ifndef TAPFS_TAP_VOSI_CAPABILITIES_H
#define TAPFS_TAP_VOSI_CAPABILITIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct strings {
	char **at;
	size_t n;
};

struct interface {
	char *access_url; /* never NULL */
	char *version;
	char *role;                      /* "std" */
	char *type;                      /* xsi:type without its prefix: "ParamHTTP" */
	struct strings security_methods; /* standardIDs; "" for one without */
};

struct capability {
	char *standard_id; /* never NULL: "" where it has none */
	size_t ninterfaces;
	struct interface *interfaces;
};

struct language_feature {
	char *type; /* the group: "ivo://ivoa.net/std/TAPRegExt#features-udf"; never NULL */
	char *form; /* "gavo_ipix(long REAL, lat REAL) -> BIGINT"; never NULL */
	char *description;
};

struct language {
	char *name; /* "ADQL"; never NULL */
	struct strings versions;
	char *description;
	size_t nfeatures;
	struct language_feature *features;
};

struct output_format {
	char *ivo_id;
	char *mime; /* never NULL */
	struct strings aliases;
};

/* -1 where the service does not say. */
struct limit {
	int64_t normal; /* the element `default` */
	int64_t hard;
	bool in_bytes; /* else rows; nothing for times */
};

struct capabilities {
	size_t ncapabilities;
	struct capability *capabilities;
	size_t nlanguages;
	struct language *languages;
	size_t nformats;
	struct output_format *formats;
	struct strings data_models;      /* ivo-ids */
	struct strings upload_methods;   /* ivo-ids */
	struct limit retention_period;   /* seconds */
	struct limit execution_duration; /* seconds */
	struct limit output_limit;       /* rows or bytes */
	struct limit upload_limit;       /* rows or bytes */
	char *tap_version;               /* "1.1", "1.0"; NULL if there is no TAP */
	char *queues; /* what is said of the parameter QUEUE, if there is one; NULL */
};

/* NULL with *err if it is no capabilities document. */
struct capabilities *capabilities_parse(const char *data, size_t n, struct error **err);
void capabilities_free(struct capabilities *); /* NULL is allowed */

/*
 * The capability whose standardID is `standard_id` in any case; else the first that begins with it
 * and goes on with a '#', a '-' or a '.' (a version). NULL if there is none.
 */
const struct capability *capabilities_find(const struct capabilities *, const char *standard_id);
/* The access URL of such a capability's best interface (standard, open to all); NULL if none. */
const char *capabilities_url(const struct capabilities *, const char *standard_id);
/* The same of the i-th capability of that standard, in any version; NULL after the last. */
const char *capabilities_url_at(const struct capabilities *, const char *standard_id, size_t i);

/*
 * What to send as RESPONSEFORMAT to get a VOTable, spelled as the service does: BINARY2 if it is
 * declared and wanted, else its plain VOTable, else "votable". Never NULL; lives as long as c.
 */
const char *capabilities_choose_votable_format(const struct capabilities *, bool prefer_binary2);

/*
 * A format as the service spells it: by its media type, an alias, or the serialization of a VOTable
 * ("votable/td"). NULL where it declares no such one; lives as long as c.
 */
const char *capabilities_format(const struct capabilities *, const char *said);

/* Tables can be sent along with a query (TAPRegExt 1.0 §2.5, upload-inline). */
bool capabilities_has_upload(const struct capabilities *);
/* A language by name in any case; NULL if there is none. */
const struct language *capabilities_language(const struct capabilities *, const char *name);

#endif
