/*
 * posix_files.c: what POSIX says of files, in queries/: opening, writing, reading, lengths, times,
 * and files that are open and have no name any more.
 */
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <time.h>

#include "tests/e2e/checks.h"

static off_t size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) < 0 ? -1 : st.st_size;
}

static void opening(void)
{
	int fd = open("new.txt", O_RDWR | O_CREAT | O_EXCL, 0640);
	struct stat st;

	ok(fd >= 0, "O_CREAT | O_EXCL makes a file");
	ok(fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0 && st.st_nlink == 1,
	   "it is an empty regular file with one link");
	ok((st.st_mode & 0777) == 0640, "its mode is as asked for");
	ok(st.st_uid == geteuid(), "it is the user's");
	close(fd);
	REFUSED(EEXIST, open("new.txt", O_RDWR | O_CREAT | O_EXCL, 0644),
		"O_EXCL of what is there");
	REFUSED(ENOENT, open("none.txt", O_RDONLY), "opening what is not there");
	REFUSED(ENOENT, open("none/x.txt", O_WRONLY | O_CREAT, 0644),
		"in a folder that is not there");
	REFUSED(ENOTDIR, open("new.txt/x.txt", O_WRONLY | O_CREAT, 0644), "in what is no folder");
	REFUSED(ENOTDIR, open("new.txt", O_RDONLY | O_DIRECTORY), "O_DIRECTORY of a file");
	REFUSED(EISDIR, open(".", O_WRONLY), "writing to a folder");
	put("new.txt", "0123456789");
	fd = open("new.txt", O_WRONLY | O_TRUNC);
	ok(fd >= 0 && size_of("new.txt") == 0, "O_TRUNC empties");
	close(fd);
	fd = open("new.txt", O_RDONLY);
	REFUSED(EBADF, write(fd, "x", 1), "writing to what is open for reading");
	REFUSED(EINVAL, ftruncate(fd, 0), "ftruncate of what is open for reading");
	close(fd);
	fd = open("new.txt", O_WRONLY);
	char c;
	REFUSED(EBADF, read(fd, &c, 1), "reading what is open for writing");
	close(fd);
	unlink("new.txt");
}

static void writing(void)
{
	int fd = open("w.txt", O_RDWR | O_CREAT | O_TRUNC, 0644), other;
	char got[16] = {0};

	ok(write(fd, "hello", 5) == 5 && lseek(fd, 0, SEEK_CUR) == 5, "write moves the offset");
	ok(pwrite(fd, "J", 1, 0) == 1 && lseek(fd, 0, SEEK_CUR) == 5, "pwrite does not");
	ok(lseek(fd, -2, SEEK_END) == 3 && read(fd, got, 10) == 2 && !strcmp(got, "lo"),
	   "SEEK_END knows the size, and read ends there");
	ok(read(fd, got, 1) == 0, "at the end read is 0");
	ok(pwrite(fd, "x", 1, 10) == 1 && size_of("w.txt") == 11, "a write past the end grows it");
	ok(pread(fd, got, 6, 5) == 6 && !memcmp(got, "\0\0\0\0\0x", 6), "what is between is zeros");
	REFUSED(EINVAL, lseek(fd, -20, SEEK_END), "lseek before the start");
	other = open("w.txt", O_RDONLY);
	ok(pwrite(fd, "ABC", 3, 0) == 3 && pread(other, got, 3, 0) == 3 && !memcmp(got, "ABC", 3),
	   "another descriptor sees a write at once");
	close(other);
	close(fd);

	put("a.txt", "one");
	fd = open("a.txt", O_WRONLY | O_APPEND);
	other = open("a.txt", O_WRONLY | O_APPEND);
	ok(write(fd, "two", 3) == 3 && write(other, "three", 5) == 5 && write(fd, "4", 1) == 1,
	   "two that append");
	ok(has("a.txt", "onetwothree4"), "write one after the other");
	ok(lseek(fd, 0, SEEK_SET) == 0 && write(fd, "5", 1) == 1 && has("a.txt", "onetwothree45"),
	   "O_APPEND goes before the offset");
	ok(fsync(fd) == 0 && fdatasync(fd) == 0, "fsync and fdatasync");
	close(fd);
	close(other);
	unlink("a.txt");
	unlink("w.txt");
}

static void lengths(void)
{
	int fd;

	put("t.txt", "0123456789");
	ok(truncate("t.txt", 4) == 0 && has("t.txt", "0123"), "truncate cuts");
	ok(truncate("t.txt", 6) == 0 && size_of("t.txt") == 6, "and lengthens");
	fd = open("t.txt", O_RDWR);
	char got[16] = {0};
	ok(pread(fd, got, 16, 0) == 6 && !memcmp(got, "0123\0\0", 6), "with zeros");
	ok(ftruncate(fd, 2) == 0 && fd_has(fd, "01"), "ftruncate cuts");
	ok(ftruncate(fd, 5000) == 0 && lseek(fd, 0, SEEK_END) == 5000, "and lengthens");
	ok(pread(fd, got, 3, 1) == 3 && !memcmp(got, "1\0\0", 3),
	   "what was cut off does not come back");
	REFUSED(EINVAL, ftruncate(fd, -1), "a negative length");
	close(fd);
	REFUSED(ENOENT, truncate("none.txt", 0), "truncate of what is not there");
	REFUSED(EISDIR, truncate(".", 0), "truncate of a folder");
	ok(posix_fallocate(fd = open("t.txt", O_RDWR), 0, 10) == 0 || errno == EOPNOTSUPP ||
	       errno == 0,
	   "posix_fallocate is done or refused");
	close(fd);
	unlink("t.txt");
}

static bool mtime_is(const char *path, time_t s, long ns)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_mtim.tv_sec == s &&
	       st.st_mtim.tv_nsec / 1000000 == ns / 1000000; /* kept in milliseconds */
}

static void times(void)
{
	struct timespec t[2] = {{.tv_sec = 1000}, {.tv_sec = 1234567, .tv_nsec = 5000000}};
	struct timespec omit[2] = {{.tv_sec = 7}, {.tv_nsec = UTIME_OMIT}};
	struct timespec both[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_nsec = UTIME_OMIT}};
	struct timespec before[2] = {{.tv_sec = -100}, {.tv_sec = -100}};
	time_t now = time(NULL);
	struct stat st;
	int fd;

	put("u.txt", "x");
	ok(utimensat(AT_FDCWD, "u.txt", t, 0) == 0 && mtime_is("u.txt", 1234567, 5000000),
	   "utimensat sets the time");
	ok(utimensat(AT_FDCWD, "u.txt", omit, 0) == 0 && mtime_is("u.txt", 1234567, 5000000),
	   "UTIME_OMIT leaves it");
	ok(utimensat(AT_FDCWD, "u.txt", both, 0) == 0 && mtime_is("u.txt", 1234567, 5000000),
	   "twice, too");
	ok(utimensat(AT_FDCWD, "u.txt", before, 0) == 0 && mtime_is("u.txt", -100, 0),
	   "a time before 1970");
	ok(utimensat(AT_FDCWD, "u.txt", NULL, 0) == 0 && stat("u.txt", &st) == 0 &&
	       st.st_mtime >= now - 1 && st.st_mtime <= now + 5,
	   "without one it is now");
	fd = open("u.txt", O_WRONLY);
	ok(futimens(fd, t) == 0 && mtime_is("u.txt", 1234567, 5000000), "futimens");
	ok(pwrite(fd, "y", 1, 0) == 1 && fsync(fd) == 0 && stat("u.txt", &st) == 0 &&
	       st.st_mtime >= now - 1,
	   "a write makes it now");
	close(fd);
	REFUSED(ENOENT, utimensat(AT_FDCWD, "none.txt", NULL, 0), "utimensat of what is not there");
	unlink("u.txt");
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) < 0 ? 0 : st.st_mode & 07777;
}

static void modes(void)
{
	int fd;

	put("m.txt", "x");
	ok(chmod("m.txt", 0640) == 0 && mode_of("m.txt") == 0640, "chmod");
	fd = open("m.txt", O_RDWR);
	ok(fchmod(fd, 0600) == 0 && mode_of("m.txt") == 0600, "fchmod");
	ok(chmod("m.txt", 0444) == 0, "chmod to read-only is accepted");
	ok(fchown(fd, geteuid(), getegid()) == 0, "chown to oneself is accepted");
	ok(access("m.txt", R_OK) == 0, "it can be read");
	close(fd);
	chmod("m.txt", 0644);
	unlink("m.txt");
}

/* A file without a name lives as long as it is open. */
static void unlinked(const char *name)
{
	struct timespec t[2] = {{.tv_sec = 1000}, {.tv_sec = 2000}};
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0644);
	struct stat st = {0};

	ok(write(fd, "before", 6) == 6 && unlink(name) == 0, "unlink of %s while it is open", name);
	ok(!exists(name), "its name is gone");
	REFUSED(ENOENT, unlink(name), "unlink of what is gone");
	ok(fd_has(fd, "before"), "it is read");
	ok(fstat(fd, &st) == 0 && st.st_size == 6 && st.st_nlink == 0, "fstat: no link is left");
	ok(pwrite(fd, "after it", 8, 0) == 8 && fd_has(fd, "after it"), "it is written");
	ok(fstat(fd, &st) == 0 && st.st_size == 8, "and grows");
	ok(ftruncate(fd, 5) == 0 && fd_has(fd, "after"), "ftruncate");
	ok(fchmod(fd, 0600) == 0 && fstat(fd, &st) == 0 && (st.st_mode & 0777) == 0600, "fchmod");
	ok(futimens(fd, t) == 0 && fstat(fd, &st) == 0 && st.st_mtime == 2000, "futimens");
	ok(fsync(fd) == 0, "fsync");
	put(name, "another");
	ok(has(name, "another") && fd_has(fd, "after"), "a new file of that name is another");
	ok(ftruncate(fd, 1) == 0 && has(name, "another"), "and is not touched through the old one");
	ok(fchmod(fd, 0640) == 0 && mode_of(name) == 0644, "nor its mode");
	close(fd);
	unlink(name);

	put(name, "old");
	put("repl.txt", "new");
	fd = open(name, O_RDONLY);
	ok(rename("repl.txt", name) == 0 && has(name, "new") && fd_has(fd, "old"),
	   "one that was renamed over keeps its bytes");
	ok(fstat(fd, &st) == 0 && st.st_nlink == 0, "and has no link");
	close(fd);
	unlink(name);
}

static void mapped(void)
{
	int fd;
	char *m;

	put("map.txt", "mapped file");
	fd = open("map.txt", O_RDONLY);
	m = mmap(NULL, 11, PROT_READ, MAP_PRIVATE, fd, 0);
	ok(m != MAP_FAILED && !memcmp(m, "mapped file", 11), "mmap reads");
	munmap(m, 11);
	close(fd);
	fd = open("map.txt", O_RDWR);
	m = mmap(NULL, 11, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ok(m != MAP_FAILED, "MAP_SHARED for writing");
	if (m != MAP_FAILED) {
		memcpy(m, "MAPPED", 6);
		ok(msync(m, 11, MS_SYNC) == 0 && has("map.txt", "MAPPED file"), "msync writes it");
		m[7] = 'F';
		munmap(m, 11);
		close(fd);
		ok(has("map.txt", "MAPPED File"), "as do munmap and close");
	}
	fd = open("map.txt", O_RDWR | O_APPEND);
	m = mmap(NULL, 11, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (m != MAP_FAILED) {
		m[0] = 'm';
		ok(msync(m, 11, MS_SYNC) == 0 && write(fd, "+", 1) == 1 &&
		       has("map.txt", "mAPPED File+"),
		   "O_APPEND appends what is written, not what was mapped");
		munmap(m, 11);
	}
	close(fd);
	unlink("map.txt");
}

static void room(void)
{
	struct statvfs v;

	ok(statvfs(".", &v) == 0 && v.f_blocks > 0 && v.f_bavail > 0 && v.f_bsize >= 512,
	   "statvfs tells of room");
	ok(v.f_namemax == 255, "and that names may have 255 bytes");
}

int main(int argc, char **argv)
{
	checks_begin(argc, argv);
	umask(0);
	opening();
	writing();
	lengths();
	times();
	modes();
	unlinked("scratch.txt");
	unlinked("query.adql");
	mapped();
	room();
	return 0;
}
