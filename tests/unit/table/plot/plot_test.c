/* plot_test.c: which picture a table is, and that its points are where they belong. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "table/plot/plot.h"
#include "table/votable/votable.h"
#include "table/write/format.h"

#define MAX_FIELDS 12

static struct field fields[MAX_FIELDS];
static struct table table = {.fields = fields};
static struct plot *plot;

static void finish(void)
{
	plot_free(plot);
}

TestSuite(plot, .fini = finish);

static void column(const char *name, const char *ucd, const char *unit)
{
	fields[table.nfields++] = (struct field){.name = (char *)(uintptr_t)name,
						 .ucd = (char *)(uintptr_t)ucd,
						 .unit = (char *)(uintptr_t)unit,
						 .type = DT_DOUBLE};
}

/* Rows of as many numbers as there are columns; NaN is none. */
static void give(const double *v, size_t rows)
{
	struct cell cells[MAX_FIELDS];
	size_t n = table.nfields;

	plot = plot_new();
	plot_learn_begin(plot, &table);
	for (int pass = 0; pass < 2; pass++) {
		for (size_t r = 0; r < rows; r++) {
			for (size_t i = 0; i < n; i++)
				cells[i] = (struct cell){
				    .null = isnan(v[r * n + i]), .count = 1, .d = &v[r * n + i]};
			if (pass)
				plot_add(plot, &table, cells);
			else
				plot_learn(plot, cells);
		}
		if (!pass)
			plot_choose(plot);
	}
}

Test(plot, positions_all_over_are_a_map_of_the_sky)
{
	static const double rows[] = {10, 41, 3, 200, -60, 5, 350, 80, 7};

	column("ra", "pos.eq.ra;meta.main", "deg");
	column("dec", "pos.eq.dec;meta.main", "deg");
	column("mag", "phot.mag", "mag");
	give(rows, 3);
	cr_expect_eq(plot->kind, PLOT_SKY);
	cr_expect_eq(plot->magnitude, 2);
	cr_expect_eq(plot->points, 3);
}

Test(plot, magnitudes_are_told_by_any_of_their_units)
{
	static const char *const units[] = {"mag",          "mmag",  "ABmag",    "mag(AB)",
					    "mag*arcsec-2", "[mag]", "0.001mag", "mag / arcsec2"};
	static const double rows[] = {1, 20, 2, 21, 3, 22};

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		plot_free(plot);
		table.nfields = 0;
		column("mjd", "time.epoch", "d");
		column("g", "phot.mag", units[i]);
		give(rows, 3);
		cr_expect(plot->y.downwards, "%s", units[i]);
	}
}

Test(plot, positions_close_together_are_a_field_also_across_zero)
{
	static const double rows[] = {359.9, 10.0, 0.1, 10.2};
	double x, y;

	column("RAJ2000", NULL, "deg");
	column("DEJ2000", NULL, "deg");
	give(rows, 2);
	cr_expect_eq(plot->kind, PLOT_FIELD);
	cr_expect(fabs(fmod(plot->middle[0], 360)) < 1e-9, "%g", plot->middle[0]);
	cr_expect_float_eq(plot->middle[1], 10.1, 1e-9);
	cr_expect_eq(plot->points, 2);
	cr_expect(plot_project(plot, 0.1, 10.1, &x, &y));
	cr_expect_lt(x, 0, "east is to the left");
	cr_expect(plot_project(plot, 0, 10.2, &x, &y));
	cr_expect_float_eq(y, 0.1, 1e-6, "north is up, in degrees");
}

Test(plot, brightness_of_one_object_against_time_is_a_light_curve)
{
	static const double rows[] = {10, 41, 58000, 12.5, 0.1, 10, 41, 58001, 12.9, NAN};
	double px, bright, faint;

	column("ra", "pos.eq.ra", "deg");
	column("dec", "pos.eq.dec", "deg");
	column("mjd", "time.epoch", "d");
	column("mag", "phot.mag;em.opt.V", "mag");
	column("e", "stat.error;phot.mag", "mag");
	give(rows, 2);
	cr_expect_eq(plot->kind, PLOT_LIGHT_CURVE);
	cr_expect_str_eq(plot->x.label, "mjd [d]");
	cr_expect_str_eq(plot->y.label, "mag [mag]");
	cr_expect_eq(plot->error, 4);
	plot_pixel(plot, 58000, 12.5, &px, &bright);
	plot_pixel(plot, 58000, 12.9, &px, &faint);
	cr_expect_lt(bright, faint, "bright is up");
}

Test(plot, brightness_against_colour_is_a_diagram)
{
	static const double rows[] = {12, 0.5, 15, 1.5};
	static const double three[] = {12, 12.3, 11.2, 15, 15.9, 14.1};

	column("g", "phot.mag;em.opt", "mag");
	column("bp_rp", "phot.color", "mag");
	give(rows, 2);
	cr_expect_eq(plot->kind, PLOT_DIAGRAM);
	cr_expect_eq(plot->x.column, 1);
	cr_expect(plot->y.downwards);
	plot_free(plot);
	table.nfields = 0;
	column("g", "phot.mag", "mag");
	column("bp", "phot.mag", "mag");
	column("rp", "phot.mag", "mag");
	give(three, 2);
	cr_expect_eq(plot->kind, PLOT_DIAGRAM);
	cr_expect_str_eq(plot->x.label, "bp − rp [mag]");
}

Test(plot, other_numbers_are_histograms_and_none_is_nothing)
{
	static const double rows[] = {1, 5, 2, 5, 3, 5};
	static const double none[] = {NAN, NAN};

	column("a", NULL, NULL);
	column("b", "meta.id", NULL);
	give(rows, 3);
	cr_expect_eq(plot->kind, PLOT_HISTOGRAMS);
	cr_expect_eq(plot->npanels, 1, "identifiers are no quantity");
	cr_expect_eq(plot->bins[0][0], 1);
	cr_expect_eq(plot->bins[0][PLOT_BINS - 1], 1);
	plot_free(plot);
	give(none, 1);
	cr_expect_eq(plot->kind, PLOT_NOTHING);
}

Test(plot, hours_and_radians_are_no_degrees)
{
	static const double rows[] = {10, 100, 20, 40};

	column("ra", "pos.eq.ra", NULL);
	column("dec", "pos.eq.dec", NULL);
	give(rows, 2);
	cr_expect_eq(plot->kind, PLOT_HISTOGRAMS);
}

Test(plot, what_is_nowhere_in_the_sky_is_left_out_and_told)
{
	static const double rows[] = {10,   41, -999, -999, 10.1, 41.1, 1e20, 5,
				      10.2, 41, 10,   NAN,  370,  41,   -350, 41};

	column("ra", "pos.eq.ra", "deg");
	column("dec", "pos.eq.dec", "deg");
	give(rows, 8);
	cr_expect_eq(plot->kind, PLOT_FIELD);
	cr_expect_eq(plot->points, 5);
	cr_expect_float_eq(plot->middle[0], 10.1, 1e-9);
	cr_expect_str_eq(plot->subtitle, "3 of 8 rows have no place in the sky");
}

Test(plot, infinities_are_nowhere)
{
	static const double rows[] = {10, 41, INFINITY, 3, 11, 41};

	column("ra", "pos.eq.ra", "deg");
	column("dec", "pos.eq.dec", "deg");
	give(rows, 3);
	cr_expect_eq(plot->kind, PLOT_FIELD);
	cr_expect_str_eq(plot->subtitle, "1 of 3 rows has no place in the sky");
}

/* No less than its labels can tell. */
Test(plot, one_place_is_a_small_field)
{
	static const double rows[] = {83.8, -5.3, 83.8, -5.3};

	column("ra", "pos.eq.ra", "deg");
	column("dec", "pos.eq.dec", "deg");
	give(rows, 1);
	cr_expect_eq(plot->kind, PLOT_FIELD);
	cr_expect_float_eq(plot->y.max * 2 * 3600, 4, 1e-6);
	plot_free(plot);
	give(rows, 2);
	cr_expect_eq(plot->kind, PLOT_FIELD, "also if several are there");
	cr_expect_eq(plot->points, 2);
}

Test(plot, all_around_a_pole_is_a_field_with_the_pole_in_its_middle)
{
	static const double rows[] = {0, -80, 120, -75, 240, -85};
	double x, y;

	column("ra", "pos.eq.ra", "deg");
	column("dec", "pos.eq.dec", "deg");
	give(rows, 3);
	cr_expect_eq(plot->kind, PLOT_FIELD);
	cr_expect_eq(plot->middle[1], -90);
	cr_expect(plot_project(plot, 0, -90, &x, &y));
	cr_expect_float_eq(hypot(x, y), 0, 1e-9);
	cr_expect_eq(plot->points, 3);
}

Test(plot, a_curve_without_a_complete_point_has_none)
{
	static const double rows[] = {58000, NAN, NAN, 12};

	column("mjd", "time.epoch", "d");
	column("mag", "phot.mag", "mag");
	give(rows, 2);
	cr_expect_eq(plot->points, 0);
}

Test(plot, histograms_take_all_that_a_double_is)
{
	static const double rows[] = {-1e308, 0, 1e308, 0, 0, 0};

	column("a", NULL, NULL);
	column("b", NULL, NULL);
	give(rows, 3);
	cr_expect_eq(plot->bins[0][0], 1);
	cr_expect_eq(plot->bins[0][PLOT_BINS / 2], 1);
	cr_expect_eq(plot->bins[0][PLOT_BINS - 1], 1);
	cr_expect_str_eq(plot->subtitle, "3 rows");
}

Test(plot, columns_that_are_not_drawn_are_told)
{
	static const double rows[1200 * 12];
	static char names[12][4];

	for (int i = 0; i < 12; i++) {
		snprintf(names[i], sizeof(names[i]), "c%d", i);
		column(names[i], NULL, NULL);
	}
	give(rows, 1200);
	cr_expect_eq(plot->npanels, PLOT_PANELS);
	cr_expect_str_eq(plot->subtitle, "1,200 rows; 9 of 12 columns");
}

/* Every kind of picture is a PNG of the size that is told. */
static void expect_png(const char *doc)
{
	static const unsigned char head[] = {0x89,
					     'P',
					     'N',
					     'G',
					     '\r',
					     '\n',
					     0x1a,
					     '\n',
					     0,
					     0,
					     0,
					     13,
					     'I',
					     'H',
					     'D',
					     'R',
					     0,
					     0,
					     PLOT_WIDTH >> 8,
					     PLOT_WIDTH & 255,
					     0,
					     0,
					     PLOT_HEIGHT >> 8,
					     PLOT_HEIGHT & 255};
	CLEANUP_CLOSE int fd = memfd_create("png", MFD_CLOEXEC);
	struct format_writer *w = png_writer_new(fd);
	unsigned char got[sizeof(head)];
	struct error *err = NULL;

	do {
		struct votable *v = votable_new(&w->sink);

		cr_assert(votable_feed(v, doc, strlen(doc), &err), "%s", error_text(err));
		cr_assert(votable_finish(v, &err), "%s", error_text(err));
		votable_free(v);
	} while (w->again(w));
	w->free(w);
	cr_assert_eq(pread(fd, got, sizeof(got), 0), (ssize_t)sizeof(got));
	cr_expect_arr_eq(got, head, sizeof(head));
	cr_expect_gt(lseek(fd, 0, SEEK_END), 1000);
}

#define DOC(fields, rows)                                                                     \
	"<VOTABLE><RESOURCE type='results'><INFO name='query' value='SELECT &#228; FROM b'/>" \
	"<TABLE>" fields "<DATA><TABLEDATA>" rows "</TABLEDATA></DATA></TABLE></RESOURCE>"    \
	"</VOTABLE>"
#define NUMBER(name, ucd) "<FIELD name='" name "' datatype='double' ucd='" ucd "'/>"

Test(plot, pictures_of_all_kinds_are_drawn)
{
	expect_png(DOC(NUMBER("ra", "pos.eq.ra") NUMBER("dec", "pos.eq.dec"),
		       "<TR><TD>0</TD><TD>90</TD></TR><TR><TD>180</TD><TD>-90</TD></TR>"));
	expect_png(DOC(NUMBER("ra", "pos.eq.ra") NUMBER("dec", "pos.eq.dec"),
		       "<TR><TD>5</TD><TD>89.9</TD></TR><TR><TD>185</TD><TD>89.9</TD></TR>"));
	expect_png(DOC(NUMBER("t", "time.epoch") NUMBER("m", "phot.mag") NUMBER(
			   "e", "stat.error") "<FIELD name='band' datatype='char' arraysize='*'/>",
		       "<TR><TD>1</TD><TD>2</TD><TD>.1</TD><TD>V</TD></TR>"));
	expect_png(DOC(NUMBER("m", "phot.mag") NUMBER("c", "phot.color"),
		       "<TR><TD>1</TD><TD>2</TD></TR><TR><TD/><TD>2</TD></TR>"));
	expect_png(DOC(NUMBER("x", ""), "<TR><TD>1</TD></TR><TR><TD>1</TD></TR>"));
	expect_png(DOC(NUMBER("x", ""), ""));
	expect_png(DOC(NUMBER("x", ""), "<TR><TD>-1e308</TD></TR><TR><TD>1e308</TD></TR>"));
	expect_png(DOC(NUMBER("t", "time.epoch") NUMBER("m", "phot.mag"),
		       "<TR><TD>-1.7e308</TD><TD>1.7e308</TD></TR>"
		       "<TR><TD>1.7e308</TD><TD>-1.7e308</TD></TR>"));
	expect_png(
	    DOC(NUMBER("t", "time.epoch") NUMBER("m", "phot.mag"),
		"<TR><TD>1e17</TD><TD/></TR><TR><TD>100000000000000016</TD><TD>5</TD></TR>"));
}

/* More than are drawn one by one, on the sky, in a field, and around a pole. */
Test(plot, densities_are_drawn)
{
	static const int spreads[][2] = {{360, 80}, {2, 2}};

	for (int k = 0; k < 2; k++) {
		CLEANUP_BUF struct buf doc = BUF_INIT;

		buf_adds(&doc, "<VOTABLE><RESOURCE type='results'><TABLE>" NUMBER("ra", "pos.eq.ra")
				   NUMBER("dec", "pos.eq.dec") "<DATA><TABLEDATA>");
		for (int i = 0; i <= PLOT_MARKS; i++)
			buf_addf(&doc, "<TR><TD>%d</TD><TD>%d</TD></TR>", i % spreads[k][0],
				 i % spreads[k][1]);
		buf_adds(&doc, "</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>");
		expect_png(buf_str(&doc));
	}
}

/* What LeakSanitizer does not tell of: fonts are remembered for as long as the process lives. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig";
}
