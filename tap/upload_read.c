/* upload_read.c: see upload_read.h. */
#include "tap/upload_read.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tap/format.h"
#include "tap/table_in.h"

struct reading {
	struct table_sink sink;       /* first */
	struct format_writer *writer; /* of the VOTable it becomes; NULL: none */
	struct upload_table *table;
	const atomic_bool *stop;
};

static bool on_begin(struct table_sink *s, const struct table *t, struct error **err)
{
	struct reading *r = (struct reading *)s;

	r->table->columns = (unsigned)t->nfields;
	return !r->writer || r->writer->sink.begin(&r->writer->sink, t, err);
}

static bool on_row(struct table_sink *s, const struct cell *cells, struct error **err)
{
	struct reading *r = (struct reading *)s;

	r->table->rows++;
	return !r->writer || r->writer->sink.row(&r->writer->sink, cells, err);
}

static bool on_end(struct table_sink *s, const struct table_end *end, struct error **err)
{
	struct reading *r = (struct reading *)s;

	return !r->writer || r->writer->sink.end(&r->writer->sink, end, err);
}

/* Into a file without a name: it goes with its descriptor. */
static bool read_converting(int fd, enum table_kind kind, const char *folder, struct reading *r,
			    struct error **err)
{
	struct upload_table *t = r->table;
	bool ok;

	t->fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (t->fd < 0)
		return error_set(err, errno, "cannot make a file in %s: %s", folder,
				 strerror(errno));
	r->writer = votable_writer_new(t->fd);
	ok = table_read(fd, kind, &r->sink, r->stop, &t->notes, err);
	r->writer->free(r->writer);
	return ok;
}

bool upload_read(const char *path, const char *folder, const atomic_bool *stop,
		 struct upload_table *t, struct error **err)
{
	struct reading r = {
	    {.begin = on_begin, .row = on_row, .end = on_end}, .table = t, .stop = stop};
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	enum table_kind kind = table_kind_of(path);
	struct stat st;

	*t = (struct upload_table){.fd = -1};
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return error_set(err, ENOENT, "there is no such table");
	if (kind == TABLE_NONE)
		return error_set(err, EINVAL, NOT_A_TABLE);
	if (folder && kind != TABLE_VOTABLE) {
		if (!read_converting(fd, kind, folder, &r, err))
			return false;
	} else {
		if (!table_read(fd, kind, &r.sink, stop, &t->notes, err))
			return false;
		if (folder)
			t->fd = steal_fd(fd);
	}
	if (t->fd >= 0 && fstat(t->fd, &st) == 0)
		t->size = (uint64_t)st.st_size;
	return true;
}

void upload_table_clear(struct upload_table *t)
{
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
	buf_free(&t->notes);
}
