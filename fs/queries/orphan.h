/*
 * orphan.h: queries whose file is not there: orphans, and ghosts of those that were removed.
 *
 * Both hang on the folder that the file was in. Loop thread only.
 */
#ifndef TAPFS_FS_QUERIES_ORPHAN_H
#define TAPFS_FS_QUERIES_ORPHAN_H

#include "fs/queries/entry.h"

/* A query whose file was renamed away: for ORPHAN_MS it waits for a new one of its name. */
struct orphan {
	struct entry *folder;
	char *stem;
	struct query *query;
	struct timer *timer;
	LIST_ENTRY(orphan) link;
};

/*
 * A query that was removed a moment ago: for GHOST_MS the process that did it can still look up and
 * remove its derived names, so that `rm m31.*` and `rm -r`, which listed them before, succeed. For
 * everybody else they are gone. Should that process create the file anew within REPLACE_MS, as mv
 * and install do, it has replaced the text: the query goes on, and is run if the text is another.
 */
struct ghost {
	struct entry *folder;
	char *stem;
	char *asked; /* query.h */
	pid_t process;
	struct query *query; /* until it is taken back or removed */
	struct timer *timer, *removal;
	LIST_ENTRY(ghost) link;
};

/* Takes the query, NULL for a table; pid is a thread of the process. */
void ghost_add(struct entry *folder, const char *name, struct query *, pid_t pid);
bool ghost_is(const struct entry *folder, const char *stem, size_t n, pid_t pid);
/* The same, and the query asked for that extension. */
bool ghost_asked(const struct entry *folder, const char *stem, size_t n, const char *extension,
		 pid_t pid);
/* The process is about to create the file anew: its query waits for that. */
void ghost_hold(struct entry *folder, const char *stem, size_t n, pid_t pid);
/*
 * The stem has a file again: the query, if the process that removed it made that file, else NULL.
 * The ghost is over.
 */
struct query *ghost_take(struct entry *folder, const char *stem, size_t n, pid_t pid);
/* The names of that stem are free, for the process as well. */
void ghost_drop(struct entry *folder, const char *stem, size_t n);
/* The folder goes: what was to be removed soon is removed. */
void ghosts_remove_queries(struct entry *folder);
/* All at once, without their queries. */
void ghosts_drop(struct entry *folder);

/* The orphan of that stem as a query again (its reference goes to the caller), or NULL. */
struct query *orphan_take(struct entry *folder, const char *stem, size_t n);
/* Takes the entry's query. After a while without a new file it is removed. */
void orphan_add(struct entry *folder, const char *name, struct query *);
/* All at once, without their queries. */
void orphans_drop(struct entry *folder);

#endif
