/* last_bytes_test.c: files that break off are not taken for whole ones. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/text/last_bytes.h"

static bool is_cut(const char *data, size_t n, const char *extension)
{
	int fd = memfd_create("file", MFD_CLOEXEC);
	bool cut;

	cr_assert_eq(write(fd, data, n), (ssize_t)n);
	cut = last_bytes_are_missing(fd, n, extension);
	close(fd);
	return cut;
}

static bool text_is_cut(const char *text, const char *extension)
{
	return is_cut(text, strlen(text), extension);
}

Test(last_bytes, a_parquet_ends_as_it_begins)
{
	cr_expect_not(text_is_cut("PAR1 and so on PAR1", "parquet"));
	cr_expect(text_is_cut("PAR1 and so", "parquet"));
	cr_expect(text_is_cut("PAR1", "parquet"));
	cr_expect(text_is_cut("PAR1 and PAR1 more", NULL));
	cr_expect(text_is_cut("ARROW1 and so", "arrow"));
	cr_expect_not(text_is_cut("ARROW1 and so ARROW1", "arrow"));
}

Test(last_bytes, images_and_archives_have_their_last_record)
{
	cr_expect_not(text_is_cut("\x89PNG\r\n....IEND\xae\x42\x60\x82", "png"));
	cr_expect(text_is_cut("\x89PNG\r\n....IDAT", "png"));
	cr_expect_not(text_is_cut("\xff\xd8\xff\xe0....\xff\xd9\n", "jpg"));
	cr_expect(text_is_cut("\xff\xd8\xff\xe0....", "jpg"));
	cr_expect_not(text_is_cut("%PDF-1.4 ... %%EOF\n", "pdf"));
	cr_expect(text_is_cut("%PDF-1.4 ...", "pdf"));
	cr_expect_not(text_is_cut("PK\3\4....PK\5\6....", "zip"));
	cr_expect(text_is_cut("PK\3\4....", "zip"));
}

Test(last_bytes, a_json_document_is_closed)
{
	cr_expect_not(text_is_cut("{\"data\": []}\n", "json"));
	cr_expect_not(text_is_cut("{\"a\": 1}\n{\"a\": 2}\n", "jsonl"));
	cr_expect(text_is_cut("{\"data\": [[1,", "json"));
	cr_expect_not(text_is_cut("{anything", "txt"));
}

Test(last_bytes, what_does_not_tell_is_believed)
{
	cr_expect_not(text_is_cut("", "parquet"));
	cr_expect_not(text_is_cut("a,b\n1,", "csv"));
	cr_expect_not(text_is_cut("\x1f\x8b\x08", "fits.gz"));
}

/* --- FITS --- */

static char fits[8 * 2880];
static size_t at;

static void add_header(const char *cards)
{
	size_t end = at + 2880;

	memset(fits + at, ' ', 2880);
	for (; *cards; cards += strcspn(cards, "\n"), cards += *cards == '\n', at += 80)
		memcpy(fits + at, cards, strcspn(cards, "\n"));
	memcpy(fits + at, "END", 3);
	at = end;
}

static bool fits_is_cut_at(size_t n)
{
	return is_cut(fits, n, "fits");
}

Test(last_bytes, a_fits_file_has_the_pixels_that_its_header_tells)
{
	add_header("SIMPLE  =                    T\nBITPIX  =                  -32\n"
		   "NAXIS   =                    2\nNAXIS1  =                   30\n"
		   "NAXIS2  =                   10");
	cr_expect(fits_is_cut_at(30));
	cr_expect(fits_is_cut_at(2879));
	cr_expect(fits_is_cut_at(2880));
	cr_expect(fits_is_cut_at(2880 + 1199));
	cr_expect_not(fits_is_cut_at(2880 + 1200), "some leave the padding out");
	cr_expect_not(fits_is_cut_at(2 * 2880));
}

Test(last_bytes, a_fits_table_has_its_rows_and_heap)
{
	add_header("SIMPLE  =                    T\nBITPIX  =                    8\n"
		   "NAXIS   =                    0");
	add_header("XTENSION= 'BINTABLE'\nBITPIX  =                    8\n"
		   "NAXIS   =                    2\nNAXIS1  =                   10\n"
		   "NAXIS2  =                  100\nPCOUNT  =                   24\n"
		   "GCOUNT  =                    1");
	cr_expect_not(fits_is_cut_at(2880), "the first alone is a file, too");
	cr_expect(fits_is_cut_at(2880 + 100));
	cr_expect(fits_is_cut_at(2 * 2880 + 1023));
	cr_expect_not(fits_is_cut_at(2 * 2880 + 1024));
}

Test(last_bytes, absurd_numbers_in_a_header_are_believed)
{
	add_header("SIMPLE  =                    T\nBITPIX  =                  -64\n"
		   "NAXIS   =                    2\nNAXIS1  =  9223372036854775807\n"
		   "NAXIS2  =  9223372036854775807");
	cr_expect_not(fits_is_cut_at(2880));
}
