/*
 * query_anew.c: the step ANEW: a job is made once more, since the service needs to be asked
 * otherwise.
 *
 * Once for each reason: that the texts of its binary tables are spoiled is known of the run (the
 * journal has it: tabledata), that it wants texts with their greatest length of the service. The
 * entry without the job and the deletion of the job are committed at once: after a crash the run is
 * either with the first job or before the second.
 */
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/match.h"
#include "tap/query/query_record.h"
#include "tap/query/query_run.h"
#include "tap/query/upload.h"
#include "tap/service/habits.h"
#include "tap/uws/deletion.h"

/*
 * vollt writes a byte a character in BINARY and BINARY2: what is not Latin-1 is lost. In TABLEDATA
 * it is there.
 */
bool run_is_spoiled(struct query_run *r)
{
	const struct capabilities *c = r->service->capabilities;

	if (!r->end.spoiled)
		return false;
	if (r->say.format || r->query->entry.tabledata ||
	    (c && !capabilities_format(c, "votable/td"))) {
		query_log(r->query, "texts in this binary table are no UTF-8: taken for Latin-1");
		return false;
	}
	query_log(r->query, "texts in this binary table are no UTF-8: the service may have cut "
			    "them. It is asked again, for TABLEDATA");
	r->query->entry.tabledata = true;
	service_learn_habit(r->service, HABIT_TABLEDATA);
	return true;
}

/* PostgreSQL's words, of a text that is to go into an array. */
static bool is_of_arrays(const char *message)
{
	return text_matches(message, "malformed array literal|array value must start with|"
				     "(char|text|varchar|character varying)\\[\\]");
}

/* Daiquiri 1.3 makes a column of arrays of arraysize="*". */
bool run_wants_fixed_texts(struct query_run *r, const struct error *err)
{
	if (!run_uploads_have_texts(r->uploads) ||
	    service_has_habit(r->service, HABIT_FIXED_TEXTS) || !is_of_arrays(error_text(err)))
		return false;
	query_log(r->query,
		  "the service takes texts of the table for arrays (%s): sent again, with their "
		  "greatest length",
		  error_text(err));
	service_learn_habit(r->service, HABIT_FIXED_TEXTS);
	return true;
}

static void anew_committed(void *arg, struct error *err)
{
	struct query_run *r = arg;
	CLEANUP_FREE char *left = steal(r->left_job);

	if (run_was_cancelled(r))
		return;
	if (!err) {
		run_over(r);
		return;
	}
	r->query->entry.job_url = steal(left); /* it has it still */
	run_fail(r, error_copy(err));
}

/* As a run that has not begun. */
static void reset(struct query_run *r)
{
	run_watch_over(r);
	run_fetch_cancel(r);
	result_addresses_clear(&r->results);
	error_clear(&r->error);
	r->phase = UWS_UNKNOWN;
	r->delay = RUN_POLL_FIRST_MS;
	r->asked = 0;
	r->ask_at_once = r->held_run = r->lost_answers = r->maybe_made = r->asks_anew = false;
	r->fetches = r->starts = r->bad_waits = r->odd_looks = 0;
	r->watched = 0;
	r->end = (struct table_end){0};
}

void run_anew(struct query_run *r)
{
	struct journal_entry *e = &r->query->entry;
	char *left = steal(e->job_url);

	if (r->lost_answers)
		deletion_add_unheard(r->service, e->runid, e->sent_hash, e->created, NULL);
	reset(r);
	e->stage = STAGE_ACCEPTED;
	e->sent_hash[0] = '\0';
	r->same_text = !r->text;
	r->working = true;
	r->left_job = left;
	query_commit_without(r->query, left, anew_committed, r);
}
