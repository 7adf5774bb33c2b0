/* db_test.c: databases of caches that are damaged heal by themselves. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "cache/db.h"

#define ROWS 400

static const char *const migrate[] = {"CREATE TABLE other (a)"};
static const struct db_schema cache = {.version = 2,
				       .make = "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)",
				       .migrate = migrate,
				       .is_cache = true};

static char folder[] = "/tmp/db_test.XXXXXX";
static char *path;

static void remove_all(void)
{
	static const char *const ends[] = {"", "-wal", "-shm"};

	for (size_t i = 0; i < 3; i++) {
		CLEANUP_FREE char *name = xasprintf("%s%s", path, ends[i]);

		unlink(name);
	}
}

static void start(void)
{
	cr_assert_not_null(mkdtemp(folder));
	path = xasprintf("%s/cache.db", folder);
}

static void stop(void)
{
	remove_all();
	rmdir(folder);
	free(path);
}

TestSuite(db, .init = start, .fini = stop);

static void make(void)
{
	sqlite3 *db;

	remove_all();
	db = db_open(path, &cache, NULL);
	cr_assert_not_null(db);
	cr_assert(
	    db_exec(db,
		    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)"
		    " INSERT INTO t SELECT i, hex(randomblob(40)) FROM n",
		    NULL));
	db_close(db);
}

/* All rows are read, and one is written: what fails may do so once. */
static bool use(sqlite3 *db)
{
	CLEANUP_STMT sqlite3_stmt *all = db_prepare(db, "SELECT a, length(b) FROM t", NULL);
	struct error *err = NULL;

	while (all && db_row(all, &err))
		;
	if (!all || err) {
		error_free(err);
		return false;
	}
	sqlite3_reset(all);
	return db_exec(db, "INSERT OR REPLACE INTO t VALUES (1000, 'new')", NULL);
}

static void heals(const char *what, size_t where)
{
	CLEANUP_ERROR struct error *err = NULL;
	sqlite3 *db = db_open(path, &cache, &err);

	cr_assert(db, "%s at %zu: %s", what, where, error_text(err));
	cr_expect(use(db) || use(db) || use(db), "%s at %zu: %s", what, where, sqlite3_errmsg(db));
	db_close(db);
	db = db_open(path, &cache, NULL);
	cr_assert(db && use(db), "%s at %zu, opened again", what, where);
	db_close(db);
}

static void write_at(size_t at, const void *bytes, size_t n)
{
	CLEANUP_CLOSE int fd = open(path, O_WRONLY | O_CLOEXEC);

	cr_assert_eq(pwrite(fd, bytes, n, (off_t)at), (ssize_t)n);
}

static size_t size(void)
{
	struct stat st;

	return stat(path, &st) == 0 ? (size_t)st.st_size : 0;
}

Test(db, a_cache_with_one_byte_flipped_at_200_places)
{
	for (size_t i = 0; i < 200; i++) {
		unsigned char byte;
		size_t at;
		int fd;

		make();
		at = i < 100 ? i : (i - 100) * size() / 100;
		fd = open(path, O_RDONLY | O_CLOEXEC);
		cr_assert_eq(pread(fd, &byte, 1, (off_t)at), 1);
		close(fd);
		byte = (unsigned char)~byte;
		write_at(at, &byte, 1);
		heals("flipped", at);
	}
}

Test(db, a_cache_that_is_cut_off_zeroed_or_noise)
{
	char noise[4096];

	for (size_t cut = 0; cut < 20; cut++) {
		make();
		cr_assert_eq(truncate(path, (off_t)(size() * cut / 20)), 0);
		heals("cut", cut);
	}
	for (size_t page = 0; page < 12; page++) {
		make();
		memset(noise, 0, sizeof(noise));
		write_at(page * 4096, noise, sizeof(noise));
		heals("zeroed", page);
		make();
		for (size_t i = 0; i < sizeof(noise); i++)
			noise[i] = (char)random();
		write_at(page * 4096, noise, sizeof(noise));
		heals("noise", page);
	}
}

Test(db, a_cache_that_is_damaged_while_it_is_open)
{
	sqlite3 *db;
	char noise[4096];

	make();
	db = db_open(path, &cache, NULL);
	cr_assert(use(db));
	cr_assert(db_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL));
	memset(noise, 0x55, sizeof(noise));
	for (size_t page = 1; page * 4096 < size(); page++)
		write_at(page * 4096, noise, sizeof(noise));
	cr_assert(db_exec(db, "PRAGMA cache_size = 0; PRAGMA shrink_memory", NULL));
	cr_expect(use(db) || use(db) || use(db), "%s", sqlite3_errmsg(db));
	db_close(db);
}
