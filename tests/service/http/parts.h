/*
 * parts.h: files without a name: of them nothing is left once their descriptor is closed.
 *
 * A list of them holds the parts that came with a request, by their names, or the tables that a
 * query was sent (tap/uploads.h).
 */
#ifndef TAPFS_SERVICE_HTTP_PARTS_H
#define TAPFS_SERVICE_HTTP_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

/* A file to be written, where there is room; NULL with *err. */
FILE *svc_spool_new(struct error **err);
/* Another descriptor of it, which the caller owns, and its size. */
bool svc_spool_take(FILE *, int *fd, uint64_t *size, struct error **err);

struct svc_upload {
	char *name; /* TAP_UPLOAD.name; of a part, that of the part */
	char *url;  /* NULL: it is in fd */
	int fd;
	uint64_t size;
};

struct svc_uploads {
	struct svc_upload *list;
	size_t n;
};

/* Takes what is in it. */
void svc_uploads_put(struct svc_uploads *, struct svc_upload);
/* Takes fd. */
void svc_uploads_add(struct svc_uploads *, const char *name, int fd, uint64_t size);
/* By its name in any case; NULL if there is none. */
const struct svc_upload *svc_uploads_find(const struct svc_uploads *, const char *name);
/* Their bytes, without what is still to be fetched. */
uint64_t svc_uploads_size(const struct svc_uploads *);
void svc_uploads_clear(struct svc_uploads *);

#endif
