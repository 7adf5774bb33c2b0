/* stored.c: a file on disk that is open once; see stored.h. */
#include "cache/stored.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/mem.h"

struct stored *stored_new(int fd, uint64_t size, int64_t mtime)
{
	struct stored *s = xcalloc(1, sizeof(*s));

	s->refs = 1;
	s->fd = fd;
	s->size = size;
	s->mtime = mtime;
	return s;
}

struct stored *stored_ref(struct stored *s)
{
	s->refs++;
	return s;
}

void stored_unref(struct stored *s)
{
	if (!s || --s->refs)
		return;
	if (s->gone)
		s->gone(s, s->arg);
	close(s->fd);
	free(s);
}

ssize_t stored_read_now(const struct stored *s, void *out, size_t n, uint64_t offset)
{
	struct iovec v = {out, n};
	ssize_t got = preadv2(s->fd, &v, 1, (off_t)offset, RWF_NOWAIT);

	/* A short answer may be the end of what is cached, not of the file. */
	if (got >= 0 && ((size_t)got == n || offset + (uint64_t)got >= s->size))
		return got;
	if (got >= 0 || errno == EOPNOTSUPP)
		errno = EAGAIN;
	return -1;
}
