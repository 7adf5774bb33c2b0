/* first_bytes.h: what the first bytes of a file tell of it. */
#ifndef TAPFS_BASE_TEXT_FIRST_BYTES_H
#define TAPFS_BASE_TEXT_FIRST_BYTES_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether a file with that extension ("fits", "fits.gz", "png"; NULL: any) may begin so. No: a text
 * where an image or an archive is wanted, a page where anything but one is, a picture where a FITS
 * file is. Other bytes are believed: there are more formats than are known here; and so is gzip,
 * since files are packed without being named so.
 */
bool first_bytes_fit(const char *extension, const void *data, size_t n);

#endif
