/* http_form.c: see http_form.h. */
#include "http/http_form.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

#define AHEAD (512u << 10) /* bytes of a file that are read at a time */

/* A text, or a file: one after the other they are the body. */
struct segment {
	struct buf text;
	int fd; /* -1: the text */
	uint64_t size;
};

struct http_form {
	struct loop *loop;
	void (*more)(void *);
	void *arg;
	char *type, boundary[40];
	struct segment *at;
	size_t n;
	uint64_t total;
	size_t now;       /* the segment that is sent */
	uint64_t offset;  /* in it */
	struct buf piece; /* of a file, from piece_from on */
	uint64_t piece_from;
	size_t piece_of; /* segment */
	struct ahead *reading;
	bool bad;
};

static struct segment *segment_new(struct http_form *f)
{
	f->at = xrealloc(f->at, (f->n + 1) * sizeof(*f->at));
	f->at[f->n] = (struct segment){.fd = -1};
	return &f->at[f->n++];
}

static void add_part(struct http_form *f, const struct http_part *p)
{
	struct segment *head = segment_new(f);
	int fd;

	buf_addf(&head->text, "--%s\r\nContent-Disposition: form-data; name=\"%s\"", f->boundary,
		 p->name);
	if (p->text) {
		buf_addf(&head->text, "\r\n\r\n%s\r\n", p->text);
		return;
	}
	buf_addf(&head->text, "; filename=\"%s\"\r\nContent-Type: %s\r\n\r\n", p->file_name,
		 p->type);
	fd = fcntl(p->fd, F_DUPFD_CLOEXEC, 3);
	f->bad = f->bad || fd < 0;
	*segment_new(f) = (struct segment){.fd = fd, .size = p->size};
	buf_adds(&segment_new(f)->text, "\r\n");
}

struct http_form *http_form_new(struct loop *loop, const struct http_part *parts, size_t n,
				void (*more)(void *), void *arg)
{
	struct http_form *f = xcalloc(1, sizeof(*f));
	uint64_t random[2] = {0};

	f->loop = loop;
	f->more = more;
	f->arg = arg;
	if (getrandom(random, sizeof(random), 0) < 0)
		abort(); /* there is none only before the machine has begun */
	snprintf(f->boundary, sizeof(f->boundary), "%016" PRIx64 "%016" PRIx64, random[0],
		 random[1]);
	f->type = xasprintf("multipart/form-data; boundary=%s", f->boundary);
	for (size_t i = 0; i < n; i++)
		add_part(f, &parts[i]);
	buf_addf(&segment_new(f)->text, "--%s--\r\n", f->boundary);
	for (size_t i = 0; i < f->n; i++) {
		if (f->at[i].fd < 0)
			f->at[i].size = f->at[i].text.len;
		f->total += f->at[i].size;
	}
	return f;
}

/* --- a piece of a file, by a worker --- */

struct ahead {
	struct work work;       /* first */
	struct http_form *form; /* NULL: nobody wants it any more */
	int fd;
	uint64_t from;
	size_t segment, want;
	struct buf data;
	bool bad;
};

static void ahead_run(struct work *w)
{
	struct ahead *a = (struct ahead *)w;
	char *to = buf_reserve(&a->data, a->want);

	while (a->data.len < a->want) {
		ssize_t n = pread(a->fd, to + a->data.len, a->want - a->data.len,
				  (off_t)(a->from + a->data.len));

		if (n <= 0) {
			a->bad = true;
			return;
		}
		a->data.len += (size_t)n;
	}
}

static void ahead_done(struct work *w)
{
	struct ahead *a = (struct ahead *)w;
	struct http_form *f = a->form;

	close(a->fd);
	if (f) {
		f->reading = NULL;
		f->bad = f->bad || a->bad;
		buf_free(&f->piece);
		f->piece = a->data;
		a->data = (struct buf)BUF_INIT;
		f->piece_from = a->from;
		f->piece_of = a->segment;
	}
	buf_free(&a->data);
	free(a);
	if (f)
		f->more(f->arg);
}

static void read_ahead(struct http_form *f)
{
	const struct segment *s = &f->at[f->now];
	uint64_t left = s->size - f->offset;
	struct ahead *a;

	if (f->reading)
		return;
	a = xcalloc(1, sizeof(*a));
	a->work.run = ahead_run;
	a->work.done = ahead_done;
	a->form = f;
	a->fd = fcntl(s->fd, F_DUPFD_CLOEXEC, 3);
	a->from = f->offset;
	a->segment = f->now;
	a->want = left < AHEAD ? (size_t)left : AHEAD;
	f->reading = a;
	work_submit(f->loop, LANE_FILE, &a->work);
}

/* --- what is sent --- */

void http_form_rewind(struct http_form *f)
{
	f->now = 0;
	f->offset = 0;
}

static size_t take_block(struct http_form *f, char *to, size_t n, const char *from, uint64_t there)
{
	size_t len = n < there ? n : (size_t)there;

	memcpy(to, from, len);
	f->offset += len;
	return len;
}

size_t http_form_read(struct http_form *f, char *to, size_t n)
{
	const struct segment *s;

	while (f->now < f->n && f->offset == f->at[f->now].size) {
		f->now++;
		f->offset = 0;
	}
	if (f->bad)
		return FORM_BAD;
	if (f->now == f->n)
		return 0;
	s = &f->at[f->now];
	if (s->fd < 0)
		return take_block(f, to, n, s->text.data + f->offset, s->size - f->offset);
	if (f->piece_of == f->now && f->offset >= f->piece_from &&
	    f->offset < f->piece_from + f->piece.len)
		return take_block(f, to, n, f->piece.data + (f->offset - f->piece_from),
				  f->piece_from + f->piece.len - f->offset);
	read_ahead(f);
	return FORM_WAIT;
}

const char *http_form_type(const struct http_form *f)
{
	return f->type;
}

uint64_t http_form_size(const struct http_form *f)
{
	return f->total;
}

void http_form_free(struct http_form *f)
{
	if (!f)
		return;
	if (f->reading)
		f->reading->form = NULL;
	for (size_t i = 0; i < f->n; i++) {
		buf_free(&f->at[i].text);
		if (f->at[i].fd >= 0)
			close(f->at[i].fd);
	}
	buf_free(&f->piece);
	free(f->at);
	free(f->type);
	free(f);
}
