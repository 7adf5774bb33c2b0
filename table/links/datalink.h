/*
 * datalink.h: DataLink documents (DataLink 1.1 §3): the links of datasets.
 *
 * A link has one of url, service_def and error (§3.2). A service_def names a
 * descriptor of the document: cut-outs (SODA), or a service that needs nothing more than the
 * dataset, which is a file like others: its link has a url as well. Strings are NULL where the
 * document has none. Pure: no files, no network.
 */
#ifndef TAPFS_TABLE_LINKS_DATALINK_H
#define TAPFS_TABLE_LINKS_DATALINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "table/votable/descriptor.h"

#define DATALINK_MAX 20000 /* links of one document that are kept */

struct link {
	char *id;
	char *url;
	char *service_def;
	char *error;     /* why there is no file: "NotFoundFault: no such dataset" */
	char *semantics; /* "#this", "http://www.ivoa.net/rdf/datalink/core#preview" … */
	char *description;
	char *content_type;
	int64_t length; /* bytes, as the document says; -1: not told, and not to be relied on */
	bool nested;    /* the url is that of another DataLink document */
	char *name;     /* its file's, or its folder's; NULL before links_name */
};

struct link_list {
	struct link *at;
	size_t n;
	struct descriptor_list services;
	bool overflow; /* not all the datasets that were asked for are in it (§3.3.3) */
};

/* Whether a media type is that of DataLink documents; NULL is none. */
bool datalink_is_type(const char *content_type);
/* Whether the address itself tells what it is: ".../m31.fits". */
bool link_url_has_extension(const char *url);
/* That extension, without its dot: "fits", "fits.gz"; NULL: none. Caller owns. */
char *link_url_extension(const char *url);
/* NULL-initialised by the callee; to be cleared also after an error. */
bool datalink_parse(const char *document, size_t n, struct link_list *, struct error **err);
/* Adds what the document says of one dataset to *to, with the services it names; false if it says
 * nothing of it. */
bool datalink_take(struct link_list *document, const char *id, struct link_list *to);
/* As a document, from which the same is read again. */
void datalink_write(const struct link_list *, struct buf *xml);

/* Adds one; takes what is in it. */
void link_list_add(struct link_list *, struct link *);
/*
 * Names each: "this.fits", "preview.jpg", "preview~2.jpg", "weight.error.txt"; the extension is
 * that of the content type, else that of the URL, or the URL's where it tells more: "this.fits.gz".
 * Another document's is a folder: "progenitor".
 */
void links_name(struct link_list *);
/* links.csv: a line each, with the file's name. */
void links_csv(const struct link_list *, struct buf *out);
void link_list_clear(struct link_list *);

#endif
