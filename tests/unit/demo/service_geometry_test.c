/* The sphere: near the poles, across 0 degrees, and shapes in shapes. */
#include <criterion/criterion.h>
#include <math.h>

#include "tests/service/data/geometry.h"

#define POINT_(lon, lat)     ((struct shape){SHAPE_POINT, 2, {lon, lat}})
#define CIRCLE_(lon, lat, r) ((struct shape){SHAPE_CIRCLE, 3, {lon, lat, r}})
#define POLYGON_(...)    \
	((struct shape){ \
	    SHAPE_POLYGON, sizeof((double[]){__VA_ARGS__}) / sizeof(double), {__VA_ARGS__}})

static bool contains(struct shape a, struct shape b)
{
	return svc_shape_contains(&a, &b);
}

static bool intersects(struct shape a, struct shape b)
{
	cr_assert_eq(svc_shape_intersects(&a, &b), svc_shape_intersects(&b, &a));
	return svc_shape_intersects(&a, &b);
}

static bool near(double a, double b)
{
	return fabs(a - b) < 1e-9;
}

Test(geometry, distances)
{
	cr_assert(near(svc_sphere_distance(0, 0, 90, 0), 90));
	cr_assert(near(svc_sphere_distance(359.5, 0, 0.5, 0), 1));
	cr_assert(near(svc_sphere_distance(0, 89, 180, 89), 2));
	cr_assert(near(svc_sphere_distance(0, 0, 180, 0), 180));
	cr_assert(near(svc_sphere_distance(10, 20, 10, 20 + 1e-7), 1e-7));
}

Test(geometry, a_circle_has_its_border)
{
	cr_assert(contains(POINT_(10, 1), CIRCLE_(10, 0, 1)));
	cr_assert_not(contains(POINT_(10, 1.0001), CIRCLE_(10, 0, 1)));
	cr_assert(contains(POINT_(180, 89.5), CIRCLE_(0, 89.9, 1)));
}

Test(geometry, a_polygon_does_not_care_for_its_sense)
{
	cr_assert(contains(POINT_(1, 1), POLYGON_(0, 0, 2, 0, 2, 2, 0, 2)));
	cr_assert(contains(POINT_(1, 1), POLYGON_(0, 2, 2, 2, 2, 0, 0, 0)));
	cr_assert_not(contains(POINT_(3, 1), POLYGON_(0, 0, 2, 0, 2, 2, 0, 2)));
}

Test(geometry, a_polygon_is_not_on_the_other_side_too)
{
	cr_assert_not(contains(POINT_(181, -1), POLYGON_(0, 0, 2, 0, 2, 2, 0, 2)));
}

Test(geometry, a_polygon_goes_across_zero_and_round_the_pole)
{
	cr_assert(contains(POINT_(0, 0), POLYGON_(359, -1, 1, -1, 1, 1, 359, 1)));
	cr_assert(contains(POINT_(77, 89.9), POLYGON_(0, 85, 90, 85, 180, 85, 270, 85)));
	cr_assert_not(contains(POINT_(45, 80), POLYGON_(0, 85, 90, 85, 180, 85, 270, 85)));
}

Test(geometry, a_hollow_polygon_leaves_its_bay_out)
{
	struct shape u = POLYGON_(0, 0, 3, 0, 3, 3, 2, 3, 2, 1, 1, 1, 1, 3, 0, 3);

	cr_assert(contains(POINT_(0.5, 2), u));
	cr_assert_not(contains(POINT_(1.5, 2), u));
}

Test(geometry, shapes_in_shapes)
{
	cr_assert(contains(CIRCLE_(0, 0, 1), CIRCLE_(0.5, 0, 2)));
	cr_assert_not(contains(CIRCLE_(0, 0, 1), CIRCLE_(1.5, 0, 2)));
	cr_assert(contains(CIRCLE_(1, 1, 0.5), POLYGON_(0, 0, 2, 0, 2, 2, 0, 2)));
	cr_assert_not(contains(CIRCLE_(1, 1, 1.5), POLYGON_(0, 0, 2, 0, 2, 2, 0, 2)));
	cr_assert(contains(POLYGON_(0, 0, 2, 0, 2, 2), CIRCLE_(1, 1, 3)));
	cr_assert_not(contains(POLYGON_(0, 0, 2, 0, 2, 2), CIRCLE_(1, 1, 1)));
	cr_assert(
	    contains(POLYGON_(0.5, 0.5, 1.5, 0.5, 1.5, 1.5), POLYGON_(0, 0, 2, 0, 2, 2, 0, 2)));
}

Test(geometry, overlaps)
{
	cr_assert(intersects(CIRCLE_(0, 0, 1), CIRCLE_(1.9, 0, 1)));
	cr_assert_not(intersects(CIRCLE_(0, 0, 1), CIRCLE_(2.1, 0, 1)));
	cr_assert(intersects(CIRCLE_(-0.5, 1, 1), POLYGON_(0, 0, 2, 0, 2, 2, 0, 2)));
	cr_assert_not(intersects(CIRCLE_(-2, 1, 1), POLYGON_(0, 0, 2, 0, 2, 2, 0, 2)));
	/* A cross: no corner of either is in the other. */
	cr_assert(
	    intersects(POLYGON_(-3, -1, 3, -1, 3, 1, -3, 1), POLYGON_(-1, -3, 1, -3, 1, 3, -1, 3)));
	cr_assert_not(intersects(POLYGON_(0, 0, 1, 0, 1, 1), POLYGON_(5, 5, 6, 5, 6, 6)));
}

Test(geometry, areas)
{
	struct shape octant = POLYGON_(0, 0, 90, 0, 0, 90);
	struct shape half = CIRCLE_(0, 0, 90);

	cr_assert(near(svc_shape_area(&octant), 41252.961249419277 / 8));
	cr_assert(near(svc_shape_area(&half), 41252.961249419277 / 2));
}

Test(geometry, centroids)
{
	struct shape s = POLYGON_(359, -1, 1, -1, 1, 1, 359, 1);
	double lon, lat;

	svc_shape_centroid(&s, &lon, &lat);
	cr_assert(near(lon, 0) || near(lon, 360));
	cr_assert(near(lat, 0));
}

Test(geometry, regions_are_read)
{
	struct shape s;

	cr_assert(svc_shape_parse("CIRCLE ICRS 10.5 -20 0.5", &s));
	cr_assert(s.kind == SHAPE_CIRCLE && near(s.v[1], -20));
	cr_assert(svc_shape_parse(" Polygon ICRS GEOCENTER 1 2 3 4 5 6 ", &s));
	cr_assert_eq(s.n, 6);
	cr_assert(svc_shape_parse("Box 10 0 2 1", &s));
	cr_assert(near(s.v[0], 9) && near(s.v[1], -0.5));
	cr_assert_not(svc_shape_parse("CIRCLE ICRS 10 20", &s));
	cr_assert_not(svc_shape_parse("BOX ICRS 10 20 5", &s));
	cr_assert_not(svc_shape_parse("ELLIPSE ICRS 1 2 3 4", &s));
	cr_assert_not(svc_shape_parse("CIRCLE ICRS 10 95 1", &s));
	cr_assert_not(svc_shape_parse("CIRCLE ICRS 10 20 1 UNION", &s));
}
