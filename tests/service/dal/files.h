/*
 * files.h: what is at /files/ and /hips/, made when it is first asked for.
 *
 *	images/NAME.fits        the image
 *	weights/NAME.fits       the weight of each of its pixels
 *	previews/NAME.png       a small picture of it
 *	notes/NAME.txt          what it is, in words
 *	lightcurves/NAME.csv    a light curve
 *	hips/sky/…              tiles of the sky, at /hips/ itself (hips.h)
 *
 * Made files are kept in a folder beside the database, which goes with it. A file appears there
 * whole, by rename; two services that make the same one make the same bytes.
 */
#ifndef TAPFS_SERVICE_DAL_FILES_H
#define TAPFS_SERVICE_DAL_FILES_H

#include <stdint.h>

#include "base/error.h"
#include "tests/service/service.h"

struct files;

/* The folder is made beside the database. */
struct files *svc_files_new(const char *db_path);
void svc_files_free(struct files *);

/*
 * The file at that path ("images/m31.fits"), made if need be, which may take a second. -1 with
 * *err: ENOENT where there is none. Caller closes it. Any thread.
 */
int svc_files_get(struct files *, const char *path, int generation, struct error **err);
/* The same, if it was made already; else -1. At once. */
int svc_files_look(struct files *, const char *path, int generation);
/* Its media type; NULL for a path that no file can have. */
const char *svc_files_type(const char *path);

#endif
