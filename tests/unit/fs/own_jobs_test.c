/* own_jobs_test.c: which of the jobs that a service lists are ours. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "fs/core/mount.h"
#include "fs/core/node.h"
#include "fs/core/openers.h"
#include "fs/jobs/jobs.h"
#include "tests/unit/tap/tap_fixture.h"

static struct tap_fixture f;
static struct mount mount;
static struct node jobs_dir;
static const struct kind jobs_kind = {.line = LINE_JOBS, .flags = KIND_HELD};

static void start_with(const char *option)
{
	f = (struct tap_fixture){.tap = {.looks_it_takes = 1, .njobs = 1}};
	snprintf(f.tap.jobs[0].phase, sizeof(f.tap.jobs[0].phase), "COMPLETED");
	tap_start(&f, option);
	mount = (struct mount){.loop = f.loop};
	jobs_dir = (struct node){.id = 5, .kind = &jobs_kind, .mount = &mount};
}

static void start(void)
{
	start_with(NULL);
}

static void stop(void)
{
	openers_free(&mount);
	tap_stop(&f);
}

TestSuite(own_jobs, .init = start, .fini = stop);
TestSuite(own_jobs_otherwise, .fini = stop);

/* A query that has run as job 2, and the list that tells of it. */
static void run(void)
{
	struct waitlist *wait;

	cr_assert(tap_wait(&f, tap_drop(&f, "q.adql", "SELECT a FROM s.t"), 600000));
	while (!jobs_ready(jobs_of(f.service), JOBS_LIVE, JOBS_FRESH_MS, &wait))
		loop_turn(f.loop, 50);
	cr_assert_not_null(jobs_get(jobs_of(f.service), "1"));
	cr_assert_not_null(jobs_get(jobs_of(f.service), "2"));
}

/* The errno with which this process may not remove it; 0: it may. */
static int refused(const char *name)
{
	struct ask ask = {.pid = getpid()};
	int errnum = 0;

	if (job_may_go(&jobs_dir, jobs_get(jobs_of(f.service), name), &ask) == FAILED)
		errnum = error_errno(ask.error);
	error_free(ask.error);
	return errnum;
}

Test(own_jobs, of_an_anonymous_list_only_the_jobs_of_queries_may_go)
{
	run();
	cr_expect_eq(refused("2"), 0);
	cr_expect_eq(refused("1"), EPERM);
}

Test(own_jobs_otherwise, those_of_others_may_go_where_that_is_wanted)
{
	start_with("delete_foreign_jobs=true");
	run();
	cr_expect_eq(refused("1"), 0);
}

Test(own_jobs, none_may_go_while_the_process_lists_them_and_ten_seconds_on)
{
	run();
	opener_add(&jobs_dir, getpid());
	cr_expect_eq(refused("2"), EPERM);
	opener_closed(&jobs_dir, getpid());
	cr_expect_eq(refused("2"), EPERM);
	loop_turn(f.loop, 9000);
	cr_expect_eq(refused("2"), EPERM);
	loop_turn(f.loop, 1100);
	cr_expect_eq(refused("2"), 0);
}

Test(own_jobs, another_process_that_lists_them_is_in_nobody_s_way)
{
	run();
	opener_add(&jobs_dir, getppid());
	cr_expect_eq(refused("2"), 0);
}

Test(own_jobs, a_process_that_cannot_be_told_may_be_any)
{
	run();
	opener_add(&jobs_dir, 0);
	cr_expect_eq(refused("2"), EPERM);
}

Test(own_jobs, have_their_RUNID_where_the_list_is_silent)
{
	struct job *j;

	run();
	j = jobs_get(jobs_of(f.service), "2");
	free(j->runid);
	j->runid = NULL;
	own_jobs_tell(jobs_of(f.service));
	cr_expect_eq(strncmp(j->runid, "q-", 2), 0);
	cr_expect_str_eq(j->group, "q", "by-runid/ has it under the query's own name");
}
