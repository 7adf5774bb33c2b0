/*
 * checks.h: small things that posix_files.c and posix_names.c share.
 *
 * Each check prints "ok NAME" or "not ok NAME: …"; posix.t counts them. The checks run in a folder
 * below queries/ and, to judge the checks themselves, in one of an ordinary disk ("plain").
 */
#ifndef TAPFS_E2E_CHECKS_H
#define TAPFS_E2E_CHECKS_H

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool plain; /* an ordinary disk */

__attribute__((format(printf, 2, 3))) static inline void ok(bool good, const char *name, ...)
{
	int was = errno;
	va_list args;

	va_start(args, name);
	printf(good ? "ok " : "not ok ");
	vprintf(name, args);
	printf(good ? "\n" : " (errno %s)\n", strerror(was));
	fflush(stdout);
	va_end(args);
}

/* A call that must fail with that errno. */
#define REFUSED(wanted, call, name)                                       \
	do {                                                              \
		errno = 0;                                                \
		bool failed = (call) < 0;                                 \
		ok(failed &&errno == (wanted), "%s: %s%s", name, #wanted, \
		   failed ? "" : ", but it succeeded");                   \
	} while (0)

/* A new file with that text. */
static inline void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) || close(fd) < 0)
		ok(false, "cannot write %s", path);
}

static inline bool has(const char *path, const char *text)
{
	char got[4096];
	int fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, got, sizeof(got));

	if (fd >= 0)
		close(fd);
	return n == (ssize_t)strlen(text) && memcmp(got, text, (size_t)n) == 0;
}

static inline bool fd_has(int fd, const char *text)
{
	char got[4096];
	ssize_t n = pread(fd, got, sizeof(got), 0);

	return n == (ssize_t)strlen(text) && memcmp(got, text, (size_t)n) == 0;
}

static inline bool exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

/* Goes to a folder of its own below the one given: DIR [plain]. */
static inline void checks_begin(int argc, char **argv)
{
	if (argc < 2 || chdir(argv[1]) < 0) {
		fprintf(stderr, "usage: %s DIR [plain]\n", argv[0]);
		exit(2);
	}
	plain = argc > 2;
}

#endif
