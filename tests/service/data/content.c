/*
 * content.c: where the data are, and the database built of them.
 *
 * CONTENT_VERSION goes into the file's name: raise it with every change of what
 * the builders write. Who uses a database holds a shared lock on it (flock), so
 * that those of earlier versions are taken away once nobody does.
 */
#include "tests/service/data/content.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tests/service/data/images.h"
#include "tests/service/data/light_curves.h"

#define CONTENT_VERSION 8
#define UNREAD_S        (7 * 86400) /* file systems may note a reading once a day only */

bool svc_exec(sqlite3 *db, struct error **err, const char *fmt, ...)
{
	va_list ap;
	CLEANUP_FREE char *sql = NULL;

	va_start(ap, fmt);
	sql = xvasprintf(fmt, ap);
	va_end(ap);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return error_set(err, EIO, "%s (in: %.80s)", sqlite3_errmsg(db), sql);
	return true;
}

sqlite3_stmt *svc_prepare(sqlite3 *db, const char *sql, struct error **err)
{
	sqlite3_stmt *stmt = NULL;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
		error_set(err, EIO, "%s (in: %.80s)", sqlite3_errmsg(db), sql);
	return stmt;
}

bool svc_insert(sqlite3_stmt *stmt, struct error **err)
{
	int rc = sqlite3_step(stmt);

	if (rc != SQLITE_DONE)
		error_set(err, EIO, "%s", sqlite3_errmsg(sqlite3_db_handle(stmt)));
	sqlite3_reset(stmt);
	sqlite3_clear_bindings(stmt);
	return rc == SQLITE_DONE;
}

static const char *sqlite_type(const struct content_column *c)
{
	if (!strcmp(c->datatype, "char") || !strcmp(c->datatype, "unicodeChar"))
		return "TEXT";
	if (c->arraysize)
		return "BLOB";
	if (!strcmp(c->datatype, "float") || !strcmp(c->datatype, "double"))
		return "REAL";
	return "INTEGER";
}

bool svc_create_table(sqlite3 *db, const struct content_table *t, struct error **err)
{
	CLEANUP_BUF struct buf sql = BUF_INIT;

	buf_addf(&sql, "CREATE TABLE \"%s.%s\"(", t->schema, t->name);
	for (size_t i = 0; i < t->ncolumns; i++)
		buf_addf(&sql, "%s\"%s\" %s", i ? ", " : "", t->columns[i].name,
			 sqlite_type(&t->columns[i]));
	buf_adds(&sql, ")");
	return svc_exec(db, err, "%s", buf_str(&sql));
}

static char *executable_dir(void)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (n < 0)
		return xstrdup(".");
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (slash)
		*slash = '\0';
	return xstrdup(path);
}

static bool has_data(const char *dir)
{
	CLEANUP_FREE char *file = xasprintf("%s/messier.csv", dir);

	return access(file, R_OK) == 0;
}

/* Takes dir, which it frees unless it has the data. */
static char *if_it_has_data(char *dir)
{
	if (dir && has_data(dir))
		return dir;
	free(dir);
	return NULL;
}

/* The first folder that has the CSV files; NULL with *err. */
static char *find_data(const char *wanted, struct error **err)
{
	CLEANUP_FREE char *exe = executable_dir();
	char *found = if_it_has_data(xstrdup_or_null(wanted));
	/* From build/, from build/SANITIZER/, from build/tests/unit/ … */
	const char *up = "/../../../../..";

	if (!found)
		found = if_it_has_data(xstrdup_or_null(getenv("TAPFS_DEMO_DATA")));
	for (int levels = 1; !found && levels <= 4; levels++)
		found = if_it_has_data(xasprintf("%s%.*s/tests/service/data", exe, 3 * levels, up));
	if (!found)
		found = if_it_has_data(xasprintf("%s/../../share/tapfs/demo", exe));
	if (!found)
		error_set(err, ENOENT,
			  "The demo catalogues (messier.csv and others) were not found; "
			  "say where they are with --data DIR.");
	return found;
}

static uint64_t hash_bytes(uint64_t h, const void *data, size_t n)
{
	const unsigned char *p = data;

	while (n--)
		h = (h ^ *p++) * UINT64_C(0x100000001b3); /* FNV-1a */
	return h;
}

static bool hash_file(uint64_t *h, const char *dir, const char *name, struct error **err)
{
	CLEANUP_FREE char *path = xasprintf("%s/%s", dir, name);
	CLEANUP_FCLOSE FILE *f = fopen(path, "re");
	char block[65536];
	size_t n;

	if (!f)
		return error_set(err, errno, "%s: %s", path, strerror(errno));
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		*h = hash_bytes(*h, block, n);
	return true;
}

static char *database_path(const struct content_options *o, const char *data_dir,
			   struct error **err)
{
	static const char *const files[] = {"messier.csv", "ngc_ic.csv", "bright_stars.csv"};
	const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	long key[] = {CONTENT_VERSION, o->rows, o->tables, o->images};
	CLEANUP_FREE char *dir = NULL;

	h = hash_bytes(h, key, sizeof(key));
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		if (!hash_file(&h, data_dir, files[i], err))
			return NULL;
	if (xdg && *xdg == '/')
		dir = xasprintf("%s/tapfs-demo", xdg);
	else
		dir = xasprintf("%s/.cache/tapfs-demo", home && *home ? home : "/tmp");
	for (char *slash = dir + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(dir, 0777);
		*slash = '/';
	}
	if (mkdir(dir, 0777) < 0 && errno != EEXIST) {
		error_set(err, errno, "Cannot make the folder %s: %s", dir, strerror(errno));
		return NULL;
	}
	return xasprintf("%s/v%d-%016llx.db", dir, CONTENT_VERSION, (unsigned long long)h);
}

/* Of an earlier version? Up to version 4 names told none, and users held no lock. */
static bool is_outdated(const char *name, bool *locked)
{
	unsigned long long hash;
	int version = 0, used = 0;

	*locked = sscanf(name, "v%d-%16llx.db%n", &version, &hash, &used) == 2;
	if (!*locked && strspn(name, "0123456789abcdef") == 16)
		sscanf(name, "%16llx.db%n", &hash, &used);
	return used && !name[used] && version < CONTENT_VERSION;
}

/* Nobody has it: by its lock, or, where there was none, because it was not read for long. */
static bool is_unused(int fd, bool locked)
{
	struct stat st;

	if (flock(fd, LOCK_EX | LOCK_NB) < 0 || fstat(fd, &st) < 0)
		return false;
	return locked || time(NULL) - st.st_atime > UNREAD_S;
}

/* The files that were made of a database go with it (files.h). */
static void remove_files(int at, const char *db_name)
{
	CLEANUP_FREE char *name = xasprintf("%.*s.files", (int)strcspn(db_name, "."), db_name);
	int fd = openat(at, name, O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	for (struct dirent *e; dir && (e = readdir(dir));)
		unlinkat(fd, e->d_name, 0);
	if (dir)
		closedir(dir);
	unlinkat(at, name, AT_REMOVEDIR);
}

static void remove_outdated(const char *path)
{
	CLEANUP_FREE char *folder = xstrndup(path, (size_t)(strrchr(path, '/') - path));
	DIR *dir = opendir(folder);

	for (struct dirent *e; dir && (e = readdir(dir));) {
		CLEANUP_CLOSE int fd = -1;
		bool locked;

		if (!is_outdated(e->d_name, &locked))
			continue;
		fd = openat(dirfd(dir), e->d_name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		if (fd < 0 || !is_unused(fd, locked))
			continue;
		remove_files(dirfd(dir), e->d_name);
		unlinkat(dirfd(dir), e->d_name, 0);
	}
	if (dir)
		closedir(dir);
}

/*
 * The finished database with a shared lock; -1 if there is none, or not any more. Where the file
 * system has no locks nobody can take it away either.
 */
static int hold(const char *path)
{
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat locked, there;

	if (fd < 0)
		return -1;
	flock(fd, LOCK_SH);
	if (fstat(fd, &locked) < 0 || stat(path, &there) < 0 || locked.st_ino != there.st_ino ||
	    locked.st_dev != there.st_dev)
		return -1;
	return steal_fd(fd);
}

/* Gives what was built its name, unless another has built it meanwhile and holds that one. */
static bool put_in_place(const char *building, const char *path)
{
	if (renameat2(AT_FDCWD, building, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
		return true;
	if (errno != EEXIST)
		return rename(building, path) == 0; /* the file system cannot tell */
	unlink(building);
	return true;
}

static bool build_all(sqlite3 *db, const struct content_options *o, const char *data_dir,
		      struct error **err)
{
	return svc_exec(db, err, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN") &&
	       svc_tap_schema_create(db, err) && svc_catalogues_build(db, data_dir, err) &&
	       svc_images_build(db, o->images, err) && svc_obscore_build(db, err) &&
	       svc_light_curves_build(db, err) &&
	       (o->rows <= 0 || svc_bench_build(db, o->rows, err)) &&
	       (o->tables <= 0 || svc_many_tables_build(db, o->tables, err)) &&
	       svc_exec(db, err, "COMMIT; ANALYZE");
}

char *svc_content_build(const struct content_options *o, int *held, struct error **err)
{
	CLEANUP_FREE char *data_dir = find_data(o->data_dir, err);
	CLEANUP_FREE char *path = data_dir ? database_path(o, data_dir, err) : NULL;
	CLEANUP_FREE char *building = NULL;
	sqlite3 *db = NULL;
	bool ok;

	if (!path)
		return NULL;
	*held = hold(path);
	if (*held >= 0)
		return steal(path);
	building = xasprintf("%s.%d", path, (int)getpid());
	unlink(building);
	if (sqlite3_open(building, &db) != SQLITE_OK) {
		error_set(err, EIO, "%s: %s", building, sqlite3_errmsg(db));
		sqlite3_close(db);
		return NULL;
	}
	ok = build_all(db, o, data_dir, err);
	sqlite3_close(db);
	if (ok && put_in_place(building, path) && (*held = hold(path)) >= 0) {
		remove_outdated(path);
		return steal(path);
	}
	if (ok)
		error_set(err, errno, "%s: %s", path, strerror(errno));
	unlink(building);
	return NULL;
}
