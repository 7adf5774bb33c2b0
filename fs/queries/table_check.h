/*
 * table_check.h: tables in uploads/ are read to their ends when they are closed: is it one?
 *
 * A worker reads; what came of it stays with the entry. Tables that were there at the mount are
 * read one after another then. Loop thread only.
 */
#ifndef TAPFS_FS_QUERIES_TABLE_CHECK_H
#define TAPFS_FS_QUERIES_TABLE_CHECK_H

#include "fs/queries/entry.h"
#include "tap/query/upload_read.h"

struct table_check {
	bool known; /* it is read, or will not be; false: its turn is still to come */
	bool under_way;
	bool hidden;               /* the user removed NAME.error.txt */
	bool shown;                /* watchers were told of NAME.error.txt */
	struct error *error;       /* what is wrong; NULL where it is a table, or not known yet */
	struct upload_table table; /* what was seen, where nothing is wrong */
	struct waitlist changed;   /* it was read, written, or is gone */
};

/*
 * A table that is being written is marked on disk, where the filesystem has extended attributes:
 * the mark goes when it was closed and read. One that has it at a mount may not be whole.
 */
void table_mark(int fd);
/* At a mount: e->cut_off. folder: of it, open. Waits for the disk. */
void table_scan(struct entry *, int folder);

/* Its contents or its name are others now; nothing while somebody writes. */
void table_changed(struct entry *);
/* It is about to be removed, by that thread or 0, and was; its name is about to be another. */
void table_goes(struct entry *, pid_t pid);
void table_gone(struct entry *);
void table_moves(struct entry *);
/* Its last writer has gone. */
void table_written(struct entry *);
/* Reads what has not been read yet in the folder. */
void tables_check(struct entry *uploads);

/* Names that are somebody's scratch files, not read: .x.swp, x~, #x#, x.part, x.tmp */
bool is_scratch_name(const char *name);
/* The name of what tells what is wrong with it; caller owns. */
#define TABLE_NOTE ".error.txt"
char *table_note(const struct entry *);
/* It is being read, or will be. */
bool table_is_read(const struct entry *);
/* Whether NAME.error.txt is there now; not while it is being read. */
bool table_has_error(const struct entry *);

#endif
