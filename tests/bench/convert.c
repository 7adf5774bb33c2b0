/*
 * convert.c: build/tests/bench/convert IN OUT [PIECE]
 *
 * Converts the table IN to OUT, in the formats of their extensions, with the
 * code that the filesystem uses; a VOTable is fed in pieces of PIECE bytes
 * (64 KiB). Tells time, rates and the most memory that was used.
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
#include "table/read/table_in.h"
#include "table/votable/votable.h"
#include "table/write/format.h"

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool read_all(int in, struct votable *v, size_t piece, struct error **err)
{
	CLEANUP_FREE char *data = xmalloc(piece);
	ssize_t n;

	while ((n = read(in, data, piece)) > 0)
		if (!votable_feed(v, data, (size_t)n, err))
			return false;
	return votable_finish(v, err);
}

static bool read_votable(int in, struct format_writer *w, size_t piece, struct error **err)
{
	struct votable *v = votable_new_parallel(&w->sink, 0, 0);
	bool ok = lseek(in, 0, SEEK_SET) == 0 && read_all(in, v, piece, err);

	votable_free(v);
	return ok;
}

/* Some writers want all rows a second time. */
static bool convert(int in, enum table_kind kind, struct format_writer *w, size_t piece,
		    struct error **err)
{
	bool ok;

	do
		ok = kind == TABLE_VOTABLE ? read_votable(in, w, piece, err)
					   : table_read(in, kind, &w->sink, NULL, NULL, err);
	while (ok && w->again && w->again(w));
	return ok;
}

static int run(int in, enum table_kind kind, int out, int format, size_t piece)
{
	CLEANUP_ERROR struct error *err = NULL;
	struct format_writer *w =
	    format ? format_at((size_t)format)->writer(out) : votable_writer_new(out);
	double start = now();
	struct rusage usage;
	bool ok = convert(in, kind, w, piece, &err);
	double took = now() - start, bytes = (double)lseek(in, 0, SEEK_END);

	w->free(w);
	if (!ok) {
		fprintf(stderr, "%s\n", error_text(err));
		return 1;
	}
	getrusage(RUSAGE_SELF, &usage);
	printf("%.2f s, %.1f MB/s in, %ld KiB at most\n", took, bytes / took / 1e6,
	       usage.ru_maxrss);
	return 0;
}

static const char *extension(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot ? dot + 1 : "";
}

int main(int argc, char **argv)
{
	CLEANUP_CLOSE int in = argc > 2 ? open(argv[1], O_RDONLY) : -1;
	CLEANUP_CLOSE int out = argc > 2 ? open(argv[2], O_RDWR | O_CREAT | O_TRUNC, 0644) : -1;
	const char *to = argc > 2 ? extension(argv[2]) : "";
	enum table_kind kind = argc > 2 ? table_kind_of(argv[1]) : TABLE_NONE;
	int format = format_by_ext(to, strlen(to));

	if (in < 0 || out < 0 || kind == TABLE_NONE || format < 0) {
		fprintf(stderr, "usage: convert IN.EXT OUT.EXT [PIECE]\n");
		return 2;
	}
	return run(in, kind, out, format, argc > 3 ? strtoul(argv[3], NULL, 10) : 65536);
}
