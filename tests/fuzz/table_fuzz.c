/*
 * table_fuzz.c: any bytes as a table that a user brings: CSV, TSV or ECSV, as the first byte says.
 * In two sizes of pieces it ends alike; what is taken becomes a VOTable that reads back, of as many
 * rows.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "table/read/table_in.h"
#include "table/write/format.h"

#define OUT_MAX (4 << 20) /* bytes that are compared */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static int fd = -1;

static bool feed(struct table_reader *r, const uint8_t *data, size_t n, size_t piece,
		 struct error **err)
{
	for (size_t i = 0; i < n; i += piece)
		if (!r->feed(r, data + i, n - i < piece ? n - i : piece, err))
			return false;
	return r->finish(r, err);
}

/* The VOTable that comes of it, or the sentence that refuses it. */
static bool read_in_pieces(enum table_kind kind, const uint8_t *data, size_t n, size_t piece,
			   struct buf *out, struct buf *notes)
{
	CLEANUP_ERROR struct error *err = NULL;
	struct format_writer *w = votable_writer_new(fd);
	struct table_reader *r = table_reader_new(kind, &w->sink);
	bool ok;
	ssize_t got;

	if (ftruncate(fd, 0) < 0 || lseek(fd, 0, SEEK_SET) < 0)
		abort();
	do
		ok = feed(r, data, n, piece, &err);
	while (ok && r->again(r));
	buf_adds(notes, buf_str(&r->notes));
	r->free(r);
	w->free(w);
	if (!ok) {
		if (lseek(fd, 0, SEEK_END) && kind != TABLE_VOTABLE)
			abort();
		buf_adds(out, error_text(err));
		return false;
	}
	got = pread(fd, buf_reserve(out, OUT_MAX), OUT_MAX, 0);
	out->len += got > 0 ? (size_t)got : 0;
	return true;
}

static bool counted(struct table_sink *sink, const struct cell *cells, struct error **err)
{
	(void)sink, (void)cells, (void)err;
	return true;
}

static uint64_t rows;

static bool ended(struct table_sink *sink, const struct table_end *end, struct error **err)
{
	(void)sink, (void)err;
	rows = end->rows;
	return true;
}

static bool begun(struct table_sink *sink, const struct table *t, struct error **err)
{
	(void)sink, (void)t, (void)err;
	return true;
}

static size_t occurrences(const struct buf *b, const char *what)
{
	size_t n = 0, len = strlen(what);

	for (const char *s = b->data; (s = memmem(s, b->len - (size_t)(s - b->data), what, len));
	     s += len)
		n++;
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const enum table_kind kinds[] = {TABLE_CSV, TABLE_TSV, TABLE_ECSV};
	CLEANUP_BUF struct buf whole = BUF_INIT;
	CLEANUP_BUF struct buf pieces = BUF_INIT;
	CLEANUP_BUF struct buf notes = BUF_INIT;
	CLEANUP_BUF struct buf other = BUF_INIT;
	struct table_sink sink = {.begin = begun, .row = counted, .end = ended};
	enum table_kind kind;
	bool ok;

	if (!n)
		return 0;
	if (fd < 0)
		fd = memfd_create("votable", MFD_CLOEXEC);
	kind = kinds[*data % 3];
	data++, n--;
	ok = read_in_pieces(kind, data, n, n + 1, &whole, &notes);
	if (read_in_pieces(kind, data, n, 3, &pieces, &other) != ok ||
	    strcmp(buf_str(&notes), buf_str(&other)) != 0 || whole.len != pieces.len ||
	    memcmp(whole.data, pieces.data, whole.len) != 0)
		abort();
	if (ok && whole.len < OUT_MAX &&
	    (!table_read(fd, TABLE_VOTABLE, &sink, NULL, NULL, NULL) ||
	     rows != occurrences(&whole, "<TR>")))
		abort();
	return 0;
}
