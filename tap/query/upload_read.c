/* upload_read.c: see upload_read.h. */
#include "tap/query/upload_read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
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
	size_t *longest;             /* bytes of a text, of each column */
	const struct table *columns; /* the reader's, while it reads */
};

static bool on_begin(struct table_sink *s, const struct table *t, struct error **err)
{
	struct upload_reading *r = (struct upload_reading *)s;

	r->table->columns = (unsigned)t->nfields;
	r->columns = t;
	if (!r->longest)
		r->longest = xcalloc(t->nfields + 1, sizeof(*r->longest));
	for (size_t i = 0; i < t->nfields; i++)
		r->table->texts = r->table->texts || field_is_any_text(&t->fields[i]);
	return !r->writer || r->writer->sink.begin(&r->writer->sink, t, err);
}

static bool on_row(struct table_sink *s, const struct cell *cells, struct error **err)
{
	struct upload_reading *r = (struct upload_reading *)s;

	r->table->rows++;
	for (size_t i = 0; r->table->texts && i < r->columns->nfields; i++)
		if (field_is_any_text(&r->columns->fields[i]) && cells[i].len > r->longest[i])
			r->longest[i] = cells[i].len;
	return !r->writer || r->writer->sink.row(&r->writer->sink, cells, err);
}

static bool on_end(struct table_sink *s, const struct table_end *end, struct error **err)
{
	struct upload_reading *r = (struct upload_reading *)s;

	return !r->writer || r->writer->sink.end(&r->writer->sink, end, err);
}

/* As what is sent; who only looks sees the writer's refusals as well. */
static bool read_into(int to, int fd, enum table_kind kind, const struct upload_source *from,
		      struct upload_reading *r, struct error **err)
{
	struct upload_table *t = r->table;
	bool ok;

	r->writer = from->fixed ? votable_writer_new_sized(to, r->longest) : votable_writer_new(to);
	t->rows = 0;
	buf_reset(&t->notes);
	ok = table_read(fd, kind, &r->sink, from->stop, &t->notes, err);
	r->writer->free(r->writer);
	r->writer = NULL;
	t->texts = t->texts && !from->fixed;
	return ok;
}

static bool read_converting(int fd, enum table_kind kind, const struct upload_source *from,
			    struct upload_reading *r, struct error **err)
{
	CLEANUP_CLOSE int nowhere = -1;

	if (!from->folder) {
		nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
		return read_into(nowhere, fd, kind, from, r, err);
	}
	if (from->fixed && !table_read(fd, kind, &r->sink, from->stop, &r->table->notes, err))
		return false; /* how long the texts are had to be known before them */
	r->table->fd = file_unnamed(from->folder, err);
	return r->table->fd >= 0 && read_into(r->table->fd, fd, kind, from, r, err);
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
	if (from->folder && from->fixed && t->texts) {
		t->fd = file_unnamed(from->folder, err);
		return t->fd >= 0 && read_into(t->fd, fd, TABLE_VOTABLE, from, r, err);
	}
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
	free(r.longest);
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
