/* wcs.c: see wcs.h. */
#include "tests/service/data/wcs.h"

#include <math.h>

#define RADIANS (M_PI / 180)

struct wcs svc_wcs(double ra, double dec, double x, double y, double scale, double rotation)
{
	double c = cos(rotation * RADIANS) * scale, s = sin(rotation * RADIANS) * scale;

	/* East is to the left. */
	return (struct wcs){ra, dec, x, y, -c, s, s, c};
}

bool svc_wcs_pixel(const struct wcs *w, double ra, double dec, double *x, double *y)
{
	double a = (ra - w->ra) * RADIANS, d = dec * RADIANS, d0 = w->dec * RADIANS;
	double det = w->cd11 * w->cd22 - w->cd12 * w->cd21;
	double toward = sin(d) * sin(d0) + cos(d) * cos(d0) * cos(a);
	double xi, eta;

	if (toward <= 1e-9)
		return false;
	xi = cos(d) * sin(a) / toward / RADIANS;
	eta = (sin(d) * cos(d0) - cos(d) * sin(d0) * cos(a)) / toward / RADIANS;
	*x = w->x + (xi * w->cd22 - eta * w->cd12) / det;
	*y = w->y + (eta * w->cd11 - xi * w->cd21) / det;
	return true;
}

void svc_wcs_sky(const struct wcs *w, double x, double y, double *ra, double *dec)
{
	double xi = (w->cd11 * (x - w->x) + w->cd12 * (y - w->y)) * RADIANS;
	double eta = (w->cd21 * (x - w->x) + w->cd22 * (y - w->y)) * RADIANS;
	double d0 = w->dec * RADIANS;
	double up = cos(d0) - eta * sin(d0);

	*ra = fmod(w->ra + atan2(xi, up) / RADIANS + 720, 360);
	*dec = atan2(sin(d0) + eta * cos(d0), hypot(xi, up)) / RADIANS;
}
