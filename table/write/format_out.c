/* format_out.c: what a writer of text has made and not yet given to its file; see format_out.h. */
#include "table/write/format_out.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cache/file.h"

#define CANNOT_WRITE "cannot write the "

bool format_out_failed(const char *what, int errnum, struct error **err)
{
	if (errnum == ENOSPC || errnum == EDQUOT)
		return error_set(err, errnum,
				 "the disk is full: free some space, then open the result again");
	if (errnum == EFBIG)
		return error_set(err, errnum,
				 "the %s is larger than this filesystem or ulimit -f allows", what);
	return error_set(err, errnum, CANNOT_WRITE "%s: %s", what, strerror(errnum));
}

bool format_out_is_failure(const struct error *err)
{
	return strncmp(error_text(err), CANNOT_WRITE, strlen(CANNOT_WRITE)) == 0;
}

static bool write_out(struct format_out *out, const struct buf *text, struct error **err)
{
	CLEANUP_ERROR struct error *e = NULL;

	if (text->len && !file_write_all(out->fd, text->data, text->len, &e))
		return format_out_failed(out->what, error_errno(e), err);
	return true;
}

bool format_out_flush(struct format_out *out, struct error **err)
{
	if (!write_out(out, &out->text, err))
		return false;
	buf_reset(&out->text);
	return true;
}

bool format_out_take(struct format_out *out, const struct buf *texts, struct error **err)
{
	return format_out_flush(out, err) && write_out(out, texts, err);
}

static bool text_writer_row(struct table_sink *sink, const struct cell *cells, struct error **err)
{
	struct text_writer *w = (struct text_writer *)sink;

	sink->row_text(sink, cells, &w->out.text, &w->scratch);
	return format_out_row(&w->out, err);
}

static bool text_writer_take(struct table_sink *sink, const struct buf *texts, struct error **err)
{
	return format_out_take(&((struct text_writer *)sink)->out, texts, err);
}

static bool text_writer_end(struct table_sink *sink, const struct table_end *end,
			    struct error **err)
{
	text_writer_ended((struct text_writer *)sink, end);
	return format_out_flush(&((struct text_writer *)sink)->out, err);
}

void text_writer_ended(struct text_writer *w, const struct table_end *end)
{
	w->anew = w->writer.sink.types && end->widened;
}

static bool text_writer_again(struct format_writer *writer)
{
	struct text_writer *w = (struct text_writer *)writer;
	bool anew = w->anew;

	w->anew = false;
	return anew && ftruncate(w->out.fd, 0) == 0 && lseek(w->out.fd, 0, SEEK_SET) == 0;
}

void text_writer_has_types(struct text_writer *w)
{
	w->writer.sink.types = true;
	w->writer.again = text_writer_again;
}

static bool text_writer_flush(struct format_writer *writer, struct error **err)
{
	return format_out_flush(&((struct text_writer *)writer)->out, err);
}

void text_writer_init(struct text_writer *w, int fd, const char *what)
{
	w->writer.sink = (struct table_sink){
	    .row = text_writer_row, .take = text_writer_take, .end = text_writer_end};
	w->writer.flush = text_writer_flush;
	w->out = (struct format_out){.fd = fd, .what = what};
}

void text_writer_clear(struct text_writer *w)
{
	free(w->writer.sink.wider);
	buf_free(&w->out.text);
	buf_free(&w->scratch);
}
