/* kept_test.c: kept files: found again, replaced, thrown away by age, never while open. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "cache/db.h"
#include "cache/file.h"
#include "cache/kept.h"

#define MIB (1 << 20)

static char root[] = "/tmp/kept_test.XXXXXX";
static struct kept *kept;
static struct validators v1 = {.etag = (char *)"\"1\"", .length = 4 * MIB};
static struct validators v2 = {.etag = (char *)"\"2\"", .length = 4 * MIB};

static void start(void)
{
	cr_assert_not_null(mkdtemp(root));
	kept = kept_open(root, 3 * MIB, 0, NULL);
	cr_assert_not_null(kept);
}

static void remove_all(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		CLEANUP_FREE char *file = xasprintf("%s/%s", path, e->d_name);

		if (e->d_name[0] != '.')
			unlink(file);
	}
	if (d)
		closedir(d);
	rmdir(path);
}

static void stop(void)
{
	CLEANUP_FREE char *files = xasprintf("%s/files", root);

	kept_close(kept);
	remove_all(files);
	remove_all(root);
}

TestSuite(kept, .init = start, .fini = stop);

static void add(struct kept_file *f, uint64_t from, uint64_t n)
{
	CLEANUP_FREE char *bytes = xcalloc(1, n);
	struct ranges r = {0};

	memset(bytes, 'x', n);
	cr_assert(file_write_at(f->fd, bytes, n, from, NULL));
	ranges_add(&r, from, from + n);
	cr_assert(kept_note(kept, f->id, f->fd, &r, -1, NULL));
	ranges_free(&r);
}

static void make(const char *key, uint64_t bytes)
{
	struct kept_file f;

	cr_assert(kept_make(kept, key, &v1, "image/fits", &f, NULL));
	if (bytes)
		add(&f, 0, bytes);
	kept_file_clear(&f);
	usleep(2000); /* used later than the one before */
}

static bool make_room(uint64_t bytes, struct error **err)
{
	uint64_t more;

	return kept_make_room(kept, bytes, 0, &more, err);
}

static bool is_there(const char *key)
{
	struct kept_file f;
	bool there;

	cr_assert(kept_find(kept, key, &f, NULL));
	there = f.id != 0;
	kept_file_clear(&f);
	return there;
}

Test(kept, what_was_noted_is_found_by_the_next_process)
{
	struct kept_file f;

	make("http://h/a.fits", 1000);
	cr_assert(kept_find(kept, "http://h/a.fits", &f, NULL));
	add(&f, 2000, 500);
	kept_file_clear(&f);
	kept_close(kept);
	kept = kept_open(root, 3 * MIB, 0, NULL);
	cr_assert(kept_find(kept, "http://h/a.fits", &f, NULL));
	cr_expect_eq(ranges_run(&f.ranges, 0), 1000);
	cr_expect_eq(ranges_run(&f.ranges, 2000), 500);
	cr_expect_eq(ranges_total(&f.ranges), 1500);
	cr_expect_str_eq(f.validators.etag, "\"1\"");
	cr_expect_str_eq(f.content_type, "image/fits");
	kept_file_clear(&f);
	cr_expect_not(is_there("http://h/b.fits"));
}

Test(kept, a_new_version_takes_the_place_and_who_reads_the_old_goes_on)
{
	struct kept_file old, new;
	char byte = 0;

	make("k", 10);
	cr_assert(kept_find(kept, "k", &old, NULL));
	cr_assert(kept_make(kept, "k", &v2, NULL, &new, NULL));
	cr_expect_neq(old.id, new.id);
	cr_expect_eq(ranges_total(&new.ranges), 0);
	cr_expect_eq(pread(old.fd, &byte, 1, 0), 1);
	cr_expect_eq(byte, 'x');
	add(&old, 10, 10); /* noted nowhere, and harmless */
	kept_file_clear(&old);
	kept_file_clear(&new);
	cr_expect(is_there("k"));
}

Test(kept, the_longest_unused_goes_first)
{
	struct kept_totals t;

	make("a", MIB);
	make("b", MIB);
	cr_expect(is_there("a")); /* used now */
	cr_assert(make_room(2 * MIB, NULL));
	cr_expect(is_there("a"));
	cr_expect_not(is_there("b"));
	cr_assert(kept_count(kept, &t, NULL));
	cr_expect_eq(t.files, 1);
	cr_expect_eq(t.bytes, MIB);
	cr_expect_eq(t.evicted_files, 1);
	cr_expect_eq(t.evicted_bytes, MIB);
}

Test(kept, a_length_that_comes_to_be_known_is_noted)
{
	struct validators unknown = {.length = -1};
	struct ranges r = {0};
	struct kept_file f;

	cr_assert(kept_make(kept, "k", &unknown, NULL, &f, NULL));
	ranges_add(&r, 0, 5);
	cr_assert(kept_note(kept, f.id, f.fd, &r, 5, NULL));
	cr_assert(kept_note(kept, f.id, f.fd, &r, -1, NULL));
	ranges_free(&r);
	kept_file_clear(&f);
	cr_assert(kept_find(kept, "k", &f, NULL));
	cr_expect_eq(f.validators.length, 5);
	kept_file_clear(&f);
}

Test(kept, a_wish_throws_nothing_away)
{
	uint64_t more = 7;

	make("a", MIB);
	cr_expect(kept_make_room(kept, MIB, 10, &more, NULL));
	cr_expect_eq(more, 10);
	cr_expect(kept_make_room(kept, 2 * MIB, 10, &more, NULL));
	cr_expect_eq(more, 0);
	cr_expect(is_there("a"));
}

Test(kept, an_open_file_stays)
{
	struct error *err = NULL;
	struct kept_file f;

	make("a", MIB);
	make("b", MIB);
	cr_assert(kept_find(kept, "a", &f, NULL));
	cr_expect(make_room(2 * MIB, NULL));
	cr_expect_not(make_room(3 * MIB, &err));
	cr_expect_eq(error_errno(err), ENOSPC);
	error_free(err);
	kept_file_clear(&f);
	cr_expect(is_there("a"));
	cr_expect_not(is_there("b"));
	cr_expect(kept_drop_all(kept, NULL));
	cr_expect_not(is_there("a"));
}

Test(kept, two_mounts_share_it)
{
	struct kept *other = kept_open(root, 3 * MIB, 0, NULL);
	struct kept_file mine, theirs;
	struct ranges r = {0};

	make("a", MIB);
	cr_assert(kept_find(kept, "a", &mine, NULL));
	cr_assert(kept_find(other, "a", &theirs, NULL));
	cr_expect_eq(mine.id, theirs.id);
	add(&mine, MIB, 10);
	ranges_add(&r, 2 * MIB, 2 * MIB + 10);
	cr_assert(kept_note(other, theirs.id, theirs.fd, &r, -1, NULL));
	ranges_free(&r);
	kept_file_clear(&mine);
	cr_expect_not(make_room(3 * MIB, NULL), "the other has it open");
	kept_file_clear(&theirs);
	cr_assert(kept_find(kept, "a", &mine, NULL));
	cr_expect_eq(ranges_total(&mine.ranges), MIB + 20);
	kept_file_clear(&mine);
	kept_close(other);
}

Test(kept, a_file_without_a_row_is_swept_away)
{
	CLEANUP_FREE char *orphan = xasprintf("%s/files/77", root);
	CLEANUP_FREE char *other = xasprintf("%s/files/notes", root);
	FILE *f = fopen(orphan, "w");

	fclose(f);
	fclose(fopen(other, "w"));
	make("a", 10);
	kept_sweep(kept);
	cr_expect_neq(access(orphan, F_OK), 0);
	cr_expect_eq(access(other, F_OK), 0, "not one of ours");
	cr_expect(is_there("a"));
}

static void see(void *arg, const struct kept_row *row)
{
	struct buf *text = arg;

	buf_addf(text, "%s %d of %d\n", row->key, (int)row->bytes, (int)row->length);
}

Test(kept, are_listed_those_used_last_first)
{
	CLEANUP_BUF struct buf text = BUF_INIT;

	make("a", 10);
	make("b", 20);
	make("c", 30);
	cr_expect(is_there("a"));
	cr_assert(kept_list(kept, 2, see, &text, NULL));
	cr_expect_str_eq(buf_str(&text), "a 10 of 4194304\nc 30 of 4194304\n");
}

Test(kept, a_database_that_another_process_has_is_not_thrown_away)
{
	CLEANUP_FREE char *path = xasprintf("%s/files.db", root);
	struct error *err = NULL;
	sqlite3 *theirs;

	make("a", 10);
	kept_close(kept);
	cr_assert_eq(sqlite3_open(path, &theirs), SQLITE_OK);
	sqlite3_exec(theirs, "PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE", NULL, NULL, NULL);
	cr_expect_null(kept_open(root, 3 * MIB, 0, &err));
	cr_expect_eq(error_errno(err), EBUSY, "%s", error_text(err));
	error_free(err);
	sqlite3_close(theirs);
	kept = kept_open(root, 3 * MIB, 0, NULL);
	cr_assert_not_null(kept);
	cr_expect(is_there("a"));
}

Test(kept, a_file_that_somebody_removed_is_none)
{
	CLEANUP_FREE char *files = xasprintf("%s/files", root);

	make("a", 10);
	remove_all(files);
	cr_assert(dir_make(files, NULL));
	cr_expect_not(is_there("a"));
	make("a", 10);
	cr_expect(is_there("a"));
}

Test(validators, tell_whether_a_file_is_the_same)
{
	struct validators none = {.length = -1};
	struct validators dated = {.last_modified = (char *)"Mon", .length = 7};
	struct validators later = {.last_modified = (char *)"Tue", .length = 7};
	struct validators longer = {.last_modified = (char *)"Mon", .length = 8};

	cr_expect(validators_match(&v1, &v1));
	cr_expect_not(validators_match(&v1, &v2));
	cr_expect_not(validators_match(&dated, &later));
	cr_expect_not(validators_match(&dated, &longer));
	cr_expect(validators_match(&dated, &none));
}

Test(kept, what_can_never_fit_throws_nothing_away)
{
	static const uint64_t sizes[] = {8 * MIB, INT64_MAX, UINT64_C(1) << 63, UINT64_MAX};

	make("a", MIB);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct error *err = NULL;
		struct kept_totals t;

		cr_expect_not(make_room(sizes[i], &err), "%ju", (uintmax_t)sizes[i]);
		cr_expect_eq(error_errno(err), ENOSPC);
		error_free(err);
		cr_assert(kept_count(kept, &t, NULL));
		cr_expect_eq(t.bytes, MIB);
	}
}
