/*
 * obscore.c: the images as tables: ivoa.obscore (ObsCore 1.1), and demo.images, which leads to the
 * same files in all the other ways that there are.
 *
 * Tables hold paths; svc_url makes URLs of them when a query runs, as each client calls the service
 * by another name.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/url_query.h"
#include "tests/service/data/content.h"
#include "tests/service/data/images.h"

#define N(array) (array), sizeof(array) / sizeof(*(array))
#define STD      (COLUMN_PRINCIPAL | COLUMN_STD)
#define MORE     COLUMN_STD

/* One in so many is told with the URL of its FITS file, the others with that of their links. */
#define DIRECT_EVERY 10
#define DIRECT       4

/* ObsCore 1.1, table 5 and appendix B. */
static const struct content_column obscore[] = {
    {"dataproduct_type", "char", "*", NULL, NULL, "meta.code.class",
     "obscore:ObsDataset.dataProductType", "What kind of data it is", STD},
    {"calib_level", "int", NULL, NULL, NULL, "meta.code;obs.calib", "obscore:ObsDataset.calibLevel",
     "0 raw to 4 analysed", STD},
    {"obs_collection", "char", "*", NULL, NULL, "meta.id", "obscore:DataID.collection",
     "Collection it belongs to", STD},
    {"obs_id", "char", "*", NULL, NULL, "meta.id", "obscore:DataID.observationID",
     "Name of the observation", STD},
    {"obs_title", "char", "*", NULL, NULL, "meta.title;obs", "obscore:DataID.title",
     "What it is, in words", MORE},
    {"obs_publisher_did", "char", "*", NULL, NULL, "meta.ref.ivoid",
     "obscore:Curation.publisherDID", "Identifier of the dataset", STD | COLUMN_INDEXED},
    {"access_url", "char", "*", NULL, NULL, "meta.ref.url", "obscore:Access.reference",
     "Where it is, or what is linked to it", STD},
    {"access_format", "char", "*", NULL, NULL, "meta.code.mime", "obscore:Access.format",
     "Media type of what is there", STD},
    {"access_estsize", "long", NULL, NULL, "kbyte", "phys.size;meta.file", "obscore:Access.size",
     "Its size, about", STD},
    {"target_name", "char", "*", NULL, NULL, "meta.id;src", "obscore:Target.name", "Object", STD},
    {"s_ra", "double", NULL, NULL, "deg", "pos.eq.ra",
     "obscore:Char.SpatialAxis.Coverage.Location.Coord.Position2D.Value2.C1",
     "Right ascension of its middle (ICRS)", STD | COLUMN_INDEXED},
    {"s_dec", "double", NULL, NULL, "deg", "pos.eq.dec",
     "obscore:Char.SpatialAxis.Coverage.Location.Coord.Position2D.Value2.C2",
     "Declination of its middle (ICRS)", STD | COLUMN_INDEXED},
    {"s_fov", "double", NULL, NULL, "deg", "phys.angSize;instr.fov",
     "obscore:Char.SpatialAxis.Coverage.Bounds.Extent.diameter", "Diameter of the circle around it",
     STD},
    {"s_region", "char", "*", "adql:REGION", NULL, "pos.outline;obs.field",
     "obscore:Char.SpatialAxis.Coverage.Support.Area", "Its outline, in STC-S", STD},
    {"s_xel1", "long", NULL, NULL, NULL, "meta.number", "obscore:Char.SpatialAxis.numBins1",
     "Pixels along the first axis", STD},
    {"s_xel2", "long", NULL, NULL, NULL, "meta.number", "obscore:Char.SpatialAxis.numBins2",
     "Pixels along the second axis", STD},
    {"s_resolution", "double", NULL, NULL, "arcsec", "pos.angResolution",
     "obscore:Char.SpatialAxis.Resolution.Refval.value", "Width of a star", STD},
    {"t_min", "double", NULL, NULL, "d", "time.start;obs.exposure",
     "obscore:Char.TimeAxis.Coverage.Bounds.Limits.StartTime", "Begin of the exposure, MJD", STD},
    {"t_max", "double", NULL, NULL, "d", "time.end;obs.exposure",
     "obscore:Char.TimeAxis.Coverage.Bounds.Limits.StopTime", "End of the exposure, MJD", STD},
    {"t_exptime", "double", NULL, NULL, "s", "time.duration;obs.exposure",
     "obscore:Char.TimeAxis.Coverage.Support.Extent", "Exposure time", STD},
    {"t_resolution", "double", NULL, NULL, "s", "time.resolution",
     "obscore:Char.TimeAxis.Resolution.Refval.value", "Resolution in time", STD},
    {"t_xel", "long", NULL, NULL, NULL, "meta.number", "obscore:Char.TimeAxis.numBins",
     "Elements along the time axis", STD},
    {"em_min", "double", NULL, NULL, "m", "em.wl;stat.min",
     "obscore:Char.SpectralAxis.Coverage.Bounds.Limits.LoLimit", "Shortest wavelength", STD},
    {"em_max", "double", NULL, NULL, "m", "em.wl;stat.max",
     "obscore:Char.SpectralAxis.Coverage.Bounds.Limits.HiLimit", "Longest wavelength", STD},
    {"em_res_power", "double", NULL, NULL, NULL, "spect.resolution",
     "obscore:Char.SpectralAxis.Resolution.ResolPower.refVal", "Spectral resolving power", STD},
    {"em_xel", "long", NULL, NULL, NULL, "meta.number", "obscore:Char.SpectralAxis.numBins",
     "Elements along the spectral axis", STD},
    {"o_ucd", "char", "*", NULL, NULL, "meta.ucd", "obscore:Char.ObservableAxis.ucd",
     "UCD of what was measured", STD},
    {"pol_states", "char", "*", NULL, NULL, "meta.code;phys.polarization",
     "obscore:Char.PolarizationAxis.stateList", "Polarization states", STD},
    {"pol_xel", "long", NULL, NULL, NULL, "meta.number", "obscore:Char.PolarizationAxis.numBins",
     "Number of polarization states", STD},
    {"facility_name", "char", "*", NULL, NULL, "meta.id;instr.tel",
     "obscore:Provenance.ObsConfig.Facility.name", "Telescope", STD},
    {"instrument_name", "char", "*", NULL, NULL, "meta.id;instr",
     "obscore:Provenance.ObsConfig.Instrument.name", "Camera", STD},
};

/* What its column is in SQL, over "svc.images". */
static const struct content_column images[] = {
    {"name", "char", "*", NULL, NULL, "meta.id;meta.main", NULL, "Name of the image",
     COLUMN_PRINCIPAL | COLUMN_INDEXED},
    {"title", "char", "*", NULL, NULL, "meta.title", NULL, "What it shows", COLUMN_PRINCIPAL},
    {"ra", "double", NULL, NULL, "deg", "pos.eq.ra;meta.main", NULL, "Right ascension (ICRS)",
     COLUMN_PRINCIPAL},
    {"dec", "double", NULL, NULL, "deg", "pos.eq.dec;meta.main", NULL, "Declination (ICRS)",
     COLUMN_PRINCIPAL},
    {"band", "char", "*", NULL, NULL, "instr.bandpass", NULL, "Filter", 0},
    {"mjd", "double", NULL, NULL, "d", "time.start;obs.exposure", NULL,
     "Begin of the exposure, MJD", 0},
    {"exptime", "double", NULL, NULL, "s", "time.duration;obs.exposure", NULL, "Exposure time", 0},
    {"width", "int", NULL, NULL, "pixel", "meta.number", NULL, "Pixels along the first axis", 0},
    {"height", "int", NULL, NULL, "pixel", "meta.number", NULL, "Pixels along the second axis", 0},
    {"obs_publisher_did", "char", "*", NULL, NULL, "meta.ref.ivoid",
     "obscore:Curation.publisherDID", "Identifier, for the service of links", COLUMN_PRINCIPAL},
    {"url", "char", "*", NULL, NULL, "meta.ref.url", NULL, "The FITS file", COLUMN_PRINCIPAL},
    {"preview", "char", "*", NULL, NULL, "meta.ref.url;meta.preview", NULL, "A small picture", 0},
    {"file_path", "char", "*", NULL, NULL, "meta.file", NULL,
     "The FITS file, below /files/ of this service", 0},
    {"note", "char", "*", NULL, NULL, "meta.id", "demo:Image.note",
     "Name of a text, at the address that the column's LINK tells", 0},
};

static const char images_source[] =
    "(SELECT name, title, ra, dec, band, mjd, exptime, width, height, '" IMAGES_DID "' || name AS "
    "obs_publisher_did, svc_url('/files/images/' || name || '.fits') AS url, CASE WHEN kind <> 3 "
    "THEN svc_url('/files/previews/' || name || '.png') END AS preview, 'images/' || name || "
    "'.fits' AS file_path, name AS note FROM \"svc.images\")";

static void bind(sqlite3_stmt *s, int *i, const char *text)
{
	sqlite3_bind_text(s, ++*i, text, -1, SQLITE_TRANSIENT);
}

static void bind_access(sqlite3_stmt *s, int *i, const struct image *im, const char *did)
{
	CLEANUP_BUF struct buf url = BUF_INIT;
	bool direct = im->number % DIRECT_EVERY == DIRECT;

	if (direct) {
		buf_addf(&url, "/files/images/%s.fits", im->name);
	} else {
		buf_adds(&url, "/datalink/links?ID=");
		url_add_value(&url, did, strlen(did));
	}
	bind(s, i, buf_str(&url));
	bind(s, i, direct ? "application/fits" : "application/x-votable+xml;content=datalink");
	sqlite3_bind_int64(s, ++*i, (int64_t)(svc_image_size(im, 0) / 1000));
}

static void bind_place(sqlite3_stmt *s, int *i, const struct image *im)
{
	CLEANUP_BUF struct buf region = BUF_INIT;
	int chips = svc_image_chips(im) == 4 ? 2 : 1;
	struct shape outline;

	svc_image_outline(im, &outline);
	buf_adds(&region, "POLYGON ICRS");
	for (size_t k = 0; k < outline.n; k++)
		buf_addf(&region, " %.7f", outline.v[k]);
	sqlite3_bind_double(s, ++*i, im->ra);
	sqlite3_bind_double(s, ++*i, im->dec);
	sqlite3_bind_double(s, ++*i, im->scale * im->width * chips * M_SQRT2);
	bind(s, i, buf_str(&region));
	sqlite3_bind_int(s, ++*i, im->width * chips);
	sqlite3_bind_int(s, ++*i, im->height * chips);
	sqlite3_bind_double(s, ++*i, im->scale * 3600 * 3);
}

static bool add_observation(sqlite3_stmt *s, const struct image *im, struct error **err)
{
	CLEANUP_FREE char *did = xasprintf("%s%s", IMAGES_DID, im->name);
	CLEANUP_FREE char *object = xasprintf("%.*s", (int)strcspn(im->title, ","), im->title);
	double min = 0, max = 0;
	int i = 0;

	svc_image_band(im, &min, &max);
	bind(s, &i, "image");
	sqlite3_bind_int(s, ++i, 2);
	bind(s, &i, "DEMO");
	bind(s, &i, im->name);
	bind(s, &i, im->title);
	bind(s, &i, did);
	bind_access(s, &i, im, did);
	bind(s, &i, object);
	bind_place(s, &i, im);
	sqlite3_bind_double(s, ++i, im->mjd);
	sqlite3_bind_double(s, ++i, im->mjd + im->exptime / 86400);
	sqlite3_bind_double(s, ++i, im->exptime);
	sqlite3_bind_double(s, ++i, im->exptime);
	sqlite3_bind_int(s, ++i, 1);
	sqlite3_bind_double(s, ++i, min);
	sqlite3_bind_double(s, ++i, max);
	sqlite3_bind_double(s, ++i, (min + max) / 2 / (max - min));
	sqlite3_bind_int(s, ++i, 1);
	bind(s, &i, "phot.count;em.opt");
	i += 2; /* no polarization */
	bind(s, &i, "Demo 1m");
	bind(s, &i, "DEMOCAM");
	return svc_insert(s, err);
}

static bool fill(sqlite3 *db, const struct content_table *t, struct error **err)
{
	CLEANUP_BUF struct buf sql = BUF_INIT;
	sqlite3_stmt *from =
	    svc_prepare(db, "SELECT * FROM \"svc.images\" ORDER BY kind, number", err);
	sqlite3_stmt *insert;
	bool ok;

	buf_addf(&sql, "INSERT INTO \"%s.%s\" VALUES(?", t->schema, t->name);
	for (size_t i = 1; i < t->ncolumns; i++)
		buf_adds(&sql, ",?");
	buf_adds(&sql, ")");
	insert = svc_prepare(db, buf_str(&sql), err);
	ok = from && insert;
	while (ok && sqlite3_step(from) == SQLITE_ROW) {
		struct image im;

		svc_image_read(from, &im);
		ok = add_observation(insert, &im, err);
	}
	sqlite3_finalize(from);
	sqlite3_finalize(insert);
	return ok;
}

/* The table itself, but for paths, which become URLs. */
static char *source_of(const struct content_table *t)
{
	struct buf sql = BUF_INIT;

	buf_adds(&sql, "(SELECT ");
	for (size_t i = 0; i < t->ncolumns; i++) {
		const char *name = t->columns[i].name;

		buf_adds(&sql, i ? ", " : "");
		if (!strcmp(name, "access_url"))
			buf_adds(&sql, "svc_url(access_url) AS ");
		buf_adds(&sql, name);
	}
	buf_addf(&sql, " FROM \"%s.%s\")", t->schema, t->name);
	return buf_steal(&sql);
}

bool svc_obscore_build(sqlite3 *db, struct error **err)
{
	struct content_table table = {"ivoa",
				      "obscore",
				      "All datasets of this service, as ObsCore 1.1 describes them",
				      "ivo://ivoa.net/std/ObsCore#table-1.1",
				      N(obscore),
				      NULL,
				      false};
	const struct content_table files = {
	    "demo", "images",  "Images, with the ways that lead to their files",
	    NULL,   N(images), images_source,
	    false};
	CLEANUP_FREE char *source = source_of(&table);

	table.source = source;
	return svc_tap_schema_add_schema(db, "ivoa", "Tables that are the same everywhere", 3,
					 err) &&
	       svc_create_table(db, &table, err) && fill(db, &table, err) &&
	       svc_exec(db, err,
			"CREATE INDEX \"svc.obscore_did\" ON \"ivoa.obscore\"(obs_publisher_did); "
			"CREATE INDEX \"svc.obscore_dec\" ON \"ivoa.obscore\"(s_dec); "
			"CREATE INDEX \"svc.obscore_ra\" ON \"ivoa.obscore\"(s_ra)") &&
	       svc_tap_schema_add_table(db, &table, 0, err) &&
	       svc_tap_schema_add_table(db, &files, 10, err);
}
