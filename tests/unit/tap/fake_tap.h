/*
 * fake_tap.h: a TAP service in memory, for unit tests: its jobs, its files, its odd habits.
 *
 * It serves a fake_net. A plain struct that can be copied: a copy is the service at that moment,
 * for tests of what happens after a crash.
 */
#ifndef TAPFS_UNIT_TAP_FAKE_TAP_H
#define TAPFS_UNIT_TAP_FAKE_TAP_H

#include "tests/unit/http/fake_net.h"

#define FAKE_TAP_URL  "http://tap.test/tap"
#define FAKE_TAP_JOBS 32
#define FAKE_TAP_TEXT 256

struct fake_job {
	char phase[16];
	char runid[72];
	char query[FAKE_TAP_TEXT];
	char maxrec[16], format[128]; /* "" where they were not sent */
	char type[128];               /* of the body that made it */
	unsigned runs;                /* PHASE=RUN that were taken */
	bool aborted;
	bool deleted_running;
	unsigned looks; /* at it, since it runs */
	bool gone;
};

struct fake_tap {
	struct fake_job jobs[FAKE_TAP_JOBS]; /* their ids count from 1 */
	unsigned njobs;
	unsigned looks_it_takes; /* a job runs until it was looked at so often */
	bool fails;              /* jobs end in ERROR */
	bool has_no_list;        /* GET /async is 405 */
	bool starts_itself;      /* a new job runs at once */
	bool refuses_after;      /* a list with AFTER is 400 */
	bool is_sloppy;          /* blank lines go before the XML, and texts stand in it as sent */
	bool has_phase;          /* /phase of a job is its phase, as text */
	bool is_old;             /* UWS 1.0: no WAIT */
	bool is_daiquiri;        /* its jobs list what its translator made of the query */
	const char *error;       /* what /error says of a job; NULL: that the disk is full */
	const char *summary;     /* errorSummary of each job that is over, as XML; NULL: none */
	bool has_no_parameters;  /* job documents */
	bool list_is_bare;       /* ids and phases only */
	bool empty_after;        /* a list with AFTER has no job: it compares local times */
	const char *created;     /* creationTime of all jobs; NULL: not told */
	const char *new_job_url; /* where the POST leads; NULL: /async/ID */
	unsigned aborts_take;    /* looks at an aborted job before it is ABORTED */

	bool refuses_charset; /* of a form: 415 */

	const char *href;   /* of a result; NULL: JOB/results/result */
	const char *result; /* NULL: a small table */
	const char *text;   /* the same as TABLEDATA, if that was asked for; NULL: no other */
	const char *type;   /* of it; NULL: a VOTable's */

	/* what it says of itself; 0: a small document, but for TAP_SCHEMA */
	bool availability_hangs, capabilities_hang;
	int availability_status, capabilities_status, tables_status; /* an error */
	const char *error_headers;       /* of those three; NULL: none */
	const char *lost;                /* a path where the connection breaks; NULL: none */
	int every_status;                /* of all it answers; 0: as it should */
	const char *login;               /* a path to which everything leads, and where a page is */
	bool refuses_detail;             /* of /tables: VOSI 1.0 */
	bool has_tap_schema, counts_not; /* all it has, and all but COUNT */
	int columns_status;              /* of a query of TAP_SCHEMA.columns: an error */
	const char *tap_schema;          /* rows of its tables; NULL: one */

	/* DataLink at /links: each ID has one file */
	unsigned most_ids;       /* that a request may have; 0: any */
	unsigned links_requests; /* that were asked */

	/* a file at /files/a.bin */
	const char *file;
	size_t file_len;
	const char *etag;
	bool has_no_ranges;
	bool hides_total; /* of the file, in the answer to a range */
	unsigned file_requests;
};

/* For fake_net_serve. */
void fake_tap_serve(void *tap, const struct fake_request *, struct fake_reply *);
/* Jobs that were made, those that are gone included; how often one was run, over all. */
unsigned fake_tap_runs(const struct fake_tap *);
/* Jobs that are still there. */
unsigned fake_tap_jobs(const struct fake_tap *);

#endif
