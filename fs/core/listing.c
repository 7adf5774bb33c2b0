/* listing.c: the names in a folder; see listing.h. */
#include "fs/core/listing.h"

#include <stdlib.h>

#include "base/mem.h"

static void add_item(struct listing *l, const char *name, const struct kind *k, uint64_t id)
{
	if (l->count == l->cap) {
		l->cap = l->cap ? l->cap * 2 : 16;
		l->items = xrealloc(l->items, l->cap * sizeof(*l->items));
	}
	l->items[l->count++] = (struct listing_item){xstrdup(name), k, id};
}

void listing_add(struct listing *l, const char *name, enum tree_line line, uint64_t id)
{
	add_item(l, name, kind_of(line), id);
}

void listing_add_fixed(struct listing *l, const struct kind *k)
{
	add_item(l, k->name, k, 0);
}

void listing_clear(struct listing *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->items[i].name);
	free(l->items);
	*l = (struct listing){0};
}
