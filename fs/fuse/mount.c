/*
 * mount.c: the session with the kernel, on the loop; see mount.h.
 *
 * The session's descriptor is non-blocking: each time it is readable, requests
 * are received and run until EAGAIN. When the kernel ends the session (unmount)
 * the loop is stopped.
 */
#include "fs/fuse/mount.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/mem.h"
#include "fs/core/request.h"

extern char **environ;

#define REQUESTS_A_TURN 64 /* then curl and the timers have their turn */

static void session_readable(void *arg, int events)
{
	struct mount *m = arg;

	(void)events;
	for (int i = 0; i < REQUESTS_A_TURN && !fuse_session_exited(m->session); i++) {
		int n = fuse_session_receive_buf(m->session, &m->buf);

		if (n == -EINTR)
			continue;
		if (n == -EAGAIN)
			break;
		if (n <= 0) {
			fuse_session_exit(m->session);
			break;
		}
		fuse_session_process_buf(m->session, &m->buf);
	}
	if (fuse_session_exited(m->session)) {
		poll_stop(m->poll);
		m->poll = NULL;
		loop_stop(m->loop);
	} else if (m->ready) {
		void (*ready)(struct mount *) = m->ready;

		m->ready = NULL;
		ready(m);
	}
}

static struct fuse_session *session_new(struct mount *m)
{
	bool others = setting_bool(config_global(m->config), OPT_ALLOW_OTHER);
	CLEANUP_FREE char *source = xstrdup(m->source);
	CLEANUP_FREE char *options = NULL;
	char name[] = "tapfs", o[] = "-o";

	for (char *p = source; *p; p++) /* what separates options */
		if (*p == ',' || *p == '\\')
			*p = '_';
	options = xasprintf("fsname=%s,subtype=tapfs,nosuid,nodev%s", source,
			    others ? ",allow_other,default_permissions" : "");

	char *argv[] = {name, o, options, NULL};
	struct fuse_args args = FUSE_ARGS_INIT(3, argv);
	struct fuse_session *session = fuse_session_new(&args, &mount_ops, sizeof(mount_ops), m);

	fuse_opt_free_args(&args);
	return session;
}

/* libfuse says why on standard error only, in its own words. */
static const char *why_not(const struct mount *m)
{
	if (access("/dev/fuse", F_OK) < 0)
		return "there is no /dev/fuse; as root, run `modprobe fuse`";
	if (access("/usr/bin/fusermount3", X_OK) < 0 && access("/bin/fusermount3", X_OK) < 0)
		return "fusermount3 is missing; install the package fuse3";
	if (access("/dev/fuse", R_OK | W_OK) < 0)
		return "you may not use /dev/fuse; as root, run `chmod 666 /dev/fuse`";
	if (setting_bool(config_global(m->config), OPT_ALLOW_OTHER) && geteuid() != 0)
		return "-o allow_other needs a line user_allow_other in /etc/fuse.conf";
	return "you may need write access to that folder, or its filesystem allows no mounts";
}

bool mount_attach(struct mount *m, struct error **err)
{
	int fd;

	TAILQ_INIT(&m->requests);
	m->session = session_new(m);
	if (!m->session)
		return error_set(err, EINVAL, "cannot make a FUSE session");
	if (fuse_session_mount(m->session, m->mountpoint) != 0) {
		fuse_session_destroy(m->session);
		m->session = NULL;
		return error_set(err, EPERM, "cannot mount at %s: %s", m->mountpoint, why_not(m));
	}
	fd = fuse_session_fd(m->session);
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	m->poll = poll_start(m->loop, fd, POLL_READ, session_readable, m);
	return true;
}

void mount_detach(struct mount *m)
{
	struct request *r, *next;

	poll_stop(m->poll);
	m->poll = NULL;
	if (!m->session)
		return;
	for (r = TAILQ_FIRST(&m->requests); r; r = next) {
		next = TAILQ_NEXT(r, link);
		reply_errno(r, ENOTCONN);
	}
	fuse_session_unmount(m->session);
	fuse_session_destroy(m->session);
	m->session = NULL;
	free(m->buf.mem);
}

/* --- the mountpoint --- */

static bool run(const char *const argv[])
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

static bool recover(const char *path, struct error **err)
{
	const char *const argv[] = {"fusermount3", "-u", "-z", path, NULL};
	struct stat st;

	if (umount2(path, MNT_DETACH) < 0 && !run(argv))
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
			return recover(path, err);
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
