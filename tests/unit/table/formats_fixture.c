/* formats_fixture.c: for tests: a VOTable in memory in any format. */
#include "tests/unit/table/formats_fixture.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "table/votable/votable.h"
#include "table/write/format.h"
#include "tests/unit/table/votable_csv.h"

static bool read_twice(struct format_writer *w, const char *doc, struct error **err)
{
	bool ok;

	do {
		struct votable *v = votable_new(&w->sink);

		ok = votable_feed(v, doc, strlen(doc), err) && votable_finish(v, err);
		votable_free(v);
	} while (ok && w->again && w->again(w));
	return ok;
}

bool written_to(int fd, const struct format *format, const char *doc, struct error **err)
{
	struct format_writer *w = format->writer(fd);
	bool ok = read_twice(w, doc, err);

	w->free(w);
	return ok;
}

char *converted_to(const char *ext, const char *doc, size_t *n, struct error **err)
{
	CLEANUP_CLOSE int fd = memfd_create("out", MFD_CLOEXEC);
	int format = format_by_ext(ext, strlen(ext));
	char *out = NULL;

	cr_assert_gt(format, 0);
	if (written_to(fd, format_at((size_t)format), doc, err)) {
		*n = (size_t)lseek(fd, 0, SEEK_END);
		out = xcalloc(*n + 1, 1);
		cr_assert_eq(pread(fd, out, *n, 0), (ssize_t)*n);
	}
	return out;
}

char *written_as(const char *ext, const char *fields, const char *rows)
{
	CLEANUP_FREE char *doc = tabledata(fields, rows);
	CLEANUP_ERROR struct error *err = NULL;
	size_t n;
	char *out = converted_to(ext, doc, &n, &err);

	cr_assert(out, "%s", error_text(err));
	return out;
}

void expect_written(const char *ext, const char *fields, const char *rows, const char *text)
{
	CLEANUP_FREE char *is = written_as(ext, fields, rows);

	cr_assert_str_eq(is, text, "%s", is);
}
