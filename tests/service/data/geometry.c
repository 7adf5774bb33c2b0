/*
 * geometry.c: the sphere by unit vectors.
 *
 * Inside a polygon is where the corners, seen from the point, go round it once.
 * The point opposite sees the same, so that a point must also lie on the
 * polygon's side of the sphere.
 */
#include "tests/service/data/geometry.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define RADIANS (M_PI / 180)
#define EPSILON 1e-12

struct vec {
	double x, y, z;
};

static struct vec vec_of(double lon, double lat)
{
	double c = cos(lat * RADIANS);

	return (struct vec){c * cos(lon * RADIANS), c * sin(lon * RADIANS), sin(lat * RADIANS)};
}

static double dot(struct vec a, struct vec b)
{
	return a.x * b.x + a.y * b.y + a.z * b.z;
}

static struct vec cross(struct vec a, struct vec b)
{
	return (struct vec){a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}

static double length(struct vec a)
{
	return sqrt(dot(a, a));
}

/* Exact for small angles, where acos is not. Radians. */
static double angle(struct vec a, struct vec b)
{
	return atan2(length(cross(a, b)), dot(a, b));
}

static struct vec corner(const struct shape *s, size_t i)
{
	i %= s->n / 2;
	return vec_of(s->v[2 * i], s->v[2 * i + 1]);
}

static struct vec middle(const struct shape *s)
{
	struct vec m = {0, 0, 0};
	size_t n = s->kind == SHAPE_POLYGON ? s->n / 2 : 1;

	for (size_t i = 0; i < n; i++) {
		struct vec c = vec_of(s->v[2 * i], s->v[2 * i + 1]);

		m = (struct vec){m.x + c.x, m.y + c.y, m.z + c.z};
	}
	return m;
}

bool svc_shape_valid(const struct shape *s)
{
	size_t pairs = s->kind == SHAPE_POLYGON ? s->n / 2 : 1;

	for (size_t i = 0; i < s->n; i++)
		if (!isfinite(s->v[i]))
			return false;
	for (size_t i = 0; i < pairs; i++)
		if (fabs(s->v[2 * i + 1]) > 90)
			return false;
	if (s->kind == SHAPE_CIRCLE)
		return s->v[2] >= 0;
	return s->kind == SHAPE_POINT || (s->n >= 6 && s->n % 2 == 0);
}

/* Distance of p from the arc a b, radians. */
static double arc_distance(struct vec p, struct vec a, struct vec b)
{
	struct vec n = cross(a, b);
	double ln = length(n);

	if (ln > EPSILON && dot(cross(n, a), p) >= 0 && dot(cross(b, n), p) >= 0)
		return fabs(asin(fmax(-1, fmin(1, dot(n, p) / ln))));
	return fmin(angle(p, a), angle(p, b));
}

static double border_distance(struct vec p, const struct shape *polygon)
{
	double d = INFINITY;

	for (size_t i = 0; i < polygon->n / 2; i++)
		d = fmin(d, arc_distance(p, corner(polygon, i), corner(polygon, i + 1)));
	return d;
}

static bool in_polygon(struct vec p, const struct shape *polygon)
{
	double turned = 0;

	if (border_distance(p, polygon) < EPSILON)
		return true;
	if (dot(p, middle(polygon)) <= 0)
		return false;
	for (size_t i = 0; i < polygon->n / 2; i++) {
		struct vec a = cross(p, corner(polygon, i));
		struct vec b = cross(p, corner(polygon, i + 1));

		turned += atan2(dot(p, cross(a, b)), dot(a, b));
	}
	return fabs(turned) > M_PI;
}

/* Do the arcs a b and c d cross? */
static bool arcs_cross(struct vec a, struct vec b, struct vec c, struct vec d)
{
	struct vec ab = cross(a, b), cd = cross(c, d);
	double side_c = dot(ab, c), side_d = dot(ab, d);
	double side_a = dot(cd, a), side_b = dot(cd, b);

	if (side_c * side_d >= 0 || side_a * side_b >= 0)
		return false;
	/* Great circles meet twice: here, not on the other side. */
	return side_a * side_d > 0;
}

static bool borders_cross(const struct shape *a, const struct shape *b)
{
	for (size_t i = 0; i < a->n / 2; i++)
		for (size_t k = 0; k < b->n / 2; k++)
			if (arcs_cross(corner(a, i), corner(a, i + 1), corner(b, k),
				       corner(b, k + 1)))
				return true;
	return false;
}

static bool corners_in_circle(const struct shape *polygon, const struct shape *circle)
{
	struct vec c = vec_of(circle->v[0], circle->v[1]);

	for (size_t i = 0; i < polygon->n / 2; i++)
		if (angle(corner(polygon, i), c) > circle->v[2] * RADIANS + EPSILON)
			return false;
	return true;
}

static bool corners_in_polygon(const struct shape *a, const struct shape *b)
{
	for (size_t i = 0; i < a->n / 2; i++)
		if (!in_polygon(corner(a, i), b))
			return false;
	return true;
}

static double radius(const struct shape *s)
{
	return s->kind == SHAPE_CIRCLE ? s->v[2] * RADIANS : 0;
}

bool svc_shape_contains(const struct shape *a, const struct shape *b)
{
	struct vec va = vec_of(a->v[0], a->v[1]);

	if (b->kind != SHAPE_POLYGON) {
		struct vec vb = vec_of(b->v[0], b->v[1]);

		if (a->kind == SHAPE_POLYGON)
			return corners_in_circle(a, b);
		return angle(va, vb) + radius(a) <= radius(b) + EPSILON;
	}
	if (a->kind == SHAPE_POLYGON)
		return corners_in_polygon(a, b) && !borders_cross(a, b);
	return in_polygon(va, b) &&
	       (a->kind == SHAPE_POINT || border_distance(va, b) + EPSILON >= radius(a));
}

bool svc_shape_intersects(const struct shape *a, const struct shape *b)
{
	if (a->kind == SHAPE_POLYGON && b->kind != SHAPE_POLYGON)
		return svc_shape_intersects(b, a);
	if (b->kind == SHAPE_POLYGON && a->kind == SHAPE_POLYGON)
		return borders_cross(a, b) || in_polygon(corner(a, 0), b) ||
		       in_polygon(corner(b, 0), a);

	struct vec va = vec_of(a->v[0], a->v[1]);

	if (b->kind == SHAPE_POLYGON)
		return in_polygon(va, b) || border_distance(va, b) <= radius(a) + EPSILON;
	return angle(va, vec_of(b->v[0], b->v[1])) <= radius(a) + radius(b) + EPSILON;
}

double svc_sphere_distance(double lon1, double lat1, double lon2, double lat2)
{
	return angle(vec_of(lon1, lat1), vec_of(lon2, lat2)) / RADIANS;
}

/* By the triangles that the edges make with the middle (l'Huilier through atan2). */
static double polygon_area(const struct shape *s)
{
	struct vec m = middle(s);
	double l = length(m), sum = 0;

	if (l < EPSILON)
		return 0;
	m = (struct vec){m.x / l, m.y / l, m.z / l};
	for (size_t i = 0; i < s->n / 2; i++) {
		struct vec a = corner(s, i), b = corner(s, i + 1);

		sum += 2 * atan2(dot(m, cross(a, b)), 1 + dot(m, a) + dot(a, b) + dot(b, m));
	}
	return fabs(sum);
}

double svc_shape_area(const struct shape *s)
{
	double steradians = 0;

	if (s->kind == SHAPE_CIRCLE)
		steradians = 4 * M_PI * pow(sin(fmin(s->v[2], 180) * RADIANS / 2), 2);
	else if (s->kind == SHAPE_POLYGON)
		steradians = polygon_area(s);
	return steradians / (RADIANS * RADIANS);
}

void svc_shape_centroid(const struct shape *s, double *lon, double *lat)
{
	struct vec m = middle(s);

	*lon = s->v[0];
	*lat = s->v[1];
	if (s->kind != SHAPE_POLYGON)
		return;
	*lon = atan2(m.y, m.x) / RADIANS;
	if (*lon < 0)
		*lon += 360;
	*lat = atan2(m.z, hypot(m.x, m.y)) / RADIANS;
}

void svc_shape_box(double lon, double lat, double width, double height, struct shape *out)
{
	double w = width / 2, h = height / 2;
	double south = fmax(-90, lat - h), north = fmin(90, lat + h);

	*out = (struct shape){
	    SHAPE_POLYGON, 8, {lon - w, south, lon + w, south, lon + w, north, lon - w, north}};
}

bool svc_shape_parse(const char *stcs, struct shape *out)
{
	char kind[16] = "";
	int used = 0;
	char *end;

	memset(out, 0, sizeof(*out));
	if (sscanf(stcs, " %15[A-Za-z]%n", kind, &used) != 1)
		return false;
	/* The frame, reference position and flavour are words; all that is known is ICRS. */
	for (stcs += used; *stcs && !strchr("+-.0123456789", *stcs);)
		stcs++;
	while (out->n < SHAPE_MAX_VALUES) {
		double v = strtod(stcs, &end);

		if (end == stcs)
			break;
		out->v[out->n++] = v;
		stcs = end;
	}
	if (stcs[strspn(stcs, " \t\r\n")])
		return false;
	if (!strcasecmp(kind, "POSITION") || !strcasecmp(kind, "POINT"))
		out->kind = SHAPE_POINT;
	else if (!strcasecmp(kind, "CIRCLE"))
		out->kind = SHAPE_CIRCLE;
	else if (!strcasecmp(kind, "POLYGON") || !strcasecmp(kind, "BOX"))
		out->kind = SHAPE_POLYGON;
	else
		return false;
	if (!strcasecmp(kind, "BOX")) {
		if (out->n != 4)
			return false;
		svc_shape_box(out->v[0], out->v[1], out->v[2], out->v[3], out);
	}
	if ((out->kind == SHAPE_POINT && out->n != 2) || (out->kind == SHAPE_CIRCLE && out->n != 3))
		return false;
	return svc_shape_valid(out);
}
