/* query_text.c: the text of a query, read and hashed; see query_text.h. */
#include "tap/query/query_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "tap/query/sent_text.h"
#include "tap/uws/recovery.h"

struct query_rules query_rules(const struct settings *s)
{
	return (struct query_rules){(size_t)setting_int(s, OPT_MAX_QUERY),
				    setting_bool(s, OPT_STRIP_COMMENTS)};
}

void query_text_clear(struct query_text *t)
{
	free(t->text);
	*t = (struct query_text){0};
}

size_t query_text_mark(const char *text)
{
	return strncmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

/* At most n bytes; how many there are, -1 with errno. */
static ssize_t read_all(int fd, char *text, size_t n)
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
	return got < 0 ? -1 : (ssize_t)at;
}

bool query_text_read(int fd, const struct query_rules *rules, struct query_text *t,
		     struct error **err)
{
	struct sent_text sent;
	struct stat st;
	ssize_t got;

	query_text_clear(t);
	if (fstat(fd, &st) < 0)
		return error_set(err, errno, "cannot read the query: %s", strerror(errno));
	if ((uint64_t)st.st_size > rules->max)
		return hash_file(fd, t->hash, &t->length, err);
	t->text = xcalloc(1, (size_t)st.st_size + 1);
	got = read_all(fd, t->text, (size_t)st.st_size);
	if (got < 0) {
		query_text_clear(t);
		return error_set(err, errno, "cannot read the query: %s", strerror(errno));
	}
	t->length = (uint64_t)got;
	hash_bytes(t->text, t->length, t->hash);
	sent = sent_text_of(t->text + query_text_mark(t->text), rules->strip_comments);
	sent_hash(sent.text, t->sent);
	sent_text_clear(&sent);
	return true;
}
