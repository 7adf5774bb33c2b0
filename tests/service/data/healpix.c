/* healpix.c: see healpix.h. */
#include "tests/service/data/healpix.h"

#include <math.h>

/* Around the equator: |sin dec| up to 2/3. */
static struct healpix near_equator(double quarter, double z)
{
	double jp = 0.5 + quarter - 0.75 * z, jm = 0.5 + quarter + 0.75 * z;
	int p = (int)floor(jp), m = (int)floor(jm);

	return (struct healpix){p == m  ? (p & 3) + 4
				: p < m ? p & 3
					: (m & 3) + 8,
				jm - m, 1 - (jp - p)};
}

static struct healpix near_pole(double quarter, double z)
{
	int n = quarter < 4 ? (int)quarter : 3;
	double t = quarter - n, root = sqrt(3 * (1 - fabs(z)));

	if (z > 0)
		return (struct healpix){n, 1 - (1 - t) * root, 1 - t * root};
	return (struct healpix){n + 8, t * root, (1 - t) * root};
}

struct healpix svc_healpix(double ra, double dec)
{
	double z = sin(dec * M_PI / 180);
	double quarter = fmod(fmod(ra, 360) + 360, 360) / 90;

	return fabs(z) <= 2.0 / 3 ? near_equator(quarter, z) : near_pole(quarter, z);
}

struct healpix svc_healpix_corner(int order, uint64_t pixel)
{
	uint64_t in_face = pixel & ((UINT64_C(1) << (2 * order)) - 1);
	double side = (double)(UINT64_C(1) << order);
	uint64_t x = 0, y = 0;

	for (int bit = 0; bit < order; bit++) {
		x |= (in_face >> (2 * bit) & 1) << bit;
		y |= (in_face >> (2 * bit + 1) & 1) << bit;
	}
	return (struct healpix){(int)(pixel >> (2 * order)), (double)x / side, (double)y / side};
}

void svc_healpix_plane(const struct healpix *h, double *u, double *v)
{
	int row = h->face / 4; /* north, equator, south */
	double middle = 90 * (h->face & 3) + (row == 1 ? 0 : 45);

	if (middle > 180)
		middle -= 360;
	*u = middle + 45 * (h->x - h->y);
	*v = 45 * (1 - row) + 45 * (h->x + h->y - 1);
}
