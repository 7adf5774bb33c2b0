/* preview.h: a small picture of an image, as a PNG of greys. */
#ifndef TAPFS_SERVICE_DATA_PREVIEW_H
#define TAPFS_SERVICE_DATA_PREVIEW_H

#include "base/buf.h"
#include "tests/service/data/fits.h"

#define PREVIEW_SIDE 128

void svc_preview(const struct fits_source *, struct buf *out);
/* width * height greys, the first row at the top. */
void svc_png(const unsigned char *greys, uint32_t width, uint32_t height, struct buf *out);

#endif
