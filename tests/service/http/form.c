/* form.c: see form.h. */
#include "tests/service/http/form.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tests/service/http/http.h"
#include "tests/service/http/parts.h"

#define PIECE      65536
#define VALUE_HELD (1u << 20) /* what is longer goes to disk, unless it is the query */

struct form {
	struct MHD_PostProcessor *post;
	struct params *params;
	struct svc_uploads files;
	uint64_t file_bytes, bytes; /* may be in files; are */
	size_t held;                /* bytes in memory */
	struct error *error;        /* the rest is thrown away; NULL: none */
	/* The part that is being received: */
	char *name;
	struct buf value;
	FILE *file;
};

static bool is_query(const struct form *f)
{
	return !strcasecmp(f->name, "QUERY");
}

static void add_to_file(struct form *f, const char *data, size_t n)
{
	f->bytes += n;
	if (f->bytes > f->file_bytes)
		error_set(&f->error, EFBIG,
			  "UsageFault: the tables that come along have more than %" PRIu64
			  " bytes.",
			  f->file_bytes);
	else if (fwrite(data, 1, n, f->file) != n)
		error_set(&f->error, errno, "The part \"%s\" cannot be kept: %s", f->name,
			  strerror(errno));
}

/* It is no short one after all. */
static void move_to_disk(struct form *f)
{
	f->file = svc_spool_new(&f->error);
	if (f->file)
		add_to_file(f, f->value.data, f->value.len);
	f->held -= f->value.len;
	buf_free(&f->value);
}

static void end_file(struct form *f)
{
	uint64_t size;
	int fd;

	if (fflush(f->file) != 0)
		error_set(&f->error, errno, "The part \"%s\" cannot be kept: %s", f->name,
			  strerror(errno));
	else if (svc_spool_take(f->file, &fd, &size, &f->error))
		svc_uploads_add(&f->files, f->name, fd, size);
}

/* A NUL is in tables only (UTF-16); of a query it becomes what svc_params_decode makes of it. */
static void end_value(struct form *f)
{
	for (size_t i = 0; i < f->value.len; i++)
		if (!f->value.data[i])
			f->value.data[i] = 1;
	svc_params_add(f->params, f->name, buf_str(&f->value));
}

static void end_part(struct form *f)
{
	if (f->name && !f->error && !f->file && !is_query(f) &&
	    memchr(buf_str(&f->value), 0, f->value.len))
		move_to_disk(f);
	if (f->name && !f->error) {
		if (f->file)
			end_file(f);
		else
			end_value(f);
	}
	if (f->file)
		fclose(f->file);
	f->file = NULL;
	free(f->name);
	f->name = NULL;
	buf_reset(&f->value);
}

static void begin_part(struct form *f, const char *name, bool is_file)
{
	end_part(f);
	f->name = xstrdup(name);
	if (is_file)
		f->file = svc_spool_new(&f->error);
}

static void add_value(struct form *f, const char *data, size_t n)
{
	f->held += n;
	if (f->held > HTTP_MAX_BODY) {
		error_set(&f->error, EFBIG, "The request has more than %u MiB.",
			  HTTP_MAX_BODY >> 20);
		return;
	}
	buf_add(&f->value, data, n);
	if (f->value.len > VALUE_HELD && !is_query(f))
		move_to_disk(f);
}

/* A part comes in pieces; offset 0 begins the next one. */
static enum MHD_Result take_piece(void *cls, enum MHD_ValueKind kind, const char *key,
				  const char *filename, const char *content_type,
				  const char *transfer_encoding, const char *data, uint64_t offset,
				  size_t size)
{
	struct form *f = cls;

	(void)kind;
	(void)content_type;
	(void)transfer_encoding;
	if (!offset)
		begin_part(f, key, filename != NULL);
	if (f->error)
		return MHD_YES;
	if (f->file)
		add_to_file(f, data, size);
	else
		add_value(f, data, size);
	return MHD_YES;
}

struct form *svc_form_new(struct MHD_Connection *connection, struct params *params,
			  uint64_t file_bytes)
{
	struct form *f = xcalloc(1, sizeof(*f));

	f->params = params;
	f->file_bytes = file_bytes;
	f->post = MHD_create_post_processor(connection, PIECE, take_piece, f);
	return f;
}

void svc_form_feed(struct form *f, const char *data, size_t n)
{
	if (f->post && !f->error)
		MHD_post_process(f->post, data, n);
}

bool svc_form_end(struct form *f, struct error **err)
{
	end_part(f);
	if (f->error) {
		error_move(err, steal(f->error));
		return false;
	}
	return true;
}

const struct svc_uploads *svc_form_files(const struct form *f)
{
	static const struct svc_uploads none = {NULL, 0};

	return f ? &f->files : &none;
}

void svc_form_free(struct form *f)
{
	if (!f)
		return;
	if (f->post)
		MHD_destroy_post_processor(f->post);
	if (f->file)
		fclose(f->file);
	svc_uploads_clear(&f->files);
	error_free(f->error);
	buf_free(&f->value);
	free(f->name);
	free(f);
}
