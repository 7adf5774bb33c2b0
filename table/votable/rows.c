/*
 * rows.c: the rows of a VOTable file as texts; see rows.h.
 *
 * at[i] is the number of the i-th wanted column in the table, or -1.
 */
#include "table/votable/rows.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/number.h"
#include "table/votable/votable.h"

#define ROWS_MAX 16 /* columns that may be asked for */

struct rows {
	struct table_sink sink; /* first */
	const char *const *names;
	size_t n;
	int at[ROWS_MAX];
	enum datatype type[ROWS_MAX];
	bool (*row)(void *arg, const char *const *values, struct error **err);
	void *arg;
	struct table_end *end;
	struct buf text[ROWS_MAX];
};

static bool rows_begin(struct table_sink *s, const struct table *t, struct error **err)
{
	struct rows *r = (struct rows *)s;

	(void)err;
	for (size_t i = 0; i < r->n; i++) {
		r->at[i] = -1;
		for (size_t f = 0; f < t->nfields; f++) {
			if (strcasecmp(t->fields[f].name, r->names[i]) == 0) {
				r->at[i] = (int)f;
				r->type[i] = t->fields[f].type;
				break;
			}
		}
	}
	return true;
}

static void cell_text(struct buf *b, const struct cell *c, enum datatype type)
{
	char digits[NUMBER_MAX];

	buf_reset(b);
	if (type == DT_FLOAT || type == DT_DOUBLE)
		buf_add(b, digits, number_format_double(digits, c->d[0]));
	else if (datatype_is_integer(type) || type == DT_BOOLEAN || type == DT_BIT)
		buf_add(b, digits, number_format_int(digits, c->i[0]));
	else if (type == DT_CHAR || type == DT_UNICODE_CHAR || type == DT_TEXT)
		buf_add(b, c->s, c->len);
}

static bool rows_row(struct table_sink *s, const struct cell *cells, struct error **err)
{
	struct rows *r = (struct rows *)s;
	const char *values[ROWS_MAX];

	for (size_t i = 0; i < r->n; i++) {
		const struct cell *c = r->at[i] >= 0 ? &cells[r->at[i]] : NULL;

		values[i] = NULL;
		if (!c || c->null || c->count == 0)
			continue;
		cell_text(&r->text[i], c, r->type[i]);
		values[i] = buf_str(&r->text[i]);
	}
	return r->row(r->arg, values, err);
}

static bool rows_end(struct table_sink *s, const struct table_end *end, struct error **err)
{
	(void)err;
	*((struct rows *)s)->end = *end;
	return true;
}

static bool feed_file(struct votable *v, int fd, struct error **err)
{
	CLEANUP_FREE char *block = xmalloc(1 << 16);
	ssize_t n;

	while ((n = read(fd, block, 1 << 16)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_set(err, errno, "cannot read: %s", strerror(errno));
		if (!votable_feed(v, block, (size_t)n, err))
			return false;
	}
	return votable_finish(v, err);
}

bool rows_read(const char *path, const char *const *names, size_t n,
	       bool (*row)(void *, const char *const *, struct error **), void *arg,
	       struct table_end *end, struct error **err)
{
	struct rows r = {.sink = {.begin = rows_begin, .row = rows_row, .end = rows_end},
			 .names = names,
			 .n = n < ROWS_MAX ? n : ROWS_MAX,
			 .row = row,
			 .arg = arg,
			 .end = end};
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct votable *v;
	bool ok;

	if (fd < 0)
		return error_set(err, errno, "cannot open %s: %s", path, strerror(errno));
	v = votable_new(&r.sink);
	ok = feed_file(v, fd, err);
	votable_free(v);
	for (size_t i = 0; i < r.n; i++)
		buf_free(&r.text[i]);
	return ok;
}
