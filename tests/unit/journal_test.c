/* journal_test.c: what the journal was told is there when it is opened again. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "cache/journal.h"

static char dir[] = "/tmp/journal_test.XXXXXX";

static void make_dir(void)
{
	cr_assert_not_null(mkdtemp(dir));
}

static void remove_dir(void)
{
	const char *command[] = {"state.db", "state.db-wal", "state.db-shm"};

	for (int i = 0; i < 3; i++) {
		char *p = xasprintf("%s/%s", dir, command[i]);

		unlink(p);
		free(p);
	}
	rmdir(dir);
}

TestSuite(journal, .init = make_dir, .fini = remove_dir);

Test(journal, a_row_comes_back_whole_after_reopening)
{
	struct journal_entry e = {.id = 7,
				  .path = (char *)"paper1/m31.adql",
				  .inode = 99,
				  .length = 12,
				  .hash = "abc",
				  .run = 3,
				  .run_hash = "abd",
				  .stage = STAGE_DONE,
				  .runid = (char *)"m31",
				  .job_url = (char *)"http://h/async/1",
				  .created = 5,
				  .ended = 6,
				  .rows = 1000,
				  .overflow = true,
				  .formats = (char *)"vot 5 csv 6",
				  .error_errno = 0,
				  .error_text = NULL,
				  .log = (char *)"line\n"};
	struct journal_entry *back;
	struct journal *j = journal_open(dir, NULL);
	size_t n;

	cr_assert_not_null(j);
	cr_assert(journal_put(j, &e, NULL));
	journal_close(j);
	j = journal_open(dir, NULL);
	cr_assert(journal_load(j, &back, &n, NULL));
	cr_assert_eq(n, 1);
	cr_expect_eq(back->id, 7);
	cr_expect_str_eq(back->path, e.path);
	cr_expect_eq(back->inode, 99);
	cr_expect_eq(back->length, 12);
	cr_expect_str_eq(back->hash, "abc");
	cr_expect_eq(back->run, 3);
	cr_expect_str_eq(back->run_hash, "abd");
	cr_expect_eq(back->stage, STAGE_DONE);
	cr_expect_str_eq(back->runid, "m31");
	cr_expect_str_eq(back->job_url, e.job_url);
	cr_expect_eq(back->created, 5);
	cr_expect_eq(back->ended, 6);
	cr_expect_eq(back->rows, 1000);
	cr_expect(back->overflow);
	cr_expect_str_eq(back->formats, e.formats);
	cr_expect_null(back->error_text);
	cr_expect_str_eq(back->log, "line\n");
	journal_entries_free(back, n);
	journal_close(j);
}

Test(journal, a_row_is_replaced_and_deleted_by_its_id)
{
	struct journal_entry e = {.id = 1, .path = (char *)"a.adql"};
	struct journal_entry *back;
	struct journal *j = journal_open(dir, NULL);
	size_t n;

	cr_assert(journal_put(j, &e, NULL));
	e.path = (char *)"b.adql";
	cr_assert(journal_put(j, &e, NULL));
	cr_assert(journal_load(j, &back, &n, NULL));
	cr_assert_eq(n, 1);
	cr_expect_str_eq(back->path, "b.adql");
	journal_entries_free(back, n);
	cr_assert(journal_delete(j, 1, NULL));
	cr_assert(journal_load(j, &back, &n, NULL));
	cr_expect_eq(n, 0);
	journal_close(j);
}

Test(journal, errands_are_kept_until_they_are_done)
{
	struct journal_errand *e;
	struct journal *j = journal_open(dir, NULL);
	int64_t first, second;
	size_t n;

	cr_assert(journal_errand_add(j, "http://h/async/1", &first, NULL));
	cr_assert(journal_errand_add(j, "http://h/async/2", &second, NULL));
	cr_assert(journal_errand_done(j, first, NULL));
	journal_close(j);
	j = journal_open(dir, NULL);
	cr_assert(journal_errands(j, &e, &n, NULL));
	cr_assert_eq(n, 1);
	cr_expect_eq(e->id, second);
	cr_expect_str_eq(e->url, "http://h/async/2");
	free(e->url);
	free(e);
	journal_close(j);
}
