/* votable_binary_test.c: rows in BINARY and BINARY2 (VOTable 1.5 §5.3, §5.4). */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "table/votable/votable_row.h"
#include "tests/unit/table/votable_csv.h"

#define BYTES(s) s, sizeof(s) - 1

static void expect(const char *serialization, const char *fields, const void *bytes, size_t n,
		   const char *csv)
{
	CLEANUP_FREE char *doc = binary(fields, bytes, n, serialization);

	expect_csv(doc, csv);
}

static void expect_bad(const char *serialization, const char *fields, const void *bytes, size_t n,
		       const char *part)
{
	CLEANUP_FREE char *doc = binary(fields, bytes, n, serialization);

	expect_failure(doc, part);
}

Test(votable_binary, integers_are_big_endian)
{
	expect("BINARY",
	       "<FIELD name='b' datatype='unsignedByte'/><FIELD name='s' datatype='short'/>"
	       "<FIELD name='i' datatype='int'/><FIELD name='l' datatype='long'/>",
	       BYTES("\xff\xff\xfe\x00\x00\x01\x00\x80\x00\x00\x00\x00\x00\x00\x00"
		     "\x01\x00\x02\xff\xff\xff\xff\x00\x00\x00\x00\x00\x00\x00\x07"),
	       "b,s,i,l\n255,-2,256,-9223372036854775808\n1,2,-1,7\n");
}

Test(votable_binary, floats_are_ieee)
{
	expect("BINARY", "<FIELD name='f' datatype='float'/><FIELD name='d' datatype='double'/>",
	       BYTES("\x3d\xcc\xcc\xcd\x3f\xb9\x99\x99\x99\x99\x99\x9a"
		     "\x7f\xc0\x00\x00\xff\xf0\x00\x00\x00\x00\x00\x00"),
	       "f,d\n0.1,0.1\n,-Infinity\n");
}

Test(votable_binary, a_complex_value_is_two_floats)
{
	expect("BINARY",
	       "<FIELD name='c' datatype='floatComplex'/>"
	       "<FIELD name='z' datatype='doubleComplex' arraysize='*'/>",
	       BYTES("\x3f\x80\x00\x00\xbf\x80\x00\x00\x00\x00\x00\x01"
		     "\x3f\xf0\x00\x00\x00\x00\x00\x00\x40\x00\x00\x00\x00\x00\x00\x00"),
	       "c,z\n1 -1,1 2\n");
}

Test(votable_binary, the_first_bit_of_the_bitmap_is_the_first_column)
{
	expect("BINARY2",
	       "<FIELD name='a' datatype='unsignedByte'/><FIELD name='b' "
	       "datatype='unsignedByte'/><FIELD name='c' datatype='unsignedByte'/>",
	       BYTES("\x80\x01\x02\x03\x20\x01\x02\x03\x00\x01\x02\x03"),
	       "a,b,c\n,2,3\n1,2,\n1,2,3\n");
}

Test(votable_binary, the_ninth_column_is_in_the_second_byte)
{
	char fields[1000] = "";

	for (int i = 0; i < 9; i++)
		memcpy(fields + strlen(fields), "<FIELD datatype='unsignedByte'/>", 33);
	expect("BINARY2", fields, BYTES("\x01\x80\1\2\3\4\5\6\7\10\11"),
	       "col1,col2,col3,col4,col5,col6,col7,col8,col9\n1,2,3,4,5,6,7,,\n");
}

Test(votable_binary, a_null_that_is_flagged_still_takes_its_bytes)
{
	expect("BINARY2",
	       "<FIELD name='s' datatype='char' arraysize='*'/><FIELD name='n' datatype='short'/>",
	       BYTES("\x80\0\0\0\3xyz\0\1\x40\0\0\0\0\0\2"), "s,n\n,1\n,\n");
}

Test(votable_binary, without_a_bitmap_the_null_value_is_null)
{
	expect("BINARY", "<FIELD name='n' datatype='short'><VALUES null='-1'/></FIELD>",
	       BYTES("\xff\xff\0\1"), "n\n\"\"\n1\n");
}

/* astropy sets 0x08 for a single one. */
Test(votable_binary, of_a_single_bit_any_one_counts)
{
	expect("BINARY", "<FIELD name='b' datatype='bit'/>", BYTES("\x08\0\x80\x01"),
	       "b\n1\n0\n1\n1\n");
	expect("BINARY2", "<FIELD name='b' datatype='bit'/>", BYTES("\0\x08\x80\0\0\0"),
	       "b\n1\n\"\"\n0\n");
	expect("BINARY", "<FIELD name='b' datatype='bit' arraysize='8'/>", BYTES("\x08"),
	       "b\n0 0 0 0 1 0 0 0\n");
}

Test(votable_binary, bits_are_packed_from_the_most_significant)
{
	expect("BINARY", "<FIELD name='b' datatype='bit' arraysize='10'/>",
	       BYTES("\xa0\x40\x00\x80"), "b\n1 0 1 0 0 0 0 0 0 1\n0 0 0 0 0 0 0 0 1 0\n");
	expect("BINARY", "<FIELD name='b' datatype='bit' arraysize='*'/>",
	       BYTES("\0\0\0\3\xa0\0\0\0\0"), "b\n1 0 1\n\"\"\n");
	expect("BINARY", "<FIELD name='b' datatype='bit'/>", BYTES("\x80\x00"), "b\n1\n0\n");
}

Test(votable_binary, booleans_are_letters)
{
	expect("BINARY", "<FIELD name='b' datatype='boolean'/>", BYTES("Tt1Ff0? \0"),
	       "b\ntrue\ntrue\ntrue\nfalse\nfalse\nfalse\n\"\"\n\"\"\n\"\"\n");
}

Test(votable_binary, strings_end_at_a_nul)
{
	expect("BINARY", "<FIELD name='s' datatype='char' arraysize='5'/>", BYTES("abc\0dabcde"),
	       "s\nabc\nabcde\n");
	expect("BINARY", "<FIELD name='s' datatype='char' arraysize='*'/>",
	       BYTES("\0\0\0\4ab\0c\0\0\0\1\0"), "s\nab\n\"\"\n");
}

Test(votable_binary, blanks_that_pad_a_string_stay)
{
	expect("BINARY", "<FIELD name='s' datatype='char' arraysize='5'/>", BYTES("abc  "),
	       "s\n\"abc  \"\n");
}

Test(votable_binary, chars_are_utf8_else_latin1)
{
	expect("BINARY", "<FIELD name='s' datatype='char' arraysize='*'/>",
	       BYTES("\0\0\0\3\xc3\xa9x\0\0\0\2\xe9x"), "s\néx\néx\n");
}

Test(votable_binary, a_char_without_arraysize_is_one)
{
	expect("BINARY", "<FIELD name='s' datatype='char'/>", BYTES("xy"), "s\nx\ny\n");
}

Test(votable_binary, unicode_is_utf16)
{
	expect("BINARY", "<FIELD name='s' datatype='unicodeChar' arraysize='*'/>",
	       BYTES("\0\0\0\4\0a\x20\xac\xd8\x34\xdd\x1e\0\0\0\1\xd8\x34"),
	       "s\na€\xf0\x9d\x84\x9e\n\xef\xbf\xbd\n");
}

Test(votable_binary, lists_of_strings_are_cut_by_width)
{
	expect("BINARY", "<FIELD name='s' datatype='char' arraysize='3x*'/>",
	       BYTES("\0\0\0\x09"
		     "ab\0cd efg"
		     "\0\0\0\0"),
	       "s\nab cd efg\n\"\"\n");
	expect("BINARY", "<FIELD name='s' datatype='unicodeChar' arraysize='2x2'/>",
	       BYTES("\0a\0 \0b\0c"), "s\na bc\n");
}

Test(votable_binary, a_bound_does_not_make_an_array_fixed)
{
	expect("BINARY", "<FIELD name='s' datatype='char' arraysize='10*'/>", BYTES("\0\0\0\2ab"),
	       "s\nab\n");
	expect("BINARY", "<FIELD name='n' datatype='short' arraysize='2x3*'/>",
	       BYTES("\0\0\0\2\0\1\0\2"), "n\n1 2\n");
}

Test(votable_binary, arrays_of_fixed_size_have_no_count)
{
	expect("BINARY", "<FIELD name='n' datatype='short' arraysize='2x2'/>",
	       BYTES("\0\1\0\2\0\3\0\4"), "n\n1 2 3 4\n");
}

Test(votable_binary, an_array_of_nothing_but_missing_values_is_null)
{
	expect("BINARY", "<FIELD name='f' datatype='float' arraysize='2'/>",
	       BYTES("\x7f\xc0\0\0\x7f\xc0\0\0\x3f\x80\0\0\x7f\xc0\0\0"), "f\n\"\"\n1 NaN\n");
	expect("BINARY2", "<FIELD name='f' datatype='float' arraysize='2'/>",
	       BYTES("\x00\x7f\xc0\0\0\x7f\xc0\0\0"), "f\nNaN NaN\n");
}

Test(votable_binary, absurd_counts_are_errors)
{
	expect_bad("BINARY", "<FIELD name='s' datatype='char' arraysize='*'/>",
		   BYTES("\xff\xff\xff\xff"), "column \"s\" has a value of absurd length");
	expect_bad("BINARY", "<FIELD name='d' datatype='double' arraysize='*'/>",
		   BYTES("\x0f\xff\xff\xff"), "absurd");
	expect_bad("BINARY",
		   "<FIELD name='d' datatype='double' arraysize='99999999999x99999999999'/>",
		   BYTES("\0"), "absurd");
	expect_bad("BINARY", "<FIELD name='d' datatype='double' arraysize='-5'/>",
		   BYTES("12345678123456781234567812345678"), "absurd arraysize, -5");
}

Test(votable_binary, an_unknown_datatype_is_an_error_that_names_the_column)
{
	expect_bad("BINARY", "<FIELD name='p' datatype='adql:POINT'/>", BYTES("x"), "\"p\"");
}

Test(votable_binary, a_row_that_is_cut_off_is_an_error)
{
	expect_bad("BINARY", "<FIELD name='n' datatype='int'/>", BYTES("\0\0\0\1\0\0"), "cut off");
	expect_bad("BINARY2", "<FIELD name='n' datatype='int'/>", BYTES("\0\0\0\0\1\0"), "cut off");
}

Test(votable_binary, bytes_without_columns_are_an_error)
{
	expect_bad("BINARY", "", BYTES("x"), "no columns");
	expect_bad("BINARY", "<FIELD name='n' datatype='int' arraysize='0'/>", BYTES("x"),
		   "no columns");
}

Test(votable_binary, no_bytes_are_no_rows)
{
	expect("BINARY2", "<FIELD name='n' datatype='int'/>", "", 0, "n\n");
}

static const char *stream(const char *encoding, const char *text)
{
	static char doc[1000];

	snprintf(doc, sizeof(doc),
		 "<VOTABLE><RESOURCE><TABLE><FIELD name='n' datatype='unsignedByte'/><DATA><BINARY>"
		 "<STREAM%s>%s</STREAM></BINARY></DATA></TABLE></RESOURCE></VOTABLE>",
		 encoding, text);
	return doc;
}

Test(votable_binary, base64_may_have_blanks_anywhere)
{
	expect_csv(stream(" encoding='base64'", "\n A Q\r\n\tI\nD "), "n\n1\n2\n3\n");
}

Test(votable_binary, base64_may_be_padded_in_between_or_not_at_all)
{
	expect_csv(stream(" encoding='base64'", "AQ==\nAg=="), "n\n1\n2\n");
	expect_csv(stream(" encoding='base64'", "AQI"), "n\n1\n2\n");
}

Test(votable_binary, base64_is_what_an_encoding_that_is_missing_means)
{
	expect_csv(stream("", "AQID"), "n\n1\n2\n3\n");
}

Test(votable_binary, other_encodings_are_refused)
{
	expect_failure(stream(" encoding='dynamic'", "AQID"),
		       "the rows have the encoding \"dynamic\", which is not read: base64 and gzip "
		       "are");
}

Test(votable_binary, a_stream_may_have_comments_and_cdata)
{
	expect_csv("<VOTABLE><RESOURCE><TABLE><FIELD name='n' datatype='long'/><DATA><BINARY>"
		   "<STREAM encoding='base64'>AAAAAAAAAAE<![CDATA[AAA]]>AAAAAA&#65;g<!-- x -->"
		   "<![CDATA[AAAAAAAAAD]]></STREAM></BINARY></DATA></TABLE></RESOURCE></VOTABLE>",
		   "n\n1\n2\n3\n");
}

/* Long texts are decoded by groups: each character at each place of one. */
Test(votable_binary, base64_characters_are_what_they_are_wherever_they_stand)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (int c = 0; c < 256; c++) {
		const char *letter = c ? strchr(letters, c) : NULL;

		if (c && strchr(" \t\r\n=", c))
			continue;
		for (size_t i = 0; i < 64; i++) {
			CLEANUP_BUF struct buf out = BUF_INIT;
			struct base64 b = {0};
			char text[64];
			unsigned value = 0;
			bool ok;

			memset(text, 'A', sizeof(text));
			text[i] = (char)c;
			ok = base64_decode(&b, &out, text, sizeof(text));
			cr_assert_eq(ok, letter != NULL, "%d at %zu", c, i);
			if (!ok)
				continue;
			cr_assert_eq(out.len, 48);
			for (size_t k = 0; k < 3; k++)
				value = value << 8 | (unsigned char)out.data[i / 4 * 3 + k];
			cr_assert_eq(value, (unsigned)(letter - letters) << (18 - 6 * (i % 4)));
			for (size_t k = 0; k < 48; k++)
				cr_assert(k / 3 == i / 4 || !out.data[k]);
		}
	}
}

Test(votable_binary, damaged_base64_is_an_error)
{
	expect_failure(stream("", "AQI*"), "damaged");
	expect_failure(stream("", "AQIDA"), "cut off");
	expect_failure(stream("", "A==="), "damaged");
}

Test(votable_binary, stil_writes_the_same_in_all_serializations)
{
	CLEANUP_ERROR struct error *err = NULL;
	size_t n, m;
	CLEANUP_FREE char *td = read_sample("stil-tabledata.vot", &n);
	CLEANUP_FREE char *b2 = read_sample("stil-binary2.vot", &m);
	CLEANUP_FREE char *a = csv_of(td, n, 1u << 20, NULL, &err);

	cr_assert(a, "%s", error_text(err));
	for (size_t piece = 1; piece < 100000; piece *= 5) {
		CLEANUP_FREE char *b = csv_of(b2, m, piece, NULL, &err);

		cr_assert(b, "%s", error_text(err));
		cr_expect_str_eq(a, b);
	}
}

static void is_spoiled(const char *field, const void *bytes, size_t n, bool wanted)
{
	CLEANUP_FREE char *fields = xasprintf("<FIELD name='s' %s/>", field);
	CLEANUP_FREE char *doc = binary(fields, bytes, n, "BINARY");
	struct table_end end = {0};
	CLEANUP_FREE char *csv = csv_of(doc, strlen(doc), 1000, &end, NULL);

	cr_assert_not_null(csv);
	cr_expect_eq(end.spoiled, wanted, "%s: %s", field, csv);
}

/* vollt writes a byte a character, others cut a text by the count of its characters. */
Test(votable_binary, texts_that_cannot_be_utf8_are_told_at_the_end)
{
	is_spoiled("datatype='char' arraysize='*'", BYTES("\0\0\0\2\xc3\xa9\0\0\0\1x"), false);
	is_spoiled("datatype='char' arraysize='*'", BYTES("\0\0\0\1x\0\0\0\1\xe9"), true);
	is_spoiled("datatype='char' arraysize='*'", BYTES("\0\0\0\2x\xc3\0\0\0\1x"), true);
	is_spoiled("datatype='char' arraysize='2x*'", BYTES("\0\0\0\4\xc3\xa9xy"), false);
	is_spoiled("datatype='char' arraysize='2x*'", BYTES("\0\0\0\4\xe9zxy"), true);
	is_spoiled("datatype='unicodeChar' arraysize='*'", BYTES("\0\0\0\1\0\xe9"), false);
	is_spoiled("datatype='unsignedByte' arraysize='*'", BYTES("\0\0\0\1\xe9"), false);
}
