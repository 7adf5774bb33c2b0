/* documents.c: the service's documents as they were sent; see documents.h. */
#include "tap/metadata/documents.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cache/file.h"

static const char *const names[DOC_COUNT] = {"capabilities.xml", "availability.xml", "tables.xml"};

const char *document_name(enum document d)
{
	return names[d];
}

char *document_path(const struct service *s, enum document d)
{
	return xasprintf("%s/%s", s->dir.cache, names[d]);
}

struct stored *document_open(const struct service *s, enum document d)
{
	CLEANUP_FREE char *path = document_path(s, d);
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return NULL;
	return stored_new(steal_fd(fd), (uint64_t)st.st_size, clock_of(&st.st_mtim));
}

void documents_load(struct service *s)
{
	CLEANUP_FREE char *capabilities = document_path(s, DOC_CAPABILITIES);
	CLEANUP_FREE char *availability = document_path(s, DOC_AVAILABILITY);
	CLEANUP_FREE char *text = NULL;
	CLEANUP_FREE char *other = NULL;
	size_t n;

	for (int d = 0; d < DOC_COUNT; d++)
		s->document[d] = document_open(s, (enum document)d);
	text = file_get(capabilities, HTTP_COLLECT_MAX, &n, NULL);
	if (text)
		s->capabilities = capabilities_parse(text, n, NULL);
	other = file_get(availability, HTTP_COLLECT_MAX, &n, NULL);
	if (other)
		s->availability = availability_parse(other, n, NULL);
}
