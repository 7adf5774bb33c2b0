/* entry_node.c: entries as nodes of the tree; see entry_node.h. */
#include "fs/queries/entry_node.h"

#include "fs/queries/own_files.h"

struct entry *entry_of(const struct node *n)
{
	const struct own_files *own;

	if (n->object)
		return n->object;
	own = own_files_of(n->service);
	return n->kind->line == LINE_UPLOADS ? own->uploads : own->queries;
}

enum tree_line entry_line(const struct entry *e)
{
	if (entry_is_upload(e))
		return e->target ? LINE_UPLOAD_LINK : LINE_UPLOAD;
	return e->is_folder ? LINE_QUERY_FOLDER : LINE_QUERY_FILE;
}

void found_entry(struct found *f, struct entry *e)
{
	f->line = entry_line(e);
	f->object = entry_ref(e);
	f->id = e->id;
}
