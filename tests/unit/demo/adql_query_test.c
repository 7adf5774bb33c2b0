/* Queries give what they should, over the real catalogues. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/demo/adql_fixture.h"

Test(adql, m31_is_where_it_is)
{
	assert_rows("SELECT ra, dec FROM demo.messier WHERE name = 'M31'", "10.684575,41.268903\n");
}

Test(adql, top_cuts_after_order_by)
{
	assert_rows("SELECT TOP 2 name FROM demo.messier ORDER BY mag", "M45\nM44\n");
}

Test(adql, offset_skips_rows)
{
	assert_rows("SELECT TOP 1 name FROM demo.messier ORDER BY mag OFFSET 1", "M44\n");
}

Test(adql, a_cone_finds_what_is_near)
{
	assert_rows("SELECT name FROM demo.messier WHERE 1 = CONTAINS(POINT('ICRS', ra, dec), "
		    "CIRCLE('ICRS', 10.68, 41.27, 1)) ORDER BY name",
		    "M110\nM31\nM32\n");
	assert_rows("SELECT name FROM demo.messier WHERE 1 = CONTAINS(POINT(ra, dec), "
		    "CIRCLE(POINT(10.68, 41.27), 0.1))",
		    "M31\n");
}

Test(adql, names_do_not_differ_by_case_unless_quoted)
{
	assert_rows("select RA from DEMO.Messier where NAME = 'M31'", "10.684575\n");
	assert_rows("select \"ra\" from \"demo\".\"messier\" where \"name\" = 'M31'",
		    "10.684575\n");
}

Test(adql, an_alias_may_stand_without_as)
{
	assert_rows("SELECT m.name n FROM demo.messier m WHERE m.name = 'M1'", "M1\n");
}

Test(adql, comments_are_skipped)
{
	assert_rows("-- MAXREC = 5\nSELECT name -- the name\nFROM demo.messier WHERE name='M1'",
		    "M1\n");
}

Test(adql, a_quote_in_a_text_is_doubled)
{
	assert_rows("SELECT TOP 1 'it''s; --' FROM demo.messier", "it's; --\n");
}

Test(adql, joins_by_on)
{
	assert_rows("SELECT m.name, n.name FROM demo.messier AS m JOIN demo.ngc_ic AS n "
		    "ON m.ngc = n.name WHERE m.name IN ('M31', 'M33') ORDER BY 1",
		    "M31,NGC224\nM33,NGC598\n");
}

Test(adql, a_left_join_keeps_what_has_no_partner)
{
	assert_rows("SELECT m.name, n.name FROM demo.messier AS m LEFT OUTER JOIN demo.ngc_ic AS n "
		    "ON m.ngc = n.name WHERE m.name = 'M45'",
		    "M45,\n");
}

Test(adql, using_merges_the_column)
{
	assert_rows("SELECT * FROM (SELECT name, mag FROM demo.messier WHERE name = 'M1') AS a "
		    "FULL JOIN (SELECT name, ra FROM demo.messier WHERE name = 'M2') AS b "
		    "USING (name) ORDER BY name",
		    "M1,8.4,\nM2,,323.36316\n");
}

Test(adql, natural_join_takes_all_common_columns)
{
	assert_rows("SELECT * FROM (SELECT name, mag FROM demo.messier) AS a NATURAL JOIN "
		    "(SELECT name, mag, ra FROM demo.messier) AS b WHERE name = 'M1'",
		    "M1,8.4,83.63322\n");
}

Test(adql, a_comma_joins_like_cross_join)
{
	assert_rows("SELECT COUNT(*) FROM demo.messier AS a, demo.messier AS b", "12100\n");
	assert_rows("SELECT COUNT(*) FROM demo.messier AS a CROSS JOIN demo.messier AS b",
		    "12100\n");
}

Test(adql, a_parenthesised_join_keeps_its_names)
{
	assert_rows("SELECT c.name FROM demo.messier AS a LEFT JOIN (demo.messier AS b JOIN "
		    "demo.ngc_ic AS c ON b.ngc = c.name) ON a.name = b.name WHERE a.name = 'M31'",
		    "NGC224\n");
}

Test(adql, subqueries_may_look_outside)
{
	assert_rows(
	    "SELECT name FROM demo.messier AS m WHERE EXISTS (SELECT 1 FROM demo.ngc_ic AS n "
	    "WHERE n.name = m.ngc AND n.mag < 3.3) ORDER BY name",
	    "M44\n");
	assert_rows("SELECT name FROM demo.messier WHERE mag = (SELECT MIN(mag) FROM demo.messier)",
		    "M45\n");
	assert_rows("SELECT COUNT(*) FROM demo.messier WHERE ngc IN (SELECT name FROM demo.ngc_ic)",
		    "108\n");
}

Test(adql, groups_and_having)
{
	assert_rows("SELECT FLOOR(mag) AS bin, COUNT(*) AS n FROM demo.messier GROUP BY FLOOR(mag) "
		    "HAVING COUNT(*) > 20 ORDER BY n DESC",
		    "8,24\n9,23\n");
}

Test(adql, grouping_by_an_alias)
{
	assert_rows("SELECT FLOOR(mag) AS bin, COUNT(*) FROM demo.messier GROUP BY bin ORDER BY 1 "
		    "OFFSET 8",
		    "10,4\n11,1\n12,1\n");
}

Test(adql, union_drops_duplicates_and_union_all_does_not)
{
	assert_rows("SELECT name FROM demo.messier WHERE name='M1' UNION "
		    "SELECT name FROM demo.messier WHERE name='M1'",
		    "M1\n");
	assert_rows("SELECT name FROM demo.messier WHERE name='M1' UNION ALL "
		    "SELECT name FROM demo.messier WHERE name='M1'",
		    "M1\nM1\n");
}

Test(adql, intersect_binds_closer_than_union)
{
	assert_rows("SELECT name FROM demo.messier WHERE name='M1' UNION "
		    "SELECT name FROM demo.messier WHERE name='M2' INTERSECT "
		    "SELECT name FROM demo.messier WHERE name='M3'",
		    "M1\n");
}

Test(adql, except_all_counts_duplicates)
{
	assert_rows("(SELECT 1 AS x FROM demo.messier WHERE mag < 3) EXCEPT ALL "
		    "(SELECT TOP 1 1 FROM demo.messier)",
		    "");
	assert_rows("SELECT COUNT(*) FROM ((SELECT 1 AS x FROM demo.messier) EXCEPT ALL "
		    "(SELECT TOP 10 1 FROM demo.messier)) AS q",
		    "100\n");
}

Test(adql, top_of_one_side_is_its_own)
{
	assert_rows("SELECT COUNT(*) FROM (SELECT TOP 3 name FROM demo.messier UNION ALL "
		    "SELECT TOP 4 name FROM demo.ngc_ic) AS q",
		    "7\n");
}

Test(adql, order_by_behind_parentheses_orders_the_cut_result)
{
	assert_rows("(SELECT TOP 3 name, mag FROM demo.messier ORDER BY mag) ORDER BY name",
		    "M44,3.1\nM45,1.6\nM7,3.3\n");
}

Test(adql, with_names_a_query)
{
	assert_rows("WITH bright AS (SELECT name, mag FROM demo.messier WHERE mag < 4), "
		    "two AS (SELECT TOP 2 name FROM bright ORDER BY mag) "
		    "SELECT b.name FROM bright AS b JOIN two ON b.name = two.name ORDER BY b.mag",
		    "M45\nM44\n");
}

Test(adql, case_and_coalesce)
{
	assert_rows("SELECT name, CASE WHEN mag < 5 THEN 'bright' ELSE 'faint' END, "
		    "COALESCE(common_name, '-') FROM demo.messier WHERE name IN ('M1','M31') "
		    "ORDER BY name",
		    "M1,faint,Crab nebula\nM31,bright,Andromeda galaxy\n");
	assert_rows("SELECT CASE name WHEN 'M1' THEN 1 WHEN 'M2' THEN 2 END FROM demo.messier "
		    "WHERE name = 'M2'",
		    "2\n");
}

Test(adql, cast_changes_types)
{
	assert_rows("SELECT CAST(ra AS INTEGER), CAST(ra AS VARCHAR(4)), CAST('7' AS DOUBLE "
		    "PRECISION) FROM demo.messier WHERE name = 'M31'",
		    "10,10.6,7\n");
}

Test(adql, texts)
{
	assert_rows("SELECT UPPER(common_name) || '/' || LOWER(name) FROM demo.messier "
		    "WHERE common_name LIKE 'And%'",
		    "ANDROMEDA GALAXY/m31\n");
	assert_rows("SELECT name FROM demo.messier WHERE common_name LIKE 'and%'", "");
	assert_rows("SELECT name FROM demo.messier WHERE common_name ILIKE 'AND%'", "M31\n");
	assert_rows("SELECT COUNT(*) FROM demo.messier WHERE common_name NOT LIKE '%'", "0\n");
}

Test(adql, between_and_nulls)
{
	assert_rows("SELECT name FROM demo.messier WHERE mag BETWEEN 1 AND 2", "M45\n");
	assert_rows(
	    "SELECT COUNT(*) FROM demo.messier WHERE NOT mag BETWEEN 1 AND 20 OR mag IS NULL",
	    "0\n");
	assert_rows("SELECT COUNT(*) FROM bench.stars WHERE mag IS NULL", "14\n");
	assert_rows("SELECT COUNT(mag) FROM bench.stars WHERE mag IS NOT NULL", "86\n");
}

Test(adql, boolean_columns_are_conditions)
{
	assert_rows("SELECT COUNT(*) FROM bench.stars WHERE variable", "43\n");
	assert_rows("SELECT COUNT(*) FROM bench.stars WHERE variable = TRUE", "43\n");
}

Test(adql, mathematics)
{
	assert_rows("SELECT TOP 1 ABS(-3), CEILING(1.2), FLOOR(-1.2), MOD(7, 4), POWER(2, 10), "
		    "SQRT(16), ROUND(2.567, 1), TRUNCATE(2.567, 1), ROUND(1234, -2), SIGN FROM "
		    "(SELECT name, 1 AS SIGN FROM demo.messier) AS q",
		    "3,2,-2,3,1024,4,2.6,2.5,1200,1\n");
	assert_rows("SELECT TOP 1 ROUND(PI(), 4), ROUND(DEGREES(RADIANS(90)), 9), LOG10(1000), "
		    "ROUND(LOG(EXP(2)), 9), ROUND(ATAN2(1, 1) * 4, 4), ROUND(COT(PI() / 4), 9), "
		    "ROUND(SIN(0) + COS(0) + TAN(0) + ASIN(0) + ACOS(1) + ATAN(0), 9) "
		    "FROM demo.messier",
		    "3.1416,90,3,2,3.1416,1,1\n");
	assert_rows("SELECT COUNT(*) FROM demo.messier WHERE RAND() >= 0 AND RAND(5) < 1", "110\n");
	assert_rows("SELECT TOP 1 -(1 + 2) * 3 - -4, 7 / 2, 7 / 2.0, 0x10 FROM demo.messier",
		    "-5,3,3.5,16\n");
}

Test(adql, geometry_functions)
{
	assert_rows("SELECT TOP 1 DISTANCE(0, 0, 0, 1), DISTANCE(POINT(0, 0), POINT(0, 1)), "
		    "COORD1(POINT('ICRS', 3, 4)), COORD2(POINT(3, 4)), COORDSYS(POINT(3, 4)), "
		    "ROUND(AREA(CIRCLE(0, 0, 1)), 3) FROM demo.messier",
		    "1,1,3,4,ICRS,3.142\n");
	assert_rows("SELECT TOP 1 INTERSECTS(CIRCLE(0, 0, 1), CIRCLE(1.5, 0, 1)), "
		    "INTERSECTS(CIRCLE(0, 0, 1), BOX(3, 0, 1, 1)), "
		    "CONTAINS(POINT(1, 1), POLYGON('ICRS', 0, 0, 2, 0, 2, 2, 0, 2)), "
		    "CONTAINS(POINT(1, 1), REGION('BOX ICRS 1 1 1 1')) FROM demo.messier",
		    "1,0,1,1\n");
	assert_rows("SELECT TOP 1 POINT(1, 2), CIRCLE(1, 2, 3), CENTROID(CIRCLE(1, 2, 3)) "
		    "FROM demo.messier",
		    "1 2,1 2 3,1 2\n");
}

Test(adql, a_table_with_slashes_is_quoted)
{
	assert_rows("SELECT TOP 1 recno, \"e_[Fe/H]\" FROM \"J/A+AS/100/1/table1\" ORDER BY recno",
		    "1,0.01\n");
	assert_rows("SELECT COUNT(*) FROM viz.\"J/A+AS/100/1/table2\"", "5\n");
}

Test(adql, tap_schema_describes_itself)
{
	assert_rows("SELECT column_name FROM TAP_SCHEMA.columns WHERE table_name = "
		    "'TAP_SCHEMA.columns' AND datatype = 'int' ORDER BY column_index",
		    "\"\"\"size\"\"\"\nindexed\nprincipal\nstd\ncolumn_index\n");
	assert_rows("SELECT \"size\" FROM tap_schema.columns WHERE table_name = 'bench.stars' AND "
		    "arraysize = '4'",
		    "4\n");
	assert_rows(
	    "SELECT from_table, from_column, target_table, target_column FROM TAP_SCHEMA.keys "
	    "JOIN TAP_SCHEMA.key_columns USING (key_id) WHERE key_id = 'messier_ngc'",
	    "demo.messier,ngc,demo.ngc_ic,name\n");
}

Test(adql, a_semicolon_may_end_the_query)
{
	assert_rows("SELECT name FROM demo.messier WHERE name = 'M1';", "M1\n");
}

Test(adql, the_result_tells_of_missing_rows_behind_the_table)
{
	char *cut = fixture_run("SELECT name FROM demo.messier", "votable", 5);
	char *whole = fixture_run("SELECT name FROM demo.messier", "votable", 110);
	char *columns = fixture_run("SELECT name FROM demo.messier", "votable", 0);

	cr_assert_gt(strstr(cut, "value=\"OVERFLOW\""), strstr(cut, "</TABLE>"));
	cr_assert_null(strstr(whole, "OVERFLOW"));
	cr_assert_null(strstr(columns, "<TR>"));
	cr_assert_not_null(strstr(columns, "<FIELD name=\"name\""));
	free(cut);
	free(whole);
	free(columns);
}

Test(adql, chains_may_be_long)
{
	char query[16384];
	char *end = stpcpy(query, "SELECT COUNT(*) FROM demo.messier WHERE name = 'M1'");

	for (int i = 2; i <= 110; i++)
		end += sprintf(end, " OR name = 'M%d' AND 1 = 1", i);
	assert_rows(query, "110\n");
	end = stpcpy(query, "SELECT TOP 1 1");
	for (int i = 0; i < 800; i++)
		end = stpcpy(end, i % 2 ? " + 1" : " - 2");
	stpcpy(end, " FROM demo.messier");
	assert_rows(query, "-399\n");
}

Test(adql, chains_are_read_from_the_left)
{
	assert_rows("SELECT TOP 1 8 - 4 - 2, 8 - (4 - 2), 16 / 4 * 2, 16 / (4 * 2), 2 + 3 * 4 - 5, "
		    "'a' || 'b' || 'c' FROM demo.messier",
		    "2,6,8,2,9,abc\n");
	assert_rows("SELECT COUNT(*) FROM demo.messier WHERE (name = 'M1' OR name = 'M2') AND "
		    "name = 'M2' OR name = 'M3' AND (name = 'M3' OR name = 'M4')",
		    "2\n");
}

Test(adql, many_tables_may_be_joined)
{
	char query[16384];
	char *end = stpcpy(query, "SELECT COUNT(*) FROM demo.messier");

	for (int i = 1; i < 64; i++)
		end += sprintf(end, " JOIN demo.messier AS m%d USING (name)", i);
	assert_rows(query, "110\n");
}

Test(adql, sums_are_exact_and_may_be_of_different_values)
{
	assert_rows(
	    "SELECT SUM(DISTINCT 9223372036854775807), SUM(id - 50), SUM(9223372036854775807 * "
	    "(CASE WHEN id > 98 THEN 1 WHEN id < 3 THEN -1 ELSE 0 END)), SUM(id / 2.0), "
	    "SUM(CASE WHEN id < 0 THEN id END) FROM bench.stars",
	    "9223372036854775807,50,0,2525,\n");
}

Test(adql, texts_are_cast_to_numbers)
{
	assert_rows("SELECT TOP 1 CAST(' 12 ' AS INTEGER), CAST('1e3' AS DOUBLE PRECISION), "
		    "CAST('-2.7' AS BIGINT), CAST(NULL AS SMALLINT), CAST(-32768 AS SMALLINT) "
		    "FROM demo.messier",
		    "12,1000,-2,,-32768\n");
}

Test(adql, in_unit_converts)
{
	assert_rows("SELECT ROUND(IN_UNIT(ra, 'arcmin'), 9), IN_UNIT(dec, 'deg'), "
		    "ROUND(IN_UNIT(ra, 'rad'), 6), "
		    "IN_UNIT(IN_UNIT(dec, 'mas'), 'uarcsec') FROM demo.messier WHERE name = 'M31'",
		    "641.0745,41.268903,0.186481,148568050800\n");
}

Test(adql, texts_side_by_side_are_one)
{
	assert_rows("SELECT TOP 1 'it' -- and\n ' is' FROM demo.messier WHERE name = 'M' '31'",
		    "it is\n");
}

Test(adql, a_truth_in_order_by_is_no_column)
{
	assert_rows("SELECT TOP 1 name FROM demo.messier WHERE TRUE ORDER BY FALSE, TRUE, name",
		    "M1\n");
	assert_rows("SELECT TRUE AS t, COUNT(*) FROM demo.messier GROUP BY TRUE", "true,110\n");
}
