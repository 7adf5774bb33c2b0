/*
 * watchdog.c: the process that is left when tapfs crashes; see daemon.h.
 *
 * It was forked before the mount was made, so it holds no descriptor of
 * /dev/fuse and does not keep a dead mount alive. It waits on a pipe whose other
 * end only tapfs holds: a byte means that tapfs ends in order, the pipe's end
 * without one that it crashed. It touches the mountpoint only then.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "fs/daemon.h"

static int goodbye_fd = -1;

/* Nothing may be held that somebody waits for: the parent's pipe above all. */
static void close_all_but(int keep)
{
	DIR *d = opendir("/proc/self/fd");
	struct dirent *e;
	int own, null;

	if (!d)
		return;
	own = dirfd(d);
	while ((e = readdir(d))) {
		int fd = (int)strtol(e->d_name, NULL, 10);

		if (e->d_name[0] != '.' && fd != keep && fd != own)
			close(fd);
	}
	closedir(d);
	null = open("/dev/null", O_RDWR); /* 0, 1, 2 for fusermount3 */
	while (null >= 0 && null < 2)
		null = dup(null);
}

static _Noreturn void watch(int fd, const char *mountpoint)
{
	char byte;
	ssize_t n;

	close_all_but(fd);
	setsid();
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	prctl(PR_SET_NAME, "tapfs-watchdog", 0, 0, 0);
	while ((n = read(fd, &byte, 1)) < 0 && errno == EINTR)
		continue;
	if (n > 0)
		_exit(0);
	if (umount2(mountpoint, MNT_DETACH) == 0)
		_exit(0);
	execlp("fusermount3", "fusermount3", "-u", "-z", "-q", "--", mountpoint, (char *)NULL);
	_exit(1);
}

bool watchdog_start(const char *mountpoint, struct error **err)
{
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0 || (pid = fork()) < 0)
		return error_set(err, errno, "cannot start the watchdog: %s", strerror(errno));
	if (pid == 0)
		watch(fds[0], mountpoint);
	close(fds[0]);
	goodbye_fd = fds[1];
	return true;
}

void watchdog_goodbye(void)
{
	if (goodbye_fd < 0)
		return;
	if (write(goodbye_fd, "", 1) < 0)
		return;
	close(goodbye_fd);
	goodbye_fd = -1;
}
