/* xml_test.c: what the XML helper lets through, and what it does not. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/xml.h"

/* Writes down what it is told. */
static void on_start(struct xml *x, void *ctx, const char *name, const struct xml_attrs *attrs)
{
	struct buf *seen = ctx;
	CLEANUP_FREE char *a = xml_attr_dup(attrs, "a");
	CLEANUP_FREE char *type = xml_attr_dup(attrs, "type");
	CLEANUP_FREE char *xsi = xml_attr_dup(attrs, "xsi:type");
	struct error *why = NULL;

	buf_addf(seen, "<%s %d %s", name, xml_depth(x), xml_parent(x));
	if (a)
		buf_addf(seen, " a=%s", a);
	if (type)
		buf_addf(seen, " type=%s", type);
	if (xsi)
		buf_addf(seen, " xsi=%s", xsi);
	buf_addc(seen, '>');
	if (strcmp(name, "stop") == 0) {
		error_set(&why, ECANCELED, "stopped in line %d", xml_line(x));
		xml_fail(x, why);
	}
}

static void on_end(struct xml *x, void *ctx, const char *name, const char *text, size_t len)
{
	struct buf *seen = ctx;

	cr_assert_eq(strlen(text), len);
	buf_addf(seen, "%s</%s%s>", text, name, xml_within(x, "deep") ? " in deep" : "");
}

static const struct xml_handler handler = {on_start, on_end};

static bool feed(struct buf *seen, const char *doc, size_t n, size_t piece, struct error **err)
{
	struct xml *x = xml_new_collecting(&handler, seen);
	bool ok = true;

	for (size_t i = 0; ok && i < n; i += piece)
		ok = xml_feed(x, doc + i, n - i < piece ? n - i : piece, err);
	ok = ok && xml_finish(x, err);
	cr_expect(!ok || xml_is_complete(x));
	xml_free(x);
	return ok;
}

static void expect_seen(const char *doc, const char *seen)
{
	static const size_t pieces[] = {1, 7, 1u << 20};

	for (int i = 0; i < 3; i++) {
		CLEANUP_BUF struct buf b = BUF_INIT;
		CLEANUP_ERROR struct error *err = NULL;

		cr_assert(feed(&b, doc, strlen(doc), pieces[i], &err), "%s", error_text(err));
		cr_expect_str_eq(buf_str(&b), seen);
	}
}

Test(xml, an_element_has_its_own_text_without_blanks_around)
{
	expect_seen("<a> one <b> two </b> three </a>", "<a 1 ><b 2 a>two</b>one  three</a>");
	expect_seen("<a>\n<b/>\n</a>", "<a 1 ><b 2 a></b></a>");
	expect_seen("<a> &lt;<![CDATA[ x>y ]]>&amp; </a>", "<a 1 >< x>y &</a>");
}

Test(xml, names_are_local)
{
	expect_seen("<x:a xmlns:x='u'><y:b/></x:a>", "<a 1 ><b 2 a></b></a>");
}

Test(xml, an_attribute_without_prefix_goes_first)
{
	expect_seen("<e x:a='1' a='2' xmlns:x='u'/>", "<e 1  a=2></e>");
	expect_seen("<e x:a='1' xmlns:x='u'/>", "<e 1  a=1></e>");
	expect_seen("<e a='&lt;&#65;'/>", "<e 1  a=<A></e>");
}

Test(xml, the_type_of_an_instance_is_another_one)
{
	expect_seen("<e xsi:type='x:y' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'/>",
		    "<e 1  xsi=x:y></e>");
	expect_seen("<e i:type='x' type='z' xmlns:i='http://www.w3.org/2001/XMLSchema-instance'/>",
		    "<e 1  type=z xsi=x></e>");
	expect_seen("<e xsi:type='undeclared'/>", "<e 1  xsi=undeclared></e>");
}

Test(xml, elements_around_are_known)
{
	expect_seen("<deep><a><b/></a></deep>",
		    "<deep 1 ><a 2 deep><b 3 a></b in deep></a in deep></deep>");
}

Test(xml, whoever_listens_can_stop)
{
	CLEANUP_BUF struct buf b = BUF_INIT;
	CLEANUP_ERROR struct error *err = NULL;
	const char *doc = "<a>\n<stop/><b/></a>";

	cr_expect_not(feed(&b, doc, strlen(doc), 100, &err));
	cr_expect_str_eq(error_text(err), "stopped in line 2");
	cr_expect_eq(error_errno(err), ECANCELED);
	cr_expect_str_eq(buf_str(&b), "<a 1 ><stop 2 a>");
}

static char *repeated(const char *before, const char *s, size_t times, const char *after)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, before);
	for (size_t i = 0; i < times; i++)
		buf_adds(&b, s);
	buf_adds(&b, after);
	return buf_steal(&b);
}

/* libxml2 alone needs minutes for these. */
static void expect_quick(const char *before, const char *s, const char *after)
{
	CLEANUP_FREE char *doc = repeated(before, s, (8u << 20) / strlen(s), after);
	CLEANUP_BUF struct buf b = BUF_INIT;
	CLEANUP_ERROR struct error *err = NULL;

	cr_expect(feed(&b, doc, strlen(doc), 500, &err), "%s", error_text(err));
}

Test(xml, long_markup_in_small_pieces_takes_no_time, .timeout = 30)
{
	expect_quick("<a><!--", " x", "--></a>");
	expect_quick("<a b='", "x>", "'/>");
	expect_quick("<a><![CDATA[", "x]", "]]></a>");
}

Test(xml, endless_markup_is_refused)
{
	CLEANUP_FREE char *doc =
	    repeated("<a b='", "xxxxxxxxxxxxxxxx", (XML_MAX_MARKUP >> 4) + 1, "'/>");
	CLEANUP_BUF struct buf b = BUF_INIT;
	CLEANUP_ERROR struct error *err = NULL;

	cr_expect_not(feed(&b, doc, strlen(doc), 65536, &err));
	cr_expect(strstr(error_text(err), "longer than 24 MiB"), "%s", error_text(err));
}

Test(xml, endless_text_is_refused)
{
	CLEANUP_FREE char *doc =
	    repeated("<a>", "xxxxxxxxxxxxxxxx", (XML_MAX_TEXT >> 4) + 1, "</a>");
	CLEANUP_BUF struct buf b = BUF_INIT;
	CLEANUP_ERROR struct error *err = NULL;

	cr_expect_not(feed(&b, doc, strlen(doc), 65536, &err));
	cr_expect(strstr(error_text(err), "longer than 16 MiB"), "%s", error_text(err));
}

Test(xml, attributes_by_default_are_refused)
{
	CLEANUP_BUF struct buf b = BUF_INIT;
	CLEANUP_ERROR struct error *err = NULL;
	const char *doc = "<!DOCTYPE a [<!ATTLIST a b CDATA 'x' c (d|e) 'd'>]><a/>";

	cr_expect_not(feed(&b, doc, strlen(doc), 100, &err));
	cr_expect(strstr(error_text(err), "declares attributes"), "%s", error_text(err));
}

Test(xml, a_dtd_that_only_describes_is_read_over)
{
	expect_seen("<!DOCTYPE a [<!ELEMENT a (#PCDATA)><!ATTLIST a b (c|d) #IMPLIED>"
		    "<!NOTATION n SYSTEM 'x'>]><a/>",
		    "<a 1 ></a>");
}

Test(xml, an_entity_of_a_dtd_that_is_not_fetched_stays_as_it_is)
{
	expect_seen("<!DOCTYPE a SYSTEM 'http://127.0.0.1:1/x.dtd'><a>1&nbsp;2</a>",
		    "<a 1 >1&nbsp;2</a>");
}

static void keep_attribute(struct xml *x, void *ctx, const char *name,
			   const struct xml_attrs *attrs)
{
	(void)x, (void)name;
	*(char **)ctx = xml_attr_dup(attrs, "href");
}

static void end_nothing(struct xml *x, void *ctx, const char *name, const char *text, size_t len)
{
	(void)x, (void)ctx, (void)name, (void)text, (void)len;
}

Test(xml, the_entities_of_an_attribute_are_characters)
{
	static const struct xml_handler keeper = {keep_attribute, end_nothing};
	const char *doc = "<a href='http://h/?a=1&amp;b=&lt;&#38;&quot;'/>";
	char *value = NULL;

	cr_assert(xml_parse(&keeper, &value, doc, strlen(doc), NULL));
	cr_expect_str_eq(value, "http://h/?a=1&b=<&\"");
	free(value);
}

Test(xml, what_follows_the_root_is_an_error)
{
	CLEANUP_BUF struct buf b = BUF_INIT;

	cr_expect_not(feed(&b, "<a/><b/>", 8, 100, NULL));
	expect_seen("<a/>\n<!-- x --><?y z?>\n", "<a 1 ></a>");
}
