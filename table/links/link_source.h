/*
 * link_source.h: what leads from a table's rows to files: its columns, their LINKs, and
 * services that its document describes.
 *
 * A source is an address with places for the row's values. Found in:
 *
 *	access_url           ObsCore 1.1 §4.8, SIA 2.0 §3; a file, or by the row's access_format
 *	                     a DataLink document
 *	its older names      VOX:Image_AccessReference (SIA 1.0), ssa:Access.Reference (SSA 1.1)
 *	UCD meta.ref.url     columns of addresses
 *	UCD meta.file        columns of paths, below the configured files_base
 *	LINK href="…${C}"    VOTable 1.5 §3.5
 *	adhoc:service        DataLink 1.1 §4: DataLink, SODA, and what needs no more parameters
 */
#ifndef TAPFS_TABLE_LINKS_LINK_SOURCE_H
#define TAPFS_TABLE_LINKS_LINK_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "table/table.h"
#include "table/votable/descriptor.h"

#define LINK_SOURCES_MAX 32 /* of one table */
#define NO_COLUMN        SIZE_MAX

enum link_kind {
	LINK_FILE,     /* an address, maybe relative */
	LINK_PATH,     /* a path below files_base */
	LINK_DATALINK, /* the address of a DataLink document */
	LINK_CUTOUT,   /* an identifier, for a SODA service */
};

/* A piece of an address: a text, then a value of the row (where there is a column). */
struct link_part {
	char *text; /* never NULL */
	size_t column;
};

struct link_source {
	enum link_kind kind;
	char *semantics;    /* "#this", "#preview", or a word for the column */
	char *description;  /* NULL: none */
	char *content_type; /* NULL: not told */
	size_t type_column; /* where each row tells it; NO_COLUMN */
	size_t nparts;
	struct link_part *parts;
	char *service; /* LINK_CUTOUT: the descriptor, as XML */
};

struct link_sources {
	size_t n;
	struct link_source at[LINK_SOURCES_MAX];
};

/* Those of the columns. */
void link_sources_find(struct link_sources *, const struct table *);
/* Whether a service leads from the table's rows to something. */
bool link_service_leads(const struct table *, const struct descriptor *);
/* Its source; none if it leads to nothing, or to what another one does. */
void link_sources_add_service(struct link_sources *, const struct table *,
			      const struct descriptor *);
void link_sources_clear(struct link_sources *);

/* A row's value, as link_cell_text makes it; s is NULL where the row has none. */
struct link_value {
	const char *s;
	size_t len;
};

/* A scalar as a text, without blanks at its end; false where it is missing or no scalar. */
bool link_cell_text(const struct field *, const struct cell *, struct buf *out);
/* The address for a row, of its values by column; false where the row lacks one of them. */
bool link_source_value(const struct link_source *, const struct link_value *, struct buf *out);

/* The column that names the rows best; NO_COLUMN if there is none. */
size_t link_name_column(const struct table *);

#endif
