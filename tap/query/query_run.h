/*
 * query_run.h: one run of a query, from its text to its results: the conductor and its steps.
 *
 *	READ ▶ UPLOADS ▶ SLOT ▶ INTENT ▶ (RECOVER) ▶ CREATE ▶ (DURATION) ▶ COMMIT
 *	  ▶ CHECK ▶ SET_RUNNING ▶ WAIT … ▶ FETCH ▶ PUBLISH
 *	                            └─ the job failed ─▶ REASON
 *	its rows are in another file: FETCH ▶ BESIDE ▶ FETCH
 *	to be asked for otherwise: ANEW ▶ UPLOADS …
 *
 * Each step is a function that starts it, and maybe one that cancels what it has under way; they
 * stand in a table of query_run.c, which alone decides what follows (next_step). A step knows no
 * other: it ends by run_over and its like, which hand the run back to the conductor. What a step
 * does of the query itself (its log, its journal entry) is query_record.h.
 *
 * Every step has at most one thing under way: a worker or a commit (working), a request (call), a
 * timer, or the fetch. A cancelled run (query NULL) stays until what cannot be stopped comes back:
 * a worker, or the POST that may make a job, which is then deleted.
 */
#ifndef TAPFS_TAP_QUERY_QUERY_RUN_H
#define TAPFS_TAP_QUERY_QUERY_RUN_H

#include <sys/queue.h>

#include "tap/query/advice.h"
#include "tap/query/directives.h"
#include "tap/query/query.h"
#include "tap/query/sent_text.h"
#include "tap/service/incoming.h"
#include "tap/uws/job.h"
#include "tap/uws/result_address.h"

enum run_step {
	RUN_READ,        /* a worker reads the text */
	RUN_UPLOADS,     /* tables that are sent with it are found, waited for and read */
	RUN_SLOT,        /* waits until fewer than running_jobs run */
	RUN_INTENT,      /* the intent is being committed */
	RUN_RECOVER,     /* a job whose URL nobody heard is looked for */
	RUN_CREATE,      /* POST /async under way */
	RUN_DURATION,    /* POST /executionduration */
	RUN_COMMIT,      /* the job's URL is being committed */
	RUN_CHECK,       /* GET job: PENDING? */
	RUN_SET_RUNNING, /* POST PHASE=RUN */
	RUN_WAIT,        /* GET job, with WAIT where the service has it */
	RUN_REASON,      /* GET /error */
	RUN_FETCH,       /* the result streams to disk and is converted */
	RUN_BESIDE,      /* a file with the result's rows, which it names (STREAM href) */
	RUN_PUBLISH,     /* a worker syncs and renames */
	RUN_ANEW,        /* the job is being taken from the entry: another is made */
	RUN_STEPS
};

/* How a step ends. */
enum step_outcome {
	STEP_OVER,    /* the next one follows */
	STEP_AGAIN,   /* the service cannot be reached (err, borrowed): run->step is tried later */
	STEP_LATER,   /* run->step starts in run->later ms */
	STEP_FAILED,  /* the run fails (err, taken) */
	STEP_ADVISED, /* what to do about run->error is written: the run ends */
	STEP_CANCELLED, /* what could not be stopped of a cancelled run is back */
};

/* A result in the making. */
struct result_file {
	int fd;                /* -1: not made */
	struct part *arriving; /* one reference, while it is fetched */
	char *part, *path;
};

struct query_run {
	struct query *query; /* one reference; NULL once cancelled */
	struct service *service;
	enum run_step step;
	void (*over)(struct query_run *, enum step_outcome, struct error *err);
	/* The run ends: sizes of the results by format (-1: not made), or an error (taken). */
	void (*ended)(struct query *, const int64_t sizes[FORMATS_MAX], const struct table_end *,
		      struct error *err);
	bool has_slot;
	bool working;  /* a worker or a commit has the run */
	int64_t began; /* ms */

	struct query_text accepted;  /* as its close read it, until it is taken */
	char *text;                  /* of the query; NULL: not read in this mount */
	struct sent_text sent_text;  /* of it */
	struct directives say;       /* at its head */
	char sent[FILE_HASH_TEXT];   /* of the text, as a job shows it */
	char *text_path;             /* read from */
	struct run_uploads *uploads; /* tables that are sent with it (upload.h); NULL: none */
	enum uws_phase phase;
	bool has_wait;      /* UWS 1.1 */
	bool long_poll;     /* one of the service's WAITs is ours */
	bool held_run;      /* PHASE=RUN was sent to a HELD job */
	bool ask_at_once;   /* the next WAIT, not at growing distance */
	uint64_t asked;     /* loop time of the last GET */
	uint64_t delay;     /* ms until the next */
	uint64_t later;     /* ms, of STEP_LATER */
	bool unreachable;   /* the timer tries the step again: the service could not be reached */
	unsigned failures;  /* in a row, of reaching the service */
	unsigned fetches;   /* of the result */
	unsigned starts;    /* PHASE=RUN that was refused */
	unsigned bad_waits; /* WAITs that failed */
	unsigned odd_looks; /* in a row, that brought no job document */
	uint64_t watched;   /* loop time: of the first look at the job */
	struct {
		char *url;      /* its file of rows; NULL: none is named */
		bool there;     /* it is, under the name that it is published from */
		unsigned tries; /* of it */
		struct download *download;
		struct error *error; /* why it is not there */
	} beside;
	bool asks_anew;    /* what came is to be asked for otherwise */
	char *left_job;    /* that ANEW takes from the entry */
	bool same_text;    /* after ANEW: the file is read for what was run, nothing newer */
	unsigned changed;  /* times that it held another text */
	bool lost_answers; /* of the creation: the service may have a job that is not known here */
	bool maybe_made;   /* the same, and the service may have been reached */
	struct error *refusal; /* of the creation, by a server that failed; NULL */
	bool told_left;        /* the log says of it that such a job may be left over */
	int64_t retry_after;   /* s, that the service asks for before the next try; -1, 0: none */
	struct recovery *recovery;
	struct result_addresses results;
	struct job_call *call;
	struct timer *timer;

	struct incoming *incoming;
	struct result_file files[FORMATS_MAX];
	int64_t sizes[FORMATS_MAX]; /* of what was published */
	int64_t fetching;           /* ms: since when */
	uint64_t bytes;             /* of the VOTable, when it is over */
	bool is_table;              /* it is a VOTable that could not be read to its end */
	bool failed_here;           /* the disk is why it is not there */
	bool may_pass;              /* one of its addresses may have it in a moment */
	unsigned rounds;            /* to all of them, after such answers */
	uint64_t completed;         /* loop time: since when it may be fetched */
	bool signed_out;            /* 401 came: not a second time */
	struct table_end end;
	char *warnings;      /* of it */
	struct error *error; /* why the job failed */
	enum advice_end ended_by;
	bool is_daiquiri; /* by its job document */
	int64_t maxrec;   /* that the job had, as its document says; -1 not said */
	char *queue;      /* the same */
	TAILQ_ENTRY(query_run) waiting;
};

#define RUN_POLL_FIRST_MS 50 /* between the first two looks at the job */

/* --- query_run.c: the conductor --- */

/* Begins a run of the query from its text, or where its journal entry says that it stands. */
void query_run_begin(struct query *, void (*ended)(struct query *, const int64_t sizes[FORMATS_MAX],
						   const struct table_end *, struct error *));
/* The service may be reached again: what waits for that does not wait any longer. */
void query_run_retry(struct query_run *);
/*
 * What still goes on of it, for deletion_add_unheard: a POST, else NULL. ended is not called. NULL
 * is allowed.
 */
const void *query_run_cancel(struct query_run *);

/* --- for the steps --- */

static inline void run_over(struct query_run *r)
{
	r->over(r, STEP_OVER, NULL);
}

/* Takes the error. */
static inline void run_fail(struct query_run *r, struct error *err)
{
	r->over(r, STEP_FAILED, err);
}

/* That step, once the service can be reached; why is borrowed. */
static inline void run_again(struct query_run *r, enum run_step step, struct error *why)
{
	r->step = step;
	r->over(r, STEP_AGAIN, why);
}

/* That step, in so many ms. */
static inline void run_later(struct query_run *r, enum run_step step, uint64_t ms)
{
	r->step = step;
	r->later = ms;
	r->over(r, STEP_LATER, NULL);
}

/* The worker is back. True if the run was cancelled while it had it; the run is gone then. */
static inline bool run_was_cancelled(struct query_run *r)
{
	r->working = false;
	if (r->query)
		return false;
	r->over(r, STEP_CANCELLED, NULL);
	return true;
}

/* --- the steps --- */

/* query_read.c */
void run_read_text(struct query_run *);
/* LANG for it. */
const char *query_language(const struct query *);

/* query_slot.c: a slot is held from SLOT to the end. */
void slot_wait(struct query_run *);
void slot_take(struct query_run *);
/* Gives it back, or leaves the queue. */
void slot_give(struct query_run *);

/* query_submit.c */
void run_intent(struct query_run *);
void run_recover(struct query_run *);
void run_recover_cancel(struct query_run *);
void run_create(struct query_run *);
void run_set_duration(struct query_run *);
void run_commit(struct query_run *);
/* What is asked of the service; borrows from the run. */
struct query_spec run_spec(const struct query_run *);
/* True if it was: what was sent is to be sent again, as the next run_spec has it. */
bool run_charset_is_refused(struct query_run *, const struct error *);
void run_log_spec(struct query_run *, const char *verb, const struct query_spec *);

/* query_watch.c */
void run_poll(struct query_run *);
void run_set_running(struct query_run *);
void run_wait(struct query_run *);
void run_ask_reason(struct query_run *);
/* None of the service's WAITs is ours any more. */
void run_watch_over(struct query_run *);

/* query_anew.c */
/* Whether the result is to be asked for again, as TABLEDATA. */
bool run_is_spoiled(struct query_run *);
/* Whether what failed is to be sent again, with texts of fixed length. */
bool run_wants_fixed_texts(struct query_run *, const struct error *);
void run_anew(struct query_run *);

/* query_fetch.c */
void run_fetch(struct query_run *);
/* Gives up what is in the making, and its files. */
void run_fetch_cancel(struct query_run *);

/* query_publish.c: all files that were made; of a damaged table those that can be read. */
void run_publish(struct query_run *);
void run_publish_damaged(struct query_run *);
void run_give_up_files(struct query_run *);

/* query_beside.c: rows that are in a file of their own. */
/* The result came and names such a file: true if that will be fetched, and the result again. */
bool run_wants_beside(struct query_run *, const struct error *);
void run_fetch_beside(struct query_run *);
void run_beside_cancel(struct query_run *);

/* query_fetch_again.c */
/* The result's answer was an error of that status; 0: there was none. */
void run_fetch_refused(struct query_run *, int status);
/* A table that was cut off came so as often as is tried. */
bool run_fetch_was_last(const struct query_run *, const struct error *);
/* It did not come: true if it will be asked for again (err is taken), else err is why not. */
bool run_fetch_again(struct query_run *, struct error **err);

/* query_failed.c: what to do about run->error, into the journal entry; ends with STEP_ADVISED. */
void run_advise(struct query_run *);

#endif
