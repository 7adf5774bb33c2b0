/* position_test.c: names of positions, and what is asked for them. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "tap/position/position.h"

static void asks(enum endpoint_kind kind, const char *name, int64_t maxrec, const char *wanted)
{
	CLEANUP_FREE char *query = NULL;
	double degrees[3];

	cr_assert(position_read(name, degrees, NULL), "%s", name);
	query = position_query(kind, degrees, maxrec);
	cr_expect_str_eq(query, wanted);
}

Test(position, a_cone_search_gets_three_numbers)
{
	asks(ENDPOINT_SCS, "10.68,41.27,2", 0, "RA=10.68&DEC=41.27&SR=2");
	asks(ENDPOINT_SCS, "0,-90,180", 7, "RA=0&DEC=-90&SR=180");
}

Test(position, an_image_search_gets_a_circle)
{
	asks(ENDPOINT_SIA, "10.68,41.27,2", 0, "POS=CIRCLE%2010.68%2041.27%202");
	asks(ENDPOINT_SIA, "360,+5.50,1e-3", 10, "POS=CIRCLE%20360%205.5%200.001&MAXREC=10");
}

Test(position, what_is_none_is_refused_with_the_reason)
{
	static const char *const bad[] = {
	    "",         "10",        "10,41",    "10,41,2,3", "10,41,2,",   ",41,2",
	    "10,,2",    "361,41,2",  "-1,41,2",  "10,91,2",   "10,-91,2",   "10,41,0",
	    "10,41,-1", "10,41,181", "nan,41,2", "10,inf,2",  "a,b,c",      " 10,41,2",
	    "10, 41,2", "0x10,41,2", "10,41,2x", "10,41,1e",  "result.csv", "10;41;2"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CLEANUP_ERROR struct error *err = NULL;
		double degrees[3];

		cr_expect_not(position_read(bad[i], degrees, &err), "%s", bad[i]);
		cr_expect_eq(error_errno(err), 2, "%s", bad[i]);
	}
}
