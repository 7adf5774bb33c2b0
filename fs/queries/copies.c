/* copies.c: see copies.h. */
#include "fs/queries/copies.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "fs/queries/branch.h"
#include "fs/queries/derived.h"
#include "fs/queries/disk_op.h"

#define BLOCK (64u << 10)

static bool same_bytes(int a, int b)
{
	CLEANUP_FREE char *x = xmalloc(BLOCK);
	CLEANUP_FREE char *y = xmalloc(BLOCK);

	for (off_t at = 0;; at += BLOCK) {
		ssize_t n = pread(a, x, BLOCK, at);

		if (n < 0 || pread(b, y, BLOCK, at) != n || memcmp(x, y, (size_t)n) != 0)
			return false;
		if (n < (ssize_t)BLOCK)
			return true;
	}
}

/* data: texts, each as long as the file. */
static bool is_a_text(const struct disk_op *o, int fd)
{
	CLEANUP_FREE char *text = xmalloc(o->size + 1);

	if (pread(fd, text, o->size + 1, 0) != (ssize_t)o->size)
		return false;
	for (size_t at = 0; at + o->size <= o->data.len; at += o->size)
		if (memcmp(o->data.data + at, text, o->size) == 0)
			return true;
	return false;
}

/* data: paths of results, each with its NUL. */
static bool is_a_result(const struct disk_op *o, int fd)
{
	for (const char *path = o->data.data; path < o->data.data + o->data.len;
	     path += strlen(path) + 1) {
		CLEANUP_CLOSE int other = open(path, O_RDONLY | O_CLOEXEC);

		if (other >= 0 && same_bytes(fd, other))
			return true;
	}
	return false;
}

static void compare_run(struct disk_op *o)
{
	CLEANUP_CLOSE int fd = open(o->worker.path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	o->is_copy = fd >= 0 && (o->texts ? is_a_text(o, fd) : is_a_result(o, fd));
	if (o->is_copy && unlink(o->worker.path) < 0)
		worker_op_errno(&o->worker, "cannot remove the copy");
}

static bool compare_apply(struct disk_op *o)
{
	struct entry *e = o->entry;

	if (!o->is_copy && o->worker.op.refs > 1) /* a rename waits: it is refused */
		error_set(&o->worker.error, EEXIST,
			  "%s is the name of a result of the query beside it: use another",
			  o->newname);
	else if (o->is_copy && e->parent == o->folder && strcmp(e->name, o->name) == 0)
		entry_detach(e);
	return false;
}

/* Collects what tapfs has of that name and size for queries of the same text. */
static void add_originals(struct disk_op *o, const struct query *q, const struct derived *d)
{
	struct query *other;

	LIST_FOREACH (other, &queries_of(q->service)->all, link) {
		const struct result *r = d->format >= 0 ? other->results[d->format] : NULL;
		CLEANUP_BUF struct buf text = BUF_INIT;

		if (other == q || other->removed || strcmp(other->entry.hash, q->entry.hash) != 0)
			continue;
		if (r && r->there && r->size == o->size)
			buf_add(&o->data, r->path, strlen(r->path) + 1);
		if (d->format < 0 && query_has_note(other, d->note))
			note_text(other, d->note, &text);
		if (text.len && text.len == o->size)
			buf_add(&o->data, text.data, text.len);
	}
}

struct disk_op *copy_gives_way(struct entry *file, const struct derived *d, const char *newname)
{
	struct disk_op *o;

	if (file->is_folder || file->query || file->file.writers)
		return NULL;
	o = disk_op_new(compare_run, compare_apply);
	o->size = file->size;
	o->texts = d->format < 0;
	add_originals(o, d->query, d);
	if (!o->data.len) {
		worker_op_drop(&o->worker);
		return NULL;
	}
	o->entry = entry_ref(file);
	o->folder = entry_ref(file->parent);
	o->name = xstrdup(file->name);
	o->newname = xstrdup(newname);
	o->worker.path = entry_disk_path(file);
	return o;
}

void copies_give_way(struct entry *query)
{
	struct entry *e, *next;

	HASH_ITER (hh, query->parent->in.children, e, next) {
		struct disk_op *o;
		struct derived d;

		if (!derived_name(query->parent, e->name, 0, &d) || d.query != query->query)
			continue;
		o = copy_gives_way(e, &d, e->name);
		if (o)
			worker_op_submit(&o->worker, e->service->loop, LANE_STATE, NULL);
	}
}
