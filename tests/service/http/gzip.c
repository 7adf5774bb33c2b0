/*
 * gzip.c: zlib, fast rather than small. A file is compressed piece by piece:
 * memory does not grow with it.
 */
#include "tests/service/http/gzip.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <zlib.h>

#include "base/mem.h"

#define GZIP_WINDOW (15 + 16) /* 16: with gzip's header */
#define LEVEL       1
#define PIECE       65536

bool svc_gzip_wanted(const struct request *r)
{
	const char *accepted = svc_header(r, MHD_HTTP_HEADER_ACCEPT_ENCODING);
	const char *gzip = accepted ? strcasestr(accepted, "gzip") : NULL;
	const char *weight;

	if (!gzip)
		return false;
	weight = gzip + 4 + strspn(gzip + 4, " ");
	if (*weight != ';')
		return true;
	weight = strchr(weight, '=');
	return !weight || strtod(weight + 1, NULL) > 0;
}

static void begin(z_stream *z)
{
	memset(z, 0, sizeof(*z));
	deflateInit2(z, LEVEL, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY);
}

void svc_gzip_body(struct buf *body)
{
	struct buf out = BUF_INIT;
	z_stream z;

	begin(&z);
	z.next_in = (unsigned char *)body->data;
	z.avail_in = (uInt)body->len;
	z.avail_out = (uInt)deflateBound(&z, body->len);
	z.next_out = (unsigned char *)buf_reserve(&out, z.avail_out);
	deflate(&z, Z_FINISH);
	out.len = z.total_out;
	deflateEnd(&z);
	buf_free(body);
	*body = out;
}

struct compressor {
	int fd;
	uint64_t at, size;
	z_stream z;
	bool ended;
	unsigned char in[PIECE];
};

static ssize_t read_compressed(void *cls, uint64_t pos, char *out, size_t max)
{
	struct compressor *c = cls;

	(void)pos;
	if (c->ended)
		return MHD_CONTENT_READER_END_OF_STREAM;
	c->z.next_out = (unsigned char *)out;
	c->z.avail_out = (uInt)max;
	while (c->z.avail_out == max && !c->ended) {
		if (!c->z.avail_in && c->at < c->size) {
			ssize_t n = pread(c->fd, c->in, sizeof(c->in), (off_t)c->at);

			if (n <= 0)
				return MHD_CONTENT_READER_END_WITH_ERROR;
			c->at += (uint64_t)n;
			c->z.next_in = c->in;
			c->z.avail_in = (uInt)n;
		}
		c->ended = deflate(&c->z, c->at < c->size ? Z_NO_FLUSH : Z_FINISH) == Z_STREAM_END;
	}
	return (ssize_t)(max - c->z.avail_out);
}

static void end_compressor(void *cls)
{
	struct compressor *c = cls;

	deflateEnd(&c->z);
	close(c->fd);
	free(c);
}

struct MHD_Response *svc_gzip_file(int fd, uint64_t size)
{
	struct compressor *c = xcalloc(1, sizeof(*c));

	c->fd = fd;
	c->size = size;
	begin(&c->z);
	return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, PIECE, read_compressed, c,
						 end_compressor);
}
