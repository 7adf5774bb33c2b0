/*
 * votable_beside.c: a STREAM whose rows are in a file of their own (href, VOTable 1.5 §6); see
 * votable_inside.h.
 *
 * Its bytes are what stands there, not base64, unless the STREAM says so.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "table/votable/votable_inside.h"

#define READ_SIZE (64u << 10)

static void refuse_elsewhere(struct votable *v, const char *href, size_t n)
{
	CLEANUP_FREE char *what =
	    xasprintf("the rows are in another file, %.*s (STREAM href), which is not read: open "
		      "the VOTable in TOPCAT, which fetches it, and save it with its rows",
		      (int)(n < 200 ? n : 200), href);

	free(v->beside.href);
	v->end.elsewhere = v->beside.href = xstrndup(href, n);
	votable_refuse(v, what);
}

static void read_failed(struct votable *v, int errnum)
{
	struct error *why = NULL;

	error_set(&why, errnum, "cannot read the file with the rows: %s", strerror(errnum));
	xml_fail(v->xml, why);
}

static void read_bytes(struct votable *v, bool base64)
{
	CLEANUP_FREE char *block = xmalloc(READ_SIZE);
	CLEANUP_BUF struct buf bytes = BUF_INIT;
	off_t at = 0;
	ssize_t n;

	while ((n = pread(v->beside.fd, block, READ_SIZE, at)) > 0 && !xml_has_failed(v->xml)) {
		at += n;
		if (!base64) {
			votable_stream_bytes(v, block, (size_t)n);
		} else if (base64_decode(&v->base64, &bytes, block, (size_t)n)) {
			votable_stream_bytes(v, bytes.data, bytes.len);
			buf_reset(&bytes);
		} else {
			votable_refuse_base64(v);
		}
	}
	if (n < 0)
		read_failed(v, errno);
}

void votable_read_beside(struct votable *v, const struct xml_attrs *attrs)
{
	struct stat st;
	const char *href;
	size_t n;

	if (v->beside.fd < 0 && xml_attr(attrs, "href", &href, &n))
		refuse_elsewhere(v, href, n);
	else if (!v->sink->no_rows || v->stream.fits)
		read_bytes(v, xml_attr_is(attrs, "encoding", "base64"));
	else if (fstat(v->beside.fd, &st) == 0 && st.st_size)
		v->end.rows = 1;
}

void votable_set_beside(struct votable *v, int fd)
{
	v->beside.fd = fd;
}
