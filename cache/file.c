/* file.c: files that appear whole or not at all; see file.h. */
#include "cache/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/cleanup.h"
#include "base/mem.h"

bool dir_make(const char *path, struct error **err)
{
	CLEANUP_FREE char *p = xstrdup(path);

	for (char *s = p + 1;; s++) {
		char c = *s;

		if (c != '/' && c != '\0')
			continue;
		*s = '\0';
		if (mkdir(p, 0700) < 0 && errno != EEXIST)
			return error_set(err, errno, "cannot make the folder %s: %s", p,
					 strerror(errno));
		*s = c;
		if (!c)
			return true;
	}
}

/* What to do about a write that failed. */
static bool write_failed(struct error **err)
{
	int e = errno;

	if (e == ENOSPC || e == EDQUOT)
		return error_set(err, e,
				 "the disk that holds the state folder is full: make room there, "
				 "then try again");
	return error_set(err, e, "cannot write to the state folder: %s", strerror(e));
}

bool file_write_all(int fd, const void *data, size_t n, struct error **err)
{
	const char *p = data;

	while (n) {
		ssize_t w = write(fd, p, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return write_failed(err);
		p += w;
		n -= (size_t)w;
	}
	return true;
}

bool file_write_at(int fd, const void *data, size_t n, uint64_t offset, struct error **err)
{
	const char *p = data;

	while (n) {
		ssize_t w = pwrite(fd, p, n, (off_t)offset);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return write_failed(err);
		p += w;
		n -= (size_t)w;
		offset += (uint64_t)w;
	}
	return true;
}

bool file_sync_folder_of(const char *path, struct error **err)
{
	CLEANUP_FREE char *dir = xstrdup(path);
	char *slash = strrchr(dir, '/');
	CLEANUP_CLOSE int fd = -1;

	if (slash)
		*slash = '\0';
	fd = open(slash ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || (fsync(fd) < 0 && errno != EINVAL))
		return error_set(err, errno, "cannot sync the folder %s: %s", dir, strerror(errno));
	return true;
}

bool file_publish(int fd, const char *from, const char *to, struct error **err)
{
	if (fsync(fd) < 0)
		return write_failed(err);
	if (rename(from, to) < 0)
		return error_set(err, errno, "cannot rename %s: %s", from, strerror(errno));
	return file_sync_folder_of(to, err);
}

bool file_put(const char *path, const void *data, size_t n, struct error **err)
{
	CLEANUP_FREE char *tmp = xasprintf("%s.new", path);
	CLEANUP_CLOSE int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		return error_set(err, errno, "cannot create %s: %s", tmp, strerror(errno));
	if (file_write_all(fd, data, n, err) && file_publish(fd, tmp, path, err))
		return true;
	unlink(tmp);
	return false;
}

char *file_get(const char *path, size_t max, size_t *n, struct error **err)
{
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	CLEANUP_FREE char *data = NULL;
	struct stat st;
	size_t have = 0;

	if (fd < 0 || fstat(fd, &st) < 0) {
		error_set(err, errno, "cannot open %s: %s", path, strerror(errno));
		return NULL;
	}
	if (st.st_size < 0 || (uint64_t)st.st_size > max) {
		error_set(err, EFBIG, "%s is larger than %zu bytes", path, max);
		return NULL;
	}
	data = xmalloc((size_t)st.st_size + 1);
	while (have < (size_t)st.st_size) {
		ssize_t r = read(fd, data + have, (size_t)st.st_size - have);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0) {
			error_set(err, errno, "cannot read %s: %s", path, strerror(errno));
			return NULL;
		}
		if (r == 0)
			break;
		have += (size_t)r;
	}
	data[have] = '\0';
	*n = have;
	return steal(data);
}

static void hash_text(XXH128_hash_t h, char out[FILE_HASH_TEXT])
{
	snprintf(out, FILE_HASH_TEXT, "%016" PRIx64 "%016" PRIx64, (uint64_t)h.high64,
		 (uint64_t)h.low64);
}

void hash_bytes(const void *data, size_t n, char out[FILE_HASH_TEXT])
{
	hash_text(XXH3_128bits(data, n), out);
}

bool hash_file(int fd, char out[FILE_HASH_TEXT], uint64_t *length, struct error **err)
{
	XXH3_state_t *h = XXH3_createState();
	CLEANUP_FREE char *block = xmalloc(1 << 16);
	off_t at = 0;
	ssize_t r;

	if (!h)
		return error_set(err, ENOMEM, "out of memory");
	XXH3_128bits_reset(h);
	while ((r = pread(fd, block, 1 << 16, at)) != 0) {
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			break;
		XXH3_128bits_update(h, block, (size_t)r);
		at += r;
	}
	hash_text(XXH3_128bits_digest(h), out);
	XXH3_freeState(h);
	*length = (uint64_t)at;
	if (r < 0)
		return error_set(err, errno, "cannot read: %s", strerror(errno));
	return true;
}

int file_unnamed(const char *folder, struct error **err)
{
	CLEANUP_FREE char *path = xasprintf("%s/XXXXXX", folder);
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0)
		return fd;
	fd = mkostemp(path, O_CLOEXEC); /* NFS has no files without a name */
	if (fd >= 0)
		unlink(path);
	else
		error_set(err, errno, "cannot make a file in %s: %s", folder, strerror(errno));
	return fd;
}
