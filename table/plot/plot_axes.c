/* plot_axes.c: grids, labels and frames of plots; see plot_cairo.h. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "table/plot/plot_cairo.h"

#define LINE_POINTS 120 /* of a line of the sky's grid */
#define TICKS_MAX   20  /* of an axis */
#define INSET       24  /* pixels between the frame and a label within */

/* Lines of the grid: thin enough to be below marks, and seen above a density. */
static void faint(cairo_t *c, const struct plot *p)
{
	if (plot_is_density(p))
		cairo_set_source_rgba(c, 0.74, 0.74, 0.78, 0.75);
	else
		cairo_set_source_rgba(c, 0.4, 0.4, 0.4, 0.22);
}

/* As many digits as the step needs. */
static void label(char *out, size_t size, double v, double step)
{
	int digits = step >= 1 ? 0 : (int)ceil(-log10(step) - 1e-9);

	if (fabs(v) < step / 1e6)
		v = 0;
	if (digits > 8 || fabs(v) >= 1e9)
		snprintf(out, size, "%.6g", v);
	else
		snprintf(out, size, "%.*f", digits, v);
}

/* --- the sky --- */

struct grid_line {
	bool begun;
	double last_x, last_y;
};

static void line_to(cairo_t *c, const struct plot *p, double ra, double dec, struct grid_line *l)
{
	double x, y, px, py;

	if (!plot_project(p, ra, dec, &x, &y)) {
		l->begun = false;
		return;
	}
	plot_pixel(p, x, y, &px, &py);
	if (l->begun && fabs(px - l->last_x) < PLOT_WIDTH / 3.0)
		cairo_line_to(c, px, py);
	else
		cairo_move_to(c, px, py);
	*l = (struct grid_line){true, px, py};
}

static void meridian(cairo_t *c, const struct plot *p, double ra, double from, double to)
{
	struct grid_line l = {0};

	for (int i = 0; i <= LINE_POINTS; i++)
		line_to(c, p, ra, from + (to - from) * i / LINE_POINTS, &l);
	cairo_stroke(c);
}

static void parallel(cairo_t *c, const struct plot *p, double dec, double from, double to)
{
	struct grid_line l = {0};

	for (int i = 0; i <= LINE_POINTS; i++)
		line_to(c, p, from + (to - from) * i / LINE_POINTS, dec, &l);
	cairo_stroke(c);
}

/* Within the picture: on a light ground of its own. */
static void sky_label(cairo_t *c, double x, double y, const char *text)
{
	cairo_text_extents_t e;

	cairo_set_font_size(c, 11.5);
	cairo_text_extents(c, text, &e);
	cairo_set_source_rgba(c, 1, 1, 1, 0.7);
	cairo_rectangle(c, x - 1, y - e.height - 1, e.x_advance + 2, e.height + 3);
	cairo_fill(c);
	plot_grey(c, 0.25);
	plot_text(c, x, y, 11.5, 0, text);
}

static void all_sky(cairo_t *c, const struct plot *p)
{
	double x, y, px, py;
	char text[32];

	faint(c, p);
	for (int ra = 30; ra < 360; ra += 30)
		if (ra != 180)
			meridian(c, p, ra, -90, 90);
	meridian(c, p, 0, -90, 90);
	for (int dec = -60; dec <= 60; dec += 30) {
		parallel(c, p, dec, 180.001, 360);
		parallel(c, p, dec, 0, 179.999);
	}
	plot_grey(c, 0.35);
	meridian(c, p, 180, -90, 90);
	meridian(c, p, 180.0001, -90, 90);
	for (int ra = 0; ra < 360; ra += 60) {
		plot_project(p, ra == 180 ? 179.99 : ra, 0, &x, &y);
		plot_pixel(p, x, y, &px, &py);
		snprintf(text, sizeof(text), "%d°", ra);
		sky_label(c, px + (ra == 180 ? 6 : 3), py - 4, text);
	}
	for (int dec = -60; dec <= 60; dec += 30) {
		if (!dec)
			continue;
		plot_project(p, 0, dec, &x, &y);
		plot_pixel(p, x, y, &px, &py);
		snprintf(text, sizeof(text), "%+d°", dec);
		sky_label(c, px + 3, py - 4, text);
	}
}

/* Where a line of the grid leaves the frame: below (meridians) or at its left (parallels). */
static void edge_label(cairo_t *c, const struct plot *p, bool of_ra, double v, double step,
		       double from, double to)
{
	struct plot_box b = plot_box(p);
	double best = 3, at = -1;
	char number[40], text[48];

	for (int i = 0; i <= 2000; i++) {
		double other = from + (to - from) * i / 2000;
		double x, y, px, py, off;

		if (!plot_project(p, of_ra ? v : other, of_ra ? other : v, &x, &y))
			continue;
		plot_pixel(p, x, y, &px, &py);
		off = of_ra ? fabs(py - b.top - b.height) : fabs(px - b.left);
		if (off < best) {
			best = off;
			at = of_ra ? px : py;
		}
	}
	label(number, sizeof(number),
	      of_ra && v < 0      ? v + 360
	      : of_ra && v >= 360 ? v - 360
				  : v,
	      step);
	snprintf(text, sizeof(text), "%s°", number);
	if (of_ra && at >= b.left && at <= b.left + b.width)
		plot_text(c, at, b.top + b.height + 18, 12, 0.5, text);
	else if (!of_ra && at >= b.top && at <= b.top + b.height)
		plot_text(c, b.left - 6, at + 4, 12, 1, text);
}

/* In the picture, and so far from its edges that a label has room. */
static bool is_inside(const struct plot *p, double ra, double dec, double *px, double *py)
{
	struct plot_box b = plot_box(p);
	double x, y;

	return plot_project(p, ra, dec, &x, &y) && plot_pixel(p, x, y, px, py) &&
	       *px > b.left + INSET && *px<b.left + b.width - 2 * INSET && * py> b.top + INSET &&
	       *py < b.top + b.height - INSET;
}

/*
 * With a pole in it or near, few lines reach the frame's left and lower edge: meridians are told
 * where they leave the picture, parallels between two meridians. False: there is no pole.
 */
static bool pole_labels(cairo_t *c, const struct plot *p, double ra_step, double dec_step)
{
	double pole = copysign(90, p->middle[1]), far = copysign(2 * p->y.max, pole);
	double between = (floor(p->middle[0] / ra_step) + 0.5) * ra_step;
	double px, py, x, y;
	char number[40], text[48];

	if (90 - fabs(p->middle[1]) > 2 * p->y.max)
		return false;
	for (int k = 0; k * ra_step < 360; k++) {
		bool any = false;

		for (int i = 1; i <= LINE_POINTS; i++)
			if (is_inside(p, k * ra_step, pole - far * i / LINE_POINTS, &x, &y)) {
				px = x;
				py = y;
				any = true;
			}
		label(number, sizeof(number), k * ra_step, ra_step);
		snprintf(text, sizeof(text), "%s°", number);
		if (any)
			sky_label(c, px, py, text);
	}
	for (int i = 1; i < TICKS_MAX; i++) {
		double dec = pole - copysign(i * dec_step, pole);

		label(number, sizeof(number), dec, dec_step);
		snprintf(text, sizeof(text), "%s°", number);
		if (is_inside(p, between, dec, &px, &py))
			sky_label(c, px, py, text);
	}
	return true;
}

static void draw_field_axes(cairo_t *c, const struct plot *p)
{
	double corner = hypot(p->x.max, p->y.max) * 1.1;
	double dec_from = fmax(p->middle[1] - corner, -90);
	double dec_to = fmin(p->middle[1] + corner, 90);
	double widest = fmax(fabs(dec_from), fabs(dec_to));
	double half = widest > 88 ? 180 : fmin(p->x.max * 1.3 / cos(widest * M_PI / 180), 180);
	double ra_from = p->middle[0] - half, ra_to = p->middle[0] + half;
	double cosine = fmax(cos(p->middle[1] * M_PI / 180), 0.02);
	double dec_step = plot_step(p->y.max * 2, 8);
	double ra_step = fmin(plot_step(p->x.max * 2 / cosine, 7), 30);

	bool pole;

	plot_grey(c, 0.25);
	pole = pole_labels(c, p, ra_step, dec_step);
	for (double ra = ceil(ra_from / ra_step) * ra_step; ra <= ra_to; ra += ra_step) {
		cairo_save(c);
		plot_clip(c, p);
		faint(c, p);
		meridian(c, p, ra, dec_from, dec_to);
		cairo_restore(c);
		plot_grey(c, 0.25);
		if (!pole)
			edge_label(c, p, true, ra, ra_step, dec_from, dec_to);
	}
	for (double dec = ceil(dec_from / dec_step) * dec_step; dec <= dec_to; dec += dec_step) {
		cairo_save(c);
		plot_clip(c, p);
		faint(c, p);
		parallel(c, p, dec, ra_from, ra_to);
		cairo_restore(c);
		plot_grey(c, 0.25);
		if (!pole)
			edge_label(c, p, false, dec, dec_step, ra_from, ra_to);
	}
}

/* --- two axes --- */

static void ticks(cairo_t *c, const struct plot *p, const struct plot_axis *a, bool along_x)
{
	struct plot_box b = plot_box(p);
	double step = plot_step(a->max - a->min, along_x ? 8 : 7);
	char text[48];

	for (int i = 0; i < TICKS_MAX; i++) { /* the step may be less than the last digit of v */
		double v = (ceil(a->min / step) + i) * step;
		double x, y;

		if (!(v <= a->max))
			break;

		plot_pixel(p, along_x ? v : p->x.min, along_x ? p->y.min : v, &x, &y);
		faint(c, p);
		cairo_move_to(c, along_x ? x : b.left, along_x ? b.top : y);
		cairo_line_to(c, along_x ? x : b.left + b.width, along_x ? b.top + b.height : y);
		cairo_stroke(c);
		plot_grey(c, 0.25);
		label(text, sizeof(text), v, step);
		if (along_x)
			plot_text(c, x, b.top + b.height + 18, 12, 0.5, text);
		else
			plot_text(c, b.left - 6, y + 4, 12, 1, text);
	}
}

void plot_grid_lines(cairo_t *c, const struct plot *p)
{
	cairo_set_line_width(c, 1);
	if (p->kind == PLOT_SKY) {
		all_sky(c, p);
	} else if (p->kind == PLOT_FIELD) {
		draw_field_axes(c, p);
	} else {
		ticks(c, p, &p->x, true);
		ticks(c, p, &p->y, false);
	}
}

void plot_clip(cairo_t *c, const struct plot *p)
{
	struct plot_box b = plot_box(p);

	if (p->kind == PLOT_SKY)
		return;
	cairo_rectangle(c, b.left, b.top, b.width, b.height);
	cairo_clip(c);
}

static void vertical_text(cairo_t *c, double x, double y, const char *text)
{
	cairo_save(c);
	cairo_translate(c, x, y);
	cairo_rotate(c, -M_PI / 2);
	plot_text(c, 0, 0, 13.5, 0.5, text);
	cairo_restore(c);
}

void plot_frame(cairo_t *c, const struct plot *p)
{
	struct plot_box b = plot_box(p);
	const struct field *f = p->table->fields;

	if (p->kind == PLOT_SKY)
		return;
	plot_grey(c, 0.25);
	cairo_set_line_width(c, 1.2);
	cairo_rectangle(c, b.left, b.top, b.width, b.height);
	cairo_stroke(c);
	plot_grey(c, 0.1);
	plot_text(c, b.left + b.width / 2, b.top + b.height + 44, 13.5, 0.5,
		  p->kind == PLOT_FIELD ? f[p->ra].name : p->x.label);
	vertical_text(c, 24, b.top + b.height / 2,
		      p->kind == PLOT_FIELD ? f[p->dec].name : p->y.label);
}
