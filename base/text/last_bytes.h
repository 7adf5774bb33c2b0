/* last_bytes.h: whether a file breaks off, where its kind tells. */
#ifndef TAPFS_BASE_TEXT_LAST_BYTES_H
#define TAPFS_BASE_TEXT_LAST_BYTES_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Whether the file of that many bytes ends too early for what it begins as: Parquet, Arrow, FITS
 * (the sizes in its headers), PNG, JPEG, PDF, ZIP, VOTable; JSON where the extension (NULL: any)
 * says so. False for other kinds: they do not tell. For a worker.
 */
bool last_bytes_are_missing(int fd, uint64_t size, const char *extension);

#endif
