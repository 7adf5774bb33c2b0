/* adql_name_test.c: names that services tell, as ADQL wants them. */
#include <criterion/criterion.h>

#include "base/cleanup.h"
#include "table/adql_name.h"

static void name_is(const char *told, const char *want)
{
	CLEANUP_BUF struct buf b = BUF_INIT;

	adql_name_add(&b, told);
	cr_expect_str_eq(buf_str(&b), want);
}

static void table_is(const char *schema, const char *told, const char *want, bool qualified)
{
	CLEANUP_BUF struct buf b = BUF_INIT;

	cr_expect_eq(adql_table_add(&b, schema, told), qualified, "%s", told);
	cr_expect_str_eq(buf_str(&b), want);
}

Test(adql_name, what_is_no_regular_identifier_is_quoted)
{
	name_is("plain", "plain");
	name_is("e_bv2", "e_bv2");
	name_is("2MASS", "\"2MASS\"");
	name_is("_2MASS", "\"_2MASS\"");
	name_is("RA(ICRS)", "\"RA(ICRS)\"");
	name_is("My Table", "\"My Table\"");
	name_is("r'mag", "\"r'mag\"");
	name_is("e_B-V", "\"e_B-V\"");
	name_is("a.b", "\"a.b\"");
	name_is("\xce\xb1", "\"\xce\xb1\"");
	name_is("we\"ird", "\"we\"\"ird\"");
}

Test(adql_name, a_word_of_adql_is_quoted)
{
	name_is("size", "\"size\"");
	name_is("Count", "\"Count\"");
	name_is("order", "\"order\"");
	name_is("sized", "sized");
}

Test(adql_name, what_is_quoted_already_stays)
{
	name_is("\"date\"", "\"date\"");
	name_is("\"_2MASS\"", "\"_2MASS\"");
	name_is("\"we\"\"ird\"", "\"we\"\"ird\"");
	name_is("\"a\"b\"", "\"\"\"a\"\"b\"\"\"");
	name_is("\"", "\"\"\"\"");
	name_is("\"\"", "\"\"\"\"\"\"");
}

Test(adql_name, a_table_is_quoted_part_by_part)
{
	table_is("pub", "pub.t", "pub.t", true);
	table_is("pub", "pub.order", "pub.\"order\"", true);
	table_is("pub", "order", "\"order\"", false);
	table_is("pub", "pub.\"J/A+A/1/t\"", "pub.\"J/A+A/1/t\"", true);
	table_is("pub", "J/ApJ/725/875/table2", "\"J/ApJ/725/875/table2\"", false);
	table_is("pub", "pub.J/A+A/1/t.dat", "pub.\"J/A+A/1/t.dat\"", true);
	table_is("J/A+A", "J/A+A.t", "\"J/A+A\".t", true);
	table_is("other", "cat.pub.My Table", "cat.pub.\"My Table\"", true);
	table_is("", "t", "t", false);
	table_is(NULL, "tap_schema", "tap_schema", false);
	table_is("TAP_SCHEMA", "tap_schema.columns", "tap_schema.columns", true);
	table_is("s", "s.", "\"s.\"", false);
}
