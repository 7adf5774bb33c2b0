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
