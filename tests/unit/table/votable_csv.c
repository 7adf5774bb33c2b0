/* votable_csv.c: for tests: a VOTable in memory as the CSV that comes of it. */
#include "tests/unit/table/votable_csv.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "table/votable/votable.h"
#include "table/write/format.h"

/* Hands on to the CSV writer and keeps how the table ended. */
struct witness {
	struct table_sink sink; /* first */
	struct table_sink *next;
	struct table_end end;
	char *told; /* its warnings */
};

static bool on_begin(struct table_sink *s, const struct table *t, struct error **err)
{
	struct table_sink *next = ((struct witness *)s)->next;

	return next->begin(next, t, err);
}

static bool on_row(struct table_sink *s, const struct cell *cells, struct error **err)
{
	struct table_sink *next = ((struct witness *)s)->next;

	return next->row(next, cells, err);
}

static void on_row_text(const struct table_sink *s, const struct cell *cells, struct buf *out,
			struct buf *scratch)
{
	const struct table_sink *next = ((const struct witness *)s)->next;

	next->row_text(next, cells, out, scratch);
}

static bool on_take(struct table_sink *s, const struct buf *texts, struct error **err)
{
	struct table_sink *next = ((struct witness *)s)->next;

	return next->take(next, texts, err);
}

static bool on_end(struct table_sink *s, const struct table_end *end, struct error **err)
{
	struct witness *w = (struct witness *)s;

	w->end = *end;
	w->told = xstrdup_or_null(end->warnings);
	return w->next->end(w->next, end, err);
}

static bool feed(struct votable *v, const char *doc, size_t n, size_t piece, struct error **err)
{
	for (size_t i = 0; i < n; i += piece) {
		if (!votable_feed(v, doc + i, n - i < piece ? n - i : piece, err))
			return false;
		if (i / piece % 500 == 499 && !votable_settle(v, err))
			return false;
	}
	return votable_finish(v, err);
}

static char *read_by(struct votable *(*reader)(struct table_sink *), const void *doc, size_t n,
		     size_t piece, struct table_end *end, char **told, struct error **err)
{
	CLEANUP_CLOSE int fd = memfd_create("csv", MFD_CLOEXEC);
	struct format_writer *csv = csv_writer_new(fd);
	struct witness w = {{.begin = on_begin,
			     .row = on_row,
			     .end = on_end,
			     .texts = csv->sink.texts,
			     .row_text = on_row_text,
			     .take = on_take},
			    &csv->sink,
			    {0},
			    NULL};
	struct votable *v = reader(&w.sink);
	char *out = NULL;

	if (feed(v, doc, n, piece, err)) {
		size_t len = (size_t)lseek(fd, 0, SEEK_END);

		out = xcalloc(len + 1, 1);
		cr_assert_eq(pread(fd, out, len, 0), (ssize_t)len);
		if (end)
			*end = w.end;
	}
	if (told)
		*told = steal(w.told);
	free(w.told);
	votable_free(v);
	csv->free(csv);
	return out;
}

static struct votable *small_batches(struct table_sink *s)
{
	return votable_new_parallel(s, 3, 40);
}

static struct votable *batches(struct table_sink *s)
{
	return votable_new_parallel(s, 2, 400);
}

/* The same words, or those for the document in one piece: libxml2's depend on what it has seen. */
static bool says_the_same(const struct error *a, const struct error *b, const void *doc, size_t n)
{
	CLEANUP_ERROR struct error *why = NULL;
	CLEANUP_FREE char *csv = NULL;

	if (strcmp(error_text(a), error_text(b)) == 0)
		return true;
	csv = read_by(votable_new, doc, n, n, NULL, NULL, &why);
	return strcmp(error_text(why), error_text(b)) == 0;
}

/* All readers agree, in what they read and in what they refuse. */
char *csv_of(const void *doc, size_t n, size_t piece, struct table_end *end, struct error **err)
{
	static struct votable *(*const others[])(struct table_sink *) = {votable_new_reference,
									 small_batches, batches};
	CLEANUP_ERROR struct error *own = NULL;
	CLEANUP_FREE char *told = NULL;
	char *csv = read_by(votable_new, doc, n, piece, end, &told, &own);

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		CLEANUP_ERROR struct error *why = NULL;
		struct table_end its = {0};
		CLEANUP_FREE char *its_told = NULL;
		CLEANUP_FREE char *other = read_by(others[i], doc, n, piece, &its, &its_told, &why);

		cr_assert_eq(!csv, !other, "%s / %s", error_text(own), error_text(why));
		if (!csv) {
			cr_assert(says_the_same(own, why, doc, n), "%s / %s", error_text(own),
				  error_text(why));
			continue;
		}
		cr_assert_str_eq(csv, other);
		cr_assert_str_eq(told ? told : "", its_told ? its_told : "");
		cr_assert(!end || (end->rows == its.rows && end->overflow == its.overflow &&
				   end->spoiled == its.spoiled));
	}
	if (own)
		error_move(err, steal(own));
	return csv;
}

static const size_t pieces[] = {1, 7, 1u << 20};

void expect_csv(const char *doc, const char *csv)
{
	for (int i = 0; i < 3; i++) {
		CLEANUP_ERROR struct error *err = NULL;
		CLEANUP_FREE char *is = csv_of(doc, strlen(doc), pieces[i], NULL, &err);

		cr_assert(is, "%s", error_text(err));
		cr_assert_str_eq(is, csv, "pieces of %zu bytes: %s", pieces[i], is);
	}
}

void expect_warnings(const char *doc, const char *warnings)
{
	CLEANUP_FREE char *told = NULL;
	CLEANUP_FREE char *csv = read_by(votable_new, doc, strlen(doc), 7, NULL, &told, NULL);

	cr_assert_not_null(csv);
	cr_expect_str_eq(told ? told : "", warnings, "%s", told);
}

void expect_failure(const char *doc, const char *part)
{
	for (int i = 0; i < 3; i++) {
		CLEANUP_ERROR struct error *err = NULL;
		CLEANUP_FREE char *is = csv_of(doc, strlen(doc), pieces[i], NULL, &err);

		cr_assert_null(is, "should have failed: %s", is);
		cr_assert(strstr(error_text(err), part), "\"%s\" is not in \"%s\"", part,
			  error_text(err));
	}
}

char *tabledata(const char *fields, const char *rows)
{
	return xasprintf("<VOTABLE version='1.4'><RESOURCE type='results'><TABLE>%s"
			 "<DATA><TABLEDATA>%s</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>",
			 fields, rows);
}

static void add_base64(struct buf *out, const unsigned char *s, size_t n)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < n; i += 3) {
		unsigned v = (unsigned)s[i] << 16;

		if (i + 1 < n)
			v |= (unsigned)s[i + 1] << 8;
		if (i + 2 < n)
			v |= s[i + 2];
		buf_addc(out, letters[v >> 18]);
		buf_addc(out, letters[v >> 12 & 63]);
		buf_addc(out, i + 1 < n ? letters[v >> 6 & 63] : '=');
		buf_addc(out, i + 2 < n ? letters[v & 63] : '=');
		if (i % 45 == 42)
			buf_addc(out, '\n');
	}
}

char *binary(const char *fields, const void *bytes, size_t n, const char *serialization)
{
	CLEANUP_BUF struct buf text = BUF_INIT;

	add_base64(&text, bytes, n);
	return xasprintf("<VOTABLE version='1.4'><RESOURCE type='results'><TABLE>%s"
			 "<DATA><%s><STREAM encoding='base64'>%s</STREAM></%s></DATA>"
			 "</TABLE></RESOURCE></VOTABLE>",
			 fields, serialization, buf_str(&text), serialization);
}

char *read_sample(const char *name, size_t *n)
{
	CLEANUP_FREE char *path = xasprintf("tests/unit/data/%s", name);
	CLEANUP_FCLOSE FILE *f = fopen(path, "re");
	struct buf b = BUF_INIT;
	size_t got;

	cr_assert(f, "%s: run the tests in the root of the sources", path);
	while ((got = fread(buf_reserve(&b, 65536), 1, 65536, f)) > 0)
		b.len += got;
	buf_addc(&b, '\0');
	*n = b.len - 1;
	return buf_steal(&b);
}
