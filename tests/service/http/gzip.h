/*
 * gzip.h: answers compressed for those who ask for it (RFC 9110 §8.4.1.3).
 */
#ifndef TAPFS_SERVICE_HTTP_GZIP_H
#define TAPFS_SERVICE_HTTP_GZIP_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/service/http/http.h"

#define SVC_GZIP_FROM 1024 /* bytes that are worth it */

/* Does the request accept gzip? */
bool svc_gzip_wanted(const struct request *);
/* Compresses body in place. */
void svc_gzip_body(struct buf *body);
/* A response that compresses size bytes of the file as they are sent; takes ownership of fd. */
struct MHD_Response *svc_gzip_file(int fd, uint64_t size);

#endif
