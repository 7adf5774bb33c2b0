/* What is wrong with a query is told in words, with line and column. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/demo/adql_fixture.h"

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

/* start, then part n times, then end. Caller frees. */
static char *repeated(const char *start, const char *part, int n, const char *end)
{
	char *query = xmalloc(strlen(start) + (size_t)n * strlen(part) + strlen(end) + 1);
	char *to = stpcpy(query, start);

	for (int i = 0; i < n; i++)
		to = stpcpy(to, part);
	stpcpy(to, end);
	return query;
}

Test(adql_errors, what_sqlite_cannot_nest_is_told_with_its_place)
{
	char *calls = repeated("SELECT ", "ABS(", 150, "1");
	char *query = repeated(calls, ")", 150, " AS x FROM demo.messier");

	assert_error(query, "Line 1, column 608: the query is nested too deep");
	free(query);
	free(calls);
}

Test(adql_errors, too_many_of_a_thing_are_told_with_their_place)
{
	char *query = repeated("SELECT 1", ", 1", 1999, " FROM demo.messier");

	assert_error(query, "Line 1, column 6005: a query has at most 1999 columns");
	free(query);
	query = repeated("SELECT COALESCE(1", ", 1", 100, ") FROM demo.messier");
	assert_error(query, "Line 1, column 8: COALESCE takes 2 to 100 arguments, not 101");
	free(query);
	query = repeated("SELECT 1 FROM demo.messier", ", demo.messier", 64, "");
	assert_error(query, "Line 1, column 911: a query joins at most 64 tables");
	free(query);
}

Test(adql_errors, numbers_that_do_not_fit_are_told_with_their_place)
{
	assert_error("SELECT 0x8000000000000000 FROM demo.messier",
		     "Line 1, column 8: a hexadecimal number has at most 63 bits");
	assert_error("SELECT 1, SUM(9223372036854775807) FROM demo.messier",
		     "Line 1, column 11: the SUM does not fit 64 bits");
	assert_error("SELECT ABS(-9223372036854775807 - 1) FROM demo.messier",
		     "Line 1, column 8: the value of ABS does not fit 64 bits");
	assert_error("SELECT ra,\n id + 9223372036854775807 FROM bench.stars",
		     "Line 2, column 5: the value 9.22337203685478e+18 does not fit the type of "
		     "this column, long");
}

Test(adql_errors, a_cast_that_cannot_be_is_told_with_its_place)
{
	assert_error("SELECT CAST('abc' AS INTEGER) FROM demo.messier",
		     "Line 1, column 8: CAST: the text 'abc' is no number");
	assert_error("SELECT CAST('nan' AS REAL) FROM demo.messier",
		     "Line 1, column 8: CAST: the text 'nan' is no number");
	assert_error("SELECT CAST(70000 AS SMALLINT) FROM demo.messier",
		     "Line 1, column 8: CAST: 70000 does not fit SMALLINT");
	assert_error("SELECT CAST('-2147483649' AS INTEGER) FROM demo.messier",
		     "Line 1, column 8: CAST: -2147483649 does not fit INTEGER");
	assert_error("SELECT CAST(9223372036854775808.0 AS BIGINT) FROM demo.messier",
		     "Line 1, column 8: CAST: 9.22337203685478e+18 does not fit BIGINT");
}

Test(adql_errors, units_that_do_not_convert_are_told_with_their_place)
{
	assert_error("SELECT IN_UNIT(ra, 'km') FROM demo.messier",
		     "Line 1, column 8: IN_UNIT cannot make \"km\" of \"deg\"");
	assert_error("SELECT IN_UNIT(ra, 'parsnip') FROM demo.messier",
		     "Line 1, column 20: IN_UNIT does not know the unit \"parsnip\"");
	assert_error("SELECT IN_UNIT(ra, name) FROM demo.messier",
		     "Line 1, column 8: IN_UNIT takes a number and the name of a unit, as in "
		     "IN_UNIT(ra, 'rad')");
	assert_error("SELECT IN_UNIT(name, 'm') FROM demo.messier",
		     "Line 1, column 16: IN_UNIT takes a number here, not a text");
}

Test(adql_errors, what_is_no_character_is_told_with_its_place)
{
	assert_error("SELECT 'a\xff' FROM demo.messier",
		     "Line 1, column 10: this is no character of UTF-8");
	assert_error("SELECT 'a\x01' FROM demo.messier",
		     "Line 1, column 10: a control character cannot stand here");
}

Test(adql_errors, a_reserved_word_as_a_value_is_told_as_such)
{
	assert_error(
	    "SELECT size FROM TAP_SCHEMA.columns",
	    "Line 1, column 8: expected a value, found the reserved word \"size\" (put it in "
	    "double quotes if it is a name)");
	assert_error("SELECT name, FROM demo.messier",
		     "Line 1, column 14: expected a value, found \"FROM\"");
}
