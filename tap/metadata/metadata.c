/*
 * metadata.c: what a service says of itself, fetched anew: when, and what follows from it.
 *
 *	capabilities ──come, fail, or take long──▶ tables
 *	availability
 *
 * No document holds up another: the tables wait a moment for the capabilities, which tell the
 * version and the formats to ask with, and for no longer. Capabilities and availability get one try
 * each (http_call.aside); a look asks again for capabilities that may come later. See
 *document_ask.h and tables_ask.h for the requests.
 */
#include "tap/metadata/metadata.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tap/metadata/document_ask.h"
#include "tap/metadata/documents.h"
#include "tap/metadata/tables_ask.h"

#define CAPABILITIES_MS  2000  /* that the tables wait for them */
#define RETRY_REFRESH_MS 20000 /* after a refresh failed, before somebody's look starts another */

struct metadata {
	struct document_ask *capabilities, *availability; /* under way, or NULL */
	struct timer *patience; /* the capabilities may still come; then the tables are asked for */
	bool want_tables;       /* they will be asked for */
	struct tables_ask *tables; /* under way, or NULL */
	bool tables_answered;      /* the service did, in this refresh */
	bool capable;              /* the capabilities came in it */
	uint64_t failed;           /* loop time of the last refresh that failed, 0 */
	uint64_t refused;          /* the same of capabilities that may come later */
};

static struct metadata *metadata_of(const struct service *s)
{
	return s->parts[SERVICE_METADATA];
}

/* The service did not answer, or not to us. */
static bool is_no_answer(const struct error *err)
{
	int n = error_errno(err);

	return error_is_transient(err) || (err && (n == EACCES || n == EPERM));
}

/* The tables are there, or err (borrowed) is why not. */
static void tables_over(struct service *s, struct error *err)
{
	struct metadata *m = metadata_of(s);
	bool failing = err && !m->capable && tables_ask_met_failure(m->tables);

	m->tables = NULL;
	error_free(s->names_error);
	s->names_error = error_copy(err);
	m->tables_answered |= !err;
	if (err)
		m->failed = loop_now(s->loop);
	if (failing && !is_no_answer(err))
		service_set_failing(s, err);
	else
		service_set_health(s, is_no_answer(err) ? err : NULL);
	waitlist_wake(&s->changed);
}

static void patience_ended(void *arg)
{
	struct service *s = arg;
	struct metadata *m = metadata_of(s);

	m->patience = NULL;
	if (m->want_tables)
		m->tables = tables_ask(s, tables_over);
	m->want_tables = false;
	waitlist_wake(&s->changed);
}

/* The service cannot be reached: the tables need not be asked for. */
static void unreachable(struct service *s, const struct error *err)
{
	struct metadata *m = metadata_of(s);
	bool tables = m->want_tables || m->tables;

	m->want_tables = false;
	tables_ask_cancel(m->tables);
	m->tables = NULL;
	if (tables && !s->names) {
		error_free(s->names_error);
		s->names_error = error_copy(err);
	}
	m->failed = loop_now(s->loop);
}

/* The capabilities are all that was asked for: what their failure says of the service. */
static void document_failed(struct service *s, bool answered, const struct error *err)
{
	if (error_errno(err) == ENOENT)
		service_set_health(s, NULL);
	else if (answered && !is_no_answer(err))
		service_set_failing(s, err);
	else
		service_set_health(s, err);
}

static void availability_over(struct service *s, enum document d, bool answered, struct error *err)
{
	(void)d, (void)answered, (void)err;
	metadata_of(s)->availability = NULL;
}

static void capabilities_over(struct service *s, enum document d, bool answered, struct error *err)
{
	struct metadata *m = metadata_of(s);
	bool tables = m->tables_answered || (m->tables && tables_ask_was_answered(m->tables));
	bool to_come = m->want_tables || m->tables;
	/* Nothing can be had of the service; where a connection broke the tables may come. */
	bool silent = err && !answered && error_errno(err) != ECONNRESET;

	(void)d;
	m->capabilities = NULL;
	m->refused = error_is_transient(err) ? loop_now(s->loop) : 0;
	timer_cancel(m->patience);
	m->patience = NULL;
	m->capable = !err;
	if (!err)
		service_set_health(s, NULL);
	else if (!tables && (silent || !to_come)) /* else the tables tell whether it is up */
		document_failed(s, answered, err);
	if (silent && !tables)
		unreachable(s, err);
	patience_ended(s);
}

static bool is_old(const struct service *s)
{
	return !s->names ||
	       clock_now() - s->names->fetched > setting_int(s->settings, OPT_CATALOG_AGE) * 1000;
}

/* Of the tables too, or only of capabilities and availability. */
static void refresh_start(struct service *s, bool tables)
{
	struct metadata *m = metadata_of(s);

	if (m->tables || m->want_tables)
		return;
	error_clear(&s->names_error); /* those who wait wait for this try */
	m->want_tables = tables;
	m->tables_answered = m->capable = false;
	if (!m->availability)
		m->availability = document_ask(s, DOC_AVAILABILITY, availability_over);
	if (!m->capabilities)
		m->capabilities = document_ask(s, DOC_CAPABILITIES, capabilities_over);
	if (!m->patience)
		m->patience = timer_start(s->loop, CAPABILITIES_MS, patience_ended, s);
}

void metadata_refresh(struct service *s)
{
	refresh_start(s, true);
}

static bool failed_lately(const struct service *s, uint64_t failed)
{
	return failed && loop_now(s->loop) < failed + RETRY_REFRESH_MS;
}

void metadata_refresh_if_old(struct service *s)
{
	const struct metadata *m = metadata_of(s);

	if (is_old(s) && !failed_lately(s, m->failed))
		refresh_start(s, true);
	else if (!s->capabilities && m->refused && !failed_lately(s, m->refused))
		refresh_start(s, false);
}

bool metadata_is_refreshing(const struct service *s)
{
	const struct metadata *m = metadata_of(s);

	return m->tables || m->want_tables || (m->capabilities && m->patience);
}

/* --- beginning and end --- */

/* What a mount knows before the service has answered. */
static bool metadata_prepare(struct service *s, struct error **err)
{
	(void)err;
	s->names = catalog_load(s->catalog, NULL);
	documents_load(s);
	return true;
}

static void metadata_begin(struct service *s)
{
	s->parts[SERVICE_METADATA] = xcalloc(1, sizeof(struct metadata));
	refresh_start(s, is_old(s));
}

static void metadata_retry(struct service *s)
{
	metadata_of(s)->failed = 0;
}

static void metadata_end(struct service *s)
{
	struct metadata *m = metadata_of(s);

	if (!m)
		return;
	timer_cancel(m->patience);
	document_ask_cancel(m->capabilities);
	document_ask_cancel(m->availability);
	tables_ask_cancel(m->tables);
	*m = (struct metadata){0};
}

static void metadata_free(struct service *s)
{
	free(metadata_of(s));
}

const struct service_part metadata_part = {.prepare = metadata_prepare,
					   .begin = metadata_begin,
					   .retry = metadata_retry,
					   .end = metadata_end,
					   .free = metadata_free};
