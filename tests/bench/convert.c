/*
 * convert.c: build/tests/bench/convert [-p PIECE] IN OUT...
 *
 * Converts the table IN to all of OUT at once, in the formats of their extensions, with the code
 * that the filesystem uses; a VOTable is fed in pieces of PIECE bytes (64 KiB). Prints time, rates
 * and the most memory that was used.
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
#include "table/write/writers.h"

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

static int run(int in, enum table_kind kind, struct format_writer *w, size_t piece)
{
	CLEANUP_ERROR struct error *err = NULL;
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

/* The writer of a file, which stays open until the end; NULL if that cannot be. */
static struct format_writer *writer_of(const char *path)
{
	const char *to = extension(path);
	int format = format_by_ext(to, strlen(to));
	int out = format < 0 ? -1 : open(path, O_RDWR | O_CREAT | O_TRUNC, 0644);

	if (out < 0)
		return NULL;
	return format ? format_at((size_t)format)->writer(out) : votable_writer_new(out);
}

static int usage(void)
{
	fprintf(stderr, "usage: convert [-p PIECE] IN.EXT OUT.EXT...\n");
	return 2;
}

int main(int argc, char **argv)
{
	struct format_writer *each[WRITERS_MAX];
	size_t piece = 65536, n = 0;
	enum table_kind kind;
	int in;

	for (int o; (o = getopt(argc, argv, "p:")) != -1;) {
		if (o != 'p')
			return usage();
		piece = strtoul(optarg, NULL, 10);
	}
	if (argc - optind < 2 || argc - optind > WRITERS_MAX)
		return usage();
	kind = table_kind_of(argv[optind]);
	in = open(argv[optind], O_RDONLY);
	if (kind == TABLE_NONE || in < 0)
		return usage();
	while (argv[++optind]) {
		each[n] = writer_of(argv[optind]);
		if (!each[n++])
			return usage();
	}
	return run(in, kind, n == 1 ? each[0] : writers_new(each, n), piece);
}
