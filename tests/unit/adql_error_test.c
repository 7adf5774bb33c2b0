/* What is wrong with a query is told in words, with line and column. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/adql_fixture.h"

Test(adql_errors, a_misspelt_keyword_is_shown_with_its_place)
{
	assert_error("SELECT *\n  FORM demo.messier",
		     "Line 2, column 3: expected FROM, found \"FORM\"");
}

Test(adql_errors, the_end_of_the_query_is_called_so)
{
	assert_error("SELECT name", "Line 1, column 12: expected FROM, found the end of the query");
}

Test(adql_errors, columns_count_characters_not_bytes)
{
	assert_error("SELECT '\xce\xb1\xce\xb2' FORM x",
		     "Line 1, column 18: expected FROM, found \"x\"");
}

Test(adql_errors, an_unknown_table_is_named)
{
	assert_error("SELECT * FROM demo.nothing",
		     "Line 1, column 15: unknown table \"demo.nothing\" (see TAP_SCHEMA.tables)");
}

Test(adql_errors, a_table_without_its_schema_is_suggested)
{
	assert_error("SELECT * FROM messier",
		     "Line 1, column 15: unknown table \"messier\"; there is demo.messier");
}

Test(adql_errors, an_unknown_column_is_named)
{
	assert_error("SELECT nix FROM demo.messier", "Line 1, column 8: unknown column \"nix\"");
	assert_error("SELECT m.nix FROM demo.messier AS m",
		     "Line 1, column 10: the table \"m\" has no column \"nix\"");
}

Test(adql_errors, a_quoted_column_in_the_wrong_case_is_unknown)
{
	assert_error("SELECT \"RA\" FROM demo.messier",
		     "Line 1, column 8: unknown column \"RA\" "
		     "(in double quotes, upper and lower case differ)");
}

Test(adql_errors, an_ambiguous_column_is_no_guess)
{
	assert_error("SELECT ra FROM demo.messier AS m, demo.ngc_ic AS n",
		     "Line 1, column 8: the column \"ra\" is in more than one table: "
		     "write the table's name in front of it");
}

Test(adql_errors, a_reserved_word_is_no_alias)
{
	assert_error("SELECT mag AS size FROM demo.messier",
		     "Line 1, column 15: expected a name, found the reserved word \"size\" "
		     "(put it in double quotes if it is a name)");
}

Test(adql_errors, an_open_text_is_told_where_it_began)
{
	assert_error("SELECT *\nFROM demo.messier WHERE name = 'M31",
		     "Line 2, column 32: this text has no closing quote");
}

Test(adql_errors, a_geometry_alone_is_no_condition)
{
	assert_error("SELECT * FROM demo.messier WHERE CONTAINS(POINT(ra, dec), CIRCLE(1, 2, 3))",
		     "Line 1, column 34: expected a condition, found a value: compare it, "
		     "as in 1 = CONTAINS(...)");
}

Test(adql_errors, a_number_is_not_compared_with_a_text)
{
	assert_error("SELECT * FROM demo.messier WHERE mag = 'bright'",
		     "Line 1, column 38: a number cannot be compared with a text");
}

Test(adql_errors, an_unknown_function_is_named)
{
	assert_error("SELECT FOO(ra) FROM demo.messier",
		     "Line 1, column 8: unknown function \"FOO\"");
}

Test(adql_errors, a_wrong_number_of_arguments_is_told)
{
	assert_error("SELECT POWER(ra) FROM demo.messier",
		     "Line 1, column 8: POWER takes 2 arguments, not 1");
}

Test(adql_errors, a_set_operation_needs_equal_columns)
{
	assert_error("SELECT ra, dec FROM demo.messier UNION SELECT ra FROM demo.messier",
		     "Line 1, column 34: UNION joins a query of 2 columns with one of 1");
}

Test(adql_errors, what_is_left_over_is_told)
{
	assert_error("SELECT ra FROM demo.messier WHERE mag < 5 5",
		     "Line 1, column 43: expected the end of the query, found \"5\"");
}

Test(adql_errors, an_impossible_position_fails_the_query)
{
	assert_error("SELECT TOP 1 POINT(ra, 100) FROM demo.messier",
		     "Line 1, column 14: a position or region is impossible: latitudes go from -90 "
		     "to 90, a radius is not negative");
}

Test(adql_errors, deep_nesting_is_refused)
{
	char *query = xmalloc(20100);

	strcpy(query, "SELECT ");
	memset(query + 7, '(', 20000);
	query[20007] = '\0';
	char *error = fixture_error(query);
	cr_assert_not_null(strstr(error, "nested more than 200 deep"), "%s", error);
	free(error);
	free(query);
}

Test(adql_errors, endless_conditions_are_refused)
{
	char *query = xmalloc(200000);
	char *end = stpcpy(query, "SELECT ra FROM demo.messier WHERE ra = 1");

	for (int i = 0; i < 5000; i++)
		end = stpcpy(end, " OR ra = 1");
	char *error = fixture_error(query);
	cr_assert_not_null(strstr(error, "more than 900 parts"), "%s", error);
	free(error);
	free(query);
}
