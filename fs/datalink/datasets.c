/*
 * datasets.c: the folder of a dataset: a row of a result, another document, an identifier.
 *
 * In it are its links: files (remote_file.c), folders where a link leads to another DataLink
 * document, and cutout/ (cutouts.c). They are asked for when the folder is looked into.
 */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/name.h"
#include "fs/core/names.h"
#include "fs/core/node.h"
#include "fs/core/operation.h"
#include "fs/datalink/branch.h"
#include "fs/datalink/datalink.h"
#include "tap/datalink/cutout.h"
#include "tap/service/endpoint.h"

#define CUTOUT "cutout" /* the folder */

void dataset_release(void *object)
{
	dataset_unref(object);
}

enum outcome dataset_wait(struct dataset *d, struct ask *ask)
{
	struct error *err = NULL;
	struct waitlist *wait = NULL;

	switch (dataset_ready(d, &wait, &err)) {
	case DATASET_KNOWN: return READY;
	case DATASET_WAIT: return ask_wait(ask, wait);
	case DATASET_FAIL: break;
	}
	ask->telling = true; /* it was the server's word, be it a 404 */
	return ask_failed(ask, err);
}

enum outcome dataset_attributes(struct node *n, struct attributes *a, struct ask *ask)
{
	const struct dataset *d = n->object;

	(void)ask;
	a->mtime = d->mtime;
	a->fixed = true;
	return READY;
}

enum outcome dataset_look(struct node *dir, struct ask *ask)
{
	dataset_refresh(dir->object);
	return dataset_wait(dir->object, ask);
}

/* LINE_NONE: it has no name of its own. */
static enum tree_line link_line(const struct dataset *d, const struct link *l)
{
	if (l->error)
		return LINE_LINK_ERROR;
	if (!l->url)
		return LINE_NONE;
	if (!l->nested)
		return LINE_LINK;
	return dataset_is_within(d, l->url) ? LINE_NONE : LINE_DATASET;
}

enum outcome dataset_list(struct node *dir, struct listing *l, struct ask *ask)
{
	struct dataset *d = dir->object;
	enum outcome o = dataset_wait(d, ask);

	for (size_t i = 0; o == READY && i < d->links.n; i++)
		if (link_line(d, &d->links.at[i]))
			listing_add(l, d->links.at[i].name, link_line(d, &d->links.at[i]), 0);
	if (o == READY && dataset_has_cutouts(d))
		listing_add(l, CUTOUT, LINE_CUTOUTS, 0);
	return o;
}

enum outcome dataset_find_link(struct node *dir, const char *name, struct found *found,
			       struct ask *ask)
{
	struct dataset *d = dir->object;
	enum outcome o;

	dataset_refresh(d);
	o = dataset_wait(d, ask);
	if (o == READY && strcmp(name, CUTOUT) == 0 && dataset_has_cutouts(d)) {
		found->line = LINE_CUTOUTS;
		found->object = dataset_ref(d);
		return READY;
	}
	for (size_t i = 0; o == READY && i < d->links.n; i++) {
		const struct link *l = &d->links.at[i];

		if (strcmp(l->name, name) != 0 || !link_line(d, l))
			continue;
		found->line = link_line(d, l);
		found->object = l->nested ? (void *)dataset_nested(d, l) : remote_file_get(d, l);
		return READY;
	}
	return o;
}

enum outcome dataset_csv(struct node *n, struct buf *out, struct ask *ask)
{
	struct dataset *d = n->parent->object;
	enum outcome o = dataset_wait(d, ask);

	if (o == READY)
		links_csv(&d->links, out);
	return o;
}

static bool is_of_a_position(const struct node *n)
{
	while (n && n->kind->line != LINE_POSITION)
		n = n->parent;
	return n;
}

/* `rm -r` of a position's folder comes here as well, and is answered as it wants it. */
static enum outcome dataset_remove(struct node *dir, const char *name, struct ask *ask)
{
	(void)name;
	if (is_of_a_position(dir))
		return READY;
	return ask_fail(ask, EACCES, "links cannot be removed: they are the query's");
}

const struct folder_ops dataset_folder = {.unlink = dataset_remove, .rmdir = dataset_remove};

/* --- by-id/ --- */

enum outcome by_id_find(struct node *dir, const char *name, struct found *f, struct ask *ask)
{
	CLEANUP_BUF struct buf id = BUF_INIT;
	struct error *err = NULL;
	struct dataset *d;

	if (name[0] == '.')
		return READY; /* a file manager looks for something of its own */
	ask->telling = true;
	if (!name_unescape(&id, name, strlen(name)) || strlen(buf_str(&id)) != id.len)
		return ask_fail(ask, ENOENT,
				"a dataset is named by its identifier, with %%2F for each /");
	d = dataset_by_id(dir->service, buf_str(&id), &err);
	if (!d)
		return ask_failed(ask, err);
	f->line = LINE_DATASET;
	f->object = d;
	return READY;
}

enum outcome by_id_readme(struct node *n, struct buf *out, struct ask *ask)
{
	CLEANUP_FREE char *url = endpoint_url(n->service, ENDPOINT_DATALINK);

	(void)ask;
	buf_adds(out,
		 "Each folder here is a dataset, by its identifier: the obs_publisher_did of "
		 "ObsCore, or\nwhatever the service's DataLink calls ID. Write %2F for each / in "
		 "it, and %25 for each %,\nas in\n\n"
		 "    ls datalink/by-id/ivo:%2F%2Fexample.org%2F~?m31\n\n"
		 "They are not listed: name the one you want.\n\n");
	if (url)
		buf_addf(out, "The service that is asked: %s\n", url);
	else
		buf_adds(out, "The service tells of no DataLink endpoint. If it has one, set "
			      "datalink_url in the\nconfiguration.\n");
	return READY;
}
