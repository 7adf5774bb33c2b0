/* overflow_test.c: what is cut off, and how to get the rest. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/cleanup.h"
#include "tap/query/overflow.h"

static const struct limit dachs = {.normal = 20000, .hard = 20000000};
static const struct limit unknown = {.normal = -1, .hard = -1};

static void expect(struct overflow o, const char *want)
{
	CLEANUP_FREE char *is = overflow_advice(&o);

	cr_expect_str_eq(is, want, "%s", is);
}

Test(overflow, our_own_maxrec_is_removed_or_raised)
{
	expect((struct overflow){.rows = 7, .maxrec = 7, .limit = &dachs},
	       "That is what MAXREC asks for. Remove the line `-- MAXREC = 7`, or raise the "
	       "number.\nThis service returns at most 20000000 rows.\n");
	expect((struct overflow){.rows = 7, .maxrec = 7, .of_option = true, .limit = &unknown},
	       "That is what MAXREC asks for: the option maxrec in tapfs.ini is 7. Raise it, or "
	       "write a first line `-- MAXREC = N` into the query.\n");
	expect((struct overflow){.rows = 0, .maxrec = 0},
	       "MAXREC = 0 asks for the columns alone. Remove it to get rows.\n");
}

Test(overflow, fewer_rows_than_maxrec_are_the_services_limit)
{
	expect((struct overflow){.rows = 5000, .maxrec = 100000, .limit = &unknown},
	       "The limit is the service's own.\nSplit the query into parts, for instance by "
	       "ranges of a column.\n");
	expect((struct overflow){.rows = 5000, .maxrec = 100000, .limit = &dachs},
	       "The limit is the service's own. It says that it returns at most 20000000 rows.\n"
	       "Split the query into parts, for instance by ranges of a column.\n");
	expect((struct overflow){.rows = 5000,
				 .maxrec = -1,
				 .limit = &(struct limit){.hard = 1000000, .in_bytes = true}},
	       "The limit is the service's own. It returns at most 1000000 bytes.\n"
	       "Split the query into parts, for instance by ranges of a column.\n");
}

Test(overflow, a_default_limit_is_raised_by_maxrec)
{
	expect((struct overflow){.rows = 20000, .maxrec = -1, .limit = &dachs},
	       "That is the service's own limit for a query that does not ask for more. Ask for "
	       "more with a first line like\n\n  -- MAXREC = 200000\n\nThis service returns at "
	       "most 20000000 rows. Or split the query into parts, for instance by ranges of a "
	       "column.\n");
}

Test(overflow, more_than_the_hard_limit_there_is_not)
{
	expect((struct overflow){.rows = 20000000, .maxrec = 50000000, .limit = &dachs},
	       "That is as many as this service returns at most (20000000).\nSplit the query into "
	       "parts, for instance by ranges of a column.\n");
}

static bool cut(int64_t rows, int64_t maxrec, const struct limit *limit, bool is_daiquiri)
{
	return overflow_is_cut(&(struct overflow){
	    .rows = rows, .maxrec = maxrec, .limit = limit, .is_daiquiri = is_daiquiri});
}

/* Daiquiri 0.4 says OVERFLOW of each result that was asked for with MAXREC. */
Test(overflow, daiquiri_is_believed_where_a_limit_is_reached)
{
	cr_expect_not(cut(5, 100, &unknown, true));
	cr_expect_not(cut(5, 100, NULL, true));
	cr_expect_not(cut(5, -1, &dachs, true));
	cr_expect(cut(100, 100, &unknown, true));
	cr_expect(cut(20000, -1, &dachs, true));
	cr_expect(cut(10, 100, &(struct limit){.normal = -1, .hard = 10}, true));
	cr_expect(cut(5, -1, &unknown, true), "no limit is known");
}

Test(overflow, any_other_service_is_believed)
{
	cr_expect(cut(5, 100, &dachs, false));
	cr_expect(cut(0, -1, NULL, false));
}
