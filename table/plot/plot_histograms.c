/* plot_histograms.c: a histogram a column of numbers; see plot_cairo.h. */
#include <math.h>
#include <stdio.h>

#include "table/plot/plot_cairo.h"

#define DIGITS_MIN 6
#define DIGITS_MAX 17 /* of a double */

/* "800", "20k", "1.5M" */
static void count_text(char *out, size_t size, double n)
{
	if (n >= 1e6)
		snprintf(out, size, "%gM", n / 1e6);
	else if (n >= 1e4)
		snprintf(out, size, "%gk", n / 1e3);
	else
		snprintf(out, size, "%g", n);
}

static void count_axis(cairo_t *c, struct plot_box b, uint32_t most)
{
	double step = fmax(plot_step(most, 4), 1);
	char text[32];

	cairo_set_line_width(c, 1);
	for (double n = 0; n <= most; n += step) {
		double y = b.top + b.height * (1 - n / most);

		cairo_set_source_rgba(c, 0.4, 0.4, 0.4, 0.22);
		cairo_move_to(c, b.left, y + 0.5);
		cairo_line_to(c, b.left + b.width, y + 0.5);
		cairo_stroke(c);
		plot_grey(c, 0.35);
		count_text(text, sizeof(text), n);
		plot_text(c, b.left - 5, y + 4, 10.5, 1, text);
	}
}

/* So many digits that the ends of a narrow range differ. */
static int digits_needed(const struct plot_range *r)
{
	double width = r->max / 2 - r->min / 2;
	double largest = fmax(fabs(r->min), fabs(r->max)) / 2;
	double digits = width > 0 ? ceil(log10(largest / width)) + 2 : 0;

	return (int)fmin(fmax(digits, DIGITS_MIN), DIGITS_MAX);
}

static void ends(cairo_t *c, const struct plot_range *r, struct plot_box b)
{
	double y = b.top + b.height + 16;
	char text[64];

	if (!(r->min < r->max)) {
		snprintf(text, sizeof(text), "%.15g", r->min);
		plot_text(c, b.left + b.width / 2, y, 11.5, 0.5, text);
		return;
	}
	snprintf(text, sizeof(text), "%.*g", digits_needed(r), r->min);
	plot_text(c, b.left, y, 11.5, 0, text);
	snprintf(text, sizeof(text), "%.*g", digits_needed(r), r->max);
	plot_text(c, b.left + b.width, y, 11.5, 1, text);
}

static void panel(cairo_t *c, const struct plot *p, size_t i, struct plot_box b)
{
	const struct field *f = &p->table->fields[p->panels[i]];
	const char *unit = f->unit && *f->unit ? f->unit : NULL;
	uint32_t most = 1;
	char text[64];

	for (size_t k = 0; k < PLOT_BINS; k++)
		most = p->bins[i][k] > most ? p->bins[i][k] : most;
	count_axis(c, b, most);
	cairo_set_source_rgb(c, 0.22, 0.47, 0.74);
	for (size_t k = 0; k < PLOT_BINS; k++) {
		double h = b.height * p->bins[i][k] / most;

		cairo_rectangle(c, b.left + b.width * (double)k / PLOT_BINS, b.top + b.height - h,
				b.width / PLOT_BINS, h);
	}
	cairo_fill(c);
	plot_grey(c, 0.4);
	cairo_set_line_width(c, 1);
	cairo_move_to(c, b.left, b.top + b.height + 0.5);
	cairo_line_to(c, b.left + b.width, b.top + b.height + 0.5);
	cairo_stroke(c);
	plot_grey(c, 0.15);
	snprintf(text, sizeof(text), "%.40s%s%.14s%s", f->name, unit ? " [" : "", unit ? unit : "",
		 unit ? "]" : "");
	plot_text(c, b.left + b.width / 2, b.top - 8, 13, 0.5, text);
	ends(c, &p->ranges[p->panels[i]], b);
}

void plot_histograms(cairo_t *c, const struct plot *p)
{
	size_t columns = p->npanels > 4 ? 3 : p->npanels > 1 ? 2 : 1;
	size_t lines = (p->npanels + columns - 1) / columns;
	double w = (PLOT_WIDTH - 40.0) / (double)columns;
	double h = (PLOT_HEIGHT - 80.0) / (double)lines;

	for (size_t i = 0; i < p->npanels; i++)
		panel(c, p, i,
		      (struct plot_box){20 + w * (double)(i % columns) + 45,
					70 + h * (double)(i / columns) + 20, w - 65, h - 60});
}
