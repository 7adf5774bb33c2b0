/*
 * datalink.c: datalink/: the files behind the results.
 *
 * The folder mirrors queries/: a folder for each query whose result links, in it
 * one for each row that does. Rows are looked up in the result's index by a worker, a page
 * at a time when they are listed. What is in a row's folder is datasets.c's.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "fs/core/names.h"
#include "fs/core/node.h"
#include "fs/core/worker_op.h"
#include "fs/datalink/branch.h"
#include "fs/datalink/datalink.h"
#include "fs/queries/entry_node.h"

#define PAGE 2000 /* rows listed at a time */

/* --- queries that link --- */

static bool leads_to_files(const struct entry *e)
{
	struct entry *child, *next;

	if (!e->is_folder)
		return e->query && query_is_linked(e->query);
	HASH_ITER (hh, e->in.children, child, next)
		if (leads_to_files(child))
			return true;
	return false;
}

static char *file_stem(const struct entry *e)
{
	return xstrndup(e->name, (size_t)(strrchr(e->name, '.') - e->name));
}

enum outcome datalink_list(struct node *dir, struct listing *l, struct ask *ask)
{
	struct entry *e, *next;

	(void)ask;
	HASH_ITER (hh, entry_of(dir)->in.children, e, next) {
		CLEANUP_FREE char *stem = NULL;

		if (!leads_to_files(e))
			continue;
		stem = e->is_folder ? xstrdup(e->name) : file_stem(e);
		listing_add(l, stem, e->is_folder ? LINE_LINKED_FOLDER : LINE_LINKED_QUERY, 0);
	}
	return READY;
}

enum outcome datalink_find(struct node *dir, const char *name, struct found *f, struct ask *ask)
{
	struct entry *folder = entry_of(dir);
	struct query *q = query_by_stem(folder, name, strlen(name));
	struct entry *e = entry_child(folder, name);

	(void)ask;
	if (q && query_is_linked(q)) {
		f->line = LINE_LINKED_QUERY;
		f->object = open_index_get(q);
	} else if (e && e->is_folder && leads_to_files(e)) {
		f->line = LINE_LINKED_FOLDER;
		f->object = entry_ref(e);
	}
	return READY;
}

void open_index_release(void *object)
{
	open_index_unref(object);
}

/* --- rows --- */

/* Something that a worker reads from the index of a result. */
struct index_op {
	struct worker_op worker;   /* first */
	struct open_index *linked; /* one reference */
	char *name;                /* of the row that is looked for; NULL: a page is listed */
	size_t from;               /* of the page, from 0 */
	int64_t number;            /* of the row that was found; 0: none */
	struct buf names;
	size_t n;
};

static struct index_op *index_op_of(const struct ask *ask)
{
	return worker_op_of(ask);
}

static void index_op_clear(struct worker_op *worker)
{
	struct index_op *o = (struct index_op *)worker;

	open_index_unref(o->linked);
	buf_free(&o->names);
	free(o->name);
}

static void index_op_run(struct worker_op *worker)
{
	struct index_op *o = (struct index_op *)worker;
	struct link_index *index = open_index_db(o->linked, &worker->error);

	if (index && o->name)
		o->number = link_index_number(index, o->name, &worker->error);
	else if (index)
		link_index_page(index, (int64_t)o->from + 1, PAGE, &o->names, &o->n,
				&worker->error);
}

static enum outcome index_ask(struct open_index *l, const char *name, size_t from, struct ask *ask)
{
	if (!ask->op) {
		struct index_op *o = worker_op_new(sizeof(*o), index_op_run);

		o->worker.clear = index_op_clear;
		o->linked = open_index_ref(l);
		o->name = xstrdup_or_null(name);
		o->from = from;
		open_index_read(l);
		worker_op_submit(&o->worker, l->service->loop, LANE_CACHE, ask);
	}
	return ask_operation(ask);
}

/* In the order of the result, so that who sorts by inode (find, of many names) walks in it. */
static uint64_t row_id(const struct node *dir, int64_t number)
{
	return (node_path_id(dir, "", 1) & ~(uint64_t)UINT32_MAX) + (uint64_t)number;
}

enum outcome linked_rows_list(struct node *dir, struct open_index *linked, size_t from,
			      struct listing *l, struct ask *ask)
{
	enum outcome o = index_ask(linked, NULL, from, ask);
	struct index_op *page;
	const char *name;

	if (o != READY)
		return o;
	page = index_op_of(ask);
	name = page->names.data;
	for (size_t i = 0; i < page->n; i++, name += strlen(name) + 1) {
		int64_t number = (int64_t)(from + i) + 1;

		open_index_listed(linked, name, number);
		listing_add(l, name, LINE_DATASET, row_id(dir, number));
	}
	l->more = page->n == PAGE;
	return READY;
}

enum outcome linked_rows_find(struct node *dir, struct open_index *l, const char *name,
			      struct found *f, struct ask *ask)
{
	struct dataset *d = dataset_find(l->service, l, NULL, name);
	int64_t number = d ? d->number : open_index_number(l, name);
	enum outcome o;

	if (!number) {
		o = index_ask(l, name, 0, ask);
		if (o != READY || !index_op_of(ask)->number)
			return o;
		number = index_op_of(ask)->number;
		d = dataset_find(l->service, l, NULL, name); /* somebody may have been faster */
	}
	f->line = LINE_DATASET;
	f->object = d ? dataset_ref(d) : dataset_of_row(l, name, number);
	f->id = row_id(dir, number);
	return READY;
}

enum outcome rows_page(struct node *dir, size_t from, struct listing *l, struct ask *ask)
{
	return linked_rows_list(dir, dir->object, from, l, ask);
}

enum outcome rows_find(struct node *dir, const char *name, struct found *f, struct ask *ask)
{
	return linked_rows_find(dir, dir->object, name, f, ask);
}
