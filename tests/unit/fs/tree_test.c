/* tree_test.c: the table of the tree holds together. */
#include <criterion/criterion.h>
#include <string.h>

#include "fs/tree.h"

static struct kind copy[256];

static void table_copy(void)
{
	cr_assert_leq(tree_size, sizeof(copy) / sizeof(*copy));
	memcpy(copy, tree, tree_size * sizeof(*tree));
}

Test(tree, has_each_line_of_the_enum_once)
{
	struct error *err = NULL;

	cr_assert(kinds_use(tree, tree_size, &err), "%s", err ? error_text(err) : "");
	for (int l = LINE_NONE + 1; l < LINE_COUNT; l++)
		cr_expect_eq(kind_of((enum tree_line)l)->line, (enum tree_line)l);
}

Test(tree, with_a_line_missing_is_refused)
{
	struct error *err = NULL;

	table_copy();
	for (size_t i = 0; i < tree_size; i++)
		if (copy[i].line == LINE_GHOST)
			copy[i].line = LINE_NONE;
	cr_expect_not(kinds_use(copy, tree_size, &err));
	cr_assert(err);
	error_free(err);
}

Test(tree, with_a_line_that_is_there_twice_is_refused)
{
	struct error *err = NULL;

	table_copy();
	copy[1].line = LINE_GHOST;
	cr_expect_not(kinds_use(copy, tree_size, &err));
	cr_assert(err);
	error_free(err);
}

Test(tree, is_indented_by_one_at_a_time)
{
	for (size_t i = 1; i < tree_size; i++)
		cr_expect_leq(tree[i].depth, tree[i - 1].depth + 1, "%s", tree[i].name);
}

Test(tree, has_names_only_below_folders)
{
	for (size_t i = 1; i < tree_size; i++)
		if (tree[i].depth > tree[i - 1].depth)
			cr_expect(S_ISDIR(tree[i - 1].mode), "%s", tree[i - 1].name);
}

/* What find() makes has a line to be named by, and no fixed name. */
Test(tree, tells_fixed_names_from_those_that_are_made)
{
	for (size_t i = 0; i < tree_size; i++)
		cr_expect(!tree[i].is_made || tree[i].line != LINE_NONE, "%s", tree[i].name);
	cr_assert(kinds_use(tree, tree_size, NULL));
	for (size_t i = 0; kind_fixed(kind_of(LINE_JOB), i); i++)
		cr_expect_not(kind_fixed(kind_of(LINE_JOB), i)->is_made);
	cr_expect_str_eq(kind_fixed(kind_of(LINE_JOB), 0)->name, "phase");
}

Test(tree, has_an_answer_to_open_for_every_file)
{
	for (size_t i = 0; i < tree_size; i++)
		if (S_ISREG(tree[i].mode))
			cr_expect(tree[i].text || (tree[i].file && tree[i].file->open), "%s",
				  tree[i].name);
}
