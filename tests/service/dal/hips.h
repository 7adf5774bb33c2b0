/*
 * hips.h: the sky of the catalogues as a HiPS (HiPS 1.0): /hips/sky/.
 *
 *	properties
 *	Norder3/Allsky.png
 *	NorderK/Dir0/NpixN.png, .fits    K from 0 to HIPS_ORDER
 *
 * A tile shows the bright stars and the Messier objects, each as a star. The files are made when
 * they are first asked for, and kept as those of images are (files.h).
 */
#ifndef TAPFS_SERVICE_DAL_HIPS_H
#define TAPFS_SERVICE_DAL_HIPS_H

#include "tests/service/data/fits.h"

#define HIPS_ORDER 3
#define HIPS_SIDE  128 /* pixels of a tile */

/*
 * "hips/sky/Norder3/Dir0/Npix12.png" as files.h names it: "hips/t3n12.png"; caller owns. NULL: the
 * HiPS has no such file.
 */
char *svc_hips_plain(const char *path);

bool svc_hips_find(sqlite3 *, const char *name, struct image *out);
bool svc_hips_properties(const struct fits_source *, const char *path, struct error **err);
bool svc_hips_picture(const struct fits_source *, const char *path, struct error **err);
bool svc_hips_fits(const struct fits_source *, const char *path, struct error **err);

#endif
