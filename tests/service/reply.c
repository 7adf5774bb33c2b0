/*
 * reply.c: answers, each logged as it is handed over.
 *
 * The log has a line a request: time, method, path with query, status, bytes
 * of the body. The status is 0 where the connection is closed without answer.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tests/service/faults.h"
#include "tests/service/gzip.h"
#include "tests/service/http.h"
#include "tests/service/jobs.h"
#include "tests/service/writer.h"

#define GZIP_FROM 1024 /* bytes that are worth it */

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
	svc_add_time(&line, svc_now());
	buf_addf(&line, " %s %s %u %llu\n", r->method, r->uri, status, (unsigned long long)bytes);
	fwrite(buf_str(&line), 1, line.len, r->service->log);
}

/* Takes ownership of the response. */
static enum MHD_Result queue(struct request *r, unsigned status, struct MHD_Response *response,
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

	if (body->len >= GZIP_FROM && svc_gzip_wanted(r)) {
		svc_gzip_body(body);
		svc_add_header(r, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
		svc_add_header(r, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT_ENCODING);
	}
	n = body->len;
	response = MHD_create_response_from_buffer(n, buf_steal(body), MHD_RESPMEM_MUST_FREE);

	if (type)
		svc_add_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	return queue(r, status, response, n);
}

/* Does the list of entity tags in the header have this one? */
static bool has_tag(const char *header, const char *quoted_tag)
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
		 body->len >= GZIP_FROM && svc_gzip_wanted(r) ? "-gzip" : "");
	svc_add_header(r, MHD_HTTP_HEADER_ETAG, tag);
	if (!has_tag(svc_header(r, MHD_HTTP_HEADER_IF_NONE_MATCH), tag))
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

/* --- files --- */

enum range { RANGE_NONE, RANGE_PART, RANGE_IMPOSSIBLE };

/* One range of bytes (RFC 9110 §14.1.2); several ranges get the whole file. */
static enum range read_range(const char *header, uint64_t size, uint64_t *from, uint64_t *to)
{
	char *end;
	unsigned long long a, b;

	if (!header || strncasecmp(header, "bytes=", 6) != 0 ||
	    header[6 + strspn(header + 6, "0123456789-")])
		return RANGE_NONE;
	header += 6;
	*to = size ? size - 1 : 0;
	if (*header == '-') {
		a = strtoull(header + 1, &end, 10);
		if (end == header + 1 || *end || header[1] == '-')
			return RANGE_NONE;
		*from = a < size ? size - a : 0;
		return a && size ? RANGE_PART : RANGE_IMPOSSIBLE;
	}
	a = strtoull(header, &end, 10);
	if (end == header || *end != '-')
		return RANGE_NONE;
	header = end + 1;
	if (*header) {
		b = strtoull(header, &end, 10);
		if (*end || *header == '-' || b < a)
			return RANGE_NONE;
		if (b < *to)
			*to = b;
	}
	*from = a;
	return a < size ? RANGE_PART : RANGE_IMPOSSIBLE;
}

static void add_validators(struct request *r, const struct svc_file *f, const char *tag,
			   char date[40])
{
	struct tm tm;

	gmtime_r(&f->modified, &tm);
	strftime(date, 40, "%a, %d %b %Y %H:%M:%S GMT", &tm);
	svc_add_header(r, MHD_HTTP_HEADER_ETAG, tag);
	svc_add_header(r, MHD_HTTP_HEADER_LAST_MODIFIED, date);
	svc_add_header(r, MHD_HTTP_HEADER_ACCEPT_RANGES, "bytes");
	svc_add_header(r, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT_ENCODING);
}

/* What is sent by piece when it is to break off. */
struct cut {
	int fd;
	uint64_t from, left;
};

static ssize_t cut_read(void *cls, uint64_t pos, char *out, size_t max)
{
	struct cut *c = cls;
	ssize_t n;

	if (!c->left)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (max > c->left)
		max = c->left;
	n = pread(c->fd, out, max, (off_t)(c->from + pos));
	if (n <= 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	c->left -= (uint64_t)n;
	return n;
}

static void cut_free(void *cls)
{
	struct cut *c = cls;

	close(c->fd);
	free(c);
}

/* Takes ownership of fd. */
static struct MHD_Response *file_response(int fd, uint64_t from, uint64_t n,
					  const struct fault *cut)
{
	struct cut *c;

	if (!cut)
		return MHD_create_response_from_fd_at_offset64(n, fd, from);
	c = xcalloc(1, sizeof(*c));
	c->fd = fd;
	c->from = from;
	c->left = (uint64_t)cut->value < n ? (uint64_t)cut->value : n;
	return MHD_create_response_from_callback(n, 65536, cut_read, c, cut_free);
}

/* The bytes that are asked for, by Range and If-Range; adds Content-Range. */
static enum range wanted_range(struct request *r, const struct svc_file *f, const char *tag,
			       const char *date, uint64_t *from, uint64_t *to)
{
	const char *if_range = svc_header(r, MHD_HTTP_HEADER_IF_RANGE);
	enum range range = RANGE_NONE;
	char text[80];

	/* RFC 9110 §14.2: of a GET only. */
	if (svc_is(r, "GET") && (!if_range || !strcmp(if_range, tag) || !strcmp(if_range, date)))
		range = read_range(svc_header(r, MHD_HTTP_HEADER_RANGE), f->size, from, to);
	if (range == RANGE_NONE) {
		*from = 0;
		*to = f->size ? f->size - 1 : 0;
		return range;
	}
	if (range == RANGE_PART)
		snprintf(text, sizeof(text), "bytes %llu-%llu/%llu", (unsigned long long)*from,
			 (unsigned long long)*to, (unsigned long long)f->size);
	else
		snprintf(text, sizeof(text), "bytes */%llu", (unsigned long long)f->size);
	svc_add_header(r, MHD_HTTP_HEADER_CONTENT_RANGE, text);
	return range;
}

/* The whole file, compressed: another representation, with a tag of its own. */
static enum MHD_Result reply_compressed(struct request *r, const struct svc_file *f, int fd)
{
	svc_add_header(r, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
	return queue(r, MHD_HTTP_OK, svc_gzip_file(fd, f->size), f->size);
}

enum MHD_Result svc_reply_file(struct request *r, const struct svc_file *f)
{
	struct fault fault;
	bool cut = svc_fault_take(r->service->faults, FAULT_CUT, r->method, r->path, &fault);
	bool compress = !cut && f->size >= GZIP_FROM && svc_gzip_wanted(r) &&
			!svc_header(r, MHD_HTTP_HEADER_RANGE);
	CLEANUP_FREE char *tag = xasprintf("\"%s%s\"", f->etag, compress ? "-gzip" : "");
	struct buf nothing = BUF_INIT;
	uint64_t from, to;
	char date[40];
	enum range range;
	int fd;

	add_validators(r, f, tag, date);
	if (has_tag(svc_header(r, MHD_HTTP_HEADER_IF_NONE_MATCH), tag))
		return svc_reply(r, MHD_HTTP_NOT_MODIFIED, NULL, &nothing);
	range = wanted_range(r, f, tag, date, &from, &to);
	if (range == RANGE_IMPOSSIBLE)
		return svc_reply(r, MHD_HTTP_RANGE_NOT_SATISFIABLE, NULL, &nothing);
	fd = dup(f->fd);
	if (fd < 0)
		return MHD_NO;
	svc_add_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, f->type);
	if (compress)
		return reply_compressed(r, f, fd);
	to = f->size ? to - from + 1 : 0;
	return queue(r, range == RANGE_PART ? MHD_HTTP_PARTIAL_CONTENT : MHD_HTTP_OK,
		     file_response(fd, from, to, cut ? &fault : NULL), to);
}
