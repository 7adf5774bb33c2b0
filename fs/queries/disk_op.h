/*
 * disk_op.h: a change of the state folder that a request waits for.
 *
 * run() happens on a worker with the paths and the descriptor given; when it set no error,
 * apply() happens on the loop and brings the tree in memory up to date. Whoever asked is woken
 * then. It is submitted and finished as a worker_op.
 */
#ifndef TAPFS_FS_QUERIES_DISK_OP_H
#define TAPFS_FS_QUERIES_DISK_OP_H

#include "cache/file.h"
#include "fs/core/worker_op.h"
#include "fs/queries/entry.h"
#include "fs/queries/launch.h"

struct disk_op {
	struct worker_op worker; /* first */
	void (*run)(struct disk_op *);
	/* May be NULL. Returns true if it will call worker_op_finish itself, later. */
	bool (*apply)(struct disk_op *);

	char *newpath;                            /* on disk, as worker.path; owned */
	char *name, *newname;                     /* in the tree; owned */
	struct entry *entry, *folder, *newfolder; /* one reference each, may be NULL */
	struct stored *stored;                    /* one reference, may be NULL */
	unsigned rename_flags;
	bool texts, is_copy; /* copies.c */
	bool mark;           /* WRITE of a table: the first since it was whole */
	bool becomes_query;  /* RENAME: a file that was none, and that no program writes */
	struct change change;
	bool touch; /* of a query: touched, or truncated by its path: its text is hashed */
	mode_t mode;
	pid_t pid; /* who asked */
	uint64_t offset, size;
	struct query_rules rules; /* the service's */
	struct query_text text;   /* of a query that is accepted */
	enum launch launch;       /* of that query, then */
	uint64_t writes_seen;     /* of the file, when it was submitted */
	struct buf data;
	struct stat st;
};

struct disk_op *disk_op_new(void (*run)(struct disk_op *), bool (*apply)(struct disk_op *));
/* One on a name in a folder. */
struct disk_op *disk_op_in(struct entry *folder, const char *name, void (*run)(struct disk_op *),
			   bool (*apply)(struct disk_op *));
/* The disk_op that hangs on a request. */
struct disk_op *disk_op_of(const struct ask *);

#endif
