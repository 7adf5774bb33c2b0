/* A result's columns keep what the catalogue says, and expressions have sensible types. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/demo/adql_fixture.h"

/* "name datatype arraysize unit ucd xtype" of each column, "-" for what it has not. */
static void check(const char *query, const char *expected)
{
	struct adql adql;
	struct adql_result r = fixture_translate(&adql, query);
	struct text out = {.arena = &adql.arena};

	for (size_t i = 0; i < r.ncolumns; i++) {
		const struct svc_column *c = &r.columns[i];

		text_addf(&out, "%s %s %s %s %s %s\n", c->name, svc_type_name(c->type),
			  c->arraysize ? c->arraysize : "-", c->unit ? c->unit : "-",
			  c->ucd ? c->ucd : "-", c->xtype ? c->xtype : "-");
	}
	cr_assert_str_eq(text_str(&out), expected, "%s", text_str(&out));
	arena_free(&adql.arena);
}

Test(adql_columns, a_plain_column_keeps_everything)
{
	check("SELECT Ra, mag AS m FROM demo.messier", "ra double - deg pos.eq.ra;meta.main -\n"
						       "m float - mag phot.mag;em.opt.V -\n");
	check("SELECT observed, label, class, flux FROM bench.stars",
	      "observed char * - time.epoch timestamp\n"
	      "label unicodeChar * - meta.title -\n"
	      "class char 4 - src.class -\n"
	      "flux float * Jy phot.flux -\n");
}

Test(adql_columns, they_pass_through_subqueries_and_with)
{
	check("SELECT r FROM (SELECT ra AS r FROM demo.messier) AS q",
	      "r double - deg pos.eq.ra;meta.main -\n");
	check("WITH q AS (SELECT ra AS r FROM demo.messier) SELECT q.r FROM q",
	      "r double - deg pos.eq.ra;meta.main -\n");
	check("SELECT ra FROM demo.messier UNION SELECT dec FROM demo.messier",
	      "ra double - deg - -\n");
}

Test(adql_columns, aggregates)
{
	check("SELECT COUNT(*), COUNT(DISTINCT mag), AVG(source), SUM(nobs), SUM(mag), MIN(nobs), "
	      "MAX(note) FROM bench.stars",
	      "count long - - - -\n"
	      "count_2 long - - - -\n"
	      "avg double - - - -\n"
	      "sum long - - - -\n"
	      "sum_2 double - mag - -\n"
	      "min short - - meta.number -\n"
	      "max char * - meta.note -\n");
}

Test(adql_columns, expressions)
{
	check("SELECT 1, 5000000000, 1.5, 'x', nobs + 1, mag * 2, ra - dec, NULL, name || 'x' "
	      "FROM bench.stars, (SELECT name FROM demo.messier) AS m",
	      "col1 int - - - -\n"
	      "col2 long - - - -\n"
	      "col3 double - - - -\n"
	      "col4 char * - - -\n"
	      "col5 long - - - -\n"
	      "col6 double - - - -\n"
	      "col7 double - deg - -\n"
	      "col8 char * - - -\n"
	      "col9 char * - - -\n");
	check("SELECT COALESCE(nobs, 1) AS a, CASE WHEN mag < 1 THEN 1 ELSE 2.5 END AS b, "
	      "CAST(mag AS BIGINT) AS c FROM bench.stars",
	      "a int - - - -\nb double - - - -\nc long - - - -\n");
}

Test(adql_columns, geometries_have_the_types_of_dali)
{
	check("SELECT POINT(ra, dec), CIRCLE(ra, dec, 1), BOX(ra, dec, 1, 1), "
	      "CONTAINS(POINT(ra, dec), CIRCLE(0, 0, 1)) FROM demo.messier",
	      "point double 2 deg - point\n"
	      "circle double 3 deg - circle\n"
	      "box double * deg - polygon\n"
	      "contains int - - - -\n");
}

Test(adql_columns, no_two_have_the_same_name)
{
	check("SELECT a.ra, b.ra, a.dec AS RA FROM demo.messier AS a, demo.messier AS b",
	      "ra double - deg pos.eq.ra;meta.main -\n"
	      "ra_2 double - deg pos.eq.ra;meta.main -\n"
	      "RA_3 double - deg pos.eq.dec;meta.main -\n");
}

Test(adql_columns, in_unit_tells_the_unit)
{
	check("SELECT IN_UNIT(ra, 'rad') AS r FROM demo.messier",
	      "r double - rad pos.eq.ra;meta.main -\n");
}
