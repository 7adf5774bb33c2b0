/*
 * votable_stream.c: what is in a STREAM (VOTable 1.5 §6); see votable_inside.h.
 *
 * base64 ──▶ [gunzip] ──▶ rows of BINARY or BINARY2, or a FITS file
 *
 * Plain rows are most: STREAM, whose text the scanner may take by itself, with several threads. All
 * else is an ODD_STREAM, which comes through libxml2. Its text has to be base64 whatever it says,
 * since XML holds no bytes; encoding "gzip" is gzip within base64. Some write that as "base64":
 * what begins as gzip is unpacked if it can be, and is taken for rows else.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/unpack.h"
#include "cache/file.h"
#include "table/votable/votable_inside.h"

#define TELLING 512 /* bytes that tell whether something is gzip */

/* --- rows --- */

void votable_refuse_base64(struct votable *v)
{
	votable_refuse(v, "the rows are no base64: the data are damaged");
}

void votable_binary_rows(struct votable *v)
{
	struct error *why = NULL;
	bool got = true;

	while (got) {
		if (!binary_next(&v->binary, &v->row, &got, &why)) {
			error_prefix(&why, "row %" PRIu64, v->end.rows + 1);
			xml_fail(v->xml, why);
			return;
		}
		if (got)
			votable_push_row(v);
	}
	binary_compact(&v->binary);
}

/* Whether there are rows is all that is known then. */
static void leave_out(struct votable *v, const char *s, size_t n)
{
	if (!v->end.rows && skip_blanks(s, s + n) < s + n)
		v->end.rows = 1;
}

/* --- what is packed, and FITS --- */

/* In a folder for what is large and may be lost. */
static int fits_file(struct error **err)
{
	const char *folder = getenv("TMPDIR");

	return file_unnamed(folder && *folder == '/' ? folder : "/var/tmp", err);
}

static enum body_verdict add_fits(struct votable *v, const void *data, size_t n)
{
	struct error *why = NULL;

	if (v->stream.fd < 0)
		v->stream.fd = fits_file(&why);
	if (v->stream.fd >= 0 && file_write_all(v->stream.fd, data, n, &why))
		return BODY_TAKEN;
	error_prefix(&why, "the FITS file that is in the VOTable");
	xml_fail(v->xml, why);
	return BODY_STOP;
}

static enum body_verdict give_bytes(void *arg, const void *data, size_t n)
{
	struct votable *v = arg;

	if (v->stream.fits)
		return add_fits(v, data, n);
	buf_add(&v->binary.in, data, n);
	votable_binary_rows(v);
	return xml_has_failed(v->xml) ? BODY_STOP : BODY_TAKEN;
}

static enum body_verdict give_nothing(void *arg, const void *data, size_t n)
{
	(void)arg, (void)data, (void)n;
	return BODY_TAKEN;
}

/* RFC 1952 §2.3, and what follows is no noise. If few bytes are there, they are all. */
static bool is_gzip(const struct buf *b)
{
	struct unpack *trial;
	bool is;

	if (b->len < 10 || memcmp(b->data, "\x1f\x8b\x08", 3) != 0)
		return false;
	trial = unpack_new(false);
	unpack_feed(trial, b->data, b->len, give_nothing, NULL);
	is = !unpack_is_bad(trial) && (b->len >= TELLING || unpack_is_whole(trial));
	unpack_free(trial);
	return is;
}

/* What is there of the bytes goes on. */
static void hand_on(struct votable *v)
{
	struct stream *s = &v->stream;

	if (!s->known && (s->packed || is_gzip(&s->bytes)))
		s->unpack = unpack_new(false);
	s->known = true;
	if (!s->bytes.len)
		return;
	if (!s->unpack)
		give_bytes(v, s->bytes.data, s->bytes.len);
	else
		unpack_feed(s->unpack, s->bytes.data, s->bytes.len, give_bytes, v);
	if (s->unpack && unpack_is_bad(s->unpack))
		votable_refuse(v, "the rows cannot be unpacked (gzip): the data are damaged");
	buf_reset(&s->bytes);
}

void votable_stream_bytes(struct votable *v, const void *data, size_t n)
{
	struct stream *s = &v->stream;

	buf_add(&s->bytes, data, n);
	if (s->known || s->bytes.len >= TELLING)
		hand_on(v);
}

static void odd_text(struct votable *v, const char *text, size_t n)
{
	struct stream *s = &v->stream;

	if (v->sink->no_rows && !s->fits)
		leave_out(v, text, n);
	else if (!base64_decode(&v->base64, &s->bytes, text, n))
		votable_refuse_base64(v);
	else if (s->known || s->bytes.len >= TELLING)
		hand_on(v);
}

static void end_odd(struct votable *v)
{
	struct stream *s = &v->stream;

	hand_on(v);
	if (xml_has_failed(v->xml))
		return;
	if (s->unpack && !unpack_is_whole(s->unpack) && !v->sink->no_rows)
		votable_refuse(v, "the packed rows (gzip) are cut off");
	else if (s->fits)
		votable_fits_rows(v, s->fd);
}

/* --- the STREAM --- */

void votable_stream_clear(struct votable *v)
{
	struct stream *s = &v->stream;

	if (s->fd >= 0)
		close(s->fd);
	unpack_free(s->unpack);
	buf_free(&s->bytes);
	*s = (struct stream){.fd = -1};
}

/* The beginning is followed by the value, as far as it can be told, and the end. */
static void refuse_value(struct votable *v, const char *begin, const char *s, size_t n,
			 const char *end)
{
	CLEANUP_FREE char *what = xasprintf("%s%.*s%s", begin, (int)(n < 200 ? n : 200), s, end);

	votable_refuse(v, what);
}

void votable_start_stream(struct votable *v, enum votable_element parent,
			  const struct xml_attrs *attrs)
{
	struct error *why = NULL;
	bool beside;
	const char *s;
	size_t n;

	votable_stream_clear(v);
	v->stream.packed = xml_attr_is(attrs, "encoding", "gzip");
	if (!v->stream.packed && xml_attr(attrs, "encoding", &s, &n) &&
	    !xml_attr_is(attrs, "encoding", "base64")) {
		refuse_value(v, "the rows have the encoding \"", s, n,
			     "\", which is not read: base64 and gzip are");
		return;
	}
	v->stream.fits = parent == FITS;
	beside = xml_attr(attrs, "href", &s, &n);
	if (v->stream.packed || v->stream.fits || beside)
		*votable_place(v) = ODD_STREAM;
	binary_clear(&v->binary);
	v->base64 = (struct base64){0};
	if (!v->stream.fits && !binary_init(&v->binary, &v->table, parent == BINARY2, &why))
		xml_fail(v->xml, why);
	else if (beside)
		votable_read_beside(v, attrs);
}

bool votable_stream_is_odd(struct votable *v, const char *s, size_t n)
{
	static const char gzip[] = "H4sI"; /* 1f 8b 08 */
	const char *end = s + n;

	if (v->stream.begun || v->sink->no_rows)
		return false;
	s = skip_blanks(s, end);
	if (s == end)
		return false;
	v->stream.begun = true;
	n = (size_t)(end - s);
	if (memcmp(s, gzip, n < 4 ? n : 4) != 0)
		return false;
	*votable_place(v) = ODD_STREAM;
	return true;
}

void votable_stream_text(struct votable *v, const char *s, size_t n)
{
	if (*votable_place(v) == ODD_STREAM || votable_stream_is_odd(v, s, n))
		odd_text(v, s, n);
	else if (v->sink->no_rows)
		leave_out(v, s, n);
	else if (base64_decode(&v->base64, &v->binary.in, s, n))
		votable_binary_rows(v);
	else
		votable_refuse_base64(v);
}

void votable_end_stream(struct votable *v)
{
	if (!base64_is_complete(&v->base64))
		votable_refuse(v, "the last row is cut off");
	else if (*votable_place(v) == ODD_STREAM)
		end_odd(v);
	if (!v->stream.fits && !xml_has_failed(v->xml) && !binary_is_between_rows(&v->binary))
		votable_refuse(v, "the last row is cut off");
	votable_stream_clear(v);
}
