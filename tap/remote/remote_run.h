/*
 * remote_run.h: the inside of files on servers. Each part uses those before it, and none behind:
 *
 *	remote_entry.c   one file: what is known, how it failed, references
 *	remote_kept.c    what is on disk of it
 *	remote_said.c    whether an answer is still of the same file
 *	remote_fetch.c   one request for a part of it
 *	remote_read.c    what readers want, and how much is fetched ahead
 *	remote.c         all of them: found, opened, closed, let go
 */
#ifndef TAPFS_TAP_REMOTE_REMOTE_RUN_H
#define TAPFS_TAP_REMOTE_REMOTE_RUN_H

#include "http/download.h"
#include "tap/remote/remote.h"
#include "tap/remote/staging.h"

struct remotes {
	struct loop *loop;
	struct http *http;
	struct kept *kept;             /* LANE_CACHE */
	void (*over)(struct remote *); /* nobody refers to it any more */
	uint64_t room;             /* bytes that the cache has room for, as made sure of before */
	uint64_t asked;            /* bytes that room is being made for */
	struct kept_totals totals; /* as of the last that changed them */
	LIST_HEAD(, remote) all;
};

/* One request for a part of a file. */
struct fetch {
	struct remote *remote; /* NULL once cancelled */
	uint64_t from, to;     /* bytes that were asked for */
	uint64_t base;         /* of those: that were there when this request began */
	uint64_t done;         /* of those: from..from + done are on disk */
	uint64_t granted;      /* of those: there is room for */
	bool probe;            /* only the headers are wanted */
	bool ranged;  /* a part was asked for (Range): else the end that comes is the file's */
	int odd;      /* the answer's status is no file's: 202, 204 */
	bool whole;   /* the answer is all of the file */
	bool words;   /* and is a few words in its place */
	bool doubted; /* and its first bytes must tell first whether it is that */
	bool patient; /* a reader wants it: one that is being staged (202) is waited for */
	struct staging staging; /* waits > 0: it is */
	bool anew;              /* the answer was packed: asked for again, to be unpacked */
	bool making;            /* a worker makes room, and the file */
	struct validators said; /* by this answer */
	char *content_type;
	unsigned failures; /* in a row, without a byte between */
	struct download *download;
	struct transfer *transfer; /* of a probe */
	struct timer *timer;
	struct fetch_making *unmade; /* tried again by the timer: there was no room */
	unsigned unmade_times;
	struct error *why; /* why we stopped it ourselves */
	LIST_ENTRY(fetch) link;
};

/* remote_fetch.c: starts one; `to` is beyond the end where the size is not known. */
void fetch_start(struct remote *, uint64_t from, uint64_t to);
/* The same for its size only, of a single byte. patient: a reader wants it. */
void fetch_size(struct remote *, bool patient);
void fetch_cancel(struct fetch *);

/* remote_entry.c: the first answer has told what it is. */
void remote_known(struct remote *, const struct validators *);
/* remote_said.c: validators came with an answer. False: it is another file, and the remote stale.
 */
bool remote_is_same(struct remote *, const struct validators *);
/* remote_entry.c */
void remote_failed(struct remote *, struct error *); /* takes the error */
/* A failure of a moment ago is the answer to a reader that waited for it. */
bool remote_has_failed(struct remote *, struct error **err);
/* It is being staged: now, or it was a moment ago. EAGAIN. */
bool remote_is_staged(const struct remote *, struct error **err);

/* remote_kept.c: looks what is kept of it; wakes who waits. */
void remote_look(struct remote *);
/* What is kept is this; taken. */
void remote_take(struct remote *, struct kept_file *);
/* Tells the kept row what came since: at once, or if nobody does before, in a while. */
void remote_note(struct remote *);
void remote_note_soon(struct remote *);
/* Who opens it anew finds nothing kept of this one. */
void remote_forget(struct remote *);
/* Closes what is kept, if nobody has it open: it may be thrown away then. */
void remote_make_idle(struct remote *);
/* A worker has counted. */
void remotes_counted(struct remotes *, const struct kept_totals *);

#endif
