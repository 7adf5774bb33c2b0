/* process.c: see process.h. */
#include "fs/program/process.h"

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* Glibc makes eight a processor, and what is free in one is of no use to another. */
#define ARENAS 2

static void open_standard_descriptors(void)
{
	int null = open("/dev/null", O_RDWR);

	while (null >= 0 && null <= STDERR_FILENO)
		null = dup(null);
	if (null > STDERR_FILENO)
		close(null);
}

static void raise_descriptor_limit(void)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) == 0) {
		rl.rlim_cur = rl.rlim_max;
		setrlimit(RLIMIT_NOFILE, &rl);
	}
}

void process_begin(void)
{
	open_standard_descriptors();
	mallopt(M_ARENA_MAX, ARENAS);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* under `ulimit -f` a write fails: it does not end the mount */
	srandom((unsigned)(time(NULL) ^ getpid()));
	raise_descriptor_limit();
}

void process_keep_secrets(bool debug)
{
	static const struct rlimit none = {0, 0};

	if (debug)
		return;
	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
}
