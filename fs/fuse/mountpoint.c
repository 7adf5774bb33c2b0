/* mountpoint.c: whether a folder can be a mountpoint; see mountpoint.h. */
#include "fs/fuse/mountpoint.h"

#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

extern char **environ;

static bool run_command(const char *const argv[])
{
	pid_t pid;
	int status;

	if (posix_spawnp(&pid, argv[0], NULL, NULL, (char *const *)argv, environ) != 0)
		return false;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool recover_mount(const char *path, struct error **err)
{
	const char *const argv[] = {"fusermount3", "-u", "-z", path, NULL};
	struct stat st;

	if (umount2(path, MNT_DETACH) < 0 && !run_command(argv))
		return error_set(err, ENOTCONN, "cannot unmount the dead mount at %s", path);
	if (stat(path, &st) < 0)
		return error_set(err, errno, "%s: %s", path, strerror(errno));
	return true;
}

bool mountpoint_check(const char *path, bool recover_dead, struct error **err)
{
	struct stat st;

	if (stat(path, &st) < 0 && errno == ENOTCONN) {
		if (recover_dead)
			return recover_mount(path, err);
		return error_set(
		    err, ENOTCONN,
		    "a tapfs that crashed left a dead mount at %s: run `fusermount3 -u %s`, or "
		    "mount with -o auto_recover",
		    path, path);
	}
	if (stat(path, &st) < 0)
		return error_set(err, errno,
				 errno == ENOENT ? "there is no folder %s: run `mkdir -p %s`"
						 : "cannot use the folder %s (%s)",
				 path, errno == ENOENT ? path : strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return error_set(err, ENOTDIR, "%s is no folder", path);
	return true;
}
