/* format_png.c: a table as a picture; see plot.h. All comes twice: ranges first, then points. */
#include <stdlib.h>

#include "base/mem.h"
#include "table/plot/plot.h"
#include "table/write/format.h"

struct png_writer {
	struct format_writer writer; /* first */
	int fd;
	const struct table *table; /* the reader's, while it reads */
	struct plot *plot;
	bool second;
};

static bool png_begin(struct table_sink *sink, const struct table *t, struct error **err)
{
	struct png_writer *w = (struct png_writer *)sink;

	(void)err;
	w->table = t;
	if (!w->second)
		plot_learn_begin(w->plot, t);
	return true;
}

static bool png_row(struct table_sink *sink, const struct cell *cells, struct error **err)
{
	struct png_writer *w = (struct png_writer *)sink;

	(void)err;
	if (w->second)
		plot_add(w->plot, w->table, cells);
	else
		plot_learn(w->plot, cells);
	return true;
}

static bool png_end(struct table_sink *sink, const struct table_end *end, struct error **err)
{
	struct png_writer *w = (struct png_writer *)sink;

	(void)end;
	if (w->second)
		return plot_write_png(w->plot, w->fd, err);
	plot_choose(w->plot);
	return true;
}

static bool png_again(struct format_writer *writer)
{
	struct png_writer *w = (struct png_writer *)writer;
	bool again = !w->second;

	w->second = true;
	return again;
}

static void png_free(struct format_writer *writer)
{
	struct png_writer *w = (struct png_writer *)writer;

	plot_free(w->plot);
	free(w);
}

struct format_writer *png_writer_new(int fd)
{
	struct png_writer *w = xcalloc(1, sizeof(*w));

	w->writer.sink = (struct table_sink){.begin = png_begin, .row = png_row, .end = png_end};
	w->writer.again = png_again;
	w->writer.free = png_free;
	w->fd = fd;
	w->plot = plot_new();
	return &w->writer;
}
