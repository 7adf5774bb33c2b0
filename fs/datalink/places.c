/*
 * places.c: which of sia/, scs/ and hips/ a service has: what its capabilities declare, or the
 * configuration names. Where there are several of a kind each has a folder of its name.
 */
#include <string.h>

#include "fs/core/listing.h"
#include "fs/core/node.h"
#include "fs/core/operation.h"
#include "fs/datalink/branch.h"
#include "tap/metadata/metadata.h"
#include "tap/position/position.h"
#include "tap/remote/hips.h"
#include "tap/service/endpoint.h"
#include "tap/service/service.h"

static void *search_object(struct service *s, enum endpoint_kind kind, const char *name)
{
	return search_named(positions_of(s), kind, name);
}

static void *survey_object(struct service *s, enum endpoint_kind kind, const char *name)
{
	(void)kind;
	return survey_named(s, name);
}

static const struct search_place {
	const char *name;
	enum endpoint_kind kind;
	enum tree_line line; /* of one of them */
	void *(*object)(struct service *, enum endpoint_kind, const char *name);
} places[] = {
    {"sia", ENDPOINT_SIA, LINE_SEARCH, search_object},
    {"scs", ENDPOINT_SCS, LINE_SEARCH, search_object},
    {"hips", ENDPOINT_HIPS, LINE_SURVEY, survey_object},
};

#define PLACES (sizeof(places) / sizeof(*places))

static const struct search_place *place_named(const char *name)
{
	for (size_t i = 0; i < PLACES; i++)
		if (strcmp(places[i].name, name) == 0)
			return &places[i];
	return NULL;
}

static bool is_single(const struct endpoints *list)
{
	return list->n == 1 && !*list->at[0].name;
}

enum outcome places_list(struct node *dir, struct listing *l, struct ask *ask)
{
	(void)ask;
	for (size_t i = 0; i < PLACES; i++) {
		struct endpoints list = endpoints_of(dir->service, places[i].kind);

		if (list.n)
			listing_add(l, places[i].name,
				    is_single(&list) ? places[i].line : LINE_PLACES, 0);
		endpoints_clear(&list);
	}
	return READY;
}

enum outcome places_find(struct node *dir, const char *name, struct found *f, struct ask *ask)
{
	const struct search_place *p = place_named(name);
	struct service *s = dir->service;
	struct endpoints list;

	if (!p)
		return READY;
	list = endpoints_of(s, p->kind);
	if (is_single(&list)) {
		f->line = p->line;
		f->object = p->object(s, p->kind, "");
	} else if (list.n) {
		f->line = LINE_PLACES;
	}
	endpoints_clear(&list);
	if (!f->line && !s->capabilities && metadata_is_refreshing(s))
		return ask_wait(ask, &s->changed); /* it may tell in a moment */
	return READY;
}

enum outcome named_places_list(struct node *dir, struct listing *l, struct ask *ask)
{
	const struct search_place *p = place_named(dir->name);
	struct endpoints list = endpoints_of(dir->service, p->kind);

	(void)ask;
	for (size_t i = 0; i < list.n; i++)
		if (*list.at[i].name)
			listing_add(l, list.at[i].name, p->line, 0);
	endpoints_clear(&list);
	return READY;
}

enum outcome named_places_find(struct node *dir, const char *name, struct found *f, struct ask *ask)
{
	const struct search_place *p = place_named(dir->name);
	struct endpoints list = endpoints_of(dir->service, p->kind);

	(void)ask;
	for (size_t i = 0; i < list.n; i++) {
		if (strcmp(list.at[i].name, name) != 0)
			continue;
		f->line = p->line;
		f->object = p->object(dir->service, p->kind, name);
	}
	endpoints_clear(&list);
	return READY;
}
