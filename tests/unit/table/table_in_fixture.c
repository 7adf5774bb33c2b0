/* table_in_fixture.c: for tests: a table that a user brings, in any format. */
#include "tests/unit/table/table_in_fixture.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"

int file_of(const void *bytes, size_t n)
{
	int fd = memfd_create("in", MFD_CLOEXEC);

	cr_assert_eq(write(fd, bytes, n), (ssize_t)n);
	return fd;
}

static bool feed(struct table_reader *r, const char *s, size_t n, size_t piece, struct error **err)
{
	for (size_t i = 0; i < n; i += piece)
		if (!r->feed(r, s + i, n - i < piece ? n - i : piece, err))
			return false;
	return r->finish(r, err);
}

static bool read_in_pieces(enum table_kind kind, struct table_sink *sink, const void *bytes,
			   size_t n, size_t piece, struct buf *notes, struct error **err)
{
	struct table_reader *r = table_reader_new(kind, sink);
	bool ok;

	do
		ok = feed(r, bytes, n, piece, err);
	while (ok && r->again(r));
	if (notes)
		buf_adds(notes, buf_str(&r->notes));
	if (!ok)
		cr_expect_not(r->finish(r, NULL));
	r->free(r);
	return ok;
}

char *brought_as(struct format_writer *(*writer)(int fd), enum table_kind kind, const void *bytes,
		 size_t n, size_t piece, struct buf *notes, struct error **err)
{
	CLEANUP_CLOSE int out = memfd_create("out", MFD_CLOEXEC);
	CLEANUP_CLOSE int in = piece ? -1 : file_of(bytes, n);
	struct format_writer *w = writer(out);
	char *text = NULL;
	bool ok = piece ? read_in_pieces(kind, &w->sink, bytes, n, piece, notes, err)
			: table_read(in, kind, &w->sink, NULL, notes, err);

	if (ok) {
		size_t len = (size_t)lseek(out, 0, SEEK_END);

		text = xcalloc(len + 1, 1);
		cr_assert_eq(pread(out, text, len, 0), (ssize_t)len);
	} else {
		cr_expect(kind == TABLE_VOTABLE || lseek(out, 0, SEEK_END) == 0);
	}
	w->free(w);
	return text;
}

static const size_t pieces[] = {1, 7, 1u << 20, 0};

void expect_votable(enum table_kind kind, const char *text, const char *part)
{
	for (int i = 0; i < 4; i++) {
		CLEANUP_ERROR struct error *err = NULL;
		CLEANUP_FREE char *is =
		    brought_as(votable_writer_new, kind, text, strlen(text), pieces[i], NULL, &err);

		cr_assert(is, "%s", error_text(err));
		cr_expect(strstr(is, part), "\"%s\" is not in: %s", part, is);
	}
}

void expect_values(enum table_kind kind, const char *text, const char *csv)
{
	for (int i = 0; i < 4; i++) {
		CLEANUP_ERROR struct error *err = NULL;
		CLEANUP_FREE char *is =
		    brought_as(csv_writer_new, kind, text, strlen(text), pieces[i], NULL, &err);

		cr_assert(is, "%s", error_text(err));
		cr_expect_str_eq(is, csv, "pieces of %zu bytes: %s", pieces[i], is);
	}
}

void expect_refusal(enum table_kind kind, const char *text, const char *sentence)
{
	for (int i = 0; i < 4; i++) {
		CLEANUP_ERROR struct error *err = NULL;
		CLEANUP_FREE char *is =
		    brought_as(csv_writer_new, kind, text, strlen(text), pieces[i], NULL, &err);

		cr_assert_null(is, "should have failed: %s", is);
		cr_expect_str_eq(error_text(err), sentence, "%s", error_text(err));
	}
}
