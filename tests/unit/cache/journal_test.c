/* journal_test.c: what the journal was told is there when it is opened again. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "cache/db.h"
#include "cache/journal.h"
#include "cache/sweep.h"

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
TestSuite(sweep, .init = make_dir, .fini = remove_dir);

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
	struct journal *j = journal_open(dir, false, NULL);
	size_t n;

	cr_assert_not_null(j);
	cr_assert(journal_put(j, &e, NULL));
	journal_close(j);
	j = journal_open(dir, false, NULL);
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
	struct journal *j = journal_open(dir, false, NULL);
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

Test(journal, deletions_are_kept_until_they_are_done)
{
	struct journal_deletion first = {.url = (char *)"http://h/async/1"};
	struct journal_deletion second = {.url = (char *)"http://h/async/2"};
	struct journal_deletion third = {.runid = (char *)"m31", .sent_hash = "abc", .since = 7};
	struct journal *j = journal_open(dir, false, NULL);
	struct journal_deletion *e;
	size_t n;

	cr_assert(journal_deletion_add(j, &first, NULL));
	cr_assert(journal_deletion_add(j, &second, NULL));
	cr_assert(journal_deletion_add(j, &third, NULL));
	cr_assert(journal_deletion_done(j, first.id, NULL));
	journal_close(j);
	j = journal_open(dir, false, NULL);
	cr_assert(journal_deletions(j, &e, &n, NULL));
	cr_assert_eq(n, 2);
	cr_expect_eq(e[0].id, second.id);
	cr_expect_str_eq(e[0].url, "http://h/async/2");
	cr_expect_null(e[0].runid);
	cr_expect_null(e[1].url);
	cr_expect_str_eq(e[1].runid, "m31");
	cr_expect_str_eq(e[1].sent_hash, "abc");
	cr_expect_eq(e[1].since, 7);
	for (size_t i = 0; i < n; i++)
		journal_deletion_clear(&e[i]);
	free(e);
	journal_close(j);
}

static bool there(const char *path)
{
	CLEANUP_FREE char *full = xasprintf("%s/%s", dir, path);

	return access(full, F_OK) == 0;
}

static void drop(const char *path)
{
	CLEANUP_FREE char *full = xasprintf("%s/%s", dir, path);

	unlink(full);
}

static void make(const char *path)
{
	CLEANUP_FREE char *full = xasprintf("%s/%s", dir, path);

	if (path[strlen(path) - 1] == '/')
		mkdir(full, 0700);
	else
		cr_assert(file_put(full, "x", 1, NULL));
}

Test(sweep, what_no_row_tells_of_goes)
{
	static const char *const files[] = {"3/",           "3/2.vot",  "3/2.csv", "3/1.vot",
					    "3/2.csv.part", "3/20.csv", "4/",      "4/1.vot",
					    "9/",           "9/5.csv",  "notes"};
	struct journal_entry entries[] = {
	    {.id = 3, .run = 2, .formats = (char *)"vot 812 csv 97"},
	    {.id = 4, .run = 12, .formats = NULL},
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		make(files[i]);
	results_sweep(dir, entries, 2, 10);
	cr_expect(there("3/2.vot"));
	cr_expect(there("3/2.csv"));
	cr_expect_not(there("3/1.vot"));
	cr_expect_not(there("3/2.csv.part"));
	cr_expect(there("3/20.csv"), "of a later run");
	cr_expect_not(there("4"));
	cr_expect_not(there("9"));
	cr_expect(there("notes"));
	results_sweep(dir, NULL, 0, 4);
	cr_expect_not(there("3"));
	drop("notes");
}

Test(sweep, what_the_journal_does_not_know_stays)
{
	static const char *const files[] = {"3/", "3/2.vot", "3/3.vot", "4/", "4/1.vot"};
	struct journal_entry entries[] = {{.id = 3, .run = 2, .formats = (char *)"vot 1"}};
	int64_t highest;

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		make(files[i]);
	results_sweep(dir, entries, 1, 4);
	cr_expect(there("3/2.vot"));
	cr_expect(there("3/3.vot"), "of a later run");
	cr_expect(there("4/1.vot"), "of a later query");
	cr_expect_eq(results_count(dir, &highest), 2);
	cr_expect_eq(highest, 4);
	results_sweep(dir, NULL, 0, 5);
	cr_expect_eq(results_count(dir, &highest), 0);
}

Test(journal, a_habit_is_kept)
{
	struct journal *j = journal_open(dir, false, NULL);

	cr_expect_not(journal_habit_has(j, "odd", NULL));
	cr_assert(journal_habit_add(j, "odd", NULL));
	cr_assert(journal_habit_add(j, "odd", NULL), "twice is once");
	journal_close(j);
	j = journal_open(dir, false, NULL);
	cr_expect(journal_habit_has(j, "odd", NULL));
	cr_expect_not(journal_habit_has(j, "even", NULL));
	journal_close(j);
}

Test(journal, a_row_and_the_deletion_of_its_job_come_at_once)
{
	struct journal_entry e = {.id = 1,
				  .path = (char *)"a.adql",
				  .head = (char *)"-- QUEUE = 5m\n",
				  .tabledata = true};
	struct journal_deletion gone = {.url = (char *)"http://h/async/1"};
	struct journal *j = journal_open(dir, false, NULL);
	struct journal_deletion *deletions;
	struct journal_entry *entries;
	size_t n;

	cr_assert(journal_put_again(j, &e, &gone, NULL));
	journal_close(j);
	j = journal_open(dir, false, NULL);
	cr_assert(journal_load(j, &entries, &n, NULL));
	cr_expect_str_eq(entries->head, e.head);
	cr_expect(entries->tabledata);
	journal_entries_free(entries, n);
	cr_assert(journal_deletions(j, &deletions, &n, NULL));
	cr_assert_eq(n, 1);
	cr_expect_eq(deletions->id, gone.id);
	journal_deletion_clear(deletions);
	free(deletions);
	journal_close(j);
}

Test(journal, ids_are_never_given_again)
{
	struct journal_entry e = {.id = 7, .path = (char *)"a.adql"};
	struct journal *j = journal_open(dir, false, NULL);
	int64_t next;

	cr_assert(journal_next(j, &next, NULL));
	cr_expect_eq(next, 1);
	cr_assert(journal_put(j, &e, NULL));
	cr_assert(journal_delete(j, 7, NULL));
	journal_close(j);
	j = journal_open(dir, false, NULL);
	cr_assert(journal_next(j, &next, NULL));
	cr_expect_eq(next, 8);
	journal_close(j);
}

Test(journal, one_of_the_first_version_is_taken_over)
{
	struct db_schema old = {
	    .version = 1,
	    .make = "CREATE TABLE query ("
		    " id INTEGER PRIMARY KEY, path TEXT NOT NULL, inode INTEGER NOT NULL,"
		    " length INTEGER NOT NULL, hash TEXT NOT NULL, run INTEGER NOT NULL,"
		    " run_hash TEXT NOT NULL, stage INTEGER NOT NULL, runid TEXT, job_url TEXT,"
		    " created INTEGER NOT NULL, ended INTEGER NOT NULL, rows INTEGER NOT NULL,"
		    " overflow INTEGER NOT NULL, formats TEXT, error_errno INTEGER NOT NULL,"
		    " error_text TEXT, log TEXT);"
		    "CREATE TABLE errand (id INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL);"
		    "INSERT INTO query VALUES (4,'a.adql',1,2,'h',1,'h',2,'a','http://h/async/1',"
		    " 5,0,0,0,NULL,0,NULL,'line');"
		    "INSERT INTO errand (url) VALUES ('http://h/async/9');"};
	char *path = xasprintf("%s/state.db", dir);
	struct journal_entry *entries;
	struct journal_deletion *deletions;
	struct journal *j;
	int64_t next;
	size_t n;

	db_close(db_open(path, &old, NULL));
	j = journal_open(dir, false, NULL);
	cr_assert_not_null(j);
	cr_assert(journal_load(j, &entries, &n, NULL));
	cr_assert_eq(n, 1);
	cr_expect_str_eq(entries->job_url, "http://h/async/1");
	cr_expect_str_eq(entries->sent_hash, "");
	cr_expect_null(entries->head);
	cr_expect_not(entries->tabledata);
	cr_expect_not(journal_habit_has(j, "odd", NULL));
	cr_assert(journal_next(j, &next, NULL));
	cr_expect_eq(next, 5);
	journal_entries_free(entries, n);
	cr_assert(journal_deletions(j, &deletions, &n, NULL));
	cr_assert_eq(n, 1);
	cr_expect_str_eq(deletions->url, "http://h/async/9");
	journal_deletion_clear(deletions);
	free(deletions);
	journal_close(j);
	free(path);
}
