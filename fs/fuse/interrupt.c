/*
 * interrupt.c: which signals end a wait.
 *
 * The kernel sends one FUSE_INTERRUPT when any signal comes, also for Ctrl-Z,
 * and then waits for our answer whatever else happens. So the first interrupt
 * starts a watch: the thread's pending signals are looked at, now and every
 * 50 ms. As soon as one is pending that would end the process, or that the
 * process has a handler for, the wait ends with EINTR; job control and news of
 * children and windows do not end it.
 */
#include "fs/fuse/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/stats.h"
#include "fs/core/operation.h"

#define LOOK_AGAIN_MS 50

struct signals {
	uint64_t pending, blocked, ignored, caught;
};

static bool status_field(const char *status, const char *name, uint64_t *out)
{
	const char *p = strstr(status, name);

	return p && sscanf(p + strlen(name), "%" SCNx64, out) == 1;
}

/* From /proc/TID/status, which is made in memory. False if the thread is gone. */
static bool signals_of(pid_t tid, struct signals *s)
{
	char path[64], text[4096];
	uint64_t own, shared;
	CLEANUP_CLOSE int fd = -1;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return false;
	text[n] = '\0';
	if (!status_field(text, "\nSigPnd:", &own) || !status_field(text, "\nShdPnd:", &shared) ||
	    !status_field(text, "\nSigBlk:", &s->blocked) ||
	    !status_field(text, "\nSigIgn:", &s->ignored) ||
	    !status_field(text, "\nSigCgt:", &s->caught))
		return false;
	s->pending = own | shared;
	return true;
}

static uint64_t bit(int signum)
{
	return UINT64_C(1) << (signum - 1);
}

static bool ends_wait(pid_t tid)
{
	struct signals s;
	uint64_t harmless = bit(SIGSTOP) | bit(SIGTSTP) | bit(SIGTTIN) | bit(SIGTTOU) |
			    bit(SIGCONT) | bit(SIGCHLD) | bit(SIGWINCH) | bit(SIGURG);

	if (!signals_of(tid, &s))
		return true; /* nobody is there to wait (or we cannot see: then believe the kernel)
			      */
	return (s.pending & ~s.blocked & ~s.ignored & ~harmless) || (s.pending & bit(SIGKILL));
}

static void signals_look(void *arg)
{
	struct fuse_request *f = arg;
	struct request *r = &f->request;

	f->watch = NULL;
	if (!r->waiter.list || (r->ask.op && !r->ask.op->lasts))
		return; /* it is running, or writing: it ends by itself */
	if (ends_wait(r->ask.pid)) {
		stats.fuse_interrupted++;
		reply_errno(r, EINTR);
		return;
	}
	f->watch = timer_start(r->mount->loop, LOOK_AGAIN_MS, signals_look, f);
}

static void interrupted(fuse_req_t fuse, void *arg)
{
	struct fuse_request *f = arg;

	(void)fuse;
	if (!f->watch)
		f->watch = timer_start(f->request.mount->loop, 0, signals_look, f);
}

void interrupt_watch(struct fuse_request *f)
{
	if (!f->watch)
		fuse_req_interrupt_func(f->fuse, interrupted, f);
}

void interrupt_unwatch(struct fuse_request *f)
{
	timer_cancel(f->watch);
	f->watch = NULL;
}
