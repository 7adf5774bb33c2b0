/* formats_fuzz.c: any bytes as a VOTable, into every format that is made of text or by cfitsio. */
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "table/votable/votable.h"
#include "table/write/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct format_writer *(*const writers[])(int) = {
    tsv_writer_new, ecsv_writer_new, json_writer_new,
    txt_writer_new, html_writer_new, fits_writer_new,
};

static void convert(const uint8_t *data, size_t n, struct format_writer *w)
{
	bool ok;

	do {
		struct votable *v = votable_new(&w->sink);

		ok = votable_feed(v, data, n, NULL) && votable_finish(v, NULL);
		votable_free(v);
	} while (ok && w->again && w->again(w));
	w->free(w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("out", MFD_CLOEXEC);
	for (size_t i = 0; i < sizeof(writers) / sizeof(*writers); i++) {
		if (ftruncate(fd, 0) < 0 || lseek(fd, 0, SEEK_SET) < 0)
			abort();
		convert(data, n, writers[i](fd));
	}
	return 0;
}
