/* upload_read.c: see upload_read.h. */
#include "tap/query/upload_read.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "cache/file.h"
#include "table/read/table_in.h"
#include "table/write/format.h"

#define COPY_STEP (64u << 20) /* bytes in one system call */

struct upload_reading {
	struct table_sink sink;       /* first */
	struct format_writer *writer; /* of the VOTable it becomes; NULL: none */
	struct upload_table *table;
};

static bool on_begin(struct table_sink *s, const struct table *t, struct error **err)
{
	struct upload_reading *r = (struct upload_reading *)s;

	r->table->columns = (unsigned)t->nfields;
	return !r->writer || r->writer->sink.begin(&r->writer->sink, t, err);
}

static bool on_row(struct table_sink *s, const struct cell *cells, struct error **err)
{
	struct upload_reading *r = (struct upload_reading *)s;

	r->table->rows++;
	return !r->writer || r->writer->sink.row(&r->writer->sink, cells, err);
}

static bool on_end(struct table_sink *s, const struct table_end *end, struct error **err)
{
	struct upload_reading *r = (struct upload_reading *)s;

	return !r->writer || r->writer->sink.end(&r->writer->sink, end, err);
}

/* As what is sent; who only looks sees the writer's refusals as well. */
static bool read_converting(int fd, enum table_kind kind, const struct upload_source *from,
			    struct upload_reading *r, struct error **err)
{
	struct upload_table *t = r->table;
	CLEANUP_CLOSE int nowhere = -1;
	bool ok;

	if (from->folder)
		t->fd = file_unnamed(from->folder, err);
	else
		nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (from->folder && t->fd < 0)
		return false;
	r->writer = votable_writer_new(from->folder ? t->fd : nowhere);
	ok = table_read(fd, kind, &r->sink, from->stop, &t->notes, err);
	r->writer->free(r->writer);
	return ok;
}

/* The user may write it over at any time; what is sent must stay as it was read. */
static bool copy(int fd, const char *folder, struct upload_table *t, struct error **err)
{
	off_t at = 0;
	ssize_t n;

	t->fd = file_unnamed(folder, err);
	if (t->fd < 0)
		return false;
	do
		n = copy_file_range(fd, &at, t->fd, NULL, COPY_STEP, 0);
	while (n > 0);
	if (n < 0 && (errno == EXDEV || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP))
		do
			n = sendfile(t->fd, fd, &at, COPY_STEP);
		while (n > 0);
	return n == 0 || error_set(err, errno, "cannot copy the table: %s", strerror(errno));
}

static bool read_votable(int fd, const struct upload_source *from, struct upload_reading *r,
			 struct error **err)
{
	struct upload_table *t = r->table;

	if (!table_read(fd, TABLE_VOTABLE, &r->sink, from->stop, &t->notes, err))
		return false;
	if (from->folder && !from->lasts)
		return copy(fd, from->folder, t, err);
	if (from->folder)
		t->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return !from->folder || t->fd >= 0 ||
	       error_set(err, errno, "cannot open the table: %s", strerror(errno));
}

bool upload_read(const struct upload_source *from, struct upload_table *t, struct error **err)
{
	struct upload_reading r = {{.begin = on_begin, .row = on_row, .end = on_end}, .table = t};
	CLEANUP_CLOSE int fd = open(from->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	enum table_kind kind = table_kind_of(from->path);
	struct stat st;
	bool ok;

	*t = (struct upload_table){.fd = -1};
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return error_set(err, ENOENT, "there is no such table");
	if (kind == TABLE_NONE)
		return error_set(err, EINVAL, NOT_A_TABLE);
	ok = kind == TABLE_VOTABLE ? read_votable(fd, from, &r, err)
				   : read_converting(fd, kind, from, &r, err);
	if (ok && t->fd >= 0 && fstat(t->fd, &st) == 0)
		t->size = (uint64_t)st.st_size;
	return ok;
}

void upload_table_clear(struct upload_table *t)
{
	if (t->fd >= 0)
		close(t->fd);
	buf_free(&t->notes);
	*t = (struct upload_table){.fd = -1};
}
