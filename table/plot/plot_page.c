/*
 * plot_page.c: where things are on the page, and what all parts of a picture draw with; see
 * plot_cairo.h.
 */
#include <math.h>

#include "table/plot/plot_cairo.h"

#define LEFT_OF_FIELD 115 /* its labels have four digits behind the point */
#define TOP           64
#define BOTTOM        62

struct plot_box plot_box(const struct plot *p)
{
	double left = p->kind == PLOT_FIELD ? LEFT_OF_FIELD : PLOT_LEFT;
	struct plot_box b = {left, TOP, PLOT_WIDTH - left - PLOT_RIGHT, PLOT_HEIGHT - TOP - BOTTOM};

	if (p->kind == PLOT_SKY) { /* twice as wide as high */
		b.left = 20;
		b.width = PLOT_WIDTH - 40;
		b.height = b.width / 2;
		b.top = TOP + (PLOT_HEIGHT - TOP - 30 - b.height) / 2;
	}
	return b;
}

bool plot_pixel(const struct plot *p, double x, double y, double *px, double *py)
{
	struct plot_box b = plot_box(p);

	if (p->kind == PLOT_SKY) {
		*px = b.left + b.width * (0.5 + x / 360);
		*py = b.top + b.height * (0.5 - y / 180);
		return true;
	}
	x = (x - p->x.min) / (p->x.max - p->x.min);
	y = (y - p->y.min) / (p->y.max - p->y.min);
	if (!p->y.downwards)
		y = 1 - y;
	*px = b.left + b.width * x;
	*py = b.top + b.height * y;
	return x >= 0 && x <= 1 && y >= 0 && y <= 1;
}

bool plot_is_density(const struct plot *p)
{
	return p->points > p->nmarks;
}

void plot_text(cairo_t *c, double x, double y, double size, double align, const char *text)
{
	cairo_text_extents_t e;

	cairo_set_font_size(c, size);
	cairo_text_extents(c, text, &e);
	cairo_move_to(c, x - e.x_advance * align, y);
	cairo_show_text(c, text);
}

double plot_step(double span, double n)
{
	double raw = span / n;
	double power = pow(10, floor(log10(raw)));
	double f = raw / power;

	return power * (f > 5 ? 10 : f > 2 ? 5 : f > 1 ? 2 : 1);
}

void plot_grey(cairo_t *c, double v)
{
	cairo_set_source_rgb(c, v, v, v);
}
