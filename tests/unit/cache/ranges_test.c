/* ranges_test.c: which bytes are there, against a map with one flag a byte. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "cache/ranges.h"

static struct ranges r;
static struct buf text;

static void clear(void)
{
	ranges_free(&r);
	buf_free(&text);
}

static const char *written(void)
{
	buf_reset(&text);
	buf_adds(&text, "");
	ranges_write(&r, &text);
	return buf_str(&text);
}

TestSuite(ranges, .fini = clear);

Test(ranges, neighbours_and_overlaps_become_one)
{
	ranges_add(&r, 10, 20);
	ranges_add(&r, 30, 40);
	cr_expect_str_eq(written(), "10-20 30-40");
	ranges_add(&r, 20, 25);
	cr_expect_str_eq(written(), "10-25 30-40");
	ranges_add(&r, 5, 50);
	cr_expect_str_eq(written(), "5-50");
	ranges_add(&r, 7, 7);
	ranges_add(&r, 0, 5);
	cr_expect_str_eq(written(), "0-50");
	cr_expect_eq(ranges_total(&r), 50);
}

Test(ranges, gaps_and_runs)
{
	struct range gap;

	ranges_add(&r, 10, 20);
	ranges_add(&r, 30, 40);
	cr_expect_eq(ranges_run(&r, 12), 8);
	cr_expect_eq(ranges_run(&r, 20), 0);
	cr_expect_eq(ranges_run(&r, 30), 10);
	cr_expect_not(ranges_gap(&r, 10, 20, &gap));
	cr_expect(ranges_gap(&r, 10, 21, &gap));
	cr_expect(ranges_gap(&r, 0, 100, &gap) && gap.from == 0 && gap.to == 10);
	cr_expect(ranges_gap(&r, 12, 35, &gap) && gap.from == 20 && gap.to == 30);
	cr_expect(ranges_gap(&r, 38, 100, &gap) && gap.from == 40 && gap.to == 100);
	cr_expect_not(ranges_gap(&r, 31, 40, &gap));
}

Test(ranges, text_comes_back)
{
	cr_expect(ranges_read("0-5 7-9", &r));
	cr_expect_str_eq(written(), "0-5 7-9");
	ranges_free(&r);
	cr_expect(ranges_read("", &r));
	cr_expect_eq(r.n, 0);
	cr_expect_not(ranges_read("5-5", &r));
	cr_expect_not(ranges_read("1-2x", &r));
	cr_expect_not(ranges_read("-3", &r));
}

Test(ranges, at_random_they_are_what_a_map_of_bytes_is)
{
	enum { SIZE = 200 };
	bool map[SIZE];

	srand(7);
	for (int round = 0; round < 200; round++) {
		memset(map, 0, sizeof(map));
		ranges_free(&r);
		for (int k = 0; k < 30; k++) {
			uint64_t from = (uint64_t)rand() % SIZE, to = from + (uint64_t)rand() % 20;
			uint64_t run = 0, total = 0;

			to = to > SIZE ? SIZE : to;
			ranges_add(&r, from, to);
			for (uint64_t i = from; i < to; i++)
				map[i] = true;
			from = (uint64_t)rand() % SIZE;
			while (from + run < SIZE && map[from + run])
				run++;
			for (int i = 0; i < SIZE; i++)
				total += map[i];
			cr_assert_eq(ranges_run(&r, from), run);
			cr_assert_eq(ranges_total(&r), total);
			for (size_t i = 1; i < r.n; i++)
				cr_assert(r.at[i - 1].to < r.at[i].from);
		}
	}
}
