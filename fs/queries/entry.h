/*
 * entry.h: the trees of the user's own files, below queries/ and in uploads/, in memory.
 *
 * They mirror the folders STATE/queries and STATE/uploads on disk, so that names and attributes are
 * answered without the disk. Changes are made on disk first, by a worker, and here
 * when that came back. Entries are counted: a removed one lives as long as it
 * is open or the kernel remembers it. Loop thread only, but for own_files_scan.
 */
#ifndef TAPFS_FS_QUERIES_ENTRY_H
#define TAPFS_FS_QUERIES_ENTRY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <uthash.h>

#include "cache/file.h"
#include "cache/stored.h"
#include "tap/query/query.h"

struct ghost;
struct orphan;
struct own_files;
struct table_check;

/* Of a folder: what is in it. */
struct entry_folder {
	struct entry *children; /* uthash by name */
	LIST_HEAD(, orphan) orphans;
	LIST_HEAD(, ghost) ghosts;
	char *disk; /* of a root: its folder on disk */
};

/* Of a file: its being open and written. */
struct entry_file {
	struct stored *open; /* while somebody has it open; not counted */
	unsigned writers;    /* handles that may write */
	bool dirty;          /* written since it was last accepted */
	uint64_t writes;     /* counts them: an accept knows whether more came */
	uint64_t changes;    /* the same as they begin and end: who reads it knows */
};

/* Of a query's file: its text. */
struct entry_text {
	struct timer *settle; /* the launch is put off for a moment */
	bool unheard;         /* found at the mount with a text whose close was not acknowledged */
	char found_hash[FILE_HASH_TEXT]; /* of one that was there at the mount, then */
};

/* Of a table in uploads/. */
struct entry_table {
	struct table_check *check; /* see table_check.h; may be NULL */
	bool marked;               /* on disk as being written (table_check.h) */
	bool cut_off;              /* it was so at the mount */
};

/* What it is not, it has zeros of: whoever asks for a folder's query need not ask first. */
struct entry {
	unsigned refs;
	uint64_t id;             /* inode number, of no other entry in this mount */
	struct service *service; /* set when the service begins */
	struct entry *parent;    /* NULL for queries/ and uploads/ themselves and when gone */
	char *name;
	bool is_folder;
	uint64_t size;  /* bytes */
	int64_t mtime;  /* ms */
	mode_t mode;    /* permission bits */
	uint64_t inode; /* on disk */

	struct query *query;   /* it is a query's file; one reference */
	char *target;          /* it is a link in uploads/: as it was made */
	struct own_files *own; /* it is uploads/ itself (own_files.h) */
	struct entry_folder in;
	struct entry_file file;
	struct entry_text text;
	struct entry_table table;
	UT_hash_handle hh;
};

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

/* Of a table, or of what may become one; made if it has none. */
struct table_check *entry_check(struct entry *);

/* m31.adql, m31.sql: not hidden, and with a stem. */
bool is_query_name(const char *name);
/* Names that file managers scatter and nobody wants: .DS_Store, ._*, .Trash*, Thumbs.db. */
bool is_refused_name(const char *name);
/* The query of that stem in a folder: of a file, or an orphan; NULL if there is none. */
struct query *query_by_stem(const struct entry *folder, const char *stem, size_t n);

#endif
