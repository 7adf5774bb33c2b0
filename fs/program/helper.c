/*
 * helper.c: the helper process; see helper.h.
 *
 * It waits on a pipe whose other end only tapfs holds. A message is a happening,
 * and then a path and a newline; GOODBYE means that tapfs ends in order, the pipe's
 * end without it that it crashed. For each message it opens the mountpoint anew,
 * looks whether that is still our mount, and keeps nothing open: a descriptor
 * there, even O_PATH, makes unmounting EBUSY.
 */
#include "fs/program/helper.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"

#define GOODBYE    'x'
#define ASK        '?'
#define FUSE_MAGIC 0x65735546

static int tell_fd = -1, answer_fd = -1;
static pid_t pid_of_helper;
static dev_t ours; /* in the helper: the device that our mount is, once it was seen */

/* --- in the helper --- */

/* Nothing may be held that somebody waits for: the parent's pipe above all. */
static void close_all_but(int keep, int keep_too)
{
	DIR *d = opendir("/proc/self/fd");
	struct dirent *e;
	int own, null;

	if (!d)
		return;
	own = dirfd(d);
	while ((e = readdir(d))) {
		int fd = (int)strtol(e->d_name, NULL, 10);

		if (e->d_name[0] != '.' && fd != keep && fd != keep_too && fd != own)
			close(fd);
	}
	closedir(d);
	null = open("/dev/null", O_RDWR); /* 0, 1, 2 for fusermount3 */
	while (null >= 0 && null < 2)
		null = dup(null);
}

/* The root of our mount, or -1 if something else is at the mountpoint by now. */
static int open_mount(const char *mountpoint)
{
	CLEANUP_CLOSE int fd = open(mountpoint, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct statfs fs;
	struct stat st;

	if (fd < 0 || fstatfs(fd, &fs) < 0 || fs.f_type != FUSE_MAGIC || fstat(fd, &st) < 0)
		return -1;
	if (!ours)
		ours = st.st_dev;
	return st.st_dev == ours ? steal_fd(fd) : -1;
}

/* What it does changes nothing: our own side answers it by a script. */
static void do_in_mount(const char *mountpoint, enum happening what, const char *path)
{
	CLEANUP_CLOSE int root = open_mount(mountpoint);
	CLEANUP_CLOSE int fd = -1;

	if (root < 0)
		return;
	switch (what) {
	case NAME_APPEARED:
		fd = openat(root, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0444);
		break;
	case NAME_CHANGED: utimensat(root, path, NULL, AT_SYMLINK_NOFOLLOW); break;
	case NAME_GONE: unlinkat(root, path, 0); break;
	case DIRECTORY_GONE: unlinkat(root, path, AT_REMOVEDIR); break;
	}
}

/* --- who watches --- */

/* /proc/PID/fdinfo/FD of an inotify descriptor: "inotify wd:1 ino:7 sdev:3a mask:…", in hex. */
static bool watches_device(int proc, const char *pid, const char *fd, unsigned long device)
{
	char path[64], line[256];
	CLEANUP_CLOSE int info = -1;
	bool found = false;
	FILE *f;

	snprintf(path, sizeof(path), "%.20s/fdinfo/%.20s", pid, fd);
	info = openat(proc, path, O_RDONLY | O_CLOEXEC);
	f = info >= 0 ? fdopen(info, "r") : NULL;
	if (!f)
		return false;
	steal_fd(info);
	while (!found && fgets(line, sizeof(line), f)) {
		const char *sdev = strncmp(line, "inotify ", 8) == 0 ? strstr(line, "sdev:") : NULL;

		found = sdev && strtoul(sdev + 5, NULL, 16) == device;
	}
	fclose(f);
	return found;
}

static bool process_watches(int proc, const char *pid, unsigned long device)
{
	char path[64], link[32];
	bool found = false;
	struct dirent *e;
	DIR *d;
	int fd;

	snprintf(path, sizeof(path), "%.20s/fd", pid);
	fd = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	d = fd >= 0 ? fdopendir(fd) : NULL;
	while (d && !found && (e = readdir(d))) {
		ssize_t n = readlinkat(dirfd(d), e->d_name, link, sizeof(link) - 1);

		if (n <= 0)
			continue;
		link[n] = '\0';
		found = strstr(link, "inotify") && watches_device(proc, pid, e->d_name, device);
	}
	if (d)
		closedir(d);
	return found;
}

/* The kernel prints a device as major << 20 | minor. */
static enum helper_answer is_watched(dev_t device)
{
	unsigned long sdev = (unsigned long)major(device) << 20 | minor(device);
	enum helper_answer answer = HELPER_UNWATCHED;
	DIR *d = opendir("/proc");
	struct dirent *e;

	while (d && answer == HELPER_UNWATCHED && (e = readdir(d)))
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9' &&
		    process_watches(dirfd(d), e->d_name, sdev))
			answer = HELPER_WATCHED;
	if (d)
		closedir(d);
	return answer;
}

/* Without touching it: who unmounts at that moment must not be told that it is busy. */
static dev_t device_of_mount(const char *mountpoint)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	char *line = NULL;
	dev_t found = 0;
	size_t room = 0;

	while (f && getline(&line, &room, f) > 0) {
		unsigned high, low;
		int at = 0;

		/* id, parent, device, root within it, mountpoint: the last of a place is on top */
		if (sscanf(line, "%*d %*d %u:%u %*s %n", &high, &low, &at) == 2 && at &&
		    strcspn(line + at, " ") == strlen(mountpoint) &&
		    strncmp(line + at, mountpoint, strlen(mountpoint)) == 0)
			found = makedev(high, low);
	}
	free(line);
	if (f)
		fclose(f);
	return found;
}

static enum helper_answer mount_is_watched(const char *mountpoint)
{
	if (!ours)
		ours = device_of_mount(mountpoint);
	if (!ours) { /* a name that is written otherwise there */
		CLEANUP_CLOSE int fd = open_mount(mountpoint);

		(void)fd;
	}
	return ours ? is_watched(ours) : HELPER_UNWATCHED;
}

/* tapfs crashed: whoever waits in the mount must not wait for ever. */
static _Noreturn void unmount(const char *mountpoint)
{
	if (umount2(mountpoint, MNT_DETACH) == 0)
		_exit(0);
	execlp("fusermount3", "fusermount3", "-u", "-z", "-q", "--", mountpoint, (char *)NULL);
	_exit(1);
}

static _Noreturn void serve(FILE *messages, int answers, const char *mountpoint)
{
	char line[HELPER_PATH_MAX + 8];

	while (fgets(line, sizeof(line), messages)) {
		enum helper_answer said = HELPER_DONE;
		char byte;

		line[strcspn(line, "\n")] = '\0';
		if (line[0] == GOODBYE)
			_exit(0);
		if (line[0] == ASK)
			said = mount_is_watched(mountpoint);
		else
			do_in_mount(mountpoint, (enum happening)line[0], line + 1);
		byte = (char)said;
		if (write(answers, &byte, 1) < 0)
			break;
	}
	unmount(mountpoint);
}

static _Noreturn void helper_main(int messages, int answers, const char *mountpoint)
{
	FILE *f;

	close_all_but(messages, answers);
	setsid();
	if (chdir("/") < 0)
		_exit(1);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_NAME, "tapfs-helper", 0, 0, 0);
	f = fdopen(messages, "r");
	if (!f)
		_exit(1);
	serve(f, answers, mountpoint);
}

/* --- in tapfs --- */

bool helper_start(const char *mountpoint, struct error **err)
{
	int tell[2], answer[2];
	pid_t pid;

	if (pipe2(tell, O_CLOEXEC) < 0 || pipe2(answer, O_CLOEXEC) < 0 || (pid = fork()) < 0)
		return error_set(err, errno, "cannot start the helper process: %s",
				 strerror(errno));
	if (pid == 0)
		helper_main(tell[0], answer[1], mountpoint);
	close(tell[0]);
	close(answer[1]);
	tell_fd = tell[1];
	answer_fd = answer[0];
	pid_of_helper = pid;
	fcntl(tell_fd, F_SETFL, O_NONBLOCK);
	fcntl(answer_fd, F_SETFL, O_NONBLOCK);
	return true;
}

void helper_goodbye(void)
{
	static const char message[] = {GOODBYE, '\n'};

	if (tell_fd < 0 || write(tell_fd, message, sizeof(message)) < 0)
		return;
	close(tell_fd);
	close(answer_fd);
	tell_fd = answer_fd = -1;
}

pid_t helper_pid(void)
{
	return pid_of_helper;
}

int helper_answers(void)
{
	return answer_fd;
}

bool helper_ask(void)
{
	static const char message[] = {ASK, '\n'};

	return tell_fd >= 0 && write(tell_fd, message, sizeof(message)) == sizeof(message);
}

bool helper_tell(enum happening what, const char *path)
{
	char message[HELPER_PATH_MAX + 8];
	int n;

	if (tell_fd < 0 || strlen(path) >= HELPER_PATH_MAX || strchr(path, '\n'))
		return false;
	n = snprintf(message, sizeof(message), "%c%s\n", what, path);
	return write(tell_fd, message, (size_t)n) == n;
}
