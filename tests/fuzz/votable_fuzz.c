/* votable_fuzz.c: any bytes as a VOTable, in two sizes of pieces: both end alike. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "tap/format.h"
#include "tap/votable.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static bool read_in_pieces(const uint8_t *data, size_t n, size_t piece, int fd)
{
	struct format_writer *w = csv_writer_new(fd);
	struct votable *v = votable_new(&w->sink);
	bool ok = true;

	for (size_t i = 0; ok && i < n; i += piece)
		ok = votable_feed(v, data + i, n - i < piece ? n - i : piece, NULL);
	ok = ok && votable_finish(v, NULL);
	votable_free(v);
	w->free(w);
	return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static int fd = -1;

	if (fd < 0)
		fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (read_in_pieces(data, n, n + 1, fd) != read_in_pieces(data, n, 5, fd))
		abort();
	free(votable_error_message(data, n));
	return 0;
}
