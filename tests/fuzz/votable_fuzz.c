/*
 * votable_fuzz.c: any bytes as a VOTable, in two sizes of pieces, by our scanners, by these in
 * batches, and by libxml2 alone: all end alike, with the same rows.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "table/read/table_in.h"
#include "table/votable/votable.h"
#include "table/write/format.h"

#define CSV_MAX (4 << 20) /* bytes that are compared */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static int fd = -1;

/* Small ones, so that there are some in a few hundred bytes. */
static struct votable *in_batches(struct table_sink *sink)
{
	return votable_new_parallel(sink, 2, 60);
}

/* False if it is refused; else the CSV that comes of it. */
static bool read_in_pieces(const uint8_t *data, size_t n, size_t piece,
			   struct votable *(*reader)(struct table_sink *), struct buf *csv)
{
	struct format_writer *w = csv_writer_new(fd);
	struct votable *v = reader(&w->sink);
	bool ok = true;
	ssize_t got;

	if (ftruncate(fd, 0) < 0 || lseek(fd, 0, SEEK_SET) < 0)
		abort();
	for (size_t i = 0; ok && i < n; i += piece)
		ok = votable_feed(v, data + i, n - i < piece ? n - i : piece, NULL);
	ok = ok && votable_finish(v, NULL);
	votable_free(v);
	w->free(w);
	got = pread(fd, buf_reserve(csv, CSV_MAX), CSV_MAX, 0);
	csv->len = ok && got > 0 ? (size_t)got : 0;
	return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	CLEANUP_BUF struct buf whole = BUF_INIT;
	CLEANUP_BUF struct buf other = BUF_INIT;
	struct votable *(*const readers[])(struct table_sink *) = {votable_new, votable_new,
								   in_batches, in_batches};
	bool ok;

	if (fd < 0) {
		fd = memfd_create("csv", MFD_CLOEXEC);
		votable_fits_reader = fits_table_read; /* which links it */
	}
	ok = read_in_pieces(data, n, n + 1, votable_new_reference, &whole);
	for (size_t i = 0; i < 4; i++) {
		if (read_in_pieces(data, n, i % 2 ? 1 + n % 16 : n + 1, readers[i], &other) != ok)
			abort();
		if (whole.len != other.len ||
		    (whole.len && memcmp(whole.data, other.data, whole.len) != 0))
			abort();
	}
	free(votable_error_message(data, n));
	return 0;
}
