/*
 * format.c: the formats that results can have; see format.h.
 */
#include "table/write/format.h"

#include <string.h>

#include "table/links/link_index.h"
#include "table/write/converted.h"
#include "table/write/writers.h"

/* clang-format off */
static const struct format formats[] = {
    {.ext = "vot", .mime = "application/x-votable+xml", .made_at_once = true,
     .what = "the VOTable as the service sent it (TOPCAT, astropy)"},
    {.ext = "csv", .mime = "text/csv", .made_at_once = true, .writer = csv_writer_new,
     .what = "the result for people and programs"},
    [FORMAT_LINKS] =
    {.ext = "links", .mime = "application/vnd.sqlite3", .made_at_once = true, .hidden = true,
     .writer = link_index_writer_new},
    {.ext = "tsv", .mime = "text/tab-separated-values", .writer = tsv_writer_new,
     .what = "for spreadsheets, cut and awk"},
    {.ext = "ecsv", .mime = "text/csv", .writer = ecsv_writer_new,
     .what = "CSV that keeps types and units (astropy, stilts)"},
    {.ext = "fits", .mime = "application/fits", .writer = fits_writer_new,
     .what = "a binary table (TOPCAT, astropy, IDL)"},
    {.ext = "json", .mime = "application/json", .writer = json_writer_new,
     .what = "for programs: columns, and an object a row"},
    {.ext = "jsonl", .mime = "application/x-ndjson", .writer = jsonl_writer_new,
     .what = "an object a line (jq, pandas)"},
    {.ext = "txt", .mime = "text/plain", .writer = txt_writer_new,
     .what = "aligned, for reading"},
    {.ext = "html", .mime = "text/html", .writer = html_writer_new,
     .what = "a page that sorts and searches"},
    {.ext = "png", .mime = "image/png", .writer = png_writer_new,
     .what = "a picture: a map, a light curve, a diagram, histograms"},
};
/* clang-format on */

_Static_assert(FORMATS_MAX <= WRITERS_MAX, "a writer stands for all of them");
_Static_assert(sizeof(formats) / sizeof(*formats) <= FORMAT_BESIDE, "raise FORMATS_MAX");

size_t format_count(void)
{
	return sizeof(formats) / sizeof(*formats);
}

const struct format *format_at(size_t i)
{
	static const struct format asked = {
	    .ext = "", .mime = "application/octet-stream", .hidden = true};
	static const struct format partial = {
	    .ext = "csv.part", .mime = "text/csv", .hidden = true};

	static const struct format beside = {.ext = "vot" CONVERTED_BESIDE,
					     .mime = "application/octet-stream",
					     .hidden = true,
					     .made_at_once = true};

	switch (i) {
	case FORMAT_ASKED: return &asked;
	case FORMAT_PARTIAL: return &partial;
	case FORMAT_BESIDE: return &beside;
	default: return &formats[i];
	}
}

int format_by_ext(const char *ext, size_t len)
{
	for (size_t i = 0; i < format_count(); i++)
		if (strlen(formats[i].ext) == len && memcmp(formats[i].ext, ext, len) == 0)
			return (int)i;
	return -1;
}
