/*
 * format_out.h: what a writer of text has made and not yet given to its file.
 *
 * Output collects in `text` and is written when it has FORMAT_OUT_FULL bytes, so that memory holds
 * that and one row.
 */
#ifndef TAPFS_TABLE_WRITE_FORMAT_OUT_H
#define TAPFS_TABLE_WRITE_FORMAT_OUT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"
#include "table/write/format.h"

#define FORMAT_OUT_FULL (128u << 10)

struct format_out {
	int fd;           /* the caller's */
	const char *what; /* for errors: "CSV" */
	struct buf text;
};

bool format_out_flush(struct format_out *, struct error **err);
/* Writes what is buffered, and then these. */
bool format_out_take(struct format_out *, const struct buf *texts, struct error **err);
/* errno of a write to the file, as a sentence. Returns false. */
bool format_out_failed(const char *what, int errnum, struct error **err);

/* Whether that is what format_out_failed says of an errno that is not told in other words. */
bool format_out_is_failure(const struct error *);

/* A row is complete. */
static inline bool format_out_row(struct format_out *out, struct error **err)
{
	return out->text.len < FORMAT_OUT_FULL || format_out_flush(out, err);
}

/*
 * A writer whose rows are texts, each without those before it: CSV, ECSV, JSON lines. The format
 * adds begin, row_text and free.
 */
struct text_writer {
	struct format_writer writer; /* first */
	struct format_out out;
	bool anew;          /* the types that were written are too small: all comes once more */
	struct buf scratch; /* for row_text */
};

void text_writer_init(struct text_writer *, int fd, const char *what);
void text_writer_clear(struct text_writer *);
/* Types stand before the values: where these do not fit, the file is written anew. */
void text_writer_has_types(struct text_writer *);
/* To be called by an end of the format's own. */
void text_writer_ended(struct text_writer *, const struct table_end *);

#endif
