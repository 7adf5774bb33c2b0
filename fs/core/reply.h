/*
 * reply.h: answers to requests, whatever front they came through.
 *
 * A front is a table of functions: FUSE's is in fs/fuse/reply_fuse.c. What is
 * answered is told in plain types; the front translates.
 */
#ifndef TAPFS_FS_CORE_REPLY_H
#define TAPFS_FS_CORE_REPLY_H

#include <sys/stat.h>

#include "fs/core/handle.h"
#include "fs/core/request.h"

struct statvfs;

/* A node as an answer tells of it, and how long that holds in seconds. */
struct node_view {
	struct node *node; /* borrowed */
	struct stat stat;
	double stat_timeout, name_timeout;
};

struct front {
	/* Answers. False: nobody waits for it any more. The request lives on until ended(). */
	bool (*error)(struct request *, int errnum);
	bool (*ok)(struct request *);
	bool (*entry)(struct request *, const struct node_view *);
	bool (*attributes)(struct request *, const struct stat *, double timeout);
	/* handle NULL: a folder, of which the front keeps what it wants. */
	bool (*opened)(struct request *, struct handle *);
	bool (*created)(struct request *, const struct node_view *, struct handle *);
	bool (*data)(struct request *, const void *data, size_t n);
	bool (*written)(struct request *, size_t n);
	bool (*link)(struct request *, const char *target);
	bool (*statfs)(struct request *, const struct statvfs *);

	/* The request waits: from now on the front may end it with an error. */
	void (*parked)(struct request *);
	/* It was answered: frees the struct that it is embedded in. */
	void (*ended)(struct request *);
	/* News: what a reader keeps of the node's text may be old. Never waits. */
	void (*text_changed)(const struct node *);
};

/* The node's view; what fails or is waited for is its attributes. */
enum outcome node_view_of(struct node *, struct node_view *, struct ask *);

/* Runs the handler; ESTALE if the request's node is gone. Call it when the arguments are in place.
 */
void request_run(struct request *);
/*
 * READY: true, the handler goes on. FAILED: the error is answered. PENDING: parked (or EAGAIN,
 * when it may not wait). In the latter two the request must not be touched any more.
 */
bool settled(struct request *, enum outcome);

/* Each answers and ends the request. */
void reply_errno(struct request *, int errnum);
void reply_ok(struct request *);
void reply_entry(struct request *, const struct node_view *);
void reply_attributes(struct request *, const struct stat *, double timeout);
/* False: nobody waits for the file any more, and it will not be closed. */
bool reply_opened(struct request *, struct handle *);
void reply_created(struct request *, const struct node_view *, struct handle *);
/* Answers CREATE with a node that is there already, and a handle that reads nothing. */
void reply_created_empty(struct request *, const struct node_view *);
void reply_data(struct request *, const void *data, size_t n);
void reply_written(struct request *, size_t n);
void reply_link(struct request *, const char *target);
void reply_statfs(struct request *, const struct statvfs *);

#endif
