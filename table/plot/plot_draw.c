/* plot_draw.c: a plot as a picture, by cairo: axes, points, a density; see plot.h. */
#include "table/plot/plot.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "table/plot/plot_cairo.h"

/* On one line, cut off where it is too long; white space is one blank. */
static void title(cairo_t *c, const struct plot *p)
{
	char line[116];
	size_t n = 0;

	for (const char *s = p->title; *s && n < sizeof(line) - 4; s++) {
		bool blank = strchr(" \t\r\n", *s);

		if (!blank || (n && line[n - 1] != ' '))
			line[n++] = blank ? ' ' : *s;
	}
	while (n && ((unsigned char)line[n - 1] & 0xc0) == 0x80) /* not within a character */
		n--;
	snprintf(line + n, sizeof(line) - n, "%s", strlen(p->title) > n ? "…" : "");
	cairo_set_source_rgb(c, 0.1, 0.1, 0.12);
	plot_text(c, PLOT_LEFT, 28, 14.5, 0, line);
	cairo_set_source_rgb(c, 0.4, 0.4, 0.45);
	plot_text(c, PLOT_LEFT, 48, 12.5, 0, p->subtitle);
}

/* --- points --- */

static const double colours[PLOT_BANDS][3] = {
    {0.12, 0.36, 0.68}, {0.84, 0.33, 0.10}, {0.17, 0.55, 0.25}, {0.58, 0.24, 0.62},
    {0.80, 0.60, 0.05}, {0.10, 0.58, 0.62}, {0.72, 0.15, 0.28}, {0.35, 0.35, 0.38}};

static double radius_of(const struct plot *p, const struct plot_mark *m)
{
	double span = p->magnitude_max - p->magnitude_min;

	if (p->magnitude == NO_PLOT_COLUMN || !(span > 0))
		return p->nmarks > 2000 ? 1.3 : p->nmarks > 300 ? 2.2 : 3.2;
	if (isnan(m->size))
		return 1;
	return 0.8 + 5 * pow((p->magnitude_max - (double)m->size) / span, 1.6);
}

static void error_bar(cairo_t *c, const struct plot *p, const struct plot_mark *m)
{
	double x, y0, y1;

	plot_pixel(p, (double)m->x, (double)(m->y - m->error), &x, &y0);
	plot_pixel(p, (double)m->x, (double)(m->y + m->error), &x, &y1);
	cairo_move_to(c, x, y0);
	cairo_line_to(c, x, y1);
	cairo_stroke(c);
}

static void draw_marks(cairo_t *c, const struct plot *p)
{
	cairo_set_line_width(c, 0.8);
	for (size_t i = 0; i < p->nmarks; i++) {
		const struct plot_mark *m = &p->marks[i];
		const double *rgb = colours[m->band % PLOT_BANDS];
		double x, y;

		plot_pixel(p, (double)m->x, (double)m->y, &x, &y);
		cairo_set_source_rgba(c, rgb[0], rgb[1], rgb[2], p->nmarks > 2000 ? 0.6 : 0.85);
		if (isfinite(m->error) && m->error > 0)
			error_bar(c, p, m);
		cairo_arc(c, x, y, radius_of(p, m), 0, 2 * M_PI);
		cairo_fill(c);
	}
}

/* From light to dark blue, red where it is densest. */
static uint32_t shade(double t)
{
	static const double stops[][3] = {{0.80, 0.87, 0.95}, {0.45, 0.66, 0.85},
					  {0.13, 0.40, 0.70}, {0.30, 0.10, 0.45},
					  {0.85, 0.25, 0.20}, {1.00, 0.80, 0.25}};
	double at = fmin(fmax(t, 0), 0.9999) * 5;
	int i = (int)at;
	uint32_t argb = 0xff;

	for (int k = 0; k < 3; k++) {
		double v = stops[i][k] + (stops[i + 1][k] - stops[i][k]) * (at - i);

		argb = argb << 8 | (uint32_t)(v * 255);
	}
	return argb;
}

/* Pixels along a cell, so that a cell has some points on average: a few more than one are no shade.
 */
static size_t cell_size(const struct plot *p)
{
	struct plot_box b = plot_box(p);
	size_t k = 1;

	while (k < 6 && (double)p->points * (double)(k * k) < 6 * b.width * b.height)
		k++;
	return k;
}

static uint32_t cell_count(const struct plot *p, size_t x, size_t y, size_t k)
{
	uint32_t n = 0;

	for (size_t j = y; j < y + k && j < PLOT_HEIGHT; j++)
		for (size_t i = x; i < x + k && i < PLOT_WIDTH; i++)
			n += p->grid[j * PLOT_WIDTH + i];
	return n;
}

/* The count that all but one in 500 of the cells with points are below. */
static uint32_t brightest(const struct plot *p, size_t k)
{
	uint64_t of[4097] = {0}, all = 0, seen = 0;

	for (size_t y = 0; y < PLOT_HEIGHT; y += k) {
		for (size_t x = 0; x < PLOT_WIDTH; x += k) {
			uint32_t n = cell_count(p, x, y, k);

			of[n < 4096 ? n : 4096]++;
			all += n > 0;
		}
	}
	for (uint32_t n = 4096; n > 1; n--) {
		seen += of[n];
		if (seen > all / 500)
			return n;
	}
	return 1;
}

static void draw_density(cairo_t *c, const struct plot *p)
{
	cairo_surface_t *s =
	    cairo_image_surface_create(CAIRO_FORMAT_ARGB32, PLOT_WIDTH, PLOT_HEIGHT);
	uint32_t *pixels = (uint32_t *)(void *)cairo_image_surface_get_data(s);
	size_t stride = (size_t)cairo_image_surface_get_stride(s) / 4;
	size_t k = cell_size(p);
	double top = log1p(brightest(p, k));

	for (size_t y = 0; y < PLOT_HEIGHT; y++) {
		for (size_t x = 0; x < PLOT_WIDTH; x++) {
			uint32_t n = x % k ? 0 : cell_count(p, x, y / k * k, k);

			for (size_t i = x; n && i < x + k && i < PLOT_WIDTH; i++)
				pixels[y * stride + i] = shade(log1p(n) / top);
		}
	}
	cairo_surface_mark_dirty(s);
	cairo_set_source_surface(c, s, 0, 0);
	cairo_paint(c);
	cairo_surface_destroy(s);
}

/* Beside the subtitle: which colour is how many. */
static void density_scale(cairo_t *c, const struct plot *p)
{
	double right = PLOT_WIDTH - PLOT_RIGHT, top = 38, width = 120, height = 11;
	uint32_t most = brightest(p, cell_size(p));
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu32, most);
	cairo_set_source_rgb(c, 0.4, 0.4, 0.45);
	plot_text(c, right, top + 10, 11.5, 1, text);
	right -= 8 + 8 * (double)strlen(text);
	for (double x = 0; x < width; x++) {
		double n = exp(log((double)most) * x / width);
		uint32_t rgb = shade(log1p(n) / log1p(most));

		cairo_set_source_rgb(c, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0,
				     (rgb & 255) / 255.0);
		cairo_rectangle(c, right - width + x, top, 1, height);
		cairo_fill(c);
	}
	cairo_set_source_rgb(c, 0.4, 0.4, 0.45);
	plot_text(c, right - width - 6, top + 10, 11.5, 1, "points per cell: 1");
}

static void legend(cairo_t *c, const struct plot *p)
{
	struct plot_box b = plot_box(p);

	for (size_t i = 0; i < p->nbands; i++) {
		double y = b.top + 18 + (double)i * 18;

		cairo_set_source_rgb(c, colours[i][0], colours[i][1], colours[i][2]);
		cairo_arc(c, b.left + b.width - 14, y - 4, 4, 0, 2 * M_PI);
		cairo_fill(c);
		plot_text(c, b.left + b.width - 24, y, 12.5, 1, p->bands[i]);
	}
}

/* --- the whole --- */

static void draw(cairo_t *c, const struct plot *p)
{
	cairo_set_source_rgb(c, 1, 1, 1);
	cairo_paint(c);
	cairo_select_font_face(c, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
	title(c, p);
	if (p->kind == PLOT_NOTHING || (p->kind != PLOT_HISTOGRAMS && !p->points)) {
		plot_text(c, PLOT_WIDTH / 2.0, PLOT_HEIGHT / 2.0, 18, 0.5,
			  p->rows ? "no numbers to draw" : "no rows");
		return;
	}
	if (p->kind == PLOT_HISTOGRAMS) {
		plot_histograms(c, p);
		return;
	}
	if (plot_is_density(p)) {
		draw_density(c, p);
		density_scale(c, p);
	}
	plot_grid_lines(c, p);
	cairo_save(c);
	plot_clip(c, p);
	if (!plot_is_density(p))
		draw_marks(c, p);
	cairo_restore(c);
	plot_frame(c, p);
	legend(c, p);
}

struct png_output {
	int fd;
	int errnum;
};

static cairo_status_t png_put(void *arg, const unsigned char *data, unsigned n)
{
	struct png_output *o = arg;

	while (n) {
		ssize_t done = write(o->fd, data, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0) {
			o->errnum = errno;
			return CAIRO_STATUS_WRITE_ERROR;
		}
		data += done;
		n -= (unsigned)done;
	}
	return CAIRO_STATUS_SUCCESS;
}

bool plot_write_png(const struct plot *p, int fd, struct error **err)
{
	cairo_surface_t *s =
	    cairo_image_surface_create(CAIRO_FORMAT_RGB24, PLOT_WIDTH, PLOT_HEIGHT);
	cairo_t *c = cairo_create(s);
	struct png_output o = {fd, 0};
	cairo_status_t status;

	draw(c, p);
	cairo_destroy(c);
	status = cairo_surface_write_to_png_stream(s, png_put, &o);
	cairo_surface_destroy(s);
	if (status == CAIRO_STATUS_SUCCESS)
		return true;
	return error_set(err, o.errnum ? o.errnum : EIO, "cannot write the picture: %s",
			 o.errnum ? strerror(o.errnum) : cairo_status_to_string(status));
}
