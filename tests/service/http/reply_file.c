/*
 * reply_file.c: files and results as answers: ranges, validators, and all that can go wrong with
 * them on a test's wish (faults.h).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tests/service/adql/functions.h"
#include "tests/service/http/faults.h"
#include "tests/service/http/gzip.h"
#include "tests/service/http/http.h"

#define PIECE    65536
#define STALL_MS 60000

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

/* What is to go wrong with one answer: taken once, in front of all else. */
struct wrong {
	struct fault fault[FAULT_KINDS];
	bool is[FAULT_KINDS];
};

static void take_faults(struct request *r, struct wrong *w)
{
	static const enum fault_kind kinds[] = {
	    FAULT_CUT,         FAULT_NO_RANGES,        FAULT_NO_LENGTH, FAULT_WRONG_RANGE,
	    FAULT_WRONG_TOTAL, FAULT_NO_CONTENT_RANGE, FAULT_SLOW,      FAULT_STALL,
	    FAULT_NO_ETAG,     FAULT_NO_MODIFIED,      FAULT_WEAK_ETAG, FAULT_NO_IF_RANGE,
	    FAULT_GZIP};

	memset(w, 0, sizeof(*w));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		w->is[kinds[i]] = svc_fault_take(r->service->faults, kinds[i], r->method, r->path,
						 &w->fault[kinds[i]]);
}

static void add_validators(struct request *r, const struct svc_file *f, const struct wrong *w,
			   const char *tag, char date[40])
{
	struct tm tm;

	*date = '\0';
	if (!f->etag)
		return;
	gmtime_r(&f->modified, &tm);
	strftime(date, 40, "%a, %d %b %Y %H:%M:%S GMT", &tm);
	if (!w->is[FAULT_NO_ETAG])
		svc_add_header(r, MHD_HTTP_HEADER_ETAG, tag);
	if (!w->is[FAULT_NO_MODIFIED])
		svc_add_header(r, MHD_HTTP_HEADER_LAST_MODIFIED, date);
	if (!w->is[FAULT_NO_RANGES])
		svc_add_header(r, MHD_HTTP_HEADER_ACCEPT_RANGES, "bytes");
	if (!f->as_is)
		svc_add_header(r, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT_ENCODING);
}

/* --- the body --- */

/* What is sent piece by piece, so that it can break off, stall or be slow. */
struct body {
	struct request *request;
	int fd;
	uint64_t from, size;
	uint64_t cut, stall; /* after so many bytes; UINT64_MAX: never */
	uint64_t per_s;      /* 0: as fast as it goes */
	int64_t begun;       /* svc_monotonic_ms */
};

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* How many bytes may go out now, of those behind pos. */
static uint64_t allowed(const struct body *b, uint64_t pos)
{
	uint64_t end = smaller(smaller(b->size, b->cut), b->stall);
	int64_t passed = svc_monotonic_ms() - b->begun;

	if (b->per_s)
		end = smaller(end, b->per_s * (uint64_t)passed / 1000);
	return end > pos ? end - pos : 0;
}

static ssize_t read_body(void *cls, uint64_t pos, char *out, size_t max)
{
	struct body *b = cls;
	ssize_t n;

	if (!b->begun)
		b->begun = svc_monotonic_ms();
	if (pos >= b->size)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (pos >= b->cut || (pos >= b->stall && svc_monotonic_ms() - b->begun > STALL_MS))
		return MHD_CONTENT_READER_END_WITH_ERROR;
	max = (size_t)smaller(max, allowed(b, pos));
	if (!max)
		return b->request->service->pause(b->request, 20)
			   ? 0
			   : MHD_CONTENT_READER_END_WITH_ERROR;
	n = pread(b->fd, out, max, (off_t)(b->from + pos));
	return n > 0 ? n : MHD_CONTENT_READER_END_WITH_ERROR;
}

static void end_body(void *cls)
{
	struct body *b = cls;

	close(b->fd);
	free(b);
}

/* Takes ownership of fd. */
static struct MHD_Response *file_response(struct request *r, const struct wrong *w, int fd,
					  uint64_t from, uint64_t n)
{
	struct body *b;

	if (!w->is[FAULT_CUT] && !w->is[FAULT_STALL] && !w->is[FAULT_SLOW] &&
	    !w->is[FAULT_NO_LENGTH])
		return MHD_create_response_from_fd_at_offset64(n, fd, from);
	b = xcalloc(1, sizeof(*b));
	*b = (struct body){r, fd, from, n, UINT64_MAX, UINT64_MAX, 0, 0};
	if (w->is[FAULT_CUT])
		b->cut = (uint64_t)w->fault[FAULT_CUT].value;
	if (w->is[FAULT_STALL])
		b->stall = (uint64_t)w->fault[FAULT_STALL].value;
	if (w->is[FAULT_SLOW])
		b->per_s = (uint64_t)w->fault[FAULT_SLOW].value;
	return MHD_create_response_from_callback(w->is[FAULT_NO_LENGTH] ? MHD_SIZE_UNKNOWN : n,
						 PIECE, read_body, b, end_body);
}

/* --- the part --- */

/* May a part be sent? RFC 9110 §13.1.5: a weak tag is never good for that. */
static bool same_file(const struct request *r, const struct wrong *w, const char *tag,
		      const char *date)
{
	const char *if_range = svc_header(r, MHD_HTTP_HEADER_IF_RANGE);

	return !if_range || w->is[FAULT_NO_IF_RANGE] ||
	       (!strcmp(if_range, tag) && strncmp(tag, "W/", 2) != 0) || !strcmp(if_range, date);
}

static void add_content_range(struct request *r, const struct wrong *w, enum range range,
			      uint64_t from, uint64_t to, uint64_t size)
{
	char text[80];

	if (w->is[FAULT_WRONG_TOTAL])
		size += (uint64_t)w->fault[FAULT_WRONG_TOTAL].value;
	if (range == RANGE_PART)
		snprintf(text, sizeof(text), "bytes %llu-%llu/%llu", (unsigned long long)from,
			 (unsigned long long)to, (unsigned long long)size);
	else
		snprintf(text, sizeof(text), "bytes */%llu", (unsigned long long)size);
	if (!w->is[FAULT_NO_CONTENT_RANGE])
		svc_add_header(r, MHD_HTTP_HEADER_CONTENT_RANGE, text);
}

/* The bytes that are asked for, by Range and If-Range; adds Content-Range. */
static enum range wanted_range(struct request *r, const struct svc_file *f, const struct wrong *w,
			       const char *tag, const char *date, uint64_t *from, uint64_t *to)
{
	enum range range = RANGE_NONE;
	uint64_t shift = (uint64_t)w->fault[FAULT_WRONG_RANGE].value;

	/* RFC 9110 §14.2: of a GET only. */
	if (f->etag && !w->is[FAULT_NO_RANGES] && !w->is[FAULT_GZIP] && svc_is(r, "GET") &&
	    same_file(r, w, tag, date))
		range = read_range(svc_header(r, MHD_HTTP_HEADER_RANGE), f->size, from, to);
	if (range == RANGE_NONE) {
		*from = 0;
		*to = f->size ? f->size - 1 : 0;
		return range;
	}
	if (range == RANGE_PART && w->is[FAULT_WRONG_RANGE]) {
		*from = smaller(*from + shift, f->size - 1);
		*to = smaller(*to + shift, f->size - 1);
	}
	add_content_range(r, w, range, *from, *to, f->size);
	return range;
}

/* The whole file, compressed: another representation, with a tag of its own. */
static enum MHD_Result reply_compressed(struct request *r, const struct svc_file *f, int fd)
{
	svc_add_header(r, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
	return svc_queue(r, MHD_HTTP_OK, svc_gzip_file(fd, f->size), f->size);
}

enum MHD_Result svc_reply_file(struct request *r, const struct svc_file *f)
{
	struct wrong w;
	bool compress;
	CLEANUP_FREE char *tag = NULL;
	struct buf nothing = BUF_INIT;
	uint64_t from, to;
	char date[40];
	enum range range;
	int fd;

	take_faults(r, &w);
	compress =
	    w.is[FAULT_GZIP] || (!w.is[FAULT_CUT] && !f->as_is && f->size >= SVC_GZIP_FROM &&
				 svc_gzip_wanted(r) && !svc_header(r, MHD_HTTP_HEADER_RANGE));
	tag = xasprintf("%s\"%s%s\"", w.is[FAULT_WEAK_ETAG] ? "W/" : "", f->etag ? f->etag : "",
			compress ? "-gzip" : "");
	add_validators(r, f, &w, tag, date);
	if (f->etag && svc_has_tag(svc_header(r, MHD_HTTP_HEADER_IF_NONE_MATCH), tag))
		return svc_reply(r, MHD_HTTP_NOT_MODIFIED, NULL, &nothing);
	range = wanted_range(r, f, &w, tag, date, &from, &to);
	if (range == RANGE_IMPOSSIBLE)
		return svc_reply(r, MHD_HTTP_RANGE_NOT_SATISFIABLE, NULL, &nothing);
	fd = dup(f->fd);
	if (fd < 0)
		return MHD_NO;
	svc_add_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, f->type);
	if (compress)
		return reply_compressed(r, f, fd);
	to = f->size ? to - from + 1 : 0;
	return svc_queue(r, range == RANGE_PART ? MHD_HTTP_PARTIAL_CONTENT : MHD_HTTP_OK,
			 file_response(r, &w, fd, from, to), to);
}
