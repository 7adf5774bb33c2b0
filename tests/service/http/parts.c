/* parts.c: see parts.h. */
#include "tests/service/http/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"

FILE *svc_spool_new(struct error **err)
{
	const char *dir = getenv("TMPDIR");
	CLEANUP_FREE char *path = xasprintf("%s/tapfs-demo-XXXXXX", dir && *dir ? dir : "/tmp");
	int fd = mkostemp(path, O_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w+");

	if (f)
		unlink(path);
	else
		error_set(err, errno, "%s: %s", path, strerror(errno));
	return f;
}

bool svc_spool_take(FILE *f, int *fd, uint64_t *size, struct error **err)
{
	struct stat st;

	*fd = fcntl(fileno(f), F_DUPFD_CLOEXEC, 0);
	if (*fd < 0 || fstat(*fd, &st) < 0)
		return error_set(err, errno, "%s", strerror(errno));
	*size = (uint64_t)st.st_size;
	return true;
}

void svc_uploads_put(struct svc_uploads *u, struct svc_upload one)
{
	u->list = xrealloc(u->list, (u->n + 1) * sizeof(*u->list));
	u->list[u->n++] = one;
}

void svc_uploads_add(struct svc_uploads *u, const char *name, int fd, uint64_t size)
{
	svc_uploads_put(u, (struct svc_upload){.name = xstrdup(name), .fd = fd, .size = size});
}

const struct svc_upload *svc_uploads_find(const struct svc_uploads *u, const char *name)
{
	for (size_t i = 0; i < u->n; i++)
		if (!strcasecmp(u->list[i].name, name))
			return &u->list[i];
	return NULL;
}

uint64_t svc_uploads_size(const struct svc_uploads *u)
{
	uint64_t size = 0;

	for (size_t i = 0; i < u->n; i++)
		size += u->list[i].size;
	return size;
}

void svc_uploads_clear(struct svc_uploads *u)
{
	for (size_t i = 0; i < u->n; i++) {
		free(u->list[i].name);
		free(u->list[i].url);
		if (u->list[i].fd >= 0)
			close(u->list[i].fd);
	}
	free(u->list);
	*u = (struct svc_uploads){NULL, 0};
}
