/* cutout_parts.c: see cutout_parts.h. */
#include "tap/datalink/cutout_parts.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/text/first_bytes.h"
#include "base/text/multipart.h"

#define STEP (1u << 20) /* bytes that are moved at a time */

bool cutout_is_in_parts(const char *content_type)
{
	return content_type && strncasecmp(content_type, "multipart/", 10) == 0;
}

/* To the file's beginning, where the mapping shows what is written. */
static bool move_to_front(int fd, const struct multipart_part *p, struct error **err)
{
	for (size_t done = 0; done < p->n;) {
		size_t n = p->n - done < STEP ? p->n - done : STEP;
		ssize_t wrote = pwrite(fd, p->data + done, n, (off_t)done);

		if (wrote <= 0)
			return error_set(err, wrote ? errno : ENOSPC,
					 "the cut-out cannot be unpacked: %s",
					 strerror(wrote ? errno : ENOSPC));
		done += (size_t)wrote;
	}
	if (ftruncate(fd, (off_t)p->n) != 0)
		return error_set(err, errno, "the cut-out cannot be unpacked: %s", strerror(errno));
	return true;
}

bool cutout_unpack(int fd, const char *content_type, const char *extension, uint64_t *bytes,
		   unsigned *more, struct error **err)
{
	size_t size = (size_t)*bytes;
	char *map = size ? mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
	struct multipart_part part, wanted = {0};
	struct multipart m;
	unsigned fit = 0;
	bool ok, whole = true;

	if (map == MAP_FAILED)
		return error_set(err, EIO, "the cut-out cannot be unpacked: it is empty");
	if (multipart_begin(&m, content_type, map, size)) {
		while (multipart_next(&m, &part))
			if (part.n && first_bytes_fit(extension, part.data, part.n) && !fit++)
				wanted = part;
		whole = m.whole;
	}
	multipart_end(&m);
	ok = !whole
		 ? error_set(err, ECONNRESET, "the cut-out was cut off: its last part has no end")
	     : fit ? move_to_front(fd, &wanted, err)
		   : error_set(err, EIO,
			       "the service sent several parts, and none of them is a %s file",
			       extension ? extension : "whole");
	munmap(map, size);
	*bytes = wanted.n;
	*more = fit ? fit - 1 : 0;
	return ok;
}
