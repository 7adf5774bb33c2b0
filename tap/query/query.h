/*
 * query.h: a query that was dropped: from its text to its results, durably.
 *
 *	IDLE ──launch──▶ ACTIVE ──▶ DONE
 *	                   └──────▶ FAILED        (each can be launched anew)
 *
 * A query is one text file below queries/ and what came of it. It lives as long
 * as the journal knows it; the text is the file's, read at its close. Nothing
 * here knows of FUSE. Loop thread only.
 *
 * Four words tell where a query stands, each for its own reader:
 *
 *	query_state  IDLE       ACTIVE                          DONE / FAILED   readers of results
 *	run_step     -          READ SLOT INTENT … FETCH PUBLISH -              query_run.c
 *	stage        ACCEPTED   ACCEPTED  INTENT  CREATED        DONE / FAILED   the journal
 *	uws_phase    -          -                PENDING … COMPLETED             the service
 *
 * Each run has a number; a result that is there belongs to one run and never changes. A new
 * run makes new results; who holds an old one keeps its bytes, and who waits for one waits for
 * the newest.
 */
#ifndef TAPFS_TAP_QUERY_QUERY_H
#define TAPFS_TAP_QUERY_QUERY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/wait.h"
#include "cache/journal.h"
#include "cache/stored.h"
#include "table/write/format.h"
#include "tap/query/query_text.h"
#include "tap/service/service.h"

enum query_note { NOTE_LOG, NOTE_ERROR, NOTE_OVERFLOW, NOTE_WARNING, NOTE_COUNT };

enum query_state { QUERY_IDLE, QUERY_ACTIVE, QUERY_DONE, QUERY_FAILED };

struct query;
struct query_run;
struct upload_folder;
struct converted;

/* A result file of one run of a query, there or still to come. */
struct result {
	unsigned refs;
	uint64_t id;         /* its inode number: no other result of this mount ever has it */
	struct query *query; /* NULL once it was superseded or removed */
	int format;          /* of format.h */
	bool there;          /* complete; what follows is known then */
	uint64_t size;       /* bytes */
	int64_t mtime;       /* ms: when the job ended */
	char *path;
	struct stored *open;      /* while somebody reads it; not counted */
	struct converted *making; /* of the VOTable, as its name was opened */
	struct error *failure;    /* why the last making failed */
};

/* A result while it arrives, as m31.csv.part: the bytes so far, in a file that grows. */
struct part {
	unsigned refs;
	uint64_t id;           /* its inode number, of nothing else */
	struct stored *file;   /* open; size as of the last part_size. NULL when no more comes */
	uint64_t size;         /* bytes that had come then */
	struct query_run *run; /* NULL when no more comes */
	int format;
};

struct query {
	unsigned refs;
	struct service *service;
	struct journal_entry entry; /* as committed, or about to be */
	struct query_text text;     /* as its close read it, until it is launched */
	/* Extension of what -- FORMAT asks for; NULL: a VOTable, and what is made of it. */
	char *asked;
	char *asked_next; /* the same of a text that is accepted, and not launched yet */
	enum query_state state;
	struct waitlist changed;             /* state, results */
	struct result *results[FORMATS_MAX]; /* of the current run; one reference each */
	bool dropped[FORMATS_MAX];           /* removed by the user */
	struct query_run *run;               /* ACTIVE */
	struct buf log;                      /* m31.log */
	bool removed;                        /* its file is gone: never committed again */
	bool awaited;    /* IDLE, and a writer has the file open: a launch may follow */
	bool again;      /* touched, and a writer has the file open: a launch follows in any case */
	unsigned hidden; /* of enum query_note: those the user removed since the launch */
	/* Set while a launch is put off for a moment: ends that at once. */
	void (*launch_at_once)(void *arg);
	void *launch_at_once_arg;
	LIST_ENTRY(query) link;
};

/* All queries of a service. */
struct queries {
	struct service *service;
	struct journal_entry *entries; /* of the journal, until the service begins */
	size_t nentries;
	const struct upload_folder *upload_folder; /* upload.h; whoever keeps the folder sets it */
	LIST_HEAD(, query) all;
	int64_t next_id;
	unsigned running;                /* runs that have a slot */
	TAILQ_HEAD(, query_run) waiting; /* runs without a slot, first come first served */
	/* Something of a query's changed that a folder shows: results, notes, its name. May be
	 * NULL. */
	void (*touched)(void *arg, struct query *);
	void *touched_arg;
	bool ended;
};

/*
 * Loaded from the journal; runs that were under way go on only at query_resume. At the end runs are
 * cancelled, and the journal keeps them.
 */
extern const struct service_part queries_part;

static inline struct queries *queries_of(const struct service *s)
{
	return s->parts[SERVICE_QUERIES];
}

/* A query for a new file. The journal does not know it before query_accept. */
struct query *query_new(struct queries *, const char *path);
struct query *query_ref(struct query *);
void query_unref(struct query *); /* NULL is allowed */

/*
 * The text (taken) is on disk with this inode: commits its length and hash to the journal and then
 * calls done, with NULL or why it failed. The launch that follows takes the text.
 */
void query_accept(struct query *, uint64_t inode, struct query_text *,
		  void (*done)(void *arg, struct error *), void *arg);
/* Runs it, unless this very text runs or has succeeded; even_if_same: also after success. */
void query_launch(struct query *, bool even_if_same);
/* After a mount: goes on where the journal says that it stands. */
void query_resume(struct query *);
/* The file is gone: ends the run, deletes the job, and takes it from the journal and the disk. */
void query_remove(struct query *);
/* The file was renamed; the journal is told. */
void query_moved(struct query *, const char *path);

/* The format whose file is what the service sends: the VOTable, but where FORMAT asks for another.
 */
int query_format_sent(const struct query *);
const char *query_format_ext(const struct query *, int format);

/*
 * The result of the current run, one reference; NULL if the user removed it. One that is made when
 * it is opened (format.h) can be had again, as long as the VOTable is there.
 */
struct result *query_result(struct query *, int format);
/*
 * Makes it of the VOTable, unless that is under way already; query->changed is woken when it is
 * there, or when `failure` says why it cannot be. False: there is nothing to make it of.
 */
bool result_make(struct result *);
/* The user removed it: the disk is freed. */
void query_drop_result(struct query *, int format);
struct result *result_ref(struct result *);
void result_unref(struct result *);

/* What has come of a result that is arriving; borrowed, NULL where none is. */
struct part *query_part(const struct query *, int format);
struct part *part_ref(struct part *);
void part_unref(struct part *);
/* Bytes that are there. */
uint64_t part_size(struct part *);

/* Whether m31.log, m31.error.txt, m31.overflow.txt, m31.warning.txt is there. */
bool query_has_note(const struct query *, enum query_note);
/* The user removed it: until a new run, or a new mount, brings it back. */
void query_hide_note(struct query *, enum query_note);

/* Adds a line with its time to m31.log. */
void query_log(struct query *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The UWS phase of its job as last seen, "" if there is none. */
const char *query_phase(const struct query *);

/* "done, 1,000 rows", "running for 2 min 10 s", … for `status`; caller owns. */
char *query_describe(const struct query *);

#endif
