/*
 * kind.h: what a path is: the types of the tree's table, and the table once it is in use.
 *
 * The namespace is one table (fs/tree.c): a line a kind of node, indented as the
 * tree is. A line names the functions that make the node what it is; they stand
 * in one file a branch (schemas.c, queries.c, …), know no front, and either
 * answer, fail or ask to wait:
 *
 *	READY    the answer is in the output arguments
 *	FAILED   ask->error says why; the errno and the sentence go to the user
 *	PENDING  ask->wait is what it waits for: the function is called again, from
 *	         its start, when that changes
 *
 * ask_wait, ask_fail and their like (operation.h) say so in one line.
 *
 * A function that starts something which must not be started twice (a write, a
 * new file) hangs an operation on ask->op at its first call and finds it there
 * at the next.
 */
#ifndef TAPFS_FS_CORE_KIND_H
#define TAPFS_FS_CORE_KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/wait.h"

struct node;
struct kind;
struct handle;
struct listing;

enum outcome { READY, FAILED, PENDING };

/* Something that a request started and waits for; see fs/core/operation.h. */
struct operation;

struct ask {
	struct error *error;
	struct waitlist *wait;
	struct operation *op; /* survives from call to call of the same request */
	pid_t pid;            /* the thread that asks */
	bool nonblock;        /* O_NONBLOCK: PENDING becomes EAGAIN where a job is waited for … */
	bool awaits_job; /* … as here; what a request or two bring is waited for in any case */
	bool waited;     /* it was PENDING before */
	bool known;      /* FAILED is no news for .tapfs/errors */
	bool telling;    /* FAILED is told there, also if it is one of everyday's errnos */
};

/*
 * The lines of the table that a function names: what a find() or list() makes, and fixed names that
 * are told apart. Each stands in the table exactly once; kinds_use checks that.
 */
enum tree_line {
	LINE_NONE, /* no such name; and of a line in the table: no function names it */
	LINE_ALL,
	LINE_DOT_TAPFS,
	LINE_SERVICE,
	LINE_DOCUMENT,
	LINE_SCHEMA,
	LINE_FOLDER,
	LINE_TABLE,
	LINE_QUERIES,
	LINE_QUERY_FOLDER,
	LINE_QUERY_FILE,
	LINE_RESULT,
	LINE_PART,
	LINE_GHOST,
	LINE_QUERY_LOG,
	LINE_QUERY_ERROR,
	LINE_QUERY_OVERFLOW,
	LINE_QUERY_WARNING,
	LINE_UPLOADS,
	LINE_UPLOADS_README,
	LINE_UPLOAD,
	LINE_UPLOAD_LINK,
	LINE_UPLOAD_ERROR,
	LINE_UPLOAD_CHECKED,
	LINE_LINKED_FOLDER,
	LINE_LINKED_QUERY,
	LINE_DATASET,
	LINE_CUTOUTS,
	LINE_CUTOUT,
	LINE_LINK,
	LINE_LINK_ERROR,
	LINE_PLACES,
	LINE_SEARCH,
	LINE_POSITION,
	LINE_POSITION_FILE,
	LINE_SURVEY,
	LINE_ORDER,
	LINE_TILES,
	LINE_TILE,
	LINE_HIPS_FILE,
	LINE_JOBS,
	LINE_JOB,
	LINE_JOB_FILE_PHASE,
	LINE_JOB_FILE_DESTRUCTION,
	LINE_JOB_FILE_DURATION,
	LINE_JOB_FILE_QUERY,
	LINE_JOB_FILE_PARAMETERS,
	LINE_JOB_FILE_OWNER,
	LINE_JOB_FILE_RUNID,
	LINE_JOB_FILE_QUOTE,
	LINE_JOB_FILE_START,
	LINE_JOB_FILE_END,
	LINE_JOB_FILE_XML,
	LINE_JOB_ERROR,
	LINE_JOB_WAIT,
	LINE_JOB_RESULT,
	LINE_JOBS_BY_PHASE,
	LINE_JOB_PHASE,
	LINE_JOB_LINK,
	LINE_JOB_RUNID,
	LINE_COUNT
};

/* What find() answers: which line of the table the name is, and what stands behind it. */
struct found {
	enum tree_line line; /* LINE_NONE: no such name (READY) */
	void *object;        /* for node->object; one reference, given back by kind->release */
	uint64_t id;         /* its inode number where the branch has one; 0: made from the path */
};

/* What stat tells beyond the table's line. Zeros where nothing is known. */
struct attributes {
	uint64_t size;
	int64_t mtime;  /* ms since 1970; 0: when the service was mounted */
	mode_t mode;    /* permission bits; 0: as the line says */
	bool fixed;     /* will not change while the node lives: a front may keep it */
	unsigned nlink; /* 1 for files, 2 for folders; 0: it has no name any more */
};

enum kind_flags {
	KIND_STATIC = 1 << 0, /* names here change only by refresh: a front may keep them */
	KIND_LIVE = 1 << 1,   /* the text is made anew at each open */
	KIND_ASKED = 1 << 2,  /* a live text that the service is asked for: only open makes it, and
			       * stat tells the size of the last one */
	KIND_COLD = 1 << 4,   /* its attributes cost something: a listing goes without them */
	KIND_SENDS = 1 << 3,  /* its command changes something on the service */
	KIND_HELD = 1 << 6,   /* who has the folder open to list it is remembered (openers.h) */
};

#define WRITE_AT_END UINT64_MAX /* as an offset: O_APPEND */

/* Reading and writing what is no rendered text: results, the user's own files. */
struct file_ops {
	/* May wait for what the file is made of. On READY the handle is ready for reads. */
	enum outcome (*open)(struct node *, struct handle *, int flags, struct ask *);
	enum outcome (*write)(struct handle *, const void *data, size_t n, uint64_t offset,
			      struct ask *);
	/*
	 * Before a read of handle->stored: makes sure that these bytes are in it. May be NULL: they
	 * always are.
	 */
	enum outcome (*ready)(struct handle *, uint64_t offset, size_t n, struct ask *);
	/* A writer closed one of its descriptors; the answer to close() waits for it. */
	enum outcome (*flush)(struct handle *, struct ask *);
	enum outcome (*sync)(struct handle *, struct ask *);
	/* The last descriptor is closed. Nobody waits for an answer. */
	void (*release)(struct handle *);
};

/* What one changes about a file; see setattr(2)'s many faces. */
struct change {
	bool size, mode, times;
	uint64_t new_size;
	mode_t new_mode;
	bool mtime_now;
	int64_t new_mtime; /* ms */
};

/* Folders in which the user makes and removes things; NULL: not that. */
struct folder_ops {
	enum outcome (*create)(struct node *dir, const char *name, mode_t mode, struct found *,
			       struct ask *);
	enum outcome (*mkdir)(struct node *dir, const char *name, struct found *, struct ask *);
	enum outcome (*symlink)(struct node *dir, const char *name, const char *target,
				struct found *, struct ask *);
	enum outcome (*unlink)(struct node *dir, const char *name, struct ask *);
	enum outcome (*rmdir)(struct node *dir, const char *name, struct ask *);
	enum outcome (*rename)(struct node *dir, const char *name, struct node *newdir,
			       const char *newname, unsigned flags, struct ask *);
	/* Whether a name may be made here, where the rules are its own; NULL: they are create's. */
	enum outcome (*check_name)(struct node *dir, const char *name, struct ask *);
};

struct kind {
	unsigned depth; /* its indent in the table */
	const char
	    *name;   /* a fixed name; of what the parent's find() makes: its line's, in capitals */
	mode_t mode; /* type and permissions */
	unsigned flags;
	enum tree_line line;
	bool is_made; /* by the parent's find(): there is no fixed name */

	/* Folders: names beyond the fixed ones below this line. Both NULL: only those. */
	enum outcome (*list)(struct node *, struct listing *, struct ask *);
	/* Instead of list, for what may be long: some names from the one with that number on. */
	enum outcome (*page)(struct node *, size_t from, struct listing *, struct ask *);
	enum outcome (*find)(struct node *, const char *name, struct found *, struct ask *);
	/* Before its names are looked up or listed; NULL: there is nothing to be made ready. */
	enum outcome (*enter)(struct node *, struct ask *);
	/* Somebody opens it to list it: may wait for names that are new enough. NULL: never waits.
	 */
	enum outcome (*look)(struct node *, struct ask *);

	/* A rendered file, or where a link points to. */
	enum outcome (*text)(struct node *, struct buf *out, struct ask *);
	/* A rendered file that takes commands: one whole write. */
	enum outcome (*command)(struct node *, const char *text, size_t n, struct ask *);

	/* Anything whose size and times are not those of a text. */
	enum outcome (*attributes)(struct node *, struct attributes *, struct ask *);
	enum outcome (*change)(struct node *, const struct change *, struct ask *);
	const struct file_ops *file;
	const struct folder_ops *folder;

	/* Changes whenever the text may have changed; NULL: at each call. */
	uint64_t (*version)(struct node *);
	void (*release)(void *object);
};

/*
 * Hands over the table, once, before the first node is made. False with *err if a line of enum
 * tree_line is missing or there twice. It stays the caller's.
 */
bool kinds_use(const struct kind *table, size_t n, struct error **err);
/* The kind of a line; not for LINE_NONE. */
const struct kind *kind_of(enum tree_line);
/* The fixed names below a folder's kind: one of them, NULL at the end; i counts from 0. */
const struct kind *kind_fixed(const struct kind *dir, size_t i);

#endif
