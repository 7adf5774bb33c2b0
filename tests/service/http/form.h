/*
 * form.h: a body of multipart/form-data (RFC 7578), taken as it arrives.
 *
 * A part that is a file, or a long one, goes to disk piece by piece: it never is in memory as a
 * whole. The others are parameters. A form is used by one request, on its thread.
 */
#ifndef TAPFS_SERVICE_HTTP_FORM_H
#define TAPFS_SERVICE_HTTP_FORM_H

#include <microhttpd.h>

#include "tests/service/http/params.h"
#include "tests/service/http/parts.h"

struct form;

/* params is borrowed; file_bytes is what all files may have. */
struct form *svc_form_new(struct MHD_Connection *, struct params *, uint64_t file_bytes);
void svc_form_feed(struct form *, const char *data, size_t n);
/* All has come. False with *err: EFBIG if it was too large, else what the disk says. */
bool svc_form_end(struct form *, struct error **err);
/* The parts that are on disk, by name; the form's. None for NULL. */
const struct svc_uploads *svc_form_files(const struct form *);
void svc_form_free(struct form *); /* NULL is allowed */

#endif
