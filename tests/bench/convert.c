/*
 * convert.c: build/tests/bench/convert IN OUT [PIECE]
 *
 * Converts the VOTable IN to OUT, in the format of OUT's extension, with the
 * code that the filesystem uses, fed in pieces of PIECE bytes (64 KiB). Tells
 * time, rates and the most memory that was used.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tap/format.h"
#include "tap/votable.h"

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool read_all(int in, struct votable *v, size_t piece, size_t *bytes, struct error **err)
{
	CLEANUP_FREE char *data = xmalloc(piece);
	ssize_t n;

	while ((n = read(in, data, piece)) > 0) {
		*bytes += (size_t)n;
		if (!votable_feed(v, data, (size_t)n, err))
			return false;
	}
	return votable_finish(v, err);
}

/* Some writers want all rows a second time. */
static bool convert(int in, struct format_writer *w, size_t piece, size_t *bytes,
		    struct error **err)
{
	bool ok;

	do {
		struct votable *v = votable_new(&w->sink);

		*bytes = 0;
		ok = lseek(in, 0, SEEK_SET) == 0 && read_all(in, v, piece, bytes, err);
		votable_free(v);
	} while (ok && w->again && w->again(w));
	return ok;
}

static int run(int in, int out, const struct format *f, size_t piece)
{
	CLEANUP_ERROR struct error *err = NULL;
	struct format_writer *w = f->writer(out);
	double start = now();
	struct rusage usage;
	size_t bytes = 0;
	bool ok = convert(in, w, piece, &bytes, &err);
	double took = now() - start;

	w->free(w);
	if (!ok) {
		fprintf(stderr, "%s\n", error_text(err));
		return 1;
	}
	getrusage(RUSAGE_SELF, &usage);
	printf("%.2f s, %.1f MB/s in, %ld KiB at most\n", took, (double)bytes / took / 1e6,
	       usage.ru_maxrss);
	return 0;
}

int main(int argc, char **argv)
{
	CLEANUP_CLOSE int in = argc > 2 ? open(argv[1], O_RDONLY) : -1;
	CLEANUP_CLOSE int out = argc > 2 ? open(argv[2], O_RDWR | O_CREAT | O_TRUNC, 0644) : -1;
	const char *ext = argc > 2 ? strrchr(argv[2], '.') : NULL;
	int format = ext ? format_by_ext(ext + 1, strlen(ext + 1)) : -1;

	if (in < 0 || out < 0 || format < 1) {
		fprintf(stderr, "usage: convert IN.vot OUT.EXT [PIECE]\n");
		return 2;
	}
	return run(in, out, format_at((size_t)format),
		   argc > 3 ? strtoul(argv[3], NULL, 10) : 65536);
}
