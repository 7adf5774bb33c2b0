/* first_bytes.c: see first_bytes.h. */
#include "base/text/first_bytes.h"

#include <string.h>
#include <strings.h>

#define LOOK_AT 512 /* bytes: a tar has NULs by then */

static bool is_one_of(const char *word, const char *const *all)
{
	for (; *all; all++)
		if (strcasecmp(word, *all) == 0)
			return true;
	return false;
}

static bool looks_like_text(const unsigned char *s, size_t n)
{
	if (s[0] >= 0x80 && (s[0] < 0xc2 || s[0] > 0xf4)) /* no UTF-8 begins so: PNG, JPEG do */
		return false;
	for (size_t i = 0; i < n && i < LOOK_AT; i++)
		if (s[i] < 0x20 && !strchr("\t\n\r\f", s[i]))
			return false;
	return memchr(s, '\0', n < LOOK_AT ? n : LOOK_AT) == NULL;
}

static bool begins(const char *s, size_t n, const char *word)
{
	size_t len = strlen(word);

	return strncasecmp(s, word, n < len ? n : len) == 0;
}

/* Behind what may stand before a document's root: blanks, a BOM, comments, `<?xml …?>`. */
static size_t prologue(const char *s, size_t n)
{
	static const char *const pairs[][2] = {{"<!--", "-->"}, {"<?", "?>"}};
	size_t at = 0;

	for (;;) {
		const char *end = NULL;

		while (at < n && s[at] && strchr(" \t\r\n\xef\xbb\xbf", s[at]))
			at++;
		for (size_t i = 0; i < 2 && !end; i++) {
			size_t len = strlen(pairs[i][0]);

			if (n - at < len || memcmp(s + at, pairs[i][0], len) != 0)
				continue;
			end = memmem(s + at, n - at, pairs[i][1], strlen(pairs[i][1]));
			if (!end)
				return n;
			end += strlen(pairs[i][1]);
		}
		if (!end)
			return at;
		at = (size_t)(end - s);
	}
}

static bool is_page(const char *s, size_t n)
{
	size_t at = prologue(s, n);

	s += at, n -= at;
	return n >= 5 && (begins(s, n, "<!doctype html") || begins(s, n, "<html"));
}

/* --- kinds that cannot be taken for one another --- */

enum first_kind { KIND_ANY, KIND_FITS, KIND_IMAGE, KIND_PDF, KIND_ZIP, KIND_TABLE, KIND_TEXT };

/* What begins with known bytes. A packed file (gzip) may be any. */
static enum first_kind kind_of_bytes(const void *data, size_t n)
{
	static const struct {
		const char *begin;
		enum first_kind kind;
	} known[] = {
	    {"SIMPLE  =", KIND_FITS},    {"\xff\xd8\xff", KIND_IMAGE}, {"\x89PNG\r\n", KIND_IMAGE},
	    {"GIF87a", KIND_IMAGE},      {"GIF89a", KIND_IMAGE},       {"%PDF-", KIND_PDF},
	    {"PK\3\4", KIND_ZIP},        {"PAR1", KIND_TABLE},         {"ARROW1", KIND_TABLE},
	    {"\x89HDF\r\n", KIND_TABLE},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		size_t len = strlen(known[i].begin);

		if (n >= len && memcmp(data, known[i].begin, len) == 0)
			return known[i].kind;
	}
	return KIND_ANY;
}

static enum first_kind kind_of_extension(const char *last)
{
	static const struct {
		const char *extension;
		enum first_kind kind;
	} known[] = {
	    {"fits", KIND_FITS}, {"fit", KIND_FITS},   {"fts", KIND_FITS},      {"fz", KIND_FITS},
	    {"jpg", KIND_IMAGE}, {"jpeg", KIND_IMAGE}, {"png", KIND_IMAGE},     {"gif", KIND_IMAGE},
	    {"pdf", KIND_PDF},   {"zip", KIND_ZIP},    {"parquet", KIND_TABLE}, {"h5", KIND_TABLE},
	    {"csv", KIND_TEXT},  {"tsv", KIND_TEXT},   {"ecsv", KIND_TEXT},     {"json", KIND_TEXT},
	    {"vot", KIND_TEXT},  {"xml", KIND_TEXT},   {"html", KIND_TEXT},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strcasecmp(last, known[i].extension) == 0)
			return known[i].kind;
	return KIND_ANY;
}

static bool is_another_kind(const char *extension, const void *data, size_t n)
{
	enum first_kind is = kind_of_bytes(data, n), wanted = kind_of_extension(extension);

	return is != KIND_ANY && wanted != KIND_ANY && is != wanted;
}

bool first_bytes_fit(const char *extension, const void *data, size_t n)
{
	static const char *const fits[] = {"fits", "fit", "fts", "fz", NULL};
	static const char *const binary[] = {
	    "jpg", "jpeg", "png", "gif",  "tif", "tiff", "gz",   "tgz",     "bz2", "xz",
	    "zip", "tar",  "h5",  "hdf5", "mp4", "npy",  "asdf", "parquet", NULL};
	static const char *const pages[] = {"html", "htm", "xhtml", "php", NULL};
	const char *dot = extension ? strrchr(extension, '.') : NULL;
	const char *last = dot ? dot + 1 : extension;
	bool is_fits =
	    extension && (is_one_of(last, fits) || strncasecmp(extension, "fits.", 5) == 0);

	if (!n || !extension)
		return true;
	if (is_another_kind(last, data, n))
		return false;
	if (!looks_like_text(data, n))
		return true;
	if (is_fits)
		return memcmp(data, "SIMPLE", n < 6 ? n : 6) == 0;
	if (is_one_of(last, binary))
		return strcasecmp(last, "asdf") == 0 && begins(data, n, "#ASDF");
	return is_one_of(last, pages) || !is_page(data, n);
}
