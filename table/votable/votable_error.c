/* votable_error.c: what an error document says; see votable.h. */
#include "base/cleanup.h"
#include "table/votable/votable_inside.h"

static bool ignore_header(struct table_sink *sink, const struct table *t, struct error **err)
{
	(void)sink, (void)t, (void)err;
	return true;
}

static bool ignore_row(struct table_sink *sink, const struct cell *cells, struct error **err)
{
	(void)sink, (void)cells, (void)err;
	return true;
}

static bool ignore_end(struct table_sink *sink, const struct table_end *end, struct error **err)
{
	(void)sink, (void)end, (void)err;
	return true;
}

char *votable_error_message(const void *data, size_t n)
{
	struct table_sink nowhere = {.begin = ignore_header, .row = ignore_row, .end = ignore_end};
	struct votable *v = votable_new(&nowhere);
	char *message;

	if (votable_feed(v, data, n, NULL))
		votable_finish(v, NULL);
	message = steal(v->service_error);
	votable_free(v);
	return message;
}
