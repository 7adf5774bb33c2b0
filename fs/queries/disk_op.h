/*
 * disk_op.h: a change of the state folder that a request waits for.
 *
 * run() happens on a worker with the paths and the descriptor given; when it set no error,
 * apply() happens on the loop and brings the tree in memory up to date. Who asked is woken then.
 */
#ifndef TAPFS_FS_QUERIES_DISK_OP_H
#define TAPFS_FS_QUERIES_DISK_OP_H

#include "cache/file.h"
#include "fs/core/operation.h"
#include "fs/queries/entry.h"

struct disk_op {
	struct work work; /* first */
	struct operation op;
	void (*run)(struct disk_op *);
	/* May be NULL. Returns true if it will call disk_op_finish itself, later. */
	bool (*apply)(struct disk_op *);
	struct error *error;

	char *path, *newpath;                     /* on disk; owned */
	char *name, *newname;                     /* in the tree; owned */
	struct entry *entry, *folder, *newfolder; /* one reference each, may be NULL */
	struct stored *stored;                    /* one reference, may be NULL */
	int fd;                                   /* found or made by run(); closed unless taken */
	unsigned rename_flags;
	bool texts, is_copy; /* copies.c */
	bool mark;           /* WRITE of a table: the first since it was whole */
	bool becomes_query;  /* RENAME: a file that was none */
	struct change change;
	bool touch; /* of a query: touched, or truncated by its path: its text is hashed */
	mode_t mode;
	pid_t pid; /* who asked */
	uint64_t offset, size;
	struct buf data;
	struct stat st;
	char hash[FILE_HASH_TEXT];
};

struct disk_op *disk_op_new(void (*run)(struct disk_op *), bool (*apply)(struct disk_op *));
/* Frees one that was not submitted. */
void disk_op_drop(struct disk_op *);
/* Submits it and hangs it on the request (ask may be NULL: nobody waits). */
void disk_op_submit(struct disk_op *, struct loop *, enum lane, struct ask *);
/* Wakes who waits; owns err. */
void disk_op_finish(struct disk_op *, struct error *err);
/* The disk_op that hangs on a request. */
struct disk_op *disk_op_of(struct ask *);
/* Sets op->error from errno. */
void disk_op_errno(struct disk_op *, const char *what);

#endif
