/*
 * table_check.h: tables in uploads/ are read to their ends when they are closed: is it one?
 *
 * A worker reads; what came of it stays with the entry. Tables that were there at the mount are
 * read one after another then. Loop thread only.
 */
#ifndef TAPFS_FS_TABLE_CHECK_H
#define TAPFS_FS_TABLE_CHECK_H

#include "fs/entry.h"
#include "tap/upload_read.h"

struct table_check {
	bool under_way;
	bool hidden;               /* the user removed NAME.error.txt; of uploads/: README.txt */
	bool shown;                /* watchers were told of NAME.error.txt */
	struct error *error;       /* what is wrong; NULL where it is a table, or not known yet */
	struct upload_table table; /* what was seen, where nothing is wrong */
	struct waitlist changed;   /* it was read, written, or is gone */
};

/* The entry's; made if it has none. */
struct table_check *table_check_of(struct entry *);
void table_check_free(struct table_check *); /* NULL is allowed */

/* Its contents or its name are others now; nothing while somebody writes. */
void table_changed(struct entry *);
/* It is about to be removed, by that thread or 0. */
void table_gone(struct entry *, pid_t pid);
/* Reads what has not been read yet in the folder. */
void tables_check(struct entry *uploads);

/* Names that are somebody's scratch files, not read: .x.swp, x~, #x#, x.part, x.tmp */
bool is_scratch_name(const char *name);
/* Tells watchers whether NAME.error.txt is there, if that is another than before. */
void table_tell(struct entry *);
/* Whether NAME.error.txt is there now; not while it is being read. */
bool table_has_error(const struct entry *);

#endif
