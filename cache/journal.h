/*
 * journal.h: what must survive kill -9: the queries and their jobs.
 *
 * One row a query. What stands here was committed to the disk before anything
 * that follows from it was done. LANE_STATE only.
 *
 * Stages of a query's run, each committed before the step after it:
 *
 *	ACCEPTED  close() was answered: the text is on disk with this hash
 *	INTENT    the job is about to be created on the service
 *	CREATED   the service's job URL is known; PHASE=RUN follows, if it is still PENDING
 *	DONE      the result is published in the results folder
 *	FAILED    error_text says why
 */
#ifndef TAPFS_CACHE_JOURNAL_H
#define TAPFS_CACHE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "cache/file.h"

enum stage { STAGE_ACCEPTED, STAGE_INTENT, STAGE_CREATED, STAGE_DONE, STAGE_FAILED };

struct journal_entry {
	int64_t id;                    /* never used again */
	char *path;                    /* below queries/, "paper1/m31.adql" */
	uint64_t inode;                /* of the file whose close was acknowledged */
	uint64_t length;               /* of its text, bytes */
	char hash[FILE_HASH_TEXT];     /* of its text */
	int64_t run;                   /* number of the run that the rest tells of; 0: never run */
	char run_hash[FILE_HASH_TEXT]; /* of the text that was run */
	enum stage stage;
	char *runid;                    /* UWS RUNID as sent */
	char sent_hash[FILE_HASH_TEXT]; /* of the text as the job shows it; see recovery.h */
	char *job_url;                  /* NULL until CREATED */
	int64_t created;                /* ms: when the intent was written */
	int64_t ended;                  /* ms: when the job ended; 0 while it has not */
	int64_t rows;                   /* of the result */
	bool overflow;
	char *formats;   /* results that are in the folder, and bytes: "vot 812 csv 97" */
	int error_errno; /* FAILED */
	char *error_text;
	char *advice;   /* what to do about it; NULL or paragraphs */
	char *warnings; /* cells of the result that could not be read, a line each kind; NULL */
	char *log;      /* what m31.log says */
	char *head;     /* directives of the text that was accepted, a line each; NULL: none */
	bool tabledata; /* the run's job was asked for TABLEDATA in place of what is best */
};

/*
 * Something still to be said to the service: a job to be aborted and deleted. Either its URL is
 * known, or it may have been made by a POST whose answer nobody heard, and is to be looked for.
 */
struct journal_deletion {
	int64_t id;
	char *url;   /* NULL: of the jobs of this RUNID and text, created since then */
	char *runid; /* NULL where url is set */
	char sent_hash[FILE_HASH_TEXT];
	int64_t since; /* ms */
};

struct journal;

/* read_only: of a folder that another process may hold; only journal_load then. */
struct journal *journal_open(const char *state_dir, bool read_only, struct error **err);
void journal_close(struct journal *);

/* Inserts or replaces the whole row. Durable when it returns. */
bool journal_put(struct journal *, const struct journal_entry *, struct error **err);
bool journal_delete(struct journal *, int64_t id, struct error **err);
/* The id for the next query: above those of all that there ever were; 1: there was none. */
bool journal_next(struct journal *, int64_t *next, struct error **err);
/* All rows, in the order of their ids. Caller frees with journal_entries_free. */
bool journal_load(struct journal *, struct journal_entry **out, size_t *n, struct error **err);

/* Sets its id. */
bool journal_deletion_add(struct journal *, struct journal_deletion *, struct error **err);
bool journal_deletion_done(struct journal *, int64_t id, struct error **err);
bool journal_deletions(struct journal *, struct journal_deletion **out, size_t *n,
		       struct error **err);
/*
 * At once: the entry, whose job is another now or none, and the deletion of the one it had. Sets
 * the deletion's id.
 */
bool journal_put_again(struct journal *, const struct journal_entry *, struct journal_deletion *,
		       struct error **err);
void journal_deletion_clear(struct journal_deletion *);

/* A name for something that the service was found to do, kept as long as the journal. */
bool journal_habit_add(struct journal *, const char *name, struct error **err);
/* False also where *err says why it is not known. */
bool journal_habit_has(struct journal *, const char *name, struct error **err);

void journal_entry_clear(struct journal_entry *);
void journal_entries_free(struct journal_entry *, size_t n);
/* A deep copy, so that it can be given to a worker. */
struct journal_entry journal_entry_copy(const struct journal_entry *);

#endif
