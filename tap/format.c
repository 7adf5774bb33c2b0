/*
 * format.c: the formats that results can have; see format.h.
 */
#include "tap/format.h"

#include <string.h>
#include <strings.h>

static const struct format formats[] = {
    {"vot", "application/x-votable+xml", true, NULL},
    {"csv", "text/csv", true, csv_writer_new},
};

size_t format_count(void)
{
	return sizeof(formats) / sizeof(*formats);
}

const struct format *format_at(size_t i)
{
	return &formats[i];
}

int format_by_ext(const char *ext, size_t len)
{
	for (size_t i = 0; i < format_count(); i++)
		if (strlen(formats[i].ext) == len && strncasecmp(formats[i].ext, ext, len) == 0)
			return (int)i;
	return -1;
}
