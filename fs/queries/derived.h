/*
 * derived.h: the names that tapfs puts beside a query: m31.csv, m31.log, m31.error.txt …
 */
#ifndef TAPFS_FS_QUERIES_DERIVED_H
#define TAPFS_FS_QUERIES_DERIVED_H

#include "fs/core/kind.h"
#include "fs/queries/entry.h"

/*
 * Inode numbers grow from notes to results to the user's own files: cp -r copies in that order, so
 * that copies of results are there before the query that they would be in the way of (copies.h).
 */
#define NOTE_INODES (UINT64_C(1) << 39)

struct derived {
	struct query *query;  /* NULL: a ghost's (entry.h) */
	int format;           /* of format.h, -1 for a note */
	enum query_note note; /* where format is -1 */
};

/*
 * True if the name is derived from a query of the folder, whether it is there now or not; pid is
 * the thread that asks.
 */
bool derived_name(const struct entry *folder, const char *name, pid_t pid, struct derived *);
/* "m31.csv.part", while that arrives: a reference for the caller, or NULL. */
struct part *derived_part(const struct entry *folder, const char *name);
/* Finds what is there, or will be: f->line stays LINE_NONE if neither. */
void derived_find(const struct derived *, struct found *f);
/* Adds those that are there of one query. */
void derived_list(struct query *, struct listing *);
/* What a note says (notes.c); its state must be one that has it. */
void note_text(const struct query *, enum query_note, struct buf *out);
/* unlink: a result's disk is freed, a note is hidden. */
void derived_remove(const struct derived *);

#endif
