/* table_in.c: tables that users bring; see table_in.h. */
#include "table/read/table_in.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "table/read/table_source.h"
#include "table/votable/votable.h"

#define BLOCK (256u << 10)

enum table_kind table_kind_of(const char *path)
{
	static const struct {
		const char *ext;
		enum table_kind kind;
	} all[] = {
	    {"vot", TABLE_VOTABLE}, {"votable", TABLE_VOTABLE}, {"xml", TABLE_VOTABLE},
	    {"csv", TABLE_CSV},     {"tsv", TABLE_TSV},         {"ecsv", TABLE_ECSV},
	    {"fits", TABLE_FITS},   {"fit", TABLE_FITS},
	};

	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot && i < sizeof(all) / sizeof(*all); i++)
		if (strcasecmp(all[i].ext, dot + 1) == 0)
			return all[i].kind;
	return TABLE_NONE;
}

/* --- a VOTable as one of them --- */

struct votable_reader {
	struct table_reader reader; /* first */
	struct votable *votable;
	struct buf start; /* as long as it is not known what it is */
	bool begun;
};

static bool vot_begin(struct votable_reader *r, struct error **err)
{
	if (table_is_packed(buf_str(&r->start), r->start.len, err))
		return false;
	r->begun = true;
	return votable_feed(r->votable, buf_str(&r->start), r->start.len, err);
}

static bool vot_feed(struct table_reader *reader, const void *data, size_t n, struct error **err)
{
	struct votable_reader *r = (struct votable_reader *)reader;

	if (r->begun)
		return votable_feed(r->votable, data, n, err);
	buf_add(&r->start, data, n);
	return r->start.len < TABLE_PACKED_MARK || vot_begin(r, err);
}

static bool vot_finish(struct table_reader *reader, struct error **err)
{
	struct votable_reader *r = (struct votable_reader *)reader;

	struct table_end end;

	if (!(r->begun || vot_begin(r, err)) || !votable_finish(r->votable, err))
		return false;
	/* A service would refuse it, or take another value. */
	end = votable_table_end(r->votable);
	return !end.warnings ||
	       error_set(err, EIO, "%.*s", (int)strcspn(end.warnings, "\n"), end.warnings);
}

static bool vot_again(struct table_reader *r)
{
	(void)r;
	return false;
}

static void vot_free(struct table_reader *reader)
{
	struct votable_reader *r = (struct votable_reader *)reader;

	votable_free(r->votable);
	buf_free(&r->start);
	buf_free(&reader->notes);
	free(r);
}

static struct table_reader *vot_new(struct table_sink *sink)
{
	struct votable_reader *r = xcalloc(1, sizeof(*r));

	r->reader.feed = vot_feed;
	r->reader.finish = vot_finish;
	r->reader.again = vot_again;
	r->reader.free = vot_free;
	r->votable = votable_new(sink);
	return &r->reader;
}

struct table_reader *table_reader_new(enum table_kind kind, struct table_sink *sink)
{
	switch (kind) {
	case TABLE_VOTABLE: return vot_new(sink);
	case TABLE_CSV:
	case TABLE_TSV:
	case TABLE_ECSV: return text_reader_new(kind, sink);
	default: return NULL;
	}
}

static bool read_once(int fd, struct table_reader *r, char *block, const atomic_bool *stop,
		      struct error **err)
{
	ssize_t n;

	for (off_t at = 0; (n = pread(fd, block, BLOCK, at)) != 0; at += n > 0 ? n : 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_set(err, errno, "cannot read the table: %s", strerror(errno));
		if (table_stopped(stop, err) || !r->feed(r, block, (size_t)n, err))
			return false;
	}
	return r->finish(r, err);
}

bool table_read(int fd, enum table_kind kind, struct table_sink *sink, const atomic_bool *stop,
		struct buf *notes, struct error **err)
{
	CLEANUP_FREE char *block = xmalloc(BLOCK);
	struct table_reader *r;
	bool ok;

	if (kind == TABLE_FITS)
		return fits_table_read(fd, sink, stop, notes, err);
	r = table_reader_new(kind, sink);
	if (!r)
		return error_set(err, EINVAL,
				 "a table is a .vot, .csv, .tsv, .ecsv or .fits, by its name");
	do
		ok = read_once(fd, r, block, stop, err);
	while (ok && r->again(r));
	if (notes)
		buf_add(notes, r->notes.data, r->notes.len);
	r->free(r);
	return ok;
}
