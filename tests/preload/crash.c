/*
 * crash.c: preloaded into tapfs by tests: dies, or loses an answer, at a chosen point.
 *
 *	TAPFS_TEST_CRASH=N         SIGKILL at the (N / 2)th call that makes something durable:
 *fsync, fdatasync, rename, unlink; before it where N is even, else after it
 *	TAPFS_TEST_ANSWER=303:kill   SIGKILL when an HTTP answer with that status arrives, unread
 *	TAPFS_TEST_ANSWER=303:reset  the connection breaks instead, once
 *
 *	TAPFS_TEST_SYNCS=FILE      what was synced, a path a line, is written there
 *
 * So a crash can be put at every commit point, with no code for it in tapfs itself.
 */
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

int rename(const char *from, const char *to);
int renameat2(int fd, const char *from, int tofd, const char *to, unsigned flags);

static atomic_long calls, resets;

static void die(void)
{
	kill(getpid(), SIGKILL);
	pause();
}

/* True at the chosen call when it is to die after it. */
static int at_point(void)
{
	const char *text = getenv("TAPFS_TEST_CRASH");
	long want = text ? strtol(text, NULL, 10) : -1;
	long now = atomic_fetch_add(&calls, 1) + 1;

	if (want < 0 || now != want / 2)
		return 0;
	if (want % 2 == 0)
		die();
	return 1;
}

/* fd -1: another call than a sync. */
static void tell_synced(int fd)
{
	const char *to = getenv("TAPFS_TEST_SYNCS");
	char link[64], path[4096];
	ssize_t n;
	FILE *f;

	if (!to || fd < 0)
		return;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	f = n > 0 ? fopen(to, "a") : NULL;
	if (!f)
		return;
	fprintf(f, "%.*s\n", (int)n, path);
	fclose(f);
}

#define POINT(type, name, synced, declaration, arguments)          \
	type name declaration                                      \
	{                                                          \
		type(*real) declaration = dlsym(RTLD_NEXT, #name); \
		int last = at_point();                             \
		type result = real arguments;                      \
                                                                   \
		tell_synced(synced);                               \
		if (last)                                          \
			die();                                     \
		return result;                                     \
	}

POINT(int, fsync, fd, (int fd), (fd))
POINT(int, fdatasync, fd, (int fd), (fd))
POINT(int, rename, -1, (const char *from, const char *to), (from, to))
POINT(int, renameat2, -1, (int fd, const char *from, int tofd, const char *to, unsigned flags),
      (fd, from, tofd, to, flags))
POINT(int, unlink, -1, (const char *path), (path))

ssize_t recv(int fd, void *data, size_t n, int flags)
{
	ssize_t (*real)(int, void *, size_t, int) = dlsym(RTLD_NEXT, "recv");
	const char *text = getenv("TAPFS_TEST_ANSWER");
	ssize_t got = real(fd, data, n, flags);

	if (!text || got < 12 || strncmp(data, "HTTP/", 5) != 0 ||
	    strncmp((const char *)data + 9, text, 3) != 0)
		return got;
	if (strcmp(text + 3, ":kill") == 0)
		die();
	if (atomic_fetch_add(&resets, 1))
		return got;
	shutdown(fd, SHUT_RDWR);
	errno = ECONNRESET;
	return -1;
}
