/* xml_mend_test.c: XML that no parser takes as services send it. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/xml_mend.h"

TestSuite(xml_mend);

static char *mended(const char *text, size_t n, size_t piece)
{
	struct xml_mend m = {0};
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < n || !i; i += piece) {
		size_t here = n - i < piece ? n - i : piece, given;
		CLEANUP_FREE char *copy = xstrndup(text + i, here); /* of exactly these bytes */
		const char *s = xml_mend(&m, copy, here, i + piece >= n, &given);

		buf_add(&out, s, given);
	}
	xml_mend_clear(&m);
	return buf_steal(&out);
}

/* In pieces of any size the same. */
static void is(const char *text, const char *wanted)
{
	size_t n = strlen(text);

	for (size_t piece = 1; piece <= n + 1; piece++) {
		CLEANUP_FREE char *got = mended(text, n, piece);

		cr_expect_str_eq(got, wanted, "%s by %zu: %s", text, piece, got);
	}
}

static void stays(const char *text)
{
	is(text, text);
}

Test(xml_mend, blanks_and_a_mark_before_the_declaration_go)
{
	is("\n \r\n<?xml version='1.0'?><a/>", "<?xml version='1.0'?><a/>");
	is("\xef\xbb\xbf\n<a/>", "<a/>");
	is("\xef\xbb\xbf<?xml version='1.0'?>\n<a/>", "<?xml version='1.0'?>\n<a/>");
}

Test(xml_mend, an_ampersand_that_begins_no_entity_is_escaped)
{
	is("<a>x & y &amp; z &#38; &nbsp; a&b=c</a>",
	   "<a>x &amp; y &amp; z &#38; &amp;nbsp; a&amp;b=c</a>");
	is("<a b='x?a=1&b=2'/>", "<a b='x?a=1&amp;b=2'/>");
	is("<a>&</a>", "<a>&amp;</a>");
	is("<a>&abcdefghijklmnop;</a>", "<a>&amp;abcdefghijklmnop;</a>");
	is("<a>x &", "<a>x &amp;");
}

Test(xml_mend, a_bracket_that_begins_no_tag_is_escaped)
{
	is("<a>x < 3, y<5 <b/></a>", "<a>x &lt; 3, y&lt;5 <b/></a>");
	is("<a>1]]>2</a>", "<a>1]]&gt;2</a>");
	stays("<a><!DOCTYPE x><?pi x?><_b/><\xc3\xa9/>]] ></a>");
}

Test(xml_mend, what_is_no_utf_8_is_read_as_windows_1252)
{
	is("<a>caf\xe9</a>", "<a>caf\xc3\xa9</a>");
	is("<a>\x96 caf\xc3\xa9 \xc3</a>", "<a>\xe2\x80\x93 caf\xc3\xa9 \xc3\x83</a>");
	is("<?xml version='1.0' encoding='UTF-8'?><a>caf\xe9</a>",
	   "<?xml version='1.0' encoding='UTF-8'?><a>caf\xc3\xa9</a>");
	is("<?xml version='1.0' encoding=\"US-ASCII\"?><a>caf\xe9</a>",
	   "<?xml version='1.0' encoding=\"UTF-8\"?><a>caf\xc3\xa9</a>");
}

Test(xml_mend, what_is_no_character_is_replaced)
{
	is("<a>x\x01y&#0;&#x1F;&#xD800;&#9;</a>",
	   "<a>x\xef\xbf\xbdy\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd&#9;</a>");
	is("<a>\xef\xbf\xbf</a>", "<a>\xef\xbf\xbd</a>");
	is("<a><![CDATA[\x02]]></a>", "<a><![CDATA[\xef\xbf\xbd]]></a>");
}

Test(xml_mend, comments_and_cdata_have_no_marks)
{
	is("\n<a><![CDATA[x & y < 3]]> & <!-- & < 3 - -- --></a>",
	   "<a><![CDATA[x & y < 3]]> &amp; <!-- & < 3 - -- --></a>");
	stays("<a><![CDATA[x & y ]] > ]");
	stays("<a><!-- & ");
}

Test(xml_mend, an_encoding_that_is_declared_is_the_parsers)
{
	is("<?xml version='1.0' encoding='ISO-8859-1'?><a>caf\xe9 & b</a>",
	   "<?xml version='1.0' encoding='ISO-8859-1'?><a>caf\xe9 &amp; b</a>");
	stays("\xff\xfe<a & b");
	stays("\xfe\xff & b");
}

Test(xml_mend, what_is_right_is_left)
{
	stays("<a>caf\xc3\xa9 &amp; x \xf0\x9f\x94\xad</a>");
	stays("");
	is("  ", "");
}

Test(xml_mend, long_documents_are_handed_on_in_place)
{
	static const char text[] = "<a>1</a><b>2</b>";
	struct xml_mend m = {.state = XML_TEXT};
	size_t given;

	cr_expect_eq(xml_mend(&m, text, sizeof(text) - 1, false, &given), text);
	cr_expect_eq(given, sizeof(text) - 1);
	xml_mend_clear(&m);
}
