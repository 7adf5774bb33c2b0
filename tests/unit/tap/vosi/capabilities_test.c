/* capabilities_test.c: capabilities and availability as services send them. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text/isotime.h"
#include "tap/vosi/availability.h"
#include "tap/vosi/capabilities.h"
#include "tests/unit/table/votable_csv.h"

static struct capabilities *parse(const char *doc)
{
	CLEANUP_ERROR struct error *err = NULL;
	struct capabilities *c = capabilities_parse(doc, strlen(doc), &err);

	cr_assert(c, "%s", error_text(err));
	return c;
}

/* A service of which only some things are told. */
#define TAP(inner)                                                                         \
	"<vosi:capabilities xmlns:vosi='http://www.ivoa.net/xml/VOSICapabilities/v1.0' "   \
	"xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'>"                           \
	"<capability standardID='ivo://ivoa.net/std/TAP' xsi:type='tr:TableAccess'>" inner \
	"</capability></vosi:capabilities>"

#define INTERFACE(url) "<interface><accessURL>" url "</accessURL></interface>"

Test(capabilities, dachs_is_read_in_full)
{
	size_t n;
	CLEANUP_FREE char *doc = read_sample("dachs-capabilities.xml", &n);
	struct capabilities *c = parse(doc);
	const struct language *adql = capabilities_language(c, "adql");

	cr_expect_eq(c->ncapabilities, 5);
	cr_expect_str_eq(c->tap_version, "1.1");
	cr_expect_str_eq(capabilities_url(c, "ivo://ivoa.net/std/TAP"),
			 "http://127.0.0.1:18080/tap");
	cr_expect_str_eq(capabilities_url(c, "ivo://ivoa.net/std/vosi#tables"),
			 "http://127.0.0.1:18080/__system__/tap/run/tableMetadata");
	cr_expect_str_eq(capabilities_url(c, "ivo://ivoa.net/std/DALI#examples"),
			 "http://127.0.0.1:18080/__system__/tap/run/examples");
	cr_expect_null(capabilities_url(c, "ivo://ivoa.net/std/DataLink#links"));
	cr_expect_str_eq(c->capabilities[0].interfaces[0].type, "ParamHTTP");
	cr_expect_str_eq(c->data_models.at[0], "ivo://ivoa.net/std/obscore#core-1.1");

	cr_assert_not_null(adql);
	cr_expect_eq(adql->versions.n, 2);
	cr_expect_str_eq(adql->versions.at[1], "2.1");
	cr_expect_eq(strncmp(adql->description, "The Astronomical", 16), 0);
	cr_expect_str_eq(adql->features[0].type, "ivo://ivoa.net/std/TAPRegExt#features-udf");
	cr_expect_str_eq(adql->features[0].form, "gavo_getauthority(ivoid TEXT) -> TEXT");
	cr_expect_eq(strncmp(adql->features[0].description, "returns the authority", 21), 0);

	cr_expect_eq(c->nformats, 16);
	cr_expect_str_eq(c->formats[3].mime, "text/csv;header=present");
	cr_expect_str_eq(c->formats[7].aliases.at[1], "votableb2");
	cr_expect_str_eq(capabilities_choose_votable_format(c, true),
			 "application/x-votable+xml;serialization=BINARY2");
	cr_expect_str_eq(capabilities_choose_votable_format(c, false), "application/x-votable+xml");

	cr_expect(capabilities_has_upload(c));
	cr_expect_eq(c->retention_period.normal, 172800);
	cr_expect_eq(c->retention_period.hard, -1);
	cr_expect_eq(c->execution_duration.normal, 3600);
	cr_expect_eq(c->output_limit.normal, 20000);
	cr_expect_eq(c->output_limit.hard, 20000000);
	cr_expect_not(c->output_limit.in_bytes);
	cr_expect_eq(c->upload_limit.normal, -1);
	cr_expect_eq(c->upload_limit.hard, 20000000);
	cr_expect(c->upload_limit.in_bytes);
	capabilities_free(c);
}

Test(capabilities, geometry_is_told_from_functions)
{
	size_t n;
	CLEANUP_FREE char *doc = read_sample("dachs-capabilities.xml", &n);
	struct capabilities *c = parse(doc);
	size_t geometry = 0;

	for (size_t i = 0; i < c->languages[0].nfeatures; i++)
		geometry += strcmp(c->languages[0].features[i].type,
				   "ivo://ivoa.net/std/TAPRegExt#features-adqlgeo") == 0;
	cr_expect_eq(geometry, 12);
	capabilities_free(c);
}

Test(capabilities, a_service_without_version_is_1_0)
{
	struct capabilities *c = parse(TAP(INTERFACE("http://x/tap")));

	cr_expect_str_eq(c->tap_version, "1.0");
	cr_expect_not(capabilities_has_upload(c));
	cr_expect_eq(c->output_limit.normal, -1);
	cr_expect_eq(c->retention_period.normal, -1);
	capabilities_free(c);
}

Test(capabilities, a_service_without_tap_has_no_version)
{
	struct capabilities *c =
	    parse("<capabilities><capability standardID='ivo://ivoa.net/std/TAPRegExt'/>"
		  "<capability/></capabilities>");

	cr_expect_null(c->tap_version);
	cr_expect_eq(c->ncapabilities, 2);
	cr_expect_str_eq(c->capabilities[1].standard_id, "");
	capabilities_free(c);
}

Test(capabilities, a_standard_is_found_with_its_version_behind)
{
	struct capabilities *c = parse(
	    "<capabilities><capability standardID='ivo://ivoa.net/std/VOSI#tables-1.1'>" INTERFACE(
		"http://x/tables") "</capability><capability standardID='ivo://ivoa.net/std/"
				   "SODA#sync-1.0'>" INTERFACE(
				       "http://x/soda") "</capability></capabilities>");

	cr_expect_str_eq(capabilities_url(c, "ivo://ivoa.net/std/VOSI#tables"), "http://x/tables");
	cr_expect_str_eq(capabilities_url(c, "ivo://ivoa.net/std/SODA"), "http://x/soda");
	cr_expect_null(capabilities_url(c, "ivo://ivoa.net/std/VOSI#table"));
	capabilities_free(c);
}

Test(capabilities, the_standard_interface_that_is_open_to_all_is_taken)
{
	struct capabilities *c = parse(TAP(
	    "<interface xsi:type='vr:WebBrowser'><accessURL>http://x/page</accessURL></interface>"
	    "<interface xsi:type='vs:ParamHTTP' role='std' version='1.1'>"
	    "<accessURL>http://x/auth</accessURL>"
	    "<securityMethod standardID='ivo://ivoa.net/sso#BasicAA'/></interface>"
	    "<interface xsi:type='vs:ParamHTTP' role='std' version='1.1'>"
	    "<accessURL use='base'> http://x/tap </accessURL><accessURL>http://mirror</accessURL>"
	    "<securityMethod/><securityMethod standardID='ivo://ivoa.net/sso#cookie'/>"
	    "</interface>"));
	const struct interface *i = c->capabilities[0].interfaces;

	cr_expect_str_eq(capabilities_url(c, "ivo://ivoa.net/std/TAP"), "http://x/tap");
	cr_expect_str_eq(c->tap_version, "1.1");
	cr_expect_eq(i[2].security_methods.n, 2);
	cr_expect_str_eq(i[2].security_methods.at[0], "");
	cr_expect_str_eq(i[1].security_methods.at[0], "ivo://ivoa.net/sso#BasicAA");
	capabilities_free(c);
}

Test(capabilities, limits_may_be_rows_or_bytes)
{
	struct capabilities *c =
	    parse(TAP("<outputLimit><default unit='byte'> 134217728 </default>"
		      "<hard unit='byte'>134217728</hard></outputLimit>"
		      "<uploadLimit><default unit='row'>100000</default><hard unit='row'>x</hard>"
		      "</uploadLimit><executionDuration><hard>600</hard></executionDuration>"));

	cr_expect(c->output_limit.in_bytes);
	cr_expect_eq(c->output_limit.hard, 134217728);
	cr_expect_not(c->upload_limit.in_bytes);
	cr_expect_eq(c->upload_limit.normal, 100000);
	cr_expect_eq(c->upload_limit.hard, -1);
	cr_expect_eq(c->execution_duration.normal, -1);
	cr_expect_eq(c->execution_duration.hard, 600);
	capabilities_free(c);
}

static void expect_format(const char *doc, const char *binary2, const char *plain)
{
	struct capabilities *c = parse(doc);

	cr_expect_str_eq(capabilities_choose_votable_format(c, true), binary2);
	cr_expect_str_eq(capabilities_choose_votable_format(c, false), plain);
	capabilities_free(c);
}

Test(capabilities, what_is_said_of_queues_is_kept)
{
	static const char doc[] =
	    "<capabilities><capability standardID='ivo://ivoa.net/std/TAP'><interface>"
	    "<param><name>LANG</name><description>a language</description></param>"
	    "<param><name>queue</name><description>30s, 5m or 2h</description></param>"
	    "<param><name>MAXREC</name><description>rows</description></param>"
	    "</interface></capability></capabilities>";
	struct capabilities *c = capabilities_parse(doc, strlen(doc), NULL);

	cr_assert_not_null(c);
	cr_expect_str_eq(c->queues, "30s, 5m or 2h");
	capabilities_free(c);
}

Test(capabilities, a_format_is_spelled_as_the_service_does)
{
	expect_format(
	    TAP("<outputFormat><mime>text/csv</mime></outputFormat>"
		"<outputFormat><mime>application/x-votable+xml</mime><alias>votable</alias>"
		"</outputFormat><outputFormat>"
		"<mime>application/x-votable+xml;serialization=binary2</mime></outputFormat>"),
	    "application/x-votable+xml;serialization=binary2", "application/x-votable+xml");
	expect_format(
	    TAP("<outputFormat ivo-id='ivo://ivoa.net/std/TAPRegExt#output-votable-binary2'>"
		"<mime>application/x-votable+xml; serialization=BINARY2</mime></outputFormat>"),
	    "application/x-votable+xml; serialization=BINARY2", "votable");
}

Test(capabilities, formats_of_one_mime_type_are_told_apart_by_alias)
{
	expect_format(
	    TAP("<outputFormat ivo-id='ivo://ivoa.net/std/TAPRegExt#output-votable-td'>"
		"<mime>application/x-votable+xml</mime><alias>votable</alias></outputFormat>"
		"<outputFormat ivo-id='ivo://ivoa.net/std/TAPRegExt#output-votable-binary2'>"
		"<mime>application/x-votable+xml</mime><alias>votable/b2</alias></outputFormat>"),
	    "votable/b2", "votable");
}

Test(capabilities, without_binary2_it_is_the_plain_votable)
{
	expect_format(
	    TAP("<outputFormat ivo-id='ivo://ivoa.net/std/TAPRegExt#output-votable-td'>"
		"<mime>application/x-votable+xml</mime><alias>votable</alias></outputFormat>"
		"<outputFormat><mime>text/xml</mime></outputFormat>"),
	    "application/x-votable+xml", "application/x-votable+xml");
	expect_format(TAP(""), "votable", "votable");
}

Test(capabilities, elements_in_wrong_places_do_no_harm)
{
	struct capabilities *c =
	    parse("<capabilities><interface><accessURL>x</accessURL><securityMethod/></interface>"
		  "<language><name>x</name><languageFeatures><feature><form>x</form></feature>"
		  "</languageFeatures></language><outputFormat><alias>x</alias></outputFormat>"
		  "<x><y><interface><accessURL>x</accessURL><securityMethod/></interface></y></x>"
		  "</capabilities>");

	cr_expect_eq(c->ncapabilities, 0);
	cr_expect_eq(c->nlanguages, 0);
	capabilities_free(c);
}

Test(capabilities, other_documents_are_refused)
{
	static const char *const bad[] = {"", "<html/>", "<capabilities>", "Unauthorized"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CLEANUP_ERROR struct error *err = NULL;

		cr_expect_null(capabilities_parse(bad[i], strlen(bad[i]), &err));
		cr_expect_not_null(err);
	}
}

static struct availability *available(const char *doc)
{
	CLEANUP_ERROR struct error *err = NULL;
	struct availability *a = availability_parse(doc, strlen(doc), &err);

	cr_assert(a, "%s", error_text(err));
	return a;
}

Test(availability, a_service_that_is_up_says_since_when)
{
	struct availability *a = available(
	    "<avl:availability xmlns:avl='http://www.ivoa.net/xml/VOSIAvailability/v1.0'>"
	    "<avl:available>true</avl:available><avl:upSince>2026-11-21T06:54:31Z</avl:upSince>"
	    "</avl:availability>");

	cr_expect(a->available);
	cr_expect_eq(a->up_since, isotime_parse("2026-11-21T06:54:31Z", 20));
	cr_expect_eq(a->down_at, -1);
	cr_expect_eq(a->back_at, -1);
	cr_expect_null(a->note);
	availability_free(a);
}

Test(availability, a_service_that_is_down_may_say_why)
{
	struct availability *a =
	    available("<availability><available> false </available><downAt>2026-01-01</downAt>"
		      "<backAt>2026-01-02T00:00:00</backAt><note>New disks</note><note/>"
		      "<note>Sorry</note></availability>");

	cr_expect_not(a->available);
	cr_expect_str_eq(a->note, "New disks\nSorry");
	cr_expect_eq(a->back_at - a->down_at, 86400000);
	availability_free(a);
}

Test(availability, other_documents_are_refused)
{
	cr_expect_null(availability_parse("<html/>", 7, NULL));
	cr_expect_null(availability_parse("", 0, NULL));
}

static void is_spelled(const struct capabilities *c, const char *said, const char *wanted)
{
	const char *is = capabilities_format(c, said);

	cr_expect(wanted ? is && strcmp(is, wanted) == 0 : !is, "%s: %s", said, is ? is : "-");
}

Test(capabilities, a_format_that_is_said_is_sent_as_the_service_spells_it)
{
	struct capabilities *c = parse(
	    TAP("<outputFormat ivo-id='ivo://ivoa.net/std/TAPRegExt#output-votable-binary2'>"
		"<mime>application/x-votable+xml;serialization=BINARY2</mime><alias>vb2</alias>"
		"</outputFormat>"
		"<outputFormat><mime>application/x-votable+xml;serialization=TABLEDATA</mime>"
		"<alias>votable/td</alias></outputFormat>"
		"<outputFormat><mime>application/x-parquet</mime><alias>Parquet</alias>"
		"</outputFormat>"));

	is_spelled(c, "parquet", "Parquet");
	is_spelled(c, "APPLICATION/X-PARQUET", "application/x-parquet");
	is_spelled(c, "VOTABLE/TD", "votable/td");
	is_spelled(c, "votable/b2", "application/x-votable+xml;serialization=BINARY2");
	is_spelled(c, "application/x-votable+xml; serialization=\"tabledata\"",
		   "application/x-votable+xml;serialization=TABLEDATA");
	is_spelled(c, "votable/b", NULL);
	is_spelled(c, "csv", NULL);
	capabilities_free(c);
}
