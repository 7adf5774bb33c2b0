/* demo.c: starts the embedded service; see demo.h. */
#include "fs/program/demo.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/config.h"
#include "base/mem.h"

#define START_MS 60000 /* the first start builds its tables */

extern char **environ;

static char *demo_program(void)
{
	CLEANUP_FREE char *beside = xasprintf("%s/tapfs-demo", program_dir());
	CLEANUP_FREE char *installed = xasprintf("%s/tapfs-demo", TAPFS_LIBEXEC);

	if (access(beside, X_OK) == 0)
		return steal(beside);
	if (access(installed, X_OK) == 0)
		return steal(installed);
	return NULL;
}

static char *read_line(int fd)
{
	char text[1024];
	size_t n = 0;
	struct pollfd p = {.fd = fd, .events = POLLIN};

	while (n < sizeof(text) - 1 && !memchr(text, '\n', n)) {
		ssize_t got;

		if (poll(&p, 1, START_MS) <= 0)
			return NULL;
		got = read(fd, text + n, sizeof(text) - 1 - n);
		if (got <= 0)
			return NULL;
		n += (size_t)got;
	}
	return xstrndup(text, (size_t)((char *)memchr(text, '\n', n) - text));
}

/* Both pipes are close-on-exec; the child gets its ends as 0 and 1. */
static bool spawn(const char *program, int in, int out)
{
	char option[] = "--until-eof";
	char *argv[] = {(char *)program, option, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	pid_t pid;
	int rc;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, in, 0);
	posix_spawn_file_actions_adddup2(&files, out, 1);
	/* it outlives the terminal, or the pipe, that tapfs was started from */
	posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP); /* Ctrl-C is for tapfs */
	rc = posix_spawn(&pid, program, &files, &attr, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	return rc == 0;
}

char *demo_start(struct error **err)
{
	CLEANUP_FREE char *program = demo_program();
	int in[2] = {-1, -1}, out[2] = {-1, -1};
	char *url = NULL;

	if (!program) {
		error_set(err, ENOENT,
			  "the demo service (tapfs-demo) is not installed beside %s/tapfs",
			  program_dir());
		return NULL;
	}
	signal(SIGCHLD, SIG_IGN); /* its end needs no wait */
	if (pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0 &&
	    spawn(program, in[0], out[1])) {
		close(out[1]);
		out[1] = -1;
		url = read_line(out[0]);
	}
	if (!url)
		error_set(err, EIO, "the demo service (%s) did not start", program);
	for (int i = 0; i < 2; i++)
		if (out[i] >= 0)
			close(out[i]);
	if (in[0] >= 0)
		close(in[0]);
	return url; /* in[1] stays open: the service lives as long as we do */
}
