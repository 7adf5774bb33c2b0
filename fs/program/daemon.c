/*
 * daemon.c: the parent's wait for "the mount answers"; see daemon.h.
 *
 * The pipe carries one byte, 0, for ready; else the sentence of the error. Its
 * end without either means that the child died.
 */
#include "fs/program/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int word_fd = -1; /* the child's end; -1 in the foreground */

static _Noreturn void parent_wait(int fd, pid_t child)
{
	char text[4096];
	size_t n = 0;
	ssize_t got;

	while (n < sizeof(text) - 1) {
		got = read(fd, text + n, sizeof(text) - 1 - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		n += (size_t)got;
		if (text[0] == '\0')
			_exit(0);
	}
	text[n] = '\0';
	if (n) {
		fprintf(stderr, "tapfs: %s\n", text);
	} else {
		int status = 0;

		waitpid(child, &status, 0);
		fprintf(stderr, "tapfs: it ended before the mount was there (%s %d)\n",
			WIFSIGNALED(status) ? "signal" : "status",
			WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	}
	fflush(stderr);
	_exit(1);
}

void daemon_start(bool foreground)
{
	int fds[2];
	pid_t pid;

	if (foreground)
		return;
	if (pipe2(fds, O_CLOEXEC) < 0 || (pid = fork()) < 0) {
		fprintf(stderr, "tapfs: cannot start: %s\n", strerror(errno));
		exit(1);
	}
	if (pid) {
		close(fds[1]);
		parent_wait(fds[0], pid);
	}
	close(fds[0]);
	word_fd = fds[1];
	setsid();
}

void daemon_ready(void)
{
	int null;

	if (word_fd < 0)
		return;
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null >= 0) {
		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		close(null);
	}
	if (chdir("/") < 0)
		_exit(1);
	if (write(word_fd, "", 1) != 1)
		_exit(1);
	close(word_fd);
	word_fd = -1;
}

void daemon_failed(const struct error *e)
{
	const char *text = error_text(e);

	if (word_fd < 0)
		fprintf(stderr, "tapfs: %s\n", text);
	else if (write(word_fd, text, strlen(text)) < 0)
		_exit(2);
	exit(1);
}
