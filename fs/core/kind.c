/*
 * kind.c: the tree's table in use; see kind.h.
 *
 * Invariant: after kinds_use, by_line has each line of enum tree_line but LINE_NONE.
 */
#include "fs/core/kind.h"

#include <errno.h>

static const struct kind *table;
static size_t table_size;
static const struct kind *by_line[LINE_COUNT];

bool kinds_use(const struct kind *kinds, size_t n, struct error **err)
{
	for (int l = 0; l < LINE_COUNT; l++)
		by_line[l] = NULL;
	for (const struct kind *k = kinds; k < kinds + n; k++) {
		if (k->line != LINE_NONE && by_line[k->line])
			return error_set(err, EINVAL, "the tree has the line of %s twice", k->name);
		by_line[k->line] = k;
	}
	for (int l = LINE_NONE + 1; l < LINE_COUNT; l++)
		if (!by_line[l])
			return error_set(err, EINVAL, "the tree lacks line %d of enum tree_line",
					 l);
	table = kinds;
	table_size = n;
	return true;
}

const struct kind *kind_of(enum tree_line line)
{
	return by_line[line];
}

const struct kind *kind_fixed(const struct kind *dir, size_t i)
{
	for (const struct kind *k = dir + 1; k < table + table_size && k->depth > dir->depth; k++)
		if (k->depth == dir->depth + 1 && !k->is_made && i-- == 0)
			return k;
	return NULL;
}
