/* error_document.h: a VOTable that says ERROR (DALI 1.1 §4.4.2), as what goes wrong is answered. */
#ifndef TAPFS_SERVICE_HTTP_ERROR_DOCUMENT_H
#define TAPFS_SERVICE_HTTP_ERROR_DOCUMENT_H

#include "base/buf.h"

/* How any VOTable of ours begins, up to the RESOURCE of its results. */
extern const char svc_votable_head[];

void svc_error_document(struct buf *out, const char *message);

#endif
