/*
 * reply.c: answers, each logged as it is handed over.
 *
 * The log has a line a request: time, method, path with query, status, bytes
 * of the body. The status is 0 where the connection is closed without answer.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "tests/service/http/error_document.h"
#include "tests/service/http/faults.h"
#include "tests/service/http/gzip.h"
#include "tests/service/http/http.h"
#include "tests/service/http/times.h"

void svc_add_header(struct request *r, const char *name, const char *value)
{
	if (r->nheaders == HTTP_MAX_HEADERS)
		return;
	r->headers[r->nheaders].name = name;
	r->headers[r->nheaders++].value = xstrdup(value);
}

static void log_request(struct request *r, unsigned status, uint64_t bytes)
{
	CLEANUP_BUF struct buf line = BUF_INIT;

	if (!r->service->log)
		return;
	svc_add_time(&line, clock_now());
	buf_addf(&line, " %s %s %u %llu\n", r->method, r->uri, status, (unsigned long long)bytes);
	fwrite(buf_str(&line), 1, line.len, r->service->log);
}

enum MHD_Result svc_queue(struct request *r, unsigned status, struct MHD_Response *response,
			  uint64_t bytes)
{
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	log_request(r, r->drop_answer ? 0 : status, bytes);
	MHD_add_response_header(response, MHD_HTTP_HEADER_SERVER, "tapfs-demo/" TAPFS_VERSION);
	for (size_t i = 0; i < r->nheaders; i++)
		MHD_add_response_header(response, r->headers[i].name, r->headers[i].value);
	result = r->drop_answer ? MHD_NO : MHD_queue_response(r->connection, status, response);
	MHD_destroy_response(response);
	return result;
}

enum MHD_Result svc_reply(struct request *r, unsigned status, const char *type, struct buf *body)
{
	size_t n;
	struct MHD_Response *response;

	if (body->len >= SVC_GZIP_FROM && svc_gzip_wanted(r)) {
		svc_gzip_body(body);
		svc_add_header(r, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
		svc_add_header(r, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT_ENCODING);
	}
	n = body->len;
	response = MHD_create_response_from_buffer(n, buf_steal(body), MHD_RESPMEM_MUST_FREE);

	if (type)
		svc_add_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	return svc_queue(r, status, response, n);
}

bool svc_has_tag(const char *header, const char *quoted_tag)
{
	return header && (!strcmp(header, "*") || strstr(header, quoted_tag));
}

enum MHD_Result svc_reply_document(struct request *r, const char *type, struct buf *body)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	char tag[32];

	for (size_t i = 0; i < body->len; i++)
		h = (h ^ (unsigned char)body->data[i]) * UINT64_C(0x100000001b3);
	snprintf(tag, sizeof(tag), "\"%016llx%s\"", (unsigned long long)h,
		 body->len >= SVC_GZIP_FROM && svc_gzip_wanted(r) ? "-gzip" : "");
	svc_add_header(r, MHD_HTTP_HEADER_ETAG, tag);
	if (!svc_has_tag(svc_header(r, MHD_HTTP_HEADER_IF_NONE_MATCH), tag))
		return svc_reply(r, MHD_HTTP_OK, type, body);
	buf_free(body);
	return svc_reply(r, MHD_HTTP_NOT_MODIFIED, NULL, body);
}

enum MHD_Result svc_reply_text(struct request *r, unsigned status, const char *fmt, ...)
{
	struct buf body = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&body, fmt, ap);
	va_end(ap);
	return svc_reply(r, status, "text/plain;charset=UTF-8", &body);
}

enum MHD_Result svc_reply_error(struct request *r, unsigned status, const char *fmt, ...)
{
	struct buf body = BUF_INIT;
	CLEANUP_FREE char *message = NULL;
	va_list ap;

	va_start(ap, fmt);
	message = xvasprintf(fmt, ap);
	va_end(ap);
	svc_error_document(&body, message);
	return svc_reply(r, status, "application/x-votable+xml", &body);
}

enum MHD_Result svc_reply_refused(struct request *r, const struct error *err)
{
	unsigned status;

	switch (error_errno(err)) {
	case EINVAL: status = MHD_HTTP_BAD_REQUEST; break;
	case EFBIG: status = MHD_HTTP_CONTENT_TOO_LARGE; break;
	case ENOSPC: status = MHD_HTTP_INSUFFICIENT_STORAGE; break;
	default: status = MHD_HTTP_INTERNAL_SERVER_ERROR; break;
	}
	return svc_reply_error(r, status, "%s", error_text(err));
}

enum MHD_Result svc_reply_see_other(struct request *r, const char *fmt, ...)
{
	struct buf nothing = BUF_INIT;
	CLEANUP_FREE char *base = svc_base(r);
	CLEANUP_FREE char *path = NULL;
	CLEANUP_FREE char *location = NULL;
	va_list ap;

	va_start(ap, fmt);
	path = xvasprintf(fmt, ap);
	va_end(ap);
	location = xasprintf("%s%s", base, path);
	svc_add_header(r, MHD_HTTP_HEADER_LOCATION, location);
	return svc_reply(r, MHD_HTTP_SEE_OTHER, NULL, &nothing);
}

enum MHD_Result svc_reply_method(struct request *r, const char *allowed)
{
	svc_add_header(r, MHD_HTTP_HEADER_ALLOW, allowed);
	return svc_reply_error(r, MHD_HTTP_METHOD_NOT_ALLOWED, "%s is not possible here, only %s.",
			       r->method, allowed);
}
