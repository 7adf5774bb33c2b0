/* copies.c: see copies.h. */
#include "fs/copies.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "fs/branches.h"
#include "fs/derived.h"
#include "fs/disk_op.h"

#define BLOCK (64u << 10)

/* Another query of the same text that has that name, or NULL. */
static struct query *made_elsewhere(const struct query *q, const struct derived *d)
{
	struct query *o;

	LIST_FOREACH (o, &q->service->queries->all, link) {
		if (o == q || o->removed || strcmp(o->entry.hash, q->entry.hash) != 0)
			continue;
		if (d->format >= 0 ? o->results[d->format] && o->results[d->format]->there
				   : query_has_note(o, d->note))
			return o;
	}
	return NULL;
}

/* Bytes of a file, or of a text where there is no file. */
static size_t piece_at(int fd, const struct buf *text, char *out, uint64_t offset)
{
	size_t have = 0;

	if (fd < 0) {
		have = offset < text->len ? text->len - (size_t)offset : 0;
		have = have < BLOCK ? have : BLOCK;
		if (have)
			memcpy(out, text->data + offset, have);
		return have;
	}
	while (have < BLOCK) {
		ssize_t n = pread(fd, out + have, BLOCK - have, (off_t)(offset + have));

		if (n <= 0)
			break;
		have += (size_t)n;
	}
	return have;
}

static bool is_copy(int copy, int original, const struct buf *text)
{
	CLEANUP_FREE char *a = xmalloc(BLOCK);
	CLEANUP_FREE char *b = xmalloc(BLOCK);

	for (uint64_t at = 0;; at += BLOCK) {
		size_t n = piece_at(copy, NULL, a, at);

		if (piece_at(original, text, b, at) != n || memcmp(a, b, n) != 0)
			return false;
		if (n < BLOCK)
			return true;
	}
}

/* path: the copy; newpath: the original, or NULL for the text in data. */
static void compare_run(struct disk_op *o)
{
	CLEANUP_CLOSE int copy = open(o->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	CLEANUP_CLOSE int original = o->newpath ? open(o->newpath, O_RDONLY | O_CLOEXEC) : -1;

	if (copy < 0 || (o->newpath && original < 0) || !is_copy(copy, original, &o->data))
		error_set(&o->error, EEXIST,
			  "this is the name of a result of the query beside it: use another");
	else if (unlink(o->path) < 0)
		disk_op_errno(o, "cannot remove the copy");
}

static bool compare_apply(struct disk_op *o)
{
	struct entry *e = o->entry;

	if (e->parent == o->folder && strcmp(e->name, o->name) == 0)
		entry_detach(e);
	return false;
}

struct disk_op *copy_gives_way(struct entry *file, const struct derived *d)
{
	struct query *original = made_elsewhere(d->query, d);
	struct disk_op *o;

	if (!original || file->is_folder || file->query || file->writers)
		return NULL;
	o = disk_op_new(compare_run, compare_apply);
	o->entry = entry_ref(file);
	o->folder = entry_ref(file->parent);
	o->name = xstrdup(file->name);
	o->path = entry_disk_path(file);
	if (d->format >= 0)
		o->newpath = xstrdup(original->results[d->format]->path);
	else
		note_text(original, d->note, &o->data);
	return o;
}

void copies_give_way(struct entry *query)
{
	struct entry *e, *next;

	HASH_ITER (hh, query->parent->children, e, next) {
		struct disk_op *o;
		struct derived d;

		if (!derived_name(query->parent, e->name, 0, &d) || d.query != query->query)
			continue;
		o = copy_gives_way(e, &d);
		if (o)
			disk_op_submit(o, e->service->loop, LANE_STATE, NULL);
	}
}
