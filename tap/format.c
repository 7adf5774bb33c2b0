/*
 * format.c: the formats that results can have; see format.h.
 */
#include "tap/format.h"

#include <string.h>

#include "tap/links.h"

static const struct format formats[] = {
    {"vot", "application/x-votable+xml", false, true, NULL},
    {"csv", "text/csv", false, true, csv_writer_new},
    [FORMAT_LINKS] = {"links", "application/vnd.sqlite3", true, true, links_writer_new},
};

_Static_assert(sizeof(formats) / sizeof(*formats) <= FORMATS_MAX, "raise FORMATS_MAX");

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
		if (strlen(formats[i].ext) == len && memcmp(formats[i].ext, ext, len) == 0)
			return (int)i;
	return -1;
}
