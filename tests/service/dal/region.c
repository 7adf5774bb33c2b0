/* region.c: regions of the sky: read from parameters, and found in an image. See cutout.h. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/service/dal/cutout.h"

#define RADIANS      (M_PI / 180)
#define BORDER_STEPS 4096
#define TOUCH        1e-5 /* pixels: no more than that is no overlap */

/* --- from parameters --- */

/* Numbers with blanks between them, and nothing else. */
static bool read_numbers(const char *text, double *out, size_t max, size_t *n)
{
	char *end;

	for (*n = 0; *n < max; text = end) {
		double v = strtod(text, &end);

		if (end == text)
			break;
		if (isnan(v))
			return false;
		out[(*n)++] = v;
	}
	return !text[strspn(text, " \t")];
}

static bool check_shape(struct region *g, const char *what, struct error **err)
{
	if (svc_shape_valid(&g->shape))
		return true;
	return error_set(err, ERANGE,
			 "UsageFault: that %s is impossible: latitudes go from -90 to 90, a radius "
			 "is not negative, a polygon has three corners or more.",
			 what);
}

static bool read_circle(const char *text, struct region *g, struct error **err)
{
	g->kind = REGION_SHAPE;
	g->shape.kind = SHAPE_CIRCLE;
	if (!read_numbers(text, g->shape.v, SHAPE_MAX_VALUES, &g->shape.n) || g->shape.n != 3)
		return error_set(err, EINVAL,
				 "UsageFault: a circle is three numbers, RA DEC RADIUS in degrees, "
				 "not \"%s\".",
				 text);
	return check_shape(g, "circle", err);
}

static bool read_polygon(const char *text, struct region *g, struct error **err)
{
	g->kind = REGION_SHAPE;
	g->shape.kind = SHAPE_POLYGON;
	if (!read_numbers(text, g->shape.v, SHAPE_MAX_VALUES, &g->shape.n) || g->shape.n % 2)
		return error_set(
		    err, EINVAL,
		    "UsageFault: a polygon is pairs of numbers, RA1 DEC1 RA2 DEC2 … in "
		    "degrees, not \"%s\".",
		    text);
	return check_shape(g, "polygon", err);
}

static bool read_range(const char *text, struct region *g, struct error **err)
{
	double v[5];
	size_t n;

	g->kind = REGION_RANGE;
	if (!read_numbers(text, v, 5, &n) || n != 4)
		return error_set(
		    err, EINVAL,
		    "UsageFault: a range is four numbers, RA1 RA2 DEC1 DEC2 in degrees, "
		    "not \"%s\".",
		    text);
	for (int i = 0; i < 2; i++) {
		g->lon[i] = isinf(v[i]) ? (v[i] < 0 ? 0 : 360) : v[i];
		g->lat[i] = isinf(v[2 + i]) ? (v[2 + i] < 0 ? -90 : 90) : v[2 + i];
	}
	if (g->lat[0] > g->lat[1] || g->lat[0] < -90 || g->lat[1] > 90 || g->lon[0] < 0 ||
	    g->lon[0] > 360 || g->lon[1] < 0 || g->lon[1] > 360)
		return error_set(err, ERANGE,
				 "UsageFault: that range is impossible: right ascensions go from 0 "
				 "to 360, latitudes from -90 to 90, the smaller first.");
	return true;
}

/* SODA 1.0 §3.3.3: the shape's name in front. */
static bool read_pos(const char *text, struct region *g, struct error **err)
{
	static const struct {
		const char *name;
		bool (*read)(const char *, struct region *, struct error **);
	} shapes[] = {{"CIRCLE ", read_circle}, {"RANGE ", read_range}, {"POLYGON ", read_polygon}};

	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
		if (!strncasecmp(text, shapes[i].name, strlen(shapes[i].name)))
			return shapes[i].read(text + strlen(shapes[i].name), g, err);
	return error_set(err, EINVAL,
			 "UsageFault: POS begins with CIRCLE, RANGE or POLYGON, not \"%s\".", text);
}

static bool read_band(const char *text, struct region *g, struct error **err)
{
	double v[3];
	size_t n;

	if (!read_numbers(text, v, 3, &n) || n < 1 || n > 2)
		return error_set(
		    err, EINVAL,
		    "UsageFault: BAND is one or two wavelengths in metres, not \"%s\".", text);
	g->band[0] = v[0];
	g->band[1] = v[n - 1];
	if (g->band[0] > g->band[1])
		return error_set(err, ERANGE, "UsageFault: BAND begins with the smaller one.");
	return true;
}

bool svc_region_read(const struct params *p, struct region *g, struct error **err)
{
	static const struct {
		const char *name;
		bool (*read)(const char *, struct region *, struct error **);
		bool place;
	} known[] = {{"POS", read_pos, true},
		     {"CIRCLE", read_circle, true},
		     {"POLYGON", read_polygon, true},
		     {"BAND", read_band, false}};
	int places = 0, bands = 0;

	*g = (struct region){.kind = REGION_NONE, .band = {-INFINITY, INFINITY}};
	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < sizeof(known) / sizeof(*known); k++) {
			if (strcasecmp(p->list[i].name, known[k].name) != 0)
				continue;
			if (!known[k].read(p->list[i].value, g, err))
				return false;
			places += known[k].place;
			bands += !known[k].place;
		}
	return (places < 2 && bands < 2) ||
	       error_set(
		   err, EINVAL,
		   "MultiValuedParamNotSupported: give one of POS, CIRCLE and POLYGON, and one "
		   "BAND.");
}

/* --- in an image --- */

static bool in_range(double v, double from, double to)
{
	return from <= to ? v >= from && v <= to : v >= from || v <= to;
}

static bool is_inside(const struct region *g, double ra, double dec)
{
	const struct shape point = {SHAPE_POINT, 2, {ra, dec}};

	if (g->kind == REGION_RANGE)
		return in_range(ra, g->lon[0], g->lon[1]) && in_range(dec, g->lat[0], g->lat[1]);
	return svc_shape_contains(&point, &g->shape);
}

static void circle_border(const struct shape *c, double part, double *ra, double *dec)
{
	double r = c->v[2] * RADIANS, d0 = c->v[1] * RADIANS, a = part * 2 * M_PI;
	double d = asin(fmax(-1, fmin(1, sin(d0) * cos(r) + cos(d0) * sin(r) * cos(a))));

	*dec = d / RADIANS;
	*ra = c->v[0] + atan2(sin(a) * sin(r) * cos(d0), cos(r) - sin(d0) * sin(d)) / RADIANS;
}

/* Along great circles. */
static void polygon_border(const struct shape *p, double part, double *ra, double *dec)
{
	size_t corners = p->n / 2, i = (size_t)(part * (double)corners) % corners;
	const double *a = &p->v[2 * i], *b = &p->v[2 * ((i + 1) % corners)];
	double t = part * (double)corners - (double)i, u = 1 - t;
	double ca = cos(a[1] * RADIANS) * u, cb = cos(b[1] * RADIANS) * t;
	double x = ca * cos(a[0] * RADIANS) + cb * cos(b[0] * RADIANS);
	double y = ca * sin(a[0] * RADIANS) + cb * sin(b[0] * RADIANS);
	double z = sin(a[1] * RADIANS) * u + sin(b[1] * RADIANS) * t;

	*ra = atan2(y, x) / RADIANS;
	*dec = atan2(z, hypot(x, y)) / RADIANS;
}

static void range_border(const struct region *g, double part, double *ra, double *dec)
{
	double width = g->lon[1] - g->lon[0] + (g->lon[1] < g->lon[0] ? 360 : 0);
	double t = part * 4 - floor(part * 4);
	int side = (int)(part * 4) % 4;

	*ra = g->lon[0] + (side == 0 ? t : side == 1 ? 1 : side == 2 ? 1 - t : 0) * width;
	*dec = g->lat[0] + (side == 0   ? 0
			    : side == 1 ? t
			    : side == 2 ? 1
					: 1 - t) *
			       (g->lat[1] - g->lat[0]);
}

struct bounds {
	double x1, x2, y1, y2;
};

static void extend(struct bounds *b, double x, double y)
{
	b->x1 = fmin(b->x1, x);
	b->x2 = fmax(b->x2, x);
	b->y1 = fmin(b->y1, y);
	b->y2 = fmax(b->y2, y);
}

/* What the region's border has of the image. */
static void extend_by_border(const struct region *g, const struct wcs *w, int width, int height,
			     struct bounds *b)
{
	for (int i = 0; i < BORDER_STEPS; i++) {
		double part = (double)i / BORDER_STEPS, ra, dec, x, y;

		if (g->kind == REGION_RANGE)
			range_border(g, part, &ra, &dec);
		else if (g->shape.kind == SHAPE_CIRCLE)
			circle_border(&g->shape, part, &ra, &dec);
		else
			polygon_border(&g->shape, part, &ra, &dec);
		if (svc_wcs_pixel(w, ra, dec, &x, &y) && x >= 0.5 && y >= 0.5 && x <= width + 0.5 &&
		    y <= height + 0.5)
			extend(b, x, y);
	}
}

/* What the image's border has of the region. */
static void extend_by_edges(const struct region *g, const struct wcs *w, int width, int height,
			    struct bounds *b)
{
	for (int i = 0; i <= BORDER_STEPS; i++) {
		double part = (double)i / BORDER_STEPS;
		double x = 0.5 + part * width, y = 0.5 + part * height;
		const double edges[4][2] = {
		    {x, 0.5}, {x, height + 0.5}, {0.5, y}, {width + 0.5, y}};

		for (int k = 0; k < 4; k++) {
			double ra, dec;

			svc_wcs_sky(w, edges[k][0], edges[k][1], &ra, &dec);
			if (is_inside(g, ra, dec))
				extend(b, edges[k][0], edges[k][1]);
		}
	}
}

static int within(double v, int max)
{
	return v < 1 ? 1 : v > max ? max : (int)v;
}

bool svc_region_pixels(const struct region *g, const struct wcs *w, int width, int height,
		       struct pixels *out)
{
	struct bounds b = {INFINITY, -INFINITY, INFINITY, -INFINITY};

	/* The part that both have ends where one of them does. */
	extend_by_border(g, w, width, height, &b);
	extend_by_edges(g, w, width, height, &b);
	if (b.x1 > b.x2)
		return false;
	out->x1 = within(floor(b.x1 + 0.5 + TOUCH), width);
	out->x2 = within(fmax(ceil(b.x2 - 0.5 - TOUCH), out->x1), width);
	out->y1 = within(floor(b.y1 + 0.5 + TOUCH), height);
	out->y2 = within(fmax(ceil(b.y2 - 0.5 - TOUCH), out->y1), height);
	return true;
}
