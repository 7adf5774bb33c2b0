/* mime.c: file name extensions of media types; see mime.h. */
#include "base/text/mime.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static const struct {
	const char *type, *ext;
} types[] = {
    {"application/x-votable+xml", "vot"},
    {"application/votable+xml", "vot"},
    {"votable", "vot"},
    {"votable/td", "vot"},
    {"votable/b", "vot"},
    {"votable/b2", "vot"},
    {"text/csv", "csv"},
    {"csv", "csv"},
    {"text/tab-separated-values", "tsv"},
    {"tsv", "tsv"},
    {"application/fits", "fits"},
    {"application/x-fits", "fits"},
    {"image/fits", "fits"},
    {"image/x-fits", "fits"},
    {"fits", "fits"},
    {"application/vnd.apache.parquet", "parquet"},
    {"application/parquet", "parquet"},
    {"application/x-parquet", "parquet"},
    {"parquet", "parquet"},
    {"application/x-hdf5", "h5"},
    {"application/json", "json"},
    {"json", "json"},
    {"text/plain", "txt"},
    {"text", "txt"},
    {"text/html", "html"},
    {"html", "html"},
    {"application/xml", "xml"},
    {"text/xml", "xml"},
    {"application/pdf", "pdf"},
    {"image/png", "png"},
    {"image/jpeg", "jpg"},
    {"application/gzip", "gz"},
    {"application/x-gzip", "gz"},
    {"application/zip", "zip"},
    {"application/x-tar", "tar"},
};

const char *mime_extension(const char *type)
{
	size_t n = type ? strcspn(type, "; \t") : 0;

	/* DALI 1.1 §3.4.1: VOTables may come as text/xml;content=x-votable */
	if (n && strcasestr(type + n, "x-votable"))
		return "vot";
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (strlen(types[i].type) == n && strncasecmp(types[i].type, type, n) == 0)
			return types[i].ext;
	return NULL;
}
