/* plot_place_test.c: positions in the sky, in whatever unit they come. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "table/plot/plot.h"

static struct field fields[8];
static struct table table = {.fields = fields};
static struct plot *plot;

static void finish(void)
{
	plot_free(plot);
}

TestSuite(plot_place, .fini = finish);

static void column(const char *name, const char *ucd, const char *unit, enum datatype type)
{
	fields[table.nfields++] = (struct field){.name = (char *)(uintptr_t)name,
						 .ucd = (char *)(uintptr_t)ucd,
						 .unit = (char *)(uintptr_t)unit,
						 .type = type};
}

static void begin(const char *ra_unit, const char *dec_unit, enum datatype type)
{
	plot_free(plot);
	table.nfields = 0;
	column("ra", "pos.eq.ra;meta.main", ra_unit, type);
	column("dec", "pos.eq.dec;meta.main", dec_unit, type);
	plot = plot_new();
	plot_learn_begin(plot, &table);
}

static void expect_numbers(const char *ra_unit, const char *dec_unit, double ra, double dec,
			   double ra_degrees, double dec_degrees)
{
	struct cell cells[] = {{.count = 1, .d = &ra}, {.count = 1, .d = &dec}};
	double x = NAN, y = NAN;

	begin(ra_unit, dec_unit, DT_DOUBLE);
	cr_expect(plot_place_of(plot, cells, &x, &y), "%s", ra_unit);
	cr_expect_float_eq(x, ra_degrees, 1e-9, "%s: %.12g", ra_unit, x);
	cr_expect_float_eq(y, dec_degrees, 1e-9, "%s: %.12g", dec_unit, y);
}

static bool place_of(const char *ra, const char *dec, double *x, double *y)
{
	struct cell cells[] = {{.count = 1, .s = ra, .len = strlen(ra)},
			       {.count = 1, .s = dec, .len = strlen(dec)}};

	return plot_place_of(plot, cells, x, y);
}

static void expect_texts(const char *ra, const char *dec, double ra_degrees, double dec_degrees)
{
	double x = NAN, y = NAN;

	cr_expect(place_of(ra, dec, &x, &y), "%s %s", ra, dec);
	cr_expect_float_eq(x, ra_degrees, 1e-9, "%s: %.12g", ra, x);
	cr_expect_float_eq(y, dec_degrees, 1e-9, "%s: %.12g", dec, y);
}

Test(plot_place, numbers_become_degrees_by_their_unit)
{
	expect_numbers("deg", "deg", 83.5, 22, 83.5, 22);
	expect_numbers(NULL, "", -10, -22, 350, -22);
	expect_numbers("---", " ", 83.5, 22, 83.5, 22);
	expect_numbers("\xc2\xb0", "\xc2\xb0", 83.5, 22, 83.5, 22);
	expect_numbers("h", "deg", 5.5, 22, 82.5, 22);
	expect_numbers("hourangle", "degrees", 23.5, 22, 352.5, 22);
	expect_numbers("rad", "rad", M_PI, -M_PI / 4, 180, -45);
	expect_numbers("arcmin", "arcsec", 600, 7200, 10, 2);
	expect_numbers("mas", "uas", 3.6e7, 3.6e9, 10, 1);
}

static void expect_no_place(const char *ra_unit, const char *dec_unit, enum datatype type)
{
	begin(ra_unit, dec_unit, type);
	cr_expect(plot->ra == NO_PLOT_COLUMN || plot->dec == NO_PLOT_COLUMN, "%s %s", ra_unit,
		  dec_unit);
}

Test(plot_place, what_has_another_unit_is_no_position)
{
	expect_no_place("pix", "pix", DT_DOUBLE);
	expect_no_place("mas/yr", "mas/yr", DT_DOUBLE);
	expect_no_place("deg", "h", DT_DOUBLE);
	expect_no_place("\"h:m:s\"", "\"d:m:s\"", DT_DOUBLE);
	expect_no_place("rad/s", "deg", DT_CHAR);
}

Test(plot_place, texts_with_minutes_and_seconds_become_degrees)
{
	begin("\"h:m:s\"", "\"d:m:s\"", DT_CHAR);
	expect_texts("05 34 31.94", "+22 00 52.2", 83.63308333333333, 22.0145);
	expect_texts("05:34:31.94", "-00:30:52.2", 83.63308333333333, -0.5145);
	expect_texts("5h34m31.94s", "22d00m52.2s", 83.63308333333333, 22.0145);
	expect_texts(" 12 30 ", "-0 30", 187.5, -0.5);
	begin(NULL, NULL, DT_CHAR);
	expect_texts("05 34 31.94", "+22 00 52.2", 83.63308333333333, 22.0145);
	expect_texts("83.5", "22", 83.5, 22);
	begin("d:m:s", "deg", DT_CHAR);
	expect_texts("83 30 00", "22 30 00", 83.5, 22.5);
}

Test(plot_place, other_texts_are_nowhere)
{
	static const char *const bad[] = {"",      "M 31",     "12 30 x",   "1 2 3 4",
					  "12 61", "5 30 -1",  "999 30 00", "..",
					  "- - -", "12 30 1e5"};
	double x, y;

	begin("h:m:s", "d:m:s", DT_CHAR);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		cr_expect_not(place_of(bad[i], "1 2 3", &x, &y), "%s", bad[i]);
	cr_expect_not(place_of("12.5", "1 2 3", &x, &y), "hours or degrees?");
	begin("deg", "deg", DT_CHAR);
	cr_expect_not(place_of("05 34 31.94", "+22 00 52.2", &x, &y), "hours or degrees?");
	cr_expect(place_of("5h34m", "+22 00 52.2", &x, &y));
}

Test(plot_place, numbers_go_before_texts)
{
	begin("h:m:s", "d:m:s", DT_CHAR);
	column("_RA", "pos.eq.ra", "deg", DT_DOUBLE);
	column("_DE", "pos.eq.dec", "deg", DT_DOUBLE);
	plot_learn_begin(plot, &table);
	cr_expect_eq(plot->ra, 2);
	cr_expect_eq(plot->dec, 3);
}

/* --- brightness --- */

static enum plot_kind picture_of(const char *name, const char *ucd, const char *unit)
{
	double time = 58000, v = 12;
	struct cell cells[] = {{.count = 1, .d = &time}, {.count = 1, .d = &v}};

	plot_free(plot);
	table.nfields = 0;
	column("mjd", "time.epoch", "d", DT_DOUBLE);
	column(name, ucd, unit, DT_DOUBLE);
	plot = plot_new();
	plot_learn_begin(plot, &table);
	plot_learn(plot, cells);
	plot_choose(plot);
	return plot->kind;
}

static void expect_axis(const char *name, const char *ucd, const char *unit, bool downwards)
{
	cr_expect_eq(picture_of(name, ucd, unit), PLOT_LIGHT_CURVE, "%s %s", ucd, unit);
	cr_expect_eq(plot->y.downwards, downwards, "%s %s", ucd, unit);
}

Test(plot_place, bright_is_up_of_magnitudes_and_fluxes)
{
	expect_axis("m", "phot.mag", "mag", true);
	expect_axis("m", "phot.mag;em.opt.V", NULL, true);
	expect_axis("m", NULL, "mmag", true);
	expect_axis("m", NULL, "mag(AB)", true);
	expect_axis("m", NULL, "mag/arcsec2", true);
	expect_axis("m", "phot.flux", "mag", true);
	expect_axis("mag", NULL, NULL, true);
	expect_axis("m", "phot.mag", "Jy", false);
	expect_axis("m", "phot.flux;em.radio", "mJy", false);
	expect_axis("m", "phot.count", "ct", false);
	cr_expect_eq(picture_of("mag", NULL, "Jy"), PLOT_HISTOGRAMS);
	cr_expect_eq(picture_of("slope", NULL, "mag/d"), PLOT_HISTOGRAMS);
}

static void begin_parts(void)
{
	plot_free(plot);
	table.nfields = 0;
	column("RAh", "pos.eq.ra;meta.main", "h", DT_INT);
	column("RAm", "pos.eq.ra", "min", DT_INT);
	column("RAs", "pos.eq.ra", "s", DT_DOUBLE);
	column("DEd", "pos.eq.dec;meta.main", "deg", DT_INT);
	column("DEm", "pos.eq.dec", "arcmin", DT_INT);
	column("DEs", "pos.eq.dec", "arcsec", DT_INT);
}

static void choose(void)
{
	plot = plot_new();
	plot_learn_begin(plot, &table);
}

/* VizieR: a map by the hours alone is another map. */
Test(plot_place, a_part_of_a_position_is_none)
{
	begin_parts();
	choose();
	cr_expect_eq(plot->ra, NO_PLOT_COLUMN);
	cr_expect_eq(plot->dec, NO_PLOT_COLUMN);
	begin_parts();
	column("_RA", "pos.eq.ra", "deg", DT_DOUBLE);
	column("_DE", "pos.eq.dec", "deg", DT_DOUBLE);
	choose();
	cr_expect_eq(plot->ra, 6, "the whole one is taken");
	cr_expect_eq(plot->dec, 7);
}
