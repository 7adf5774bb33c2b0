/* format_csv_test.c: the formats, and CSV as RFC 4180 has it. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "table/write/format.h"
#include "tests/unit/table/formats_fixture.h"

Test(format, the_votable_as_sent_is_the_first)
{
	cr_expect_str_eq(format_at(0)->ext, "vot");
	cr_expect_null(format_at(0)->writer);
	cr_expect(format_at(0)->made_at_once);
}

Test(format, a_format_is_found_by_its_extension)
{
	cr_expect_eq(format_by_ext("csv", 3), 1);
	cr_expect_eq(format_by_ext("csvx", 3), 1);
	cr_expect_eq(format_by_ext("csvx", 4), -1);
	cr_expect_eq(format_by_ext("", 0), -1);
	for (size_t i = 0; i < format_count(); i++)
		cr_expect_eq(format_by_ext(format_at(i)->ext, strlen(format_at(i)->ext)), (int)i);
}

/* A table of one column, written to a file in memory. */
static char *one_column(enum datatype type, bool is_array, const struct cell *cells, size_t n)
{
	CLEANUP_CLOSE int fd = memfd_create("csv", MFD_CLOEXEC);
	struct field f = {.name = (char *)"x", .type = type, .is_array = is_array};
	struct table t = {.nfields = 1, .fields = &f};
	struct format_writer *w = csv_writer_new(fd);
	struct table_end end = {.rows = n};
	char *out;
	size_t len;

	cr_assert(w->sink.begin(&w->sink, &t, NULL));
	for (size_t i = 0; i < n; i++)
		cr_assert(w->sink.row(&w->sink, &cells[i], NULL));
	cr_assert(w->sink.end(&w->sink, &end, NULL));
	w->free(w);
	len = (size_t)lseek(fd, 0, SEEK_END);
	out = xcalloc(len + 1, 1);
	cr_assert_eq(pread(fd, out, len, 0), (ssize_t)len);
	return out;
}

/* An empty line would be no row for astropy, pandas, R and ourselves. */
Test(format_csv, nothing_is_an_empty_cell_and_quoted_where_it_is_the_only_one)
{
	const double nan_value = NAN;
	const struct cell cells[] = {{.null = true}, {.count = 1, .d = &nan_value}};
	CLEANUP_FREE char *csv = one_column(DT_DOUBLE, false, cells, 2);

	cr_expect_str_eq(csv, "x\n\"\"\n\"\"\n");
	expect_written("csv",
		       "<FIELD name='i' datatype='int'/>"
		       "<FIELD name='s' datatype='char' arraysize='*'/>",
		       "<TR><TD/><TD/></TR>", "i,s\n,\n");
}

Test(format_csv, text_is_quoted_only_where_it_must_be)
{
	static const char *const texts[] = {"plain", "a,b", "a\"b", "a\nb", "a\rb", "'a'", "a b#"};
	struct cell cells[7] = {{0}};
	char *csv;

	for (size_t i = 0; i < 7; i++)
		cells[i] = (struct cell){.count = 1, .s = texts[i], .len = strlen(texts[i])};
	csv = one_column(DT_CHAR, false, cells, 7);
	cr_expect_str_eq(csv, "x\nplain\n\"a,b\"\n\"a\"\"b\"\n\"a\nb\"\n\"a\rb\"\n'a'\na b#\n");
	free(csv);
}

/* Readers cut blanks, take # for a comment, and split lines at more than LF. */
Test(format_csv, text_is_quoted_where_a_reader_would_change_it)
{
	static const char *const texts[] = {" a",
					    "a ",
					    "\ta",
					    "#a",
					    " #",
					    ("a\x0b"
					     "b"),
					    "a\x0c",
					    "\x1c",
					    "\x1d",
					    "\x1e",
					    "a\xc2\x85",
					    "\xe2\x80\xa8",
					    "\xe2\x80\xa9",
					    "\xc2\xb5Jy",
					    "\xe2\x80\xa6",
					    "\xc2",
					    "\xe2\x80",
					    "sixteen or more \xc2\x85"};
	struct cell cells[18] = {{0}};
	CLEANUP_FREE char *csv = NULL;

	for (size_t i = 0; i < 18; i++)
		cells[i] = (struct cell){.count = 1, .s = texts[i], .len = strlen(texts[i])};
	csv = one_column(DT_CHAR, false, cells, 18);
	cr_expect_str_eq(csv, "x\n\" a\"\n\"a \"\n\"\ta\"\n\"#a\"\n\" #\"\n\"a\x0b"
			      "b\"\n\"a\x0c\"\n\"\x1c\"\n\"\x1d\"\n\"\x1e\"\n\"a\xc2\x85\"\n"
			      "\"\xe2\x80\xa8\"\n\"\xe2\x80\xa9\"\n\xc2\xb5Jy\n\xe2\x80\xa6\n\xc2\n"
			      "\xe2\x80\n\"sixteen or more \xc2\x85\"\n");
}

Test(format_csv, text_may_hold_a_nul)
{
	const struct cell cell = {.count = 1, .s = "a\0b", .len = 3};
	CLEANUP_FREE char *csv = one_column(DT_CHAR, false, &cell, 1);

	cr_expect_eq(memcmp(csv, "x\na\0b\n", 6), 0);
}

Test(format_csv, a_list_of_strings_has_blanks_between)
{
	const struct cell cell = {.count = 3, .s = "ab\0\0c,d", .len = 8};
	CLEANUP_FREE char *csv = one_column(DT_CHAR, true, &cell, 1);

	cr_expect_str_eq(csv, "x\n\"ab  c,d\"\n");
}

Test(format_csv, booleans_are_words_and_bits_digits)
{
	const int64_t i[] = {1, 0, 0};
	const bool missing[] = {false, false, true};
	const struct cell cell = {.count = 3, .i = i, .element_null = missing};
	CLEANUP_FREE char *words = one_column(DT_BOOLEAN, true, &cell, 1);
	CLEANUP_FREE char *digits = one_column(DT_BIT, true, &cell, 1);

	cr_expect_str_eq(words, "x\ntrue false null\n");
	cr_expect_str_eq(digits, "x\n1 0 null\n");
}

Test(format_csv, complex_values_are_pairs)
{
	const double d[] = {1, -2, NAN, 0.5};
	const struct cell cells[] = {{.count = 1, .d = d}, {.count = 1, .d = d + 2}};
	CLEANUP_FREE char *csv = one_column(DT_DOUBLE_COMPLEX, false, cells, 2);

	cr_expect_str_eq(csv, "x\n1 -2\nNaN 0.5\n");
}

Test(format_csv, names_are_quoted_too)
{
	CLEANUP_CLOSE int fd = memfd_create("csv", MFD_CLOEXEC);
	struct field f[] = {{.name = (char *)"a,b"}, {.name = (char *)"say \"x\""}};
	struct table t = {.nfields = 2, .fields = f};
	struct format_writer *w = csv_writer_new(fd);
	char out[64] = "";

	cr_assert(w->sink.begin(&w->sink, &t, NULL));
	cr_assert(w->sink.end(&w->sink, &(struct table_end){0}, NULL));
	w->free(w);
	cr_assert_gt(pread(fd, out, sizeof(out) - 1, 0), 0);
	cr_expect_str_eq(out, "\"a,b\",\"say \"\"x\"\"\"\n");
}

static bool fill(struct format_writer *w, struct error **err)
{
	struct field f = {.name = (char *)"x", .type = DT_CHAR};
	struct table t = {.nfields = 1, .fields = &f};
	CLEANUP_FREE char *text = xcalloc(1, 100000);
	struct cell cell = {.count = 1, .s = text, .len = 100000};

	memset(text, 'x', 100000);
	if (!w->sink.begin(&w->sink, &t, err))
		return false;
	for (int i = 0; i < 100; i++)
		if (!w->sink.row(&w->sink, &cell, err))
			return false;
	return w->sink.end(&w->sink, &(struct table_end){0}, err);
}

Test(format_csv, a_full_disk_is_told_in_words)
{
	CLEANUP_CLOSE int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	CLEANUP_ERROR struct error *err = NULL;
	struct format_writer *w = csv_writer_new(fd);

	cr_expect_not(fill(w, &err));
	cr_expect_eq(error_errno(err), ENOSPC);
	cr_expect(strstr(error_text(err), "the disk is full"));
	w->free(w);
}

Test(format_csv, a_file_that_gets_too_big_is_told_in_words)
{
	CLEANUP_CLOSE int fd = memfd_create("csv", MFD_CLOEXEC);
	CLEANUP_ERROR struct error *err = NULL;
	struct format_writer *w = csv_writer_new(fd);
	struct rlimit limit = {1 << 20, 1 << 20};

	signal(SIGXFSZ, SIG_IGN);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	cr_expect_not(fill(w, &err));
	cr_expect_eq(error_errno(err), EFBIG);
	w->free(w);
}

Test(format_csv, all_bytes_are_written)
{
	CLEANUP_CLOSE int fd = memfd_create("csv", MFD_CLOEXEC);
	struct format_writer *w = csv_writer_new(fd);

	cr_expect(fill(w, NULL));
	cr_expect_eq(lseek(fd, 0, SEEK_END), 2 + 100 * 100001);
	w->free(w);
}
