/*
 * session.c: the session with the kernel, on the loop; see session.h.
 *
 * The session's descriptor is non-blocking: each time it is readable, requests
 * are received and run until EAGAIN. When the kernel ends the session (unmount)
 * the loop is stopped.
 */
#include "fs/fuse/session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "fs/core/reply.h"
#include "fs/fuse/ops.h"
#include "fs/fuse/reply_fuse.h"

#define REQUESTS_A_TURN 64 /* then curl and the timers have their turn */

static void session_readable(void *arg, int events)
{
	struct session *s = arg;

	(void)events;
	for (int i = 0; i < REQUESTS_A_TURN && !fuse_session_exited(s->fuse); i++) {
		int n = fuse_session_receive_buf(s->fuse, &s->buf);

		if (n == -EINTR)
			continue;
		if (n == -EAGAIN)
			break;
		if (n <= 0) {
			fuse_session_exit(s->fuse);
			break;
		}
		fuse_session_process_buf(s->fuse, &s->buf);
	}
	if (fuse_session_exited(s->fuse)) {
		poll_stop(s->poll);
		s->poll = NULL;
		loop_stop(s->mount->loop);
	} else if (s->ready) {
		void (*ready)(void) = s->ready;

		s->ready = NULL;
		ready();
	}
}

static struct fuse_session *session_new(struct session *s)
{
	const struct mount *m = s->mount;
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
	struct fuse_session *session =
	    fuse_session_new(&args, &session_ops, sizeof(session_ops), s);

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

void session_init(struct session *s, struct mount *m, void (*ready)(void))
{
	*s = (struct session){.mount = m, .ready = ready};
	TAILQ_INIT(&m->requests);
	m->front = &fuse_front;
	m->front_state = s;
}

bool session_start(struct session *s, struct error **err)
{
	struct mount *m = s->mount;
	int fd;

	s->fuse = session_new(s);
	if (!s->fuse)
		return error_set(err, EINVAL, "cannot make a FUSE session");
	if (fuse_session_mount(s->fuse, m->mountpoint) != 0) {
		fuse_session_destroy(s->fuse);
		s->fuse = NULL;
		return error_set(err, EPERM, "cannot mount at %s: %s", m->mountpoint, why_not(m));
	}
	fd = fuse_session_fd(s->fuse);
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	s->poll = poll_start(m->loop, fd, POLL_READ, session_readable, s);
	return true;
}

void session_exit(struct session *s)
{
	fuse_session_exit(s->fuse);
	loop_stop(s->mount->loop);
}

void session_stop(struct session *s)
{
	struct request *r, *next;

	poll_stop(s->poll);
	s->poll = NULL;
	if (!s->fuse)
		return;
	for (r = TAILQ_FIRST(&s->mount->requests); r; r = next) {
		next = TAILQ_NEXT(r, link);
		reply_errno(r, ENOTCONN);
	}
	fuse_session_unmount(s->fuse);
	fuse_session_destroy(s->fuse);
	s->fuse = NULL;
	free(s->buf.mem);
}
