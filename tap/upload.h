/*
 * upload.h: tables that go along with a query (TAP 1.1 §2.5), as its directives say:
 *
 *	-- UPLOAD = targets = m31.vot
 *
 * The path is below queries/ of the same mount: the result of another query, which is waited for,
 *or a VOTable of the user's own. Nothing else can be named: a query that was copied from elsewhere
 * must not send a file away. Each is read to its end before anything is sent. Loop thread only.
 */
#ifndef TAPFS_TAP_UPLOAD_H
#define TAPFS_TAP_UPLOAD_H

#include <stddef.h>
#include <stdint.h>

struct query_run;
struct uploads;

struct upload {
	char *name;    /* TAP_UPLOAD.NAME */
	char *path;    /* below queries/, as it was said */
	int fd;        /* -1: not there yet */
	uint64_t size; /* bytes */
	uint64_t rows;
};

/* Takes what the directives say; run_text_read follows, or the run fails. */
void run_uploads(struct query_run *);
/* They are not waited for any more. NULL is allowed, also below. */
void uploads_cancel(struct uploads *);
void uploads_free(struct uploads *);
/* Borrowed; *n of them. */
const struct upload *uploads_at(const struct uploads *, size_t *n);

#endif
