/* query_state_test.c: a journal that is gone, empty, or older than the results beside it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tests/unit/tap/tap_fixture.h"

#define TEXT "SELECT a FROM s.t"

static struct tap_fixture f;

static void start(void)
{
	f = (struct tap_fixture){.tap.looks_it_takes = 1};
	tap_start(&f, NULL);
	cr_assert(tap_wait(&f, tap_drop(&f, "q.adql", TEXT), 60000));
}

static void stop(void)
{
	tap_stop(&f);
}

TestSuite(query_state, .init = start, .fini = stop);

static char *in_state(const char *name)
{
	return xasprintf("%s/%s", f.service->dir.state, name);
}

static void move(const char *from, const char *to)
{
	CLEANUP_FREE char *a = in_state(from);
	CLEANUP_FREE char *b = in_state(to);

	cr_assert_eq(rename(a, b), 0, "%s", from);
}

/* A mount in the same directory: refused with the way out, and the result is where it was. */
static void is_refused(const char *vot)
{
	CLEANUP_ERROR struct error *err = NULL;
	struct service *s;

	s = service_prepare(config_global(f.config), FAKE_TAP_URL, "/other", &err);
	cr_assert_null(s);
	cr_expect_not_null(strstr(error_text(err), "results of 1 query are there"));
	cr_expect_not_null(strstr(error_text(err), "mv '"), "%s", error_text(err));
	cr_expect_eq(access(vot, R_OK), 0, "nothing was deleted");
}

Test(query_state, results_beside_an_empty_journal_are_left_alone)
{
	CLEANUP_FREE char *vot = in_state("results/1/1.vot");
	CLEANUP_FREE char *db = in_state("state.db");

	move("state.db", "state.kept");
	fclose(fopen(db, "w"));
	is_refused(vot);
}

Test(query_state, results_beside_a_missing_journal_are_left_alone)
{
	CLEANUP_FREE char *vot = in_state("results/1/1.vot");

	move("state.db", "state.kept");
	is_refused(vot);
}

Test(query_state, without_the_results_a_new_journal_begins)
{
	move("state.db", "state.kept");
	move("results", "results.old");
	tap_restart(&f);
	cr_expect_null(tap_query(&f, "q.adql"));
	cr_expect(tap_wait(&f, tap_drop(&f, "r.adql", TEXT), 60000));
}

Test(query_state, a_journal_that_is_older_deletes_nothing_and_gives_no_id_again)
{
	CLEANUP_FREE char *old = tap_snapshot(&f);
	CLEANUP_FREE char *second = in_state("results/2/1.vot");
	struct tap_fixture copy = {0};
	struct query *q;

	cr_assert(tap_wait(&f, tap_drop(&f, "r.adql", TEXT), 60000));
	cr_assert_eq(access(second, R_OK), 0);
	tap_start_copy(&copy, old, &f.tap);
	cr_assert_eq(strncmp(copy.service->dir.state, old, strlen(old)), 0);
	CLEANUP_FREE char *there = xasprintf("%s/results/2", copy.service->dir.state);
	CLEANUP_FREE char *here = in_state("results/2");
	cr_assert_eq(rename(here, there), 0);
	tap_restart(&copy);
	cr_expect_eq(access(there, R_OK), 0);
	q = tap_drop(&copy, "s.adql", TEXT);
	cr_expect_gt(q->entry.id, 2);
	tap_stop(&copy);
}
