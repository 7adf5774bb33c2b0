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

static bool is_page(const char *s, size_t n)
{
	while (n && strchr(" \t\r\n\xef\xbb\xbf", *s))
		s++, n--;
	return n >= 5 && (begins(s, n, "<!doctype html") || begins(s, n, "<html"));
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

	if (!n || !extension || !looks_like_text(data, n))
		return true;
	if (is_fits)
		return memcmp(data, "SIMPLE", n < 6 ? n : 6) == 0;
	if (is_one_of(last, binary))
		return strcasecmp(last, "asdf") == 0 && begins(data, n, "#ASDF");
	return is_one_of(last, pages) || !is_page(data, n);
}
