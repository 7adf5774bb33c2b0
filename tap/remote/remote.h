/*
 * remote.h: a file on a server, read here in parts.
 *
 * One struct remote a URL in use, shared by all who have it open: whoever wants
 * bytes that are not there starts a fetch of them, or waits for one that is under
 * way. What came is kept on disk (kept.h) and read from there, now and later, also
 * without a network.
 *
 * The first fetch is what was asked for, in blocks of 64 KiB; who reads on and on for a while
 * gets as much ahead as he has read so far; who jumps about gets what he asks for.
 * A server without ranges is read in one stream as it comes.
 * A kept file is asked about when it is opened, if that was not done for a while and
 * the server can be reached. Each part's validators are looked at: where they differ the file was
 * changed, and this remote is stale. Loop thread only.
 */
#ifndef TAPFS_TAP_REMOTE_REMOTE_H
#define TAPFS_TAP_REMOTE_REMOTE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/wait.h"
#include "cache/kept.h"
#include "http/http.h"

struct service;
struct remotes;
struct fetch;

enum remote_state {
	REMOTE_LOOKING, /* a worker looks what is kept of it */
	REMOTE_NEW,     /* nothing is known */
	REMOTE_KNOWN,   /* length, validators and the file on disk are there */
	REMOTE_STALE,   /* the server has another file under that URL by now */
};

struct remote {
	unsigned refs;
	struct remotes *remotes;
	struct service *service; /* whose sign-in is used */
	char *url;
	char *promised;          /* the extension of what it should be: "fits"; NULL: not known */
	int64_t promised_length; /* bytes, as a link says; -1: it does not, and it may be wrong */
	char *key;               /* what it is kept under: the URL without its signature (url.h) */
	enum remote_state state;
	struct waitlist changed; /* state, bytes, failures */
	struct kept_file file; /* validators.length is the file's size; -1 while it is not known */
	struct ranges noted;   /* what the kept row has been told of */
	bool noting;           /* a worker is telling it */
	struct timer *note_timer; /* tells it later: it is a sync, and room must wait for that */
	bool looking;             /* a worker looks what is kept */
	bool idle; /* what is kept is closed: it is looked for again before it is read */
	unsigned opens;
	struct timer *ending; /* nobody refers to it any more */
	bool one_stream;      /* the server has no ranges */
	bool packed;          /* it packs the file, asked or not: it is unpacked as it comes */
	int64_t checked;      /* ms: when the server last showed its validators */
	LIST_HEAD(, fetch) fetches; /* under way */
	struct error *failure;      /* of the last fetch, until FAILURE_MS later */
	uint64_t failed_at;         /* loop time */
	uint64_t staged_at; /* the same: when the server last said that it is not ready; 0 */
	LIST_ENTRY(remote) link;
};

/* How somebody reads: his place, and how much is fetched ahead of him. */
struct remote_reader {
	uint64_t end;    /* where his last read ended */
	uint64_t began;  /* where he began to read on and on */
	uint64_t window; /* bytes; 0: he does not, or not yet for long */
	unsigned jumps;  /* to other places since */
};

/* kept is on LANE_CACHE, and the caller's. */
struct remotes *remotes_new(struct loop *, struct http *, struct kept *);
/* Cancels what is under way, and notes what came; NULL is allowed, also below. */
void remotes_end(struct remotes *);
/* Counts what is kept, for the counters; sweep: removes what a process that died left. */
void remotes_count(struct remotes *, bool sweep);
/* As of the last count. */
const struct kept_totals *remotes_totals(const struct remotes *);
/* What failed a moment ago is tried again at once. */
void remotes_retry(struct remotes *);
/* When the loop has ended. */
void remotes_free(struct remotes *);

/* Where they are kept: LANE_CACHE. */
struct kept *remotes_kept(const struct remotes *);
/* A worker throws away what is kept under that id (kept.h). */
void remotes_forget(struct remotes *, int64_t id);
/* The remote of that URL; a reference for the caller. */
struct remote *remote_get(struct remotes *, struct service *, const char *url);
/*
 * A link tells its type (NULL is allowed) and its length (-1: not): what the server sends must
 * begin as such a file does, and not be a few words of another type in its place.
 */
void remote_promise(struct remote *, const char *content_type, int64_t length);
/* The same file at another address, as its first one has expired. */
void remote_renew(struct remote *, const char *url);
void remote_unref(struct remote *);
/*
 * For who reads it, once its size is known for sure: another reference, and what is kept stays as
 * long as somebody has it open. Who has closed it gives back both.
 */
void remote_open(struct remote *);
void remote_close(struct remote *);

enum remote_answer { REMOTE_YES, REMOTE_WAIT, REMOTE_FAILS };

/*
 * Whether the server was asked for its size; asks it, for one byte, where it was not. WAIT: on
 * remote->changed. FAILS with *err: EAGAIN at once while the file is being staged. There are
 * servers that do not tell: file.validators.length is -1 then.
 */
enum remote_answer remote_size(struct remote *, struct error **err);
/*
 * Whether its size is known for sure: where the server does not tell, the whole is fetched; one
 * that is being staged is waited for.
 */
enum remote_answer remote_size_surely(struct remote *, struct error **err);
/*
 * Whether the bytes [offset, offset + n) that the file has are in remote->file.fd; fetches them
 * where they are not. ESTALE where the file was changed on the server.
 */
enum remote_answer remote_need(struct remote *, struct remote_reader *, uint64_t offset, uint64_t n,
			       struct error **err);

#endif
