/* xml_mended_test.c: XML that no parser takes as services send it. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/text/xml_mended.h"

static void is(const char *text, const char *wanted)
{
	CLEANUP_BUF struct buf out = BUF_INIT;
	bool mended = xml_mended(text, strlen(text), &out);

	cr_expect_eq(mended, wanted != NULL, "%s", text);
	if (wanted && mended)
		cr_expect_str_eq(buf_str(&out), wanted);
}

Test(xml_mended, blanks_and_a_mark_before_the_declaration_go)
{
	is("\n \r\n<?xml version='1.0'?><a/>", "<?xml version='1.0'?><a/>");
	is("\xef\xbb\xbf\n<a/>", "<a/>");
}

Test(xml_mended, an_ampersand_that_begins_no_entity_is_escaped)
{
	is("<a>x & y &amp; z &#38; &x; a&b=c</a>", "<a>x &amp; y &amp; z &#38; &x; a&amp;b=c</a>");
	is("<a>&</a>", "<a>&amp;</a>");
}

Test(xml_mended, what_is_no_utf_8_is_read_as_latin_1)
{
	is("<a>caf\xe9</a>", "<a>caf\xc3\xa9</a>");
}

Test(xml_mended, an_ampersand_in_cdata_is_one)
{
	is("\n<a><![CDATA[x & y]]> & <!-- & --></a>", "<a><![CDATA[x & y]]> &amp; <!-- & --></a>");
	is("\n<a><![CDATA[x & y", "<a><![CDATA[x & y");
}

Test(xml_mended, latin_1_that_is_declared_is_the_parsers)
{
	is("<?xml version='1.0' encoding='ISO-8859-1'?><a>caf\xe9</a>", NULL);
	is("<?xml version='1.0' encoding='UTF-8'?><a>caf\xe9</a>",
	   "<?xml version='1.0' encoding='UTF-8'?><a>caf\xc3\xa9</a>");
}

Test(xml_mended, what_is_right_or_no_xml_is_left)
{
	is("<a>caf\xc3\xa9 &amp; x</a>", NULL);
	is("", NULL);
	is("  ", NULL);
	is("{\"a\": 1 & 2}", NULL);
}
