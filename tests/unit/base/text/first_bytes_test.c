/* first_bytes_test.c: pages and faults are not taken for the files in whose place they come. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/text/first_bytes.h"

static bool fit(const char *extension, const char *text)
{
	return first_bytes_fit(extension, text, strlen(text));
}

Test(first_bytes, a_fits_file_begins_as_one_or_is_packed)
{
	cr_expect(fit("fits", "SIMPLE  =                    T"));
	cr_expect(fit("fits", "S"));
	cr_expect(fit("fits", "\x1f\x8b\x08"));
	cr_expect(fit("fits.gz", "SIMPLE  =                    T"));
	cr_expect(fit("fits.gz", "\x1f\x8b\x08"));
	cr_expect_not(fit("fits", "<html>"));
	cr_expect_not(fit("fits", "UsageFault: no"));
	cr_expect_not(fit("FITS", "{}"));
	cr_expect_not(fit("fits.gz", "<"));
}

Test(first_bytes, no_image_or_archive_is_a_text)
{
	cr_expect(fit("png", "\x89PNG\r\n\x1a\n"));
	cr_expect(fit("png", "\xff\xd8\xff\xe0\x01"), "another image is one, too");
	cr_expect(fit("png", "\x89"), "a short piece of one");
	cr_expect(fit("jpg", "\xff\xd8tile"));
	cr_expect(first_bytes_fit("tar", "name\0\0\0\0", 8));
	cr_expect_not(fit("jpg", "please log in"));
	cr_expect_not(fit("tar.gz", "<?xml version='1.0'?>"));
}

Test(first_bytes, a_page_is_a_page_only)
{
	cr_expect(fit("html", "<!DOCTYPE html><html>"));
	cr_expect(fit("csv", "a,b\n1,2\n"));
	cr_expect(fit("vot", "<VOTABLE>"));
	cr_expect_not(fit("csv", " \n<!doctype HTML>"));
	cr_expect_not(fit("vot", "<html lang='en'>"));
}

Test(first_bytes, what_is_not_known_is_believed)
{
	cr_expect(fit(NULL, "<html>"));
	cr_expect(fit("dat", "anything"));
	cr_expect(first_bytes_fit("fits", "", 0));
}

Test(first_bytes, a_page_may_have_more_before_its_root)
{
	static const char *const pages[] = {
	    "<?xml version='1.0'?><!DOCTYPE html PUBLIC 'x'><html>",
	    "<!-- served by x --><html>",
	    "\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a -->\n<!-- b -->\n<html xmlns='x'>",
	};

	for (size_t i = 0; i < sizeof(pages) / sizeof(*pages); i++) {
		cr_expect_not(fit("csv", pages[i]), "%s", pages[i]);
		cr_expect_not(fit("vot", pages[i]), "%s", pages[i]);
		cr_expect(fit("html", pages[i]), "%s", pages[i]);
	}
	cr_expect(fit("vot", "<?xml version='1.0'?><!-- <html> --><VOTABLE>"));
	cr_expect(fit("vot", "<?xml version='1.0'?><!-- not closed"));
}

Test(first_bytes, a_known_kind_is_no_other)
{
	static const char *const others[] = {"\xff\xd8\xff\xe0", "\x89PNG\r\n\x1a\n",
					     "%PDF-1.4\n%\xe2",  "PK\3\4\x14",
					     "PAR1\x15",         "GIF89a\x01"};

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		cr_expect_not(fit("fits", others[i]), "%zu", i);
		cr_expect_not(fit("csv", others[i]), "%zu", i);
		cr_expect(fit("dat", others[i]), "%zu", i);
	}
	cr_expect_not(fit("png", "SIMPLE  =                    T"));
	cr_expect_not(fit("csv", "SIMPLE  =                    T"));
	cr_expect(fit("pdf", "%PDF-1.4"));
	cr_expect(fit("zip", "PK\3\4"));
	cr_expect(fit("parquet", "PAR1\x15"));
}
