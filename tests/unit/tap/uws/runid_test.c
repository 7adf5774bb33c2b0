/* runid_test.c: RUNIDs of queries that say none. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "tap/uws/runid.h"

static void is_shown(const char *runid, const char *as)
{
	CLEANUP_FREE char *shown = runid_shown(runid);

	cr_expect_str_eq(shown, as);
}

Test(runid, one_that_was_made_is_shown_as_its_stem)
{
	static const char *const stems[] = {"m31", "deep field", "night-201234", "Žluťoučký", "a"};

	for (size_t i = 0; i < sizeof(stems) / sizeof(*stems); i++) {
		CLEANUP_FREE char *runid = runid_make(stems[i]);

		cr_expect(runid_is_made(runid), "%s", runid);
		cr_expect_eq(strlen(runid), strlen(stems[i]) + 7);
		is_shown(runid, stems[i]);
	}
}

Test(runid, two_of_one_stem_differ)
{
	CLEANUP_FREE char *a = runid_make("m31");
	CLEANUP_FREE char *b = runid_make("m31");

	cr_expect_str_neq(a, b);
}

Test(runid, a_long_stem_is_cut_between_characters)
{
	CLEANUP_FREE char *stem = xcalloc(1, 202);
	CLEANUP_FREE char *runid = NULL;

	for (int i = 0; i < 100; i++)
		memcpy(stem + 1 + 2 * i, "ž", 2);
	stem[0] = 'a';
	runid = runid_make(stem);
	cr_expect_leq(strlen(runid), RUNID_MAX);
	cr_expect(utf8_is_valid(runid, strlen(runid)));
	cr_expect(runid_is_made(runid));
}

/* What a user chose may look alike, but for the check. */
Test(runid, one_that_a_user_chose_is_shown_whole)
{
	static const char *const chosen[] = {"m31", "run-201234", "run-abcdef", "x-",      "-",
					     "",    "my-secret",  "a-0000000",  "a-ABCDEF"};

	for (size_t i = 0; i < sizeof(chosen) / sizeof(*chosen); i++)
		is_shown(chosen[i], chosen[i]);
}
