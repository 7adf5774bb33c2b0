/*
 * uploads.h: tables that come along with a query (TAP 1.1 §2.5, DALI 1.1 §3.4.5).
 *
 * What came with a request lies in a file without a name, so that nothing is left of it once its
 * descriptor is closed: when the job that has it is over, or deleted. What stands at a URL is
 * fetched when the job runs.
 */
#ifndef TAPFS_SERVICE_TAP_UPLOADS_H
#define TAPFS_SERVICE_TAP_UPLOADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "tests/service/http/params.h"
#include "tests/service/http/parts.h"

#define SVC_UPLOAD_BYTES UINT64_C(200000000) /* all tables of a query; --upload-limit sets it */
#define SVC_UPLOAD_ROWS  1000000             /* of one table */

/*
 * Adds the tables that the UPLOADs among the parameters name: parts of the request, parameters
 * themselves, or URLs. All or nothing: false with *err, EINVAL for what is no UPLOAD, EFBIG where
 * all of them have more bytes than the limit.
 */
bool svc_uploads_read(struct svc_uploads *, const struct params *, const struct svc_uploads *parts,
		      uint64_t limit, struct error **err);

#endif
