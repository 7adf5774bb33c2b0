/*
 * uploads.h: tables that come along with a query (TAP 1.1 §2.5, DALI 1.1 §3.4.5).
 *
 * What came with a request lies in a file without a name, so that nothing is left of it once its
 * descriptor is closed: when the job that has it is over, or deleted. What stands at a URL is
 * fetched when the job runs. The same list holds a request's own parts, by their names.
 */
#ifndef TAPFS_SERVICE_TAP_UPLOADS_H
#define TAPFS_SERVICE_TAP_UPLOADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "tests/service/http/params.h"

#define SVC_UPLOAD_BYTES UINT64_C(200000000) /* all tables of a query; --upload-limit sets it */
#define SVC_UPLOAD_ROWS  1000000             /* of one table */

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

/* Takes fd. */
void svc_uploads_add(struct svc_uploads *, const char *name, int fd, uint64_t size);
/* By its name in any case; NULL if there is none. */
const struct svc_upload *svc_uploads_find(const struct svc_uploads *, const char *name);
/* Their bytes, without what is still to be fetched. */
uint64_t svc_uploads_size(const struct svc_uploads *);
void svc_uploads_clear(struct svc_uploads *);

/*
 * Adds the tables that the UPLOADs among the parameters name: parts of the request, parameters
 * themselves, or URLs. All or nothing: false with *err, EINVAL for what is no UPLOAD, EFBIG where
 * all of them have more bytes than the limit.
 */
bool svc_uploads_read(struct svc_uploads *, const struct params *, const struct svc_uploads *parts,
		      uint64_t limit, struct error **err);

#endif
