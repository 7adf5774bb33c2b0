/*
 * datalink.h: DataLink documents (DataLink 1.1 §4): the links of a dataset.
 *
 * Exactly one of url, service_def and error is set in a link (§4.1). Strings are
 * NULL where the document has none. Pure: no files, no network.
 */
#ifndef TAPFS_TAP_DATALINK_H
#define TAPFS_TAP_DATALINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

#define DATALINK_MAX 10000 /* links of one document that are kept */

struct link {
	char *id;
	char *url;
	char *service_def;
	char *error;     /* why there is no file: "NotFoundFault: no such dataset" */
	char *semantics; /* "#this", "http://www.ivoa.net/rdf/datalink/core#preview" … */
	char *description;
	char *content_type;
	int64_t length; /* bytes, as the document says; -1: not told, and not to be relied on */
	char *name;     /* its file's: never NULL after links_name */
};

struct link_list {
	struct link *at;
	size_t n;
};

/* NULL-initialised by the callee; to be cleared also after an error. */
bool datalink_parse(const char *document, size_t n, struct link_list *, struct error **err);
/*
 * Names each: "this.fits", "preview.jpg", "preview~2.jpg", "weight.error.txt"; the extension is
 * that of the content type, else that of the URL.
 */
void links_name(struct link_list *);
/* links.csv: a line each, with the file's name. */
void links_csv(const struct link_list *, struct buf *out);
void link_list_clear(struct link_list *);

#endif
