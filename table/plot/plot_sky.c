/* plot_sky.c: the sky on a plane: Aitoff's for all of it, the tangent plane for a field. */
#include <math.h>

#include "table/plot/plot.h"

#define RAD (M_PI / 180)

/* Aitoff's, with RA 0 in the middle and east to the left: x from -180 to 180, y from -90 to 90. */
static void aitoff(double ra, double dec, double *x, double *y)
{
	double l = (ra > 180 ? ra - 360 : ra) * RAD;
	double d = dec * RAD;
	double angle = acos(cos(d) * cos(l / 2));
	double sinc = angle > 1e-9 ? sin(angle) / angle : 1;

	*x = -2 * cos(d) * sin(l / 2) / sinc / RAD;
	*y = sin(d) / sinc / RAD;
}

static bool tangent(const double middle[2], double ra, double dec, double *x, double *y)
{
	double a = (ra - middle[0]) * RAD;
	double d = dec * RAD, d0 = middle[1] * RAD;
	double c = sin(d0) * sin(d) + cos(d0) * cos(d) * cos(a);

	if (c <= 0.01)
		return false;
	*x = -cos(d) * sin(a) / c / RAD;
	*y = (cos(d0) * sin(d) - sin(d0) * cos(d) * cos(a)) / c / RAD;
	return true;
}

bool plot_project(const struct plot *p, double ra, double dec, double *x, double *y)
{
	ra = fmod(ra, 360);
	ra += ra < 0 ? 360 : 0;
	if (p->kind == PLOT_SKY) {
		aitoff(ra, dec, x, y);
		return true;
	}
	return tangent(p->middle, ra, dec, x, y);
}
