/* query_text.c: the text of a query, read and hashed; see query_text.h. */
#include "tap/query/query_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "tap/uws/recovery.h"

void query_text_clear(struct query_text *t)
{
	free(t->text);
	*t = (struct query_text){0};
}

size_t query_text_mark(const char *text)
{
	return strncmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

static bool read_all(int fd, char *text, size_t n, struct error **err)
{
	size_t at = 0;
	ssize_t got = 1;

	while (at < n && got > 0) {
		got = pread(fd, text + at, n - at, (off_t)at);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got > 0)
			at += (size_t)got;
	}
	return at == n || error_set(err, got < 0 ? errno : EAGAIN, "cannot read the query: %s",
				    got < 0 ? strerror(errno) : "it became shorter meanwhile");
}

bool query_text_read(int fd, size_t max, struct query_text *t, struct error **err)
{
	struct stat st;

	query_text_clear(t);
	if (fstat(fd, &st) < 0)
		return error_set(err, errno, "cannot read the query: %s", strerror(errno));
	if ((uint64_t)st.st_size > max)
		return hash_file(fd, t->hash, &t->length, err);
	t->length = (uint64_t)st.st_size;
	t->text = xcalloc(1, t->length + 1);
	if (!read_all(fd, t->text, t->length, err)) {
		query_text_clear(t);
		return false;
	}
	hash_bytes(t->text, t->length, t->hash);
	sent_hash(t->text + query_text_mark(t->text), t->sent);
	return true;
}
