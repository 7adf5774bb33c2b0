/*
 * position_make.c: files of a position's answer that are made of its VOTable when they are opened.
 *
 * What is being made belongs to one answer: it is given up when that goes.
 */
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/loop.h"
#include "base/mem.h"
#include "table/write/converted.h"
#include "tap/position/position.h"
#include "tap/position/position_disk.h"
#include "tap/service/service.h"

struct position_making {
	struct position *position; /* one reference */
	size_t file;
	struct converted *converted;
};

char *position_path(const struct position *p, size_t file)
{
	CLEANUP_FREE char *name = position_disk_name(file);

	return xasprintf("%s/%s/%s/%s", p->search->all->root, p->search->folder, p->name, name);
}

static void converted_done(void *arg, uint64_t bytes, struct error *err)
{
	struct position_making *m = arg;
	struct position *p = m->position;
	size_t file = m->file;

	p->making[file] = NULL;
	free(m);
	p->search->all->made(p, file, bytes, err);
}

static void making_start(struct position *p, size_t file)
{
	CLEANUP_FREE char *from = position_path(p, 0);
	CLEANUP_FREE char *to = position_path(p, file);
	struct position_making *m = xcalloc(1, sizeof(*m));

	error_clear(&p->unmade[file]);
	m->position = p;
	p->refs++;
	m->file = file;
	m->converted = converted_start(p->search->all->service->loop, LANE_CACHE, from, to,
				       format_at(file), converted_done, m);
	p->making[file] = m;
}

enum position_answer position_make(struct position *p, size_t file, bool anew, struct error **err)
{
	if (p->sizes[file] >= 0)
		return POSITION_MADE;
	if (p->making[file])
		return POSITION_WAIT;
	if (p->unmade[file] && !anew) {
		error_move(err, error_copy(p->unmade[file]));
		return POSITION_FAILS;
	}
	making_start(p, file);
	return POSITION_WAIT;
}

void position_make_cancel(struct position *p)
{
	for (size_t i = 0; i < FORMATS_MAX; i++) {
		struct position_making *m = p->making[i];

		error_clear(&p->unmade[i]);
		if (!m)
			continue;
		p->making[i] = NULL;
		converted_cancel(m->converted);
		free(m);
		p->refs--; /* the caller has another */
	}
}

bool position_makes(const struct position *p, size_t file)
{
	return p->made && file < format_count() && !format_at(file)->made_at_once &&
	       !p->search->all->ended;
}
