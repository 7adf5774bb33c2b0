/* derived.c: the names that tapfs puts beside a query; see derived.h. */
#include "fs/queries/derived.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "fs/core/listing.h"
#include "fs/queries/orphan.h"
#include "table/write/format.h"
#include "tap/query/query.h"

static const char *const note_suffixes[NOTE_COUNT] = {[NOTE_LOG] = "log",
						      [NOTE_ERROR] = "error.txt",
						      [NOTE_OVERFLOW] = "overflow.txt",
						      [NOTE_WARNING] = "warning.txt"};
static const enum tree_line note_lines[NOTE_COUNT] = {[NOTE_LOG] = LINE_QUERY_LOG,
						      [NOTE_ERROR] = LINE_QUERY_ERROR,
						      [NOTE_OVERFLOW] = LINE_QUERY_OVERFLOW,
						      [NOTE_WARNING] = LINE_QUERY_WARNING};

/* "m31.error.txt" has the suffix "error.txt" after the stem "m31". */
static bool split_suffix(const char *name, const char *suffix, size_t *stem)
{
	size_t n = strlen(name), s = strlen(suffix);

	if (n < s + 2 || name[n - s - 1] != '.' || strcmp(name + n - s, suffix) != 0)
		return false;
	*stem = n - s - 1;
	return true;
}

/* A query, or a ghost to the process that removed the query. */
static bool derived_from(const struct entry *folder, const char *name, size_t stem, pid_t pid,
			 struct derived *d)
{
	d->query = query_by_stem(folder, name, stem);
	return d->query || ghost_is(folder, name, stem, pid);
}

/* What the query asks for by -- FORMAT, where no line of format.c has it. */
static bool asked_name(const struct entry *folder, const char *name, pid_t pid, struct derived *d)
{
	const char *dot = strrchr(name, '.');
	size_t stem = dot ? (size_t)(dot - name) : 0;

	if (!stem)
		return false;
	*d = (struct derived){query_by_stem(folder, name, stem), FORMAT_ASKED, NOTE_LOG};
	if (!d->query)
		return ghost_asked(folder, name, stem, dot + 1, pid);
	return (query_format_sent(d->query) == FORMAT_ASKED &&
		strcmp(d->query->asked, dot + 1) == 0) ||
	       (d->query->asked_next && strcmp(d->query->asked_next, dot + 1) == 0);
}

bool derived_name(const struct entry *folder, const char *name, pid_t pid, struct derived *d)
{
	size_t stem;

	/* `rm m31.*` saw it; of a query that is there it is a name like any other. */
	if (split_suffix(name, "part", &stem)) {
		CLEANUP_FREE char *whole = xstrndup(name, stem);

		if (!derived_name(folder, whole, pid, d))
			return false;
		if (!d->query)
			return true;
		if (!d->query->results[FORMAT_PARTIAL] || d->format != format_by_ext("csv", 3))
			return false;
		d->format = FORMAT_PARTIAL;
		return true;
	}

	for (int i = 0; i < NOTE_COUNT; i++) {
		*d = (struct derived){NULL, -1, (enum query_note)i};
		if (split_suffix(name, note_suffixes[i], &stem) &&
		    derived_from(folder, name, stem, pid, d))
			return true;
	}
	if (asked_name(folder, name, pid, d))
		return true;
	for (size_t f = 0; f < format_count(); f++) {
		*d = (struct derived){NULL, (int)f, NOTE_LOG};
		if (!format_at(f)->hidden && split_suffix(name, format_at(f)->ext, &stem) &&
		    derived_from(folder, name, stem, pid, d))
			return true;
	}
	return false;
}

/* The name without its ".part", or NULL if it has none; caller owns. */
static char *without_part(const char *name)
{
	size_t stem;

	return split_suffix(name, "part", &stem) ? xstrndup(name, stem) : NULL;
}

struct part *derived_part(const struct entry *folder, const char *name)
{
	CLEANUP_FREE char *whole = without_part(name);
	struct part *p;
	struct derived d;

	if (!whole || !derived_name(folder, whole, 0, &d) || !d.query || d.format < 0)
		return NULL;
	p = query_part(d.query, d.format);
	return p ? part_ref(p) : NULL;
}

static uint64_t note_inode(const struct query *q, enum query_note note)
{
	return NOTE_INODES + (uint64_t)q->entry.id * NOTE_COUNT + note;
}

void derived_find(const struct derived *d, struct found *f)
{
	struct result *r;

	if (!d->query) {
		f->line = LINE_GHOST;
	} else if (d->format < 0) {
		if (!query_has_note(d->query, d->note))
			return;
		f->line = note_lines[d->note];
		f->object = query_ref(d->query);
		f->id = note_inode(d->query, d->note);
	} else if (d->query->state != QUERY_IDLE || d->query->awaited) {
		r = query_result(d->query, d->format);
		if (!r)
			return;
		f->line = LINE_RESULT;
		f->object = r;
		f->id = r->id;
	}
}

static char *stem_text(const struct query *q)
{
	const char *slash = strrchr(q->entry.path, '/');
	const char *name = slash ? slash + 1 : q->entry.path;
	const char *dot = strrchr(name, '.');

	return xstrndup(name, dot ? (size_t)(dot - name) : strlen(name));
}

static void list_result(const struct query *q, int f, const char *stem, struct listing *l)
{
	CLEANUP_FREE char *name = xasprintf("%s.%s", stem, query_format_ext(q, f));
	CLEANUP_FREE char *part = xasprintf("%s.part", name);

	if (q->results[f] && q->results[f]->there)
		listing_add(l, name, LINE_RESULT, q->results[f]->id);
	if (query_part(q, f))
		listing_add(l, part, LINE_PART, query_part(q, f)->id);
}

void derived_list(struct query *q, struct listing *l)
{
	CLEANUP_FREE char *stem = stem_text(q);

	for (size_t f = 0; f < format_count(); f++)
		if (!format_at(f)->hidden)
			list_result(q, (int)f, stem, l);
	if (query_format_sent(q) == FORMAT_ASKED)
		list_result(q, FORMAT_ASKED, stem, l);
	list_result(q, FORMAT_PARTIAL, stem, l);
	for (int i = 0; i < NOTE_COUNT; i++) {
		CLEANUP_FREE char *name = xasprintf("%s.%s", stem, note_suffixes[i]);

		if (query_has_note(q, (enum query_note)i))
			listing_add(l, name, note_lines[i], note_inode(q, (enum query_note)i));
	}
}

void derived_remove(const struct derived *d)
{
	if (!d->query)
		return;
	if (d->format < 0)
		query_hide_note(d->query, d->note);
	else
		query_drop_result(d->query, d->format);
}
