/*
 * links.c: what is linked to an image. Which of them it has follows from its number, so that each
 * kind of link, and of what is wrong with links, is found at some.
 */
#include "tests/service/dal/links.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/quote.h"
#include "base/text/url_query.h"
#include "tests/service/http/params.h"
#include "tests/service/tap/writer.h"

#define DATALINK "application/x-votable+xml;content=datalink"

static void add_this(struct links *l, const struct image *im)
{
	CLEANUP_FREE char *path = xasprintf("images/%s.fits", im->name);
	CLEANUP_FREE char *url = xasprintf("%s/files/%s", l->root, path);

	svc_link_add(
	    l, &(struct link){.access_url = url,
			      .description = im->title,
			      .semantics = "#this",
			      .content_type = "application/fits",
			      .content_length = im->number % 10 == 7 ? 0 : svc_image_size(im, 0),
			      .content_qualifier = "#image",
			      .local_semantics = "#science",
			      .sign_in = svc_image_private(path)});
}

static void add_beside(struct links *l, const struct image *im)
{
	CLEANUP_FREE char *preview = xasprintf("%s/files/previews/%s.png", l->root, im->name);
	CLEANUP_FREE char *weight = xasprintf("%s/files/weights/%s.fits", l->root, im->name);
	CLEANUP_FREE char *note = xasprintf("%s/files/notes/%s.txt", l->root, im->name);

	if (im->kind != IMAGE_GIANT)
		svc_link_add(l, &(struct link){.access_url = preview,
					       .description = "Small picture",
					       .semantics = "#preview",
					       .content_type = "image/png"});
	if (im->kind == IMAGE_FIELD || im->kind == IMAGE_DEEP)
		svc_link_add(l, &(struct link){.access_url = weight,
					       .description = "Weight of each pixel",
					       .semantics = "#weight",
					       .content_type = "application/fits",
					       .content_length = svc_weight_size(im),
					       .content_qualifier = "#image",
					       .local_semantics = "#weight"});
	svc_link_add(l, &(struct link){.access_url = note,
				       .description = "README: what this is, in words",
				       .semantics = "#documentation",
				       .content_type = "text/plain"});
}

/* A query: no file, and nobody knows how long its answer is. */
static void add_stars(struct links *l, const struct image *im)
{
	CLEANUP_FREE char *query =
	    xasprintf("SELECT name, ra, dec, mag FROM demo.bright_stars WHERE 1 = "
		      "CONTAINS(POINT(ra, dec), CIRCLE(%.6f, %.6f, %.3f))",
		      im->ra, im->dec, im->scale * im->width / 2);
	CLEANUP_BUF struct buf url = BUF_INIT;

	buf_addf(&url, "%s/tap/sync?LANG=ADQL&RESPONSEFORMAT=csv&QUERY=", l->root);
	url_add_value(&url, query, strlen(query));
	svc_link_add(l, &(struct link){.access_url = buf_str(&url),
				       .description = "Catalogued stars in the image",
				       .semantics = "#auxiliary",
				       .content_type = "text/csv",
				       .content_qualifier = "#measurements"});
}

/* Where it came from: gone, not to be had, or documents of links of their own. */
static void add_progenitors(struct links *l, const struct image *im)
{
	static const char *const parts[] = {"m42", "m43"};
	CLEANUP_FREE char *lost = xasprintf("%s/files/raw/%s.fits", l->root, im->name);

	if (im->number % 4 == 1)
		svc_link_add(
		    l, &(struct link){.error_message = "NotFoundFault: the raw frame was not kept",
				      .description = "Raw frame",
				      .semantics = "#progenitor"});
	else if (im->number % 4 == 2)
		svc_link_add(l, &(struct link){.access_url = lost,
					       .description = "Raw frame",
					       .semantics = "#progenitor",
					       .content_type = "application/fits"});
	for (size_t i = 0; im->kind == IMAGE_MOSAIC && i < 2; i++) {
		CLEANUP_BUF struct buf url = BUF_INIT;
		CLEANUP_FREE char *did = xasprintf("%s%s", IMAGES_DID, parts[i]);

		buf_addf(&url, "%s/datalink/links?ID=", l->root);
		url_add_value(&url, did, strlen(did));
		svc_link_add(l, &(struct link){.access_url = buf_str(&url),
					       .description = "One of the fields it covers",
					       .semantics = "#progenitor",
					       .content_type = DATALINK});
	}
}

/* --- SODA --- */

/* One of SODA's parameters, with what it can be. */
static void add_param(struct buf *out, const char *name, const char *type, const char *about,
		      const char *values)
{
	buf_addf(out,
		 "<PARAM name=\"%s\" %s value=\"\">\n<DESCRIPTION>%s</DESCRIPTION>\n%s</PARAM>\n",
		 name, type, about, values);
}

static void add_places(struct buf *out, const struct image *im)
{
	CLEANUP_BUF struct buf polygon = BUF_INIT;
	CLEANUP_FREE char *circle = NULL;
	struct shape outline;
	double radius = 0;

	svc_image_outline(im, &outline);
	buf_adds(&polygon, "<VALUES>\n<MAX value=\"");
	for (size_t i = 0; i < outline.n; i++)
		buf_addf(&polygon, "%s%.7f", i ? " " : "", outline.v[i]);
	buf_adds(&polygon, "\"/>\n</VALUES>\n");
	for (size_t i = 0; i < outline.n; i += 2)
		radius = fmax(radius,
			      svc_sphere_distance(im->ra, im->dec, outline.v[i], outline.v[i + 1]));
	circle = xasprintf("<VALUES>\n<MAX value=\"%.7f %.7f %.7f\"/>\n</VALUES>\n", im->ra,
			   im->dec, radius);
	add_param(
	    out, "POS", "datatype=\"char\" arraysize=\"*\" ucd=\"phys.angArea;obs\"",
	    "CIRCLE RA DEC RADIUS, RANGE RA1 RA2 DEC1 DEC2 or POLYGON RA1 DEC1 RA2 DEC2 …, in "
	    "degrees",
	    "");
	add_param(out, "CIRCLE",
		  "datatype=\"double\" arraysize=\"3\" xtype=\"circle\" unit=\"deg\" "
		  "ucd=\"phys.angArea;obs\"",
		  "A circle that the cut-out is to have: RA DEC RADIUS", circle);
	add_param(out, "POLYGON",
		  "datatype=\"double\" arraysize=\"*\" xtype=\"polygon\" unit=\"deg\" "
		  "ucd=\"phys.angArea;obs\"",
		  "A polygon that the cut-out is to have: its corners", buf_str(&polygon));
}

static void add_service(struct links *l, const struct image *im, const char *mode)
{
	struct buf *out = &l->services;
	CLEANUP_FREE char *values = NULL;
	double min = 0, max = 0;

	svc_image_band(im, &min, &max);
	values =
	    xasprintf("<VALUES>\n<MIN value=\"%g\"/>\n<MAX value=\"%g\"/>\n</VALUES>\n", min, max);
	buf_addf(out,
		 "<RESOURCE type=\"meta\" utype=\"adhoc:service\" ID=\"soda_%s_%s\">\n"
		 "<DESCRIPTION>Cut-outs of %s</DESCRIPTION>\n",
		 mode, im->name, im->name);
	buf_addf(out,
		 "<PARAM name=\"standardID\" datatype=\"char\" arraysize=\"*\" "
		 "value=\"ivo://ivoa.net/std/SODA#%s-1.0\"/>\n"
		 "<PARAM name=\"accessURL\" datatype=\"char\" arraysize=\"*\" ucd=\"meta.ref.url\" "
		 "value=\"%s/soda/%s\"/>\n<GROUP name=\"inputParams\">\n",
		 mode, l->root, mode);
	buf_adds(out, "<PARAM name=\"ID\" datatype=\"char\" arraysize=\"*\" "
		      "ucd=\"meta.id;meta.main\"");
	buf_add_xml_attribute(out, "value", l->id);
	buf_adds(out, "/>\n");
	add_places(out, im);
	add_param(out, "BAND",
		  "datatype=\"double\" arraysize=\"2\" xtype=\"interval\" unit=\"m\" "
		  "ucd=\"em.wl;stat.interval\"",
		  "Wavelengths that the cut-out is to have", values);
	buf_adds(out, "</GROUP>\n</RESOURCE>\n");
}

static void add_cutout(struct links *l, const struct image *im, const char *mode, const char *about)
{
	CLEANUP_FREE char *id = xasprintf("soda_%s_%s", mode, im->name);

	svc_link_add(l, &(struct link){.service_def = id,
				       .description = about,
				       .semantics = "#cutout",
				       .content_type = "application/fits",
				       .content_qualifier = "#image"});
	add_service(l, im, mode);
}

void svc_image_links(struct links *l, const struct image *im)
{
	add_this(l, im);
	add_beside(l, im);
	add_stars(l, im);
	add_progenitors(l, im);
	add_cutout(l, im, "sync", "A part of the image, at once");
	add_cutout(l, im, "async", "A part of the image, by a job");
}
