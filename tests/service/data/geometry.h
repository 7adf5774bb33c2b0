/*
 * geometry.h: points, circles and polygons on the sphere (ADQL 2.1 §4.2).
 *
 * All angles are degrees, ICRS. A polygon is what lies inside its edges, which
 * are great circles; it is smaller than a hemisphere. Used by any thread.
 */
#ifndef TAPFS_SERVICE_DATA_GEOMETRY_H
#define TAPFS_SERVICE_DATA_GEOMETRY_H

#include <stdbool.h>
#include <stddef.h>

enum shape_kind { SHAPE_POINT = 'P', SHAPE_CIRCLE = 'C', SHAPE_POLYGON = 'G' };

#define SHAPE_MAX_VALUES 200

struct shape {
	enum shape_kind kind;
	size_t n;                   /* values: 2, 3, or two for each corner */
	double v[SHAPE_MAX_VALUES]; /* lon, lat[, radius]; or lon, lat of each corner */
};

/* False where the values make no shape: latitude over 90, negative radius, too few corners. */
bool svc_shape_valid(const struct shape *);
/* Is all of a in b (its border counts as inside)? */
bool svc_shape_contains(const struct shape *a, const struct shape *b);
bool svc_shape_intersects(const struct shape *a, const struct shape *b);
double svc_sphere_distance(double lon1, double lat1, double lon2, double lat2);
double svc_shape_area(const struct shape *); /* square degrees */
void svc_shape_centroid(const struct shape *, double *lon, double *lat);
/* STC-S: "CIRCLE ICRS 10 20 1", "POSITION …", "BOX …", "POLYGON …". */
bool svc_shape_parse(const char *stcs, struct shape *out);
/* A box: corners at lon ± width/2, lat ± height/2 (ADQL 2.1 §4.2.9). */
void svc_shape_box(double lon, double lat, double width, double height, struct shape *out);

#endif
