/*
 * upload_read.h: one table that a user brings is read to its end: whether it is one, and made a
 * VOTable where that is to be sent.
 */
#ifndef TAPFS_TAP_QUERY_UPLOAD_READ_H
#define TAPFS_TAP_QUERY_UPLOAD_READ_H

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
	bool texts;       /* it is sent with texts of any length */
	struct buf notes; /* what was changed of its names, a line each */
};

struct upload_source {
	const char *path;   /* on disk; the extension says what it is */
	const char *folder; /* where a file for what is to be sent can be made; NULL: it is only
			     * looked whether all is well */
	bool lasts;         /* never changes: a VOTable needs no copy */
	bool fixed;         /* texts are to be sent with their greatest length */
	const atomic_bool *stop;
};

/*
 * Given up (ECANCELED) once *stop is set. Waits for the disk: workers only. To be cleared also
 * after an error.
 */
bool upload_read(const struct upload_source *, struct upload_table *, struct error **err);
void upload_table_clear(struct upload_table *);

#endif
