/*
 * entry.h: the trees of the user's own files, below queries/ and in uploads/, in memory.
 *
 * They mirror the folders STATE/queries and STATE/uploads on disk, so that names and attributes are
 * answered without the disk. Changes are made on disk first, by a worker, and here
 * when that came back. Entries are counted: a removed one lives as long as it
 * is open or the kernel remembers it. Loop thread only, but for entry_scan.
 */
#ifndef TAPFS_FS_QUERIES_ENTRY_H
#define TAPFS_FS_QUERIES_ENTRY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <uthash.h>

#include "cache/stored.h"
#include "tap/query/query.h"
#include "tap/query/upload.h"

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
	pid_t process;
	struct query *query; /* until it is taken back or removed */
	struct timer *timer, *removal;
	LIST_ENTRY(ghost) link;
};

struct entry {
	unsigned refs;
	uint64_t id;             /* inode number, of no other entry in this mount */
	struct service *service; /* set when the service begins */
	struct entry *parent;    /* NULL for queries/ and uploads/ themselves and when gone */
	char *name;
	bool is_folder;
	bool of_tables;              /* uploads/ itself */
	struct upload_folder tables; /* of it */
	/* Of it: a NAME.error.txt has come or gone. May be NULL. */
	void (*noted)(void *arg, const char *name, bool there);
	void *noted_arg;
	char *target;                    /* of a link in uploads/, as it was made; else NULL */
	uint64_t size;                   /* bytes */
	int64_t mtime;                   /* ms */
	mode_t mode;                     /* permission bits */
	uint64_t inode;                  /* on disk */
	char found_hash[FILE_HASH_TEXT]; /* of a query that was there at the mount, then */
	char *disk;                      /* of the root: its folder on disk */

	/* files */
	struct stored *open;  /* while somebody has it open; not counted */
	unsigned writers;     /* handles that may write */
	bool unheard;         /* found at the mount with a text whose close was not acknowledged */
	bool dirty;           /* written since it was last accepted */
	uint64_t writes;      /* counts them: an accept knows whether more came */
	uint64_t changes;     /* the same as they begin and end: who reads it knows */
	struct query *query;  /* a query file's; one reference */
	struct timer *settle; /* the launch is put off for a moment */
	struct table_check *check; /* of a table: see table_check.h; may be NULL */
	bool marked;               /* on disk as being written (table_check.h) */
	bool cut_off;              /* it was so at the mount */

	/* folders */
	struct entry *children; /* uthash by name */
	LIST_HEAD(, orphan) orphans;
	LIST_HEAD(, ghost) ghosts;
	UT_hash_handle hh;
};

/* Of a service. */
struct own_files {
	struct entry *queries, *uploads;
};

/* Reads both trees from disk. Waits for that: before the loop or on a worker. */
bool own_files_scan(const struct service *, struct own_files *, struct error **err);
/* Frees them; the loop has ended. */
void own_files_free(struct own_files *);
/* uploads/: the service has begun. */
void entries_set_service(struct entry *root, struct service *);
/*
 * The service has begun: ties files and the journal's queries together, and takes up what was under
 * way. A query whose file is gone is removed, unless a file of the same inode and hash is there.
 */
void entries_begin(struct entry *root, struct service *);
struct entry *entry_new(struct entry *parent, const char *name, const struct stat *);
struct entry *entry_ref(struct entry *);
void entry_unref(struct entry *);
struct entry *entry_child(const struct entry *folder, const char *name);
/* "paper1/m31.adql" below the folder, or NULL. */
struct entry *entry_at(struct entry *folder, const char *path);
/* In uploads/: a table, a link or a scratch file. */
bool entry_is_upload(const struct entry *);
/* Takes it out of the tree; its parent's reference is given back. */
void entry_detach(struct entry *);
/* Puts a detached one, or one elsewhere, under a new name. */
void entry_move(struct entry *, struct entry *folder, const char *name);
/* "paper1/m31.adql" below queries/, and where it is on disk; caller owns. */
char *entry_path(const struct entry *);
char *entry_disk_path(const struct entry *);
char *entry_disk_child(const struct entry *folder, const char *name);

/* m31.adql, m31.sql: not hidden, and with a stem. */
bool is_query_name(const char *name);
/* Names that file managers scatter and nobody wants: .DS_Store, ._*, .Trash*, Thumbs.db. */
bool is_refused_name(const char *name);
/* The query of that stem in a folder: of a file, or an orphan; NULL if there is none. */
struct query *query_by_stem(const struct entry *folder, const char *stem, size_t n);

/* --- orphan.c --- */

/* Takes the query; pid is a thread of the process. */
void ghost_add(struct entry *folder, const char *name, struct query *, pid_t pid);
bool ghost_is(const struct entry *folder, const char *stem, size_t n, pid_t pid);
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
