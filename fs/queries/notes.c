/*
 * notes.c: what tapfs writes about a query, beside it: m31.log, m31.error.txt,
 * m31.overflow.txt, m31.warning.txt. They are made when they are opened, from what the journal has.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "fs/core/node.h"
#include "fs/core/operation.h"
#include "fs/queries/branch.h"
#include "fs/queries/derived.h"
#include "tap/query/query.h"

static void add_error_note(const struct query *q, struct buf *out)
{
	buf_addf(out, "%s\n\n", q->entry.error_text ? q->entry.error_text : "unknown error");
	if (q->entry.advice && *q->entry.advice)
		buf_addf(out, "%s\n", q->entry.advice);
	if (!strstr(buf_str(out), "`touch`"))
		buf_addf(out, "Correct the query and save it, or run it again as it is: touch %s\n",
			 q->entry.path);
}

static void add_overflow_note(const struct query *q, struct buf *out)
{
	buf_addf(out,
		 "Rows are missing: the service cut the result off after %" PRId64 " rows.\n\n%s",
		 q->entry.rows,
		 q->entry.advice && *q->entry.advice
		     ? q->entry.advice
		     : "Ask for more with a first line like `-- MAXREC = N`, or split the query "
		       "into parts, for instance by ranges of a column.\n");
}

static void add_warning_note(const struct query *q, struct buf *out)
{
	buf_addf(out,
		 "Some values do not match the type that the service declares. They are empty in "
		 "every format except .vot, which has them as the service sent them.\n\n%s",
		 q->entry.warnings);
}

void note_text(const struct query *q, enum query_note note, struct buf *out)
{
	switch (note) {
	case NOTE_LOG: buf_add(out, buf_str(&q->log), q->log.len); break;
	case NOTE_ERROR: add_error_note(q, out); break;
	case NOTE_OVERFLOW: add_overflow_note(q, out); break;
	case NOTE_WARNING: add_warning_note(q, out); break;
	case NOTE_COUNT: break;
	}
}

enum outcome query_log_text(struct node *n, struct buf *out, struct ask *ask)
{
	(void)ask;
	note_text(n->object, NOTE_LOG, out);
	return READY;
}

enum outcome query_error_text(struct node *n, struct buf *out, struct ask *ask)
{
	const struct query *q = n->object;

	if (q->state != QUERY_FAILED)
		return ask_fail(ask, ESTALE, "the query runs anew");
	note_text(q, NOTE_ERROR, out);
	return READY;
}

enum outcome query_overflow_text(struct node *n, struct buf *out, struct ask *ask)
{
	const struct query *q = n->object;

	if (q->state != QUERY_DONE || !q->entry.overflow)
		return ask_fail(ask, ESTALE, "the query runs anew");
	note_text(q, NOTE_OVERFLOW, out);
	return READY;
}

enum outcome query_warning_text(struct node *n, struct buf *out, struct ask *ask)
{
	const struct query *q = n->object;

	if (q->state != QUERY_DONE || !q->entry.warnings)
		return ask_fail(ask, ESTALE, "the query runs anew");
	note_text(q, NOTE_WARNING, out);
	return READY;
}
