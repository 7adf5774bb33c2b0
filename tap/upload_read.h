/*
 * upload_read.h: one table that a user brings is read to its end: whether it is one, and made a
 * VOTable where that is to be sent.
 */
#ifndef TAPFS_TAP_UPLOAD_READ_H
#define TAPFS_TAP_UPLOAD_READ_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

struct upload_table {
	int fd;        /* of the VOTable to send, from its first byte; -1: was not asked for */
	uint64_t size; /* bytes of it */
	uint64_t rows;
	unsigned columns;
	struct buf notes; /* what was changed of its names, a line each */
};

/*
 * Reads the file; its extension says what it is. folder: where a file without a name is made, if
 * it has to be converted; NULL: it is only read. Given up (ECANCELED) once *stop is set. Waits for
 * the disk: workers only. To be cleared also after an error.
 */
bool upload_read(const char *path, const char *folder, const atomic_bool *stop,
		 struct upload_table *, struct error **err);
void upload_table_clear(struct upload_table *);

#endif
