/* staging_test.c: how long an answer that is not ready is waited for. */
#include <criterion/criterion.h>

#include "tap/remote/staging.h"

Test(staging, the_server_says_how_long)
{
	struct staging s = {0};

	cr_expect_eq(staging_next(&s, 20, 7000), 20000);
	cr_expect_eq(staging_next(&s, 40, 7000), 40000);
	cr_expect_eq(staging_next(&s, 1, 7000), 0, "a minute in all");
}

Test(staging, what_takes_longer_is_not_waited_for)
{
	static const int64_t seconds[] = {61, 3600, INT64_MAX};

	for (size_t i = 0; i < sizeof(seconds) / sizeof(*seconds); i++)
		cr_expect_eq(staging_next(&(struct staging){0}, seconds[i], STAGING_MAX_MS), 0);
}

Test(staging, else_the_distances_grow)
{
	static const uint64_t distances[] = {1000, 2000, 4000, 8000, 16000, 29000, 0, 0};
	struct staging s = {0};

	for (size_t i = 0; i < sizeof(distances) / sizeof(*distances); i++)
		cr_expect_eq(staging_next(&s, -1, STAGING_MAX_MS), distances[i], "%zu", i);
}

Test(staging, a_server_may_say_it_later)
{
	struct staging s = {0};

	cr_expect_eq(staging_next(&s, -1, 7000), 1000);
	cr_expect_eq(staging_next(&s, 10, 7000), 10000);
	cr_expect_eq(staging_next(&s, -1, 7000), 0, "that was long enough");
}
