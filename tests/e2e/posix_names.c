/*
 * posix_names.c: what POSIX says of names and folders, in queries/: renaming, making and removing,
 * listing, links; and names derived from a query, which are tapfs's own.
 */
#include <dirent.h>
#include <limits.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include "tests/e2e/checks.h"

static int exchange(const char *a, const char *b, unsigned flags)
{
	return renameat2(AT_FDCWD, a, AT_FDCWD, b, flags);
}

static void renaming(void)
{
	struct stat a, b;

	put("a.txt", "A");
	put("b.txt", "B");
	stat("a.txt", &a);
	ok(rename("a.txt", "c.txt") == 0 && !exists("a.txt") && has("c.txt", "A"), "rename");
	ok(stat("c.txt", &b) == 0 && a.st_ino == b.st_ino, "keeps the inode number");
	ok(rename("c.txt", "b.txt") == 0 && !exists("c.txt") && has("b.txt", "A"),
	   "over an existing file");
	ok(rename("b.txt", "b.txt") == 0 && has("b.txt", "A"), "onto itself");
	REFUSED(ENOENT, rename("none.txt", "x.txt"), "rename of what is not there");
	REFUSED(ENOENT, rename("b.txt", "none/x.txt"), "into what is not there");
	put("a.txt", "1");
	REFUSED(EEXIST, exchange("a.txt", "b.txt", RENAME_NOREPLACE),
		"RENAME_NOREPLACE over a file");
	ok(has("a.txt", "1") && has("b.txt", "A"), "changes nothing");
	ok(exchange("a.txt", "d.txt", RENAME_NOREPLACE) == 0 && has("d.txt", "1"),
	   "RENAME_NOREPLACE to a free name");
	REFUSED(EINVAL, exchange("d.txt", "b.txt", RENAME_NOREPLACE | RENAME_EXCHANGE),
		"both flags");
	if (plain || exchange("d.txt", "b.txt", RENAME_EXCHANGE) == 0) {
		if (plain)
			exchange("d.txt", "b.txt", RENAME_EXCHANGE);
		ok(has("d.txt", "A") && has("b.txt", "1"), "RENAME_EXCHANGE");
	} else {
		ok(errno == EINVAL, "RENAME_EXCHANGE is refused: EINVAL");
		ok(has("d.txt", "1") && has("b.txt", "A"), "and changes nothing");
	}
	unlink("d.txt");
	unlink("b.txt");
}

static void renaming_folders(void)
{
	mkdir("dir", 0755);
	mkdir("dir/sub", 0755);
	put("f.txt", "F");
	ok(rename("f.txt", "dir/sub/f.txt") == 0 && has("dir/sub/f.txt", "F"),
	   "into a folder below");
	ok(rename("dir/sub/f.txt", "g.txt") == 0 && has("g.txt", "F"), "and out of it");
	REFUSED(EISDIR, rename("g.txt", "dir"), "a file over a folder");
	REFUSED(ENOTDIR, rename("dir", "g.txt"), "a folder over a file");
	REFUSED(EINVAL, rename("dir", "dir/sub/dir"), "a folder into itself");
	REFUSED(ENOTDIR, rename("g.txt/x", "y"), "of a name in a file");
	mkdir("full", 0755);
	put("full/x.txt", "X");
	REFUSED(ENOTEMPTY, rename("dir", "full"), "a folder over one that is not empty");
	ok(exists("dir/sub") && has("full/x.txt", "X"), "changes nothing");
	mkdir("empty", 0755);
	ok(rename("full", "empty") == 0 && has("empty/x.txt", "X") && !exists("full"),
	   "a folder over an empty one");
	ok(rename("empty", "dir/moved") == 0 && has("dir/moved/x.txt", "X"),
	   "a folder into another");
	ok(rename("dir", "top") == 0 && has("top/moved/x.txt", "X"), "with all below it");
	unlink("g.txt");
	unlink("top/moved/x.txt");
	rmdir("top/moved");
	rmdir("top/sub");
	rmdir("top");
}

static void folders(void)
{
	char path[PATH_MAX] = "deep";
	struct stat up, here, st;
	int made = 0, fd;

	ok(mkdir("d", 0755) == 0 && stat("d", &st) == 0 && S_ISDIR(st.st_mode), "mkdir");
	ok(st.st_nlink >= 1, "a folder has links");
	REFUSED(EEXIST, mkdir("d", 0755), "mkdir of what is there");
	REFUSED(ENOENT, mkdir("none/d", 0755), "in what is not there");
	put("d/f.txt", "F");
	REFUSED(EEXIST, mkdir("d/f.txt", 0755), "over a file");
	REFUSED(ENOTEMPTY, rmdir("d"), "rmdir of what is not empty");
	REFUSED(ENOTDIR, rmdir("d/f.txt"), "rmdir of a file");
	REFUSED(ENOENT, rmdir("none"), "rmdir of what is not there");
	REFUSED(EISDIR, unlink("d"), "unlink of a folder");
	REFUSED(EINVAL, rmdir("d/."), "rmdir of .");
	ok(stat("d/..", &up) == 0 && stat(".", &here) == 0 && up.st_ino == here.st_ino,
	   ".. is the folder above");
	fd = open("d", O_RDONLY | O_DIRECTORY);
	ok(unlink("d/f.txt") == 0 && rmdir("d") == 0 && !exists("d"), "rmdir");
	ok(fstat(fd, &st) == 0 && S_ISDIR(st.st_mode), "one that is open can still be looked at");
	REFUSED(ENOENT, openat(fd, "x.txt", O_WRONLY | O_CREAT, 0644), "but nothing made in it");
	close(fd);
	while (made < 40 && mkdir(path, 0755) == 0 && ++made)
		strcat(path, "/deep");
	ok(made == 40, "40 folders deep");
	for (; made; made--) {
		*strrchr(path, '/') = '\0';
		rmdir(path);
	}
	ok(!exists("deep"), "and back");
}

static void name_works(const char *name, const char *what)
{
	put(name, "text");
	ok(has(name, "text") && unlink(name) == 0 && !exists(name), "a name with %s", what);
}

static void long_names(void)
{
	char name[300], other[300];

	memset(name, 'n', sizeof(name));
	name[255] = '\0';
	name_works(name, "255 bytes");
	ok(mkdir(name, 0755) == 0 && rmdir(name) == 0, "a folder, too");
	name[255] = 'n';
	name[256] = '\0';
	REFUSED(ENAMETOOLONG, open(name, O_WRONLY | O_CREAT, 0644), "256 bytes");
	REFUSED(ENAMETOOLONG, mkdir(name, 0755), "as a folder");
	put("short.txt", "S");
	REFUSED(ENAMETOOLONG, rename("short.txt", name), "by rename");
	if (!plain) { /* NAME.overflow.txt must fit */
		memcpy(other, name, sizeof(other));
		memcpy(other + 242, ".sql", 5);
		put(other, "");
		ok(exists(other) && unlink(other) == 0, "a query's name with a stem of 242 bytes");
		memcpy(other + 242, "n.sql", 6);
		REFUSED(ENAMETOOLONG, open(other, O_WRONLY | O_CREAT, 0644), "of 243 bytes");
		REFUSED(ENAMETOOLONG, rename("short.txt", other), "by rename");
	}
	unlink("short.txt");
	name_works("with blanks in it .txt", "blanks");
	name_works("Größe–α Centauri ☆.txt", "UTF-8");
	name_works("new\nline\ttab.txt", "control characters");
	name_works("\xff\xfe.txt", "bytes that are no UTF-8");
	name_works("a\\b:c*d?\"<>|.txt", "what other systems forbid");
	name_works("-rf", "a dash");
	name_works("...", "three dots");
}

/* Names while names come and go; and positions. */
static void listing(void)
{
	long at[60] = {0};
	char names[60][32] = {{0}};
	int n = 0, seen = 0, again = 0;
	struct dirent *e;
	char path[64];
	DIR *d;

	mkdir("many", 0755);
	for (int i = 0; i < 50; i++) {
		snprintf(path, sizeof(path), "many/f%d.txt", i);
		put(path, "x");
	}
	d = opendir("many");
	while ((e = readdir(d)) && n < 60) {
		snprintf(names[n], sizeof(names[n]), "%.31s", e->d_name);
		at[n++] = telldir(d);
		ok(e->d_type == DT_DIR || e->d_type == DT_REG || e->d_name[0] == 'f',
		   "the type of %s", e->d_name);
		if (e->d_name[0] == 'f' && e->d_type != DT_REG)
			ok(false, "%s is told to be no file", e->d_name);
	}
	ok(n == 52, "50 names, . and ..: %d", n);
	seekdir(d, at[20]);
	e = readdir(d);
	ok(e && strcmp(e->d_name, names[21]) == 0, "seekdir goes back");
	rewinddir(d);
	put("many/late.txt", "x");
	rewinddir(d);
	while ((e = readdir(d)))
		seen += strcmp(e->d_name, "late.txt") == 0;
	ok(seen == 1, "after rewinddir a new name is seen");
	closedir(d);

	d = opendir("many"); /* as rm -r does: removes what it just read */
	while ((e = readdir(d)))
		if (e->d_name[0] != '.') {
			snprintf(path, sizeof(path), "many/%.31s", e->d_name);
			again += unlink(path) == 0;
		}
	closedir(d);
	ok(again == 51, "names that are removed while they are read: each is read once");
	ok(rmdir("many") == 0, "and none is left");
}

static void links(void)
{
	put("f.txt", "F");
	REFUSED(EPERM, link("f.txt", "hard.txt"), "a hard link");
	REFUSED(EPERM, symlink("f.txt", "soft.txt"), "a symbolic link");
	REFUSED(EPERM, mkfifo("fifo", 0644), "a fifo");
	REFUSED(EPERM, mknod("socket", S_IFSOCK | 0644, 0), "a socket");
	REFUSED(EPERM, mknod("null", S_IFCHR | 0644, makedev(1, 3)), "a device");
	REFUSED(EINVAL, readlink("f.txt", (char[8]){0}, 8), "readlink of a file");
	unlink("f.txt");
}

static bool others_see(const char *path)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(exists(path));
	return pid > 0 && waitpid(pid, &status, 0) == pid && WEXITSTATUS(status);
}

/* m31.csv and its like: read-only, and nobody else's. */
static void derived(void)
{
	put("q.adql", "SELECT TOP 1 table_name FROM tap_schema.tables");
	int fd = open("q.csv", O_RDONLY); /* waits */
	ok(fd >= 0, "a result opens");
	REFUSED(EBADF, write(fd, "x", 1), "and is not written to");
	close(fd);
	REFUSED(EACCES, open("q.csv", O_WRONLY), "a result for writing");
	REFUSED(EACCES, open("q.csv", O_RDWR | O_CREAT, 0644), "with O_CREAT");
	REFUSED(EEXIST, open("q.csv", O_WRONLY | O_CREAT | O_EXCL, 0644), "with O_EXCL");
	REFUSED(EEXIST, open("q.overflow.txt", O_WRONLY | O_CREAT, 0644), "one that may come");
	REFUSED(EACCES, open("q.log", O_WRONLY | O_APPEND), "the log");
	REFUSED(EPERM, truncate("q.csv", 0), "truncate of a result");
	REFUSED(EPERM, chmod("q.csv", 0644), "chmod");
	REFUSED(EPERM, utimensat(AT_FDCWD, "q.csv", NULL, 0), "touch");
	put("mine.txt", "M");
	REFUSED(EACCES, rename("q.csv", "saved.csv"), "rename of a result");
	REFUSED(EEXIST, rename("mine.txt", "q.csv"), "rename over a result");
	REFUSED(EEXIST, mkdir("q.csv", 0755), "mkdir over a result");
	REFUSED(EEXIST, mkdir("q.error.txt", 0755), "mkdir of a name that may come");
	REFUSED(EPERM, mkdir("folder.adql", 0755), "a folder named like a query");
	REFUSED(EEXIST, open("q.sql", O_WRONLY | O_CREAT, 0644), "a second query of the stem");
	REFUSED(EPERM, open("Thumbs.db", O_WRONLY | O_CREAT, 0644), "what file managers scatter");
	ok(unlink("q.csv") == 0 && !exists("q.csv"), "a result can be removed");
	ok(unlink("q.adql") == 0 && !others_see("q.vot") && !others_see("q.log"),
	   "with the query all goes");
	REFUSED(ENOENT, open("q.vot", O_RDONLY), "for who removed it as well, when it is opened");
	put("q.csv", "mine");
	ok(has("q.csv", "mine"), "the name is free then");
	unlink("q.csv");
	unlink("mine.txt");
}

int main(int argc, char **argv)
{
	checks_begin(argc, argv);
	umask(0);
	renaming();
	renaming_folders();
	folders();
	long_names();
	listing();
	if (!plain) {
		links();
		derived();
	}
	return 0;
}
