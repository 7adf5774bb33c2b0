/* soda_test.c: names of cut-outs, and what is asked of the service for them. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "tap/datalink/soda.h"

#define PARAM(name, more) "<PARAM name='" name "' value='' " more "/>"
#define SERVICE(mode, params)                                                     \
	"<RESOURCE utype='adhoc:service' ID='" mode "'><PARAM name='standardID' " \
	"value='ivo://ivoa.net/std/SODA#" mode "-1.0'/><PARAM name='accessURL' "  \
	"value='http://h/" mode "'/><GROUP name='inputParams'>" params "</GROUP></RESOURCE>"
#define ID "<PARAM name='ID' value='ivo://x?1'/>"

static struct descriptor_list services;
static struct soda_request request;

static void finish(void)
{
	soda_request_clear(&request);
	descriptor_list_clear(&services);
}

TestSuite(soda, .fini = finish);

static void add_service(const char *xml)
{
	struct descriptor d;

	cr_assert(descriptor_parse(xml, &d));
	descriptor_list_add(&services, &d);
}

static void expect_form(const char *name, const char *form)
{
	struct error *err = NULL;

	soda_request_clear(&request);
	cr_assert(soda_request(&services, "other", name, &request, &err), "%s: %s", name,
		  error_text(err));
	cr_expect_str_eq(buf_str(&request.form), form);
}

static void expect_refused(const char *name, const char *why)
{
	struct error *err = NULL;

	soda_request_clear(&request);
	cr_assert_not(soda_request(&services, "other", name, &request, &err), "%s", name);
	cr_expect_eq(error_errno(err), ENOENT);
	cr_expect(strstr(error_text(err), why), "%s: %s", name, error_text(err));
	error_free(err);
}

Test(soda, places)
{
	add_service(SERVICE("sync", ID PARAM("POS", "") PARAM("CIRCLE", "") PARAM("POLYGON", "")));
	expect_form("10.68,-41.27,0.1.fits", "ID=ivo%3A%2F%2Fx%3F1&CIRCLE=10.68%20-41.27%200.1");
	expect_form("10..11.5,-2..+2.FITS",
		    "ID=ivo%3A%2F%2Fx%3F1&POS=RANGE%2010%2011.5%20-2%20%2B2");
	expect_form("poly_1,2_3,4_5,-6.5.fits",
		    "ID=ivo%3A%2F%2Fx%3F1&POLYGON=1%202%203%204%205%20-6.5");
	expect_form("all.fits", "ID=ivo%3A%2F%2Fx%3F1");
	cr_expect_str_eq(request.url, "http://h/sync");
	cr_expect_not(request.async);
}

Test(soda, what_the_service_takes_instead)
{
	add_service(SERVICE("async", PARAM("ID", "") PARAM("POLYGON", "")));
	expect_form("10..11,-2..2.fits", "ID=other&POLYGON=10%20-2%2011%20-2%2011%202%2010%202");
	cr_expect(request.async);
	expect_refused("1,2,3.fits", "no circles");
	descriptor_list_clear(&services);
	add_service(SERVICE("sync", PARAM("ID", "") PARAM("RA", "") PARAM("DEC", "")));
	expect_form("10..11,-2..2.fits", "ID=other&RA=10%2011&DEC=-2%202");
	expect_refused("poly_1,2_3,4_5,6.fits", "no polygons");
	descriptor_list_clear(&services);
	add_service(SERVICE("sync", PARAM("ID", "") PARAM("POS", "")));
	expect_form("1,2,.5.fits", "ID=other&POS=CIRCLE%201%202%20.5");
}

Test(soda, further_parameters)
{
	add_service(SERVICE("sync", ID PARAM("CIRCLE", "") PARAM("BAND", "") PARAM("KIND", "")));
	expect_form("1,2,3,BAND=1e-7..2e-7,kind=a b.fits",
		    "ID=ivo%3A%2F%2Fx%3F1&CIRCLE=1%202%203&BAND=1e-7%202e-7&KIND=a%20b");
	expect_form("BAND=1e-7.fits", "ID=ivo%3A%2F%2Fx%3F1&BAND=1e-7");
	expect_refused("1,2,3,COLOUR=red.fits", "no parameter COLOUR");
	expect_refused("1,2,3,ID=other.fits", "no parameter ID");
	expect_refused("1,2,3,MODE=async.fits", "at once only");
}

Test(soda, a_job_where_it_is_asked_for)
{
	add_service(SERVICE("sync", ID PARAM("CIRCLE", "")));
	add_service(SERVICE("async", ID PARAM("CIRCLE", "")));
	expect_form("1,2,3.fits", "ID=ivo%3A%2F%2Fx%3F1&CIRCLE=1%202%203");
	cr_expect_str_eq(request.url, "http://h/sync");
	expect_form("1,2,3,MODE=async.fits", "ID=ivo%3A%2F%2Fx%3F1&CIRCLE=1%202%203");
	cr_expect_str_eq(request.url, "http://h/async");
}

Test(soda, formats)
{
	add_service(SERVICE(
	    "sync",
	    ID PARAM(
		"CIRCLE",
		"") "<PARAM name='RESPONSEFORMAT' value=''><VALUES>"
		    "<OPTION value='image/fits'/><OPTION value='image/jpeg'/></VALUES></PARAM>"));
	expect_form("1,2,3.fits", "ID=ivo%3A%2F%2Fx%3F1&CIRCLE=1%202%203");
	expect_form("1,2,3.jpg",
		    "ID=ivo%3A%2F%2Fx%3F1&CIRCLE=1%202%203&RESPONSEFORMAT=image%2Fjpeg");
	expect_refused("1,2,3.png", "makes .fits, not .png");
}

Test(soda, names_that_are_none)
{
	static const char *const names[] = {
	    "x.fits",       "1,2.fits",          "1,2,3,4.fits",      "361,2,3.fits",
	    "1,91,3.fits",  "1,2,0.fits",        "1,2,-1.fits",       "1,nan,3.fits",
	    "1,2,inf.fits", "2..1,3..4.fits",    "poly_1,2_3,4.fits", "poly_1,2_3,4_5.fits",
	    "poly_.fits",   "BAND=1,1,2,3.fits", "1, 2,3.fits",       ",,.fits",
	};
	static const char *const unnamed[] = {"1,2,3", ".fits", "all", "1,2,0.1"};

	add_service(SERVICE("sync", ID PARAM("CIRCLE", "") PARAM("POS", "") PARAM("BAND", "")));
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		expect_refused(names[i], "");
	for (size_t i = 0; i < sizeof(unnamed) / sizeof(*unnamed); i++)
		expect_refused(unnamed[i], "no name of a cut-out");
}

Test(soda, the_readme_tells_ranges_and_units)
{
	CLEANUP_BUF struct buf out = BUF_INIT;

	add_service(SERVICE(
	    "sync",
	    ID "<PARAM name='CIRCLE' value='' unit='deg'><DESCRIPTION>A circle</DESCRIPTION>"
	       "<VALUES><MAX value='10.5 41.25 2'/></VALUES></PARAM>"
	       "<PARAM name='BAND' value='' unit='m'><VALUES><MIN value='1e-7'/><MAX value='2e-7'/>"
	       "</VALUES></PARAM><PARAM name='POL' value=''><VALUES><OPTION value='I'/>"
	       "<OPTION value='Q'/></VALUES></PARAM>"));
	soda_readme(&services, &out);
	cr_expect(strstr(buf_str(&out), "\n    10.5,41.25,0.2.fits\n"), "%s", buf_str(&out));
	cr_expect(strstr(buf_str(&out), "CIRCLE (deg): A circle\n    at most 10.5 41.25 2 deg\n"));
	cr_expect(strstr(buf_str(&out), "BAND (m)\n    from 1e-7 to 2e-7 m\n"));
	cr_expect(strstr(buf_str(&out), "POL\n    one of: I, Q\n"));
}
