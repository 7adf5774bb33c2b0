/*
 * full.c: preloaded into tapfs by tests: as long as the file $TAPFS_TEST_FULL is there, the disk is
 * full: whatever would make a regular file longer fails with ENOSPC.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static int is_full(int fd)
{
	const char *flag = getenv("TAPFS_TEST_FULL");
	struct stat st;

	return flag && access(flag, F_OK) == 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

#define FAILS_WHEN_FULL(name, declaration, arguments)                 \
	ssize_t name declaration                                      \
	{                                                             \
		ssize_t(*real) declaration = dlsym(RTLD_NEXT, #name); \
                                                                      \
		if (is_full(fd)) {                                    \
			errno = ENOSPC;                               \
			return -1;                                    \
		}                                                     \
		return real arguments;                                \
	}

FAILS_WHEN_FULL(write, (int fd, const void *data, size_t n), (fd, data, n))
FAILS_WHEN_FULL(pwrite, (int fd, const void *data, size_t n, off_t offset), (fd, data, n, offset))
FAILS_WHEN_FULL(pwrite64, (int fd, const void *data, size_t n, off64_t offset),
		(fd, data, n, offset))
