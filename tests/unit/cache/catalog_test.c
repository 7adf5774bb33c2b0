/* catalog_test.c: tables as folders, and refreshes that are seen whole or not at all. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "cache/catalog.h"

static char dir[] = "/tmp/catalog_test.XXXXXX";
static struct catalog *catalog;

static void open_catalog(void)
{
	cr_assert_not_null(mkdtemp(dir));
	catalog = catalog_open(dir, NULL);
	cr_assert_not_null(catalog);
}

static void close_catalog(void)
{
	static const char *const names[] = {"catalog.db", "catalog.db-wal", "catalog.db-shm"};

	catalog_close(catalog);
	for (int i = 0; i < 3; i++) {
		char *p = xasprintf("%s/%s", dir, names[i]);

		unlink(p);
		free(p);
	}
	rmdir(dir);
}

TestSuite(catalog, .init = open_catalog, .fini = close_catalog);

static void add(const char *schema, const char *name)
{
	struct catalog_table t = {.name = (char *)name, .told = (char *)name, .nrows = -1};
	char *qualified = xasprintf("%s.%s", schema, name);

	cr_assert(catalog_add_table(catalog, schema, &t, qualified, NULL));
	free(qualified);
}

static void path_is(const char *schema, const char *name, const char *path)
{
	struct catalog_names *n;

	cr_assert(catalog_begin(catalog, NULL));
	add(schema, name);
	cr_assert(catalog_commit(catalog, true, NULL));
	n = catalog_load(catalog, NULL);
	cr_assert_not_null(n);
	cr_assert_eq(n->ntables, 1);
	cr_expect_str_eq(n->tables[0].path, path);
	cr_expect_str_eq(n->tables[0].name, name);
	catalog_names_unref(n);
}

Test(catalog, a_tables_folder_is_its_name_without_schema_and_quotes)
{
	path_is("ivoa", "ivoa.obscore", "obscore");
	path_is("vizls", "\"J/A+AS/134/483/table3\"", "J/A+AS/134/483/table3");
	path_is("public", "public.\"odd \"\" name\"", "odd \" name");
	path_is("other", "ivoa.obscore", "ivoa.obscore");
	path_is("s", "s.a/../b", "a/%2E%2E/b");
}

Test(catalog, a_table_cannot_hide_the_files_of_another)
{
	path_is("s", "s.t/README.txt", "t/README.tx%74");
	path_is("s", "s.cone", "con%65");
}

Test(catalog, nothing_was_fetched_is_no_error)
{
	struct error *err = NULL;

	cr_expect_null(catalog_load(catalog, &err));
	cr_expect_null(err);
}

Test(catalog, a_rolled_back_refresh_leaves_what_was_there)
{
	struct catalog_names *n;

	path_is("s", "s.t", "t");
	cr_assert(catalog_begin(catalog, NULL));
	add("s", "s.u");
	catalog_rollback(catalog);
	n = catalog_load(catalog, NULL);
	cr_assert_eq(n->ntables, 1);
	cr_expect_str_eq(n->tables[0].path, "t");
	catalog_names_unref(n);
}

Test(catalog, columns_come_by_position_and_only_when_known)
{
	struct catalog_column b = {.name = (char *)"b", .position = 2},
			      a = {.name = (char *)"a", .position = 1};
	struct catalog_details *d;

	cr_assert(catalog_begin(catalog, NULL));
	add("s", "s.t");
	cr_assert(catalog_commit(catalog, false, NULL));
	cr_expect_null(catalog_details(catalog, "s.t", NULL));
	cr_assert(catalog_begin_table(catalog, "s.t", NULL));
	cr_assert(catalog_add_column(catalog, NULL, "s.t", &b, NULL));
	cr_assert(catalog_add_column(catalog, NULL, "s.t", &a, NULL));
	cr_assert(catalog_commit_table(catalog, "s.t", NULL));
	d = catalog_details(catalog, "s.t", NULL);
	cr_assert_not_null(d);
	cr_assert_eq(d->ncolumns, 2);
	cr_expect_str_eq(d->columns[0].name, "a");
	catalog_details_unref(d);
}

/* The names of a table's columns, in their order. */
static void columns_are(const char *table, const char *const *names, size_t n)
{
	struct catalog_details *d = catalog_details(catalog, table, NULL);

	cr_assert_not_null(d, "%s", table);
	cr_assert_eq(d->ncolumns, n, "%s", table);
	for (size_t i = 0; i < n; i++)
		cr_expect_str_eq(d->columns[i].name, names[i]);
	catalog_details_unref(d);
}

Test(catalog, tables_of_one_name_keep_their_own_columns)
{
	struct catalog_column a = {.name = (char *)"a"}, b = {.name = (char *)"b"};
	struct catalog_names *n;

	cr_assert(catalog_begin(catalog, NULL));
	add("dr3", "process");
	add("dr4", "process");
	add("dr4", "other");
	cr_assert(catalog_add_column(catalog, "dr3", "process", &a, NULL));
	cr_assert(catalog_add_column(catalog, "dr4", "process", &b, NULL));
	cr_assert(catalog_commit(catalog, true, NULL));
	n = catalog_load(catalog, NULL);
	cr_assert_eq(n->ntables, 3);
	cr_expect_str_eq(n->tables[0].name, "dr3.process");
	cr_expect_str_eq(n->tables[1].name, "other", "it needs no schema");
	cr_expect_str_eq(n->tables[2].name, "dr4.process");
	cr_expect_str_eq(n->tables[2].told, "process");
	catalog_names_unref(n);
	columns_are("dr3.process", (const char *const[]){"a"}, 1);
	columns_are("dr4.process", (const char *const[]){"b"}, 1);
}

/* TAP_SCHEMA.columns does not tell the schema, and has the columns of both. */
Test(catalog, a_column_that_is_told_twice_is_one)
{
	struct catalog_column a = {.name = (char *)"a"}, b = {.name = (char *)"b"};

	cr_assert(catalog_begin(catalog, NULL));
	add("dr3", "process");
	add("dr4", "process");
	for (int i = 0; i < 2; i++) {
		cr_assert(catalog_add_column(catalog, NULL, "process", &b, NULL));
		cr_assert(catalog_add_column(catalog, NULL, "process", &a, NULL));
	}
	cr_assert(catalog_commit(catalog, true, NULL));
	columns_are("dr3.process", (const char *const[]){"b", "a"}, 2);
	columns_are("dr4.process", (const char *const[]){"b", "a"}, 2);
}

Test(catalog, one_table_is_filled_with_what_is_its_own)
{
	struct catalog_column a = {.name = (char *)"a"}, b = {.name = (char *)"b"};

	cr_assert(catalog_begin(catalog, NULL));
	add("dr3", "process");
	add("dr4", "process");
	cr_assert(catalog_commit(catalog, false, NULL));
	cr_assert(catalog_begin_table(catalog, "dr4.process", NULL));
	cr_assert(catalog_add_column(catalog, "dr3", "process", &a, NULL));
	cr_assert(catalog_add_column(catalog, "dr4", "process", &b, NULL));
	cr_assert(catalog_commit_table(catalog, "dr4.process", NULL));
	cr_expect_null(catalog_details(catalog, "dr3.process", NULL));
	columns_are("dr4.process", (const char *const[]){"b"}, 1);
	cr_expect_not(catalog_begin_table(catalog, "process", NULL));
	catalog_rollback(catalog);
}
