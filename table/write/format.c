/*
 * format.c: the formats that results can have; see format.h.
 */
#include "table/write/format.h"

#include <string.h>

#include "table/links/link_index.h"
#include "table/write/writers.h"

static const struct format formats[] = {
    {"vot", "application/x-votable+xml", "the VOTable as the service sent it (TOPCAT, astropy)",
     false, true, NULL},
    {"csv", "text/csv", "the result for people and programs", false, true, csv_writer_new},
    [FORMAT_LINKS] = {"links", "application/vnd.sqlite3", NULL, true, true, link_index_writer_new},
    {"tsv", "text/tab-separated-values", "for spreadsheets, cut and awk", false, false,
     tsv_writer_new},
    {"ecsv", "text/csv", "CSV that keeps types and units (astropy, stilts)", false, false,
     ecsv_writer_new},
    {"fits", "application/fits", "a binary table (TOPCAT, astropy, IDL)", false, false,
     fits_writer_new},
    {"json", "application/json", "for programs: columns, and an object a row", false, false,
     json_writer_new},
    {"jsonl", "application/x-ndjson", "an object a line (jq, pandas)", false, false,
     jsonl_writer_new},
    {"txt", "text/plain", "aligned, for reading", false, false, txt_writer_new},
    {"html", "text/html", "a page that sorts and searches", false, false, html_writer_new},
    {"png", "image/png", "a picture: a map, a light curve, a diagram, histograms", false, false,
     png_writer_new},
};

_Static_assert(FORMATS_MAX <= WRITERS_MAX, "a writer stands for all of them");
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
