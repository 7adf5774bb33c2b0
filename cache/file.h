/*
 * file.h: files that appear whole or not at all.
 *
 * All of these wait for the disk: workers only.
 */
#ifndef TAPFS_CACHE_FILE_H
#define TAPFS_CACHE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/error.h"

#define FILE_HASH_TEXT 33 /* bytes of a hash as text, with its NUL */

/* mkdir -p, mode 0700. */
bool dir_make(const char *path, struct error **err);

/* Writes all bytes. */
bool file_write_all(int fd, const void *data, size_t n, struct error **err);
bool file_write_at(int fd, const void *data, size_t n, uint64_t offset, struct error **err);

/* A new file DIR/NAME of these bytes, synced, put in its place by rename. */
bool file_put(const char *path, const void *data, size_t n, struct error **err);

/* Syncs a complete file and gives it its name: fsync, rename, fsync of the folder. */
bool file_publish(int fd, const char *from, const char *to, struct error **err);

/* Syncs the folder that holds path, so that a name in it survives a power cut. */
bool file_sync_folder_of(const char *path, struct error **err);

/* The whole file as a string; at most max bytes, else EFBIG. Caller owns; *n is the length. */
char *file_get(const char *path, size_t max, size_t *n, struct error **err);

/* XXH3-128 of n bytes, and of the bytes of an open file, as 32 hex digits. */
void hash_bytes(const void *data, size_t n, char out[FILE_HASH_TEXT]);
bool hash_file(int fd, char out[FILE_HASH_TEXT], uint64_t *length, struct error **err);

/* A file in the folder that goes with its descriptor; -1 with *err. */
int file_unnamed(const char *folder, struct error **err);

#endif
