/*
 * examples.c: /examples, queries to begin with (DALI 1.1 §2.3, TAP 1.1 §2.4.4).
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/quote.h"
#include "tests/service/http/http.h"
#include "tests/service/tap/writer.h"

static const struct {
	const char *id, *name, *about, *query;
} examples[] = {
    {"brightest", "The brightest Messier objects",
     "Brightness is a magnitude: the smaller, the brighter.",
     "SELECT TOP 10 name, common_name, ra, dec, mag\n"
     "FROM demo.messier\n"
     "ORDER BY mag"},
    {"cone", "All around the Andromeda galaxy",
     "A cone search: NGC and IC objects within two degrees of M31, the nearest first.",
     "SELECT name, common_name, mag,\n"
     "  DISTANCE(POINT('ICRS', ra, dec), POINT('ICRS', 10.684575, 41.268903)) AS dist\n"
     "FROM demo.ngc_ic\n"
     "WHERE 1 = CONTAINS(POINT('ICRS', ra, dec),\n"
     "                   CIRCLE('ICRS', 10.684575, 41.268903, 2))\n"
     "ORDER BY dist"},
    {"join", "Messier objects under their NGC numbers",
     "A join along the foreign key: both catalogues' magnitudes side by side.",
     "SELECT m.name, n.name AS ngc_name, m.mag AS messier_mag, n.mag AS ngc_mag\n"
     "FROM demo.messier AS m\n"
     "JOIN demo.ngc_ic AS n ON m.ngc = n.name\n"
     "WHERE m.mag < 6\n"
     "ORDER BY messier_mag"},
    {"histogram", "How bright are the stars?", "Counts by magnitude: a subquery and a group.",
     "SELECT bin, COUNT(*) AS n\n"
     "FROM (SELECT FLOOR(mag) AS bin FROM demo.bright_stars) AS s\n"
     "GROUP BY bin\n"
     "ORDER BY bin"},
    {"neighbours", "Bright stars near Messier objects",
     "A crossmatch of two tables by position, within one degree.",
     "SELECT m.name AS messier, s.name AS star, s.mag,\n"
     "  DISTANCE(POINT('ICRS', m.ra, m.dec), POINT('ICRS', s.ra, s.dec)) AS dist\n"
     "FROM demo.messier AS m, demo.bright_stars AS s\n"
     "WHERE 1 = CONTAINS(POINT('ICRS', s.ra, s.dec), CIRCLE('ICRS', m.ra, m.dec, 1))\n"
     "  AND s.mag < 4\n"
     "ORDER BY dist"},
    {"images", "Images of the Orion nebula",
     "Whatever image has the place in it, with the address of its file or of its links.",
     "SELECT obs_id, obs_title, access_url, access_format, access_estsize\n"
     "FROM ivoa.obscore\n"
     "WHERE 1 = CONTAINS(POINT('ICRS', 83.822083, -5.391111), s_region)"},
    {"columns", "Which columns are positions?",
     "The service's own tables can be asked too: all columns that are a right ascension.",
     "SELECT table_name, column_name, unit, ucd\n"
     "FROM TAP_SCHEMA.columns\n"
     "WHERE ucd LIKE 'pos.eq.ra%'"},
};

enum MHD_Result svc_examples(struct request *r)
{
	struct buf html = BUF_INIT;

	if (!svc_is_get(r))
		return svc_reply_method(r, "GET, HEAD");
	buf_adds(
	    &html,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html>\n"
	    "<html xmlns=\"http://www.w3.org/1999/xhtml\" xml:lang=\"en\" lang=\"en\">\n<head>\n"
	    "<title>Examples for the tapfs demo</title>\n</head>\n"
	    "<body vocab=\"http://www.ivoa.net/rdf/examples#\">\n"
	    "<h1>Examples for the tapfs demo</h1>\n");
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++) {
		buf_addf(&html,
			 "<div typeof=\"example\" resource=\"#%s\" id=\"%s\">\n"
			 "<h2 property=\"name\">%s</h2>\n<p>",
			 examples[i].id, examples[i].id, examples[i].name);
		buf_add_xml(&html, examples[i].about, strlen(examples[i].about));
		buf_adds(&html, "</p>\n<pre property=\"query\">");
		buf_add_xml(&html, examples[i].query, strlen(examples[i].query));
		buf_adds(&html, "</pre>\n</div>\n");
	}
	buf_adds(&html, "</body>\n</html>\n");
	return svc_reply_document(r, "application/xhtml+xml", &html);
}
