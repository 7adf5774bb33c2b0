/*
 * links.h: the links of one image, and the services that its links refer to.
 */
#ifndef TAPFS_SERVICE_DAL_LINKS_H
#define TAPFS_SERVICE_DAL_LINKS_H

#include "base/buf.h"
#include "tests/service/data/images.h"

/* One row of DataLink 1.1 §3.2; NULL and 0 are null. */
struct link {
	const char *access_url, *service_def, *error_message; /* one of the three */
	const char *description, *semantics, *content_type;
	uint64_t content_length;
	const char *content_qualifier, *local_semantics;
	bool sign_in; /* only for who did */
};

struct links {
	const char *root, *id; /* borrowed */
	bool signed_in;
	struct buf rows;     /* <TR>…</TR> */
	struct buf services; /* <RESOURCE utype="adhoc:service">…</RESOURCE> */
	long nrows;
};

void svc_link_add(struct links *, const struct link *);
/* All of an image, with its service descriptors. */
void svc_image_links(struct links *, const struct image *);

#endif
