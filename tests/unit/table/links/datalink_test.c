/* datalink_test.c: DataLink documents: links, their names, services, and several datasets at once.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "table/links/datalink.h"

#define DATALINK "application/x-votable+xml;content=datalink"

static struct link_list all, one;

static void finish(void)
{
	link_list_clear(&all);
	link_list_clear(&one);
}

TestSuite(datalink, .fini = finish);

#define TEXT(name) "<FIELD name='" name "' datatype='char' arraysize='*'/>"
#define HEAD                                                                      \
	"<VOTABLE><RESOURCE type='results'><TABLE>" TEXT("ID") TEXT("access_url") \
	    TEXT("service_def") TEXT("error_message") TEXT("semantics") TEXT(     \
		"content_type") "<FIELD name='content_length' datatype='long'/><DATA><TABLEDATA>"
#define ROW(id, url, def, error, sem, type)                                             \
	"<TR><TD>" id "</TD><TD>" url "</TD><TD>" def "</TD><TD>" error "</TD><TD>" sem \
	"</TD><TD>" type "</TD><TD/></TR>"
#define TAIL "</TABLEDATA></DATA></TABLE>"

static void parse(const char *document)
{
	struct error *err = NULL;

	cr_assert(datalink_parse(document, strlen(document), &all, &err), "%s", error_text(err));
	links_name(&all);
}

#define SODA(id)                                                                    \
	"<RESOURCE type='meta' utype='adhoc:service' ID='" id "'>"                  \
	"<PARAM name='standardID' value='ivo://ivoa.net/std/SODA#sync-1.0'/>"       \
	"<PARAM name='accessURL' value='http://h/soda'/><GROUP name='inputParams'>" \
	"<PARAM name='ID' value='the " id "'/><PARAM name='POS' value=''/>"         \
	"</GROUP></RESOURCE>"

Test(datalink, names_come_from_semantics_and_types)
{
	static const char *const names[] = {"this.fits", "preview.jpg", "preview~2.jpg",
					    "progenitor.error.txt", "progenitor"};

	parse(HEAD ROW("a", "http://h/x", "", "", "#this", "image/fits")
		  ROW("a", "http://h/p.jpg", "", "", "#preview", "")
		      ROW("a", "http://h/q", "", "", "#preview", "image/jpeg")
			  ROW("a", "", "", "NotFoundFault: gone", "#progenitor", "")
			      ROW("a", "http://h/l", "", "", "#progenitor", DATALINK) TAIL
	      "</RESOURCE></VOTABLE>");
	cr_assert_eq(all.n, 5);
	for (size_t i = 0; i < all.n; i++)
		cr_expect_str_eq(all.at[i].name, names[i]);
	cr_expect(all.at[4].nested);
}

Test(datalink, names_keep_their_whole_extension)
{
	static const char *const names[] = {"this.fits.gz", "this~2.fits.gz", "this.tar.gz",
					    "this.fits.fz", "this.fits",      "this.fits.bz2"};

	parse(HEAD ROW("a", "http://h/x.fits.gz", "", "", "#this", "image/fits")
		  ROW("a", "http://h/x.fits.gz", "", "", "#this", "application/gzip")
		      ROW("a", "http://h/x.tar.gz", "", "", "#this", "application/gzip")
			  ROW("a", "http://h/x.fits.fz?a=b", "", "", "#this", "application/fits")
			      ROW("a", "http://h/x.php", "", "", "#this", "application/fits")
				  ROW("a", "http://h/x.fits.bz2", "", "", "#this", "") TAIL
	      "</RESOURCE></VOTABLE>");
	for (size_t i = 0; i < all.n; i++)
		cr_expect_str_eq(all.at[i].name, names[i]);
}

Test(datalink, blanks_around_an_address_are_no_part_of_it)
{
	parse(HEAD ROW("a", " http://h/x.fits\n", "", "", " #this ", "") TAIL
	      "</RESOURCE><RESOURCE type='meta' utype='adhoc:utility' ID='u'>"
	      "<PARAM name='standardID' value=' ivo://ivoa.net/std/DataLink '/>"
	      "<PARAM name='accessURL' value=' http://h/links '/>"
	      "<GROUP name='inputParams'/></RESOURCE></VOTABLE>");
	cr_expect_str_eq(all.at[0].url, "http://h/x.fits");
	cr_expect_str_eq(all.at[0].name, "this.fits");
	cr_assert_eq(all.services.n, 1);
	cr_expect_str_eq(all.services.at[0].access_url, "http://h/links");
	cr_expect_eq(descriptor_standard(&all.services.at[0]), STANDARD_LINKS);
}

Test(datalink, of_several_datasets_each_is_taken_with_its_services)
{
	parse(HEAD ROW("a", "http://h/a", "", "", "#this", "image/fits")
		  ROW("b", "http://h/b", "", "", "#this", "image/fits")
		      ROW("a", "", "sa", "", "#cutout", "") ROW("b", "", "sb", "", "#cutout", "")
			  TAIL "<INFO name='QUERY_STATUS' value='OVERFLOW'/></RESOURCE>" SODA("sa")
			      SODA("sb") "</VOTABLE>");
	cr_expect(all.overflow);
	cr_expect_eq(all.services.n, 2);
	cr_expect(datalink_take(&all, "b", &one));
	cr_assert_eq(one.n, 2);
	cr_expect_str_eq(one.at[0].url, "http://h/b");
	cr_assert_eq(one.services.n, 1);
	cr_expect_str_eq(one.services.at[0].params[0].value, "the sb");
	cr_expect_eq(all.n, 2);
	cr_expect_not(datalink_take(&all, "c", &one));
}

Test(datalink, a_service_that_needs_nothing_more_is_a_file)
{
	parse(HEAD ROW("a&amp;b", "", "s", "", "#plot", "image/png") TAIL
	      "</RESOURCE>"
	      "<RESOURCE type='meta' utype='adhoc:service' ID='s'>"
	      "<PARAM name='accessURL' value='http://h/plot'/><GROUP name='inputParams'>"
	      "<PARAM name='ID' ref='ID' value=''/><PARAM name='W' value='100'/>"
	      "</GROUP></RESOURCE></VOTABLE>");
	cr_expect_str_eq(all.at[0].url, "http://h/plot?ID=a%26b&W=100");
	cr_expect_str_eq(all.at[0].name, "plot.png");
}

Test(datalink, what_is_written_is_read_again)
{
	CLEANUP_BUF struct buf xml = BUF_INIT;
	CLEANUP_BUF struct buf a = BUF_INIT;
	CLEANUP_BUF struct buf b = BUF_INIT;

	parse(HEAD ROW("a", "http://h/a?x=1&amp;y=&lt;", "", "", "#this", "image/fits")
		  ROW("a", "", "sa", "", "#cutout", "") TAIL "</RESOURCE>" SODA("sa") "</VOTABLE>");
	links_csv(&all, &a);
	datalink_write(&all, &xml);
	link_list_clear(&all);
	parse(buf_str(&xml));
	links_csv(&all, &b);
	cr_expect_str_eq(buf_str(&a), buf_str(&b));
	cr_assert_eq(all.services.n, 1);
	cr_expect_eq(descriptor_standard(&all.services.at[0]), STANDARD_SODA_SYNC);
	cr_expect_str_eq(all.services.at[0].params[0].value, "the sa");
	cr_expect_null(all.services.at[0].params[1].value);
}
