/*
 * http_form.h: a body of multipart/form-data (RFC 7578): texts, and files as they are on disk.
 *
 * A file is read by workers, a piece ahead of the network: it is never in memory as a whole, and
 * the loop never waits for the disk. Loop thread only.
 */
#ifndef TAPFS_HTTP_HTTP_FORM_H
#define TAPFS_HTTP_HTTP_FORM_H

#include <stddef.h>
#include <stdint.h>

#include "base/loop.h"

struct http_form;

/* One field: a text, or a file. */
struct http_part {
	const char *name;
	const char *text;      /* NULL: a file */
	const char *file_name; /* as the server is told */
	const char *type;      /* of the file: its media type */
	int fd;                /* its bytes from the beginning, size of them; duplicated */
	uint64_t size;
};

/* Copies what the parts say. more is called when bytes are there that form_read had to wait for. */
struct http_form *http_form_new(struct loop *, const struct http_part *, size_t n,
				void (*more)(void *arg), void *arg);
void http_form_free(struct http_form *); /* NULL is allowed */
/* "multipart/form-data; boundary=…"; borrowed. */
const char *http_form_type(const struct http_form *);
uint64_t http_form_size(const struct http_form *);
/* From the beginning again. */
void http_form_rewind(struct http_form *);

#define FORM_WAIT SIZE_MAX       /* not yet: more will be called */
#define FORM_BAD  (SIZE_MAX - 1) /* the file cannot be read, or is shorter than it was */
/* The next bytes; how many, 0 at the end. */
size_t http_form_read(struct http_form *, char *to, size_t n);

#endif
