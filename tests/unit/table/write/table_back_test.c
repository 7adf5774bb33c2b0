/* table_back_test.c: results that come back as uploads: what we write as CSV, TSV, ECSV is read
 * again. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/cleanup.h"
#include "tests/unit/table/formats_fixture.h"
#include "tests/unit/table/table_in_fixture.h"
#include "tests/unit/table/votable_csv.h"

static const char *const samples[] = {"stil-tabledata.vot", "stil-binary2.vot",
				      "dachs-tabledata.vot", "dachs-binary2.vot"};

/* VOTable, CSV, VOTable, CSV: both CSVs are alike, to the byte. */
static void expect_round_trip(const char *sample, const char *ext, enum table_kind kind,
			      struct format_writer *(*writer)(int fd))
{
	CLEANUP_ERROR struct error *err = NULL;
	size_t n, len;
	CLEANUP_FREE char *doc = read_sample(sample, &n);
	CLEANUP_FREE char *text = converted_to(ext, doc, &len, &err);
	CLEANUP_FREE char *vot = brought_as(votable_writer_new, kind, text, len, 0, NULL, &err);
	CLEANUP_FREE char *back = NULL;

	cr_assert(vot, "%s as %s: %s", sample, ext, error_text(err));
	back = brought_as(writer, TABLE_VOTABLE, vot, strlen(vot), 0, NULL, &err);
	cr_assert(back, "%s", error_text(err));
	cr_expect(strcmp(back, text) == 0, "%s as %s is another table", sample, ext);
}

Test(table_back, a_result_as_csv_is_the_same_table)
{
	for (int i = 0; i < 4; i++)
		expect_round_trip(samples[i], "csv", TABLE_CSV, csv_writer_new);
}

Test(table_back, as_tsv)
{
	for (int i = 0; i < 4; i++)
		expect_round_trip(samples[i], "tsv", TABLE_TSV, tsv_writer_new);
}

/* BINARY2 has empty arrays beside missing ones, which TABLEDATA does not tell apart. */
Test(table_back, as_ecsv)
{
	for (int i = 0; i < 4; i += 2)
		expect_round_trip(samples[i], "ecsv", TABLE_ECSV, ecsv_writer_new);
}

/* Names that a VOTable may have and a service does not take. */
static void expect_back(const char *ext, enum table_kind kind, const char *names)
{
	CLEANUP_ERROR struct error *err = NULL;
	CLEANUP_FREE char *doc =
	    tabledata("<FIELD name='a' datatype='int'/><FIELD name='a' datatype='int'/>"
		      "<FIELD name='' datatype='int'/><FIELD datatype='int'/>",
		      "<TR><TD>1</TD><TD>2</TD><TD>3</TD><TD>4</TD></TR>");
	size_t n;
	CLEANUP_FREE char *text = converted_to(ext, doc, &n, &err);
	CLEANUP_FREE char *is = brought_as(csv_writer_new, kind, text, n, 0, NULL, &err);

	cr_assert(is, "%s: %s", ext, error_text(err));
	cr_expect_str_eq(is, names, "%s: %s", ext, is);
}

Test(table_back, so_are_columns_without_a_name_and_those_named_alike)
{
	static const char csv[] = "a,a_2,col3,col4\n1,2,3,4\n";

	expect_back("csv", TABLE_CSV, csv);
	expect_back("tsv", TABLE_TSV, csv);
	expect_back("ecsv", TABLE_ECSV, csv);
	expect_back("fits", TABLE_FITS, csv);
}

static void expect_back_alone(const char *ext, enum table_kind kind)
{
	CLEANUP_ERROR struct error *err = NULL;
	CLEANUP_FREE char *text =
	    written_as(ext, "<FIELD name='i' datatype='int'/>",
		       "<TR><TD>1</TD></TR><TR><TD/></TR><TR><TD>3</TD></TR><TR><TD/></TR>");
	CLEANUP_FREE char *is = brought_as(csv_writer_new, kind, text, strlen(text), 0, NULL, &err);

	cr_assert(is, "%s: %s", ext, error_text(err));
	cr_expect_str_eq(is, "i\n1\n\"\"\n3\n\"\"\n", "%s: %s", ext, is);
}

/* Text as some reader would change it: blanks, what looks like a comment, line ends of all kinds.
 */
Test(table_back, so_is_text_with_blanks_and_line_ends)
{
	static const struct {
		const char *ext;
		enum table_kind kind;
	} all[] = {{"csv", TABLE_CSV}, {"tsv", TABLE_TSV}, {"ecsv", TABLE_ECSV}};
	static const char *const fields = "<FIELD name='s' datatype='unicodeChar' arraysize='*'/>"
					  "<FIELD name='i' datatype='int'/>";
	static const char *const rows =
	    "<TR><TD> x </TD><TD>1</TD></TR><TR><TD>#5</TD><TD>2</TD></TR>"
	    "<TR><TD>a&#13;b</TD><TD>3</TD></TR><TR><TD>\xc2\x85\xe2\x80\xa8\xe2\x80\xa9</TD>"
	    "<TD>4</TD></TR><TR><TD> #&#9;</TD><TD>5</TD></TR><TR><TD>a&#13;\n</TD><TD/></TR>";
	CLEANUP_FREE char *csv = written_as("csv", fields, rows);

	for (size_t k = 0; k < sizeof(all) / sizeof(*all); k++) {
		CLEANUP_ERROR struct error *err = NULL;
		CLEANUP_FREE char *text = written_as(all[k].ext, fields, rows);
		CLEANUP_FREE char *is =
		    brought_as(csv_writer_new, all[k].kind, text, strlen(text), 0, NULL, &err);

		cr_assert(is, "%s: %s", all[k].ext, error_text(err));
		cr_expect_str_eq(is, csv, "%s: %s", all[k].ext, is);
	}
}

Test(table_back, a_column_alone_keeps_the_rows_where_it_is_missing)
{
	expect_back_alone("csv", TABLE_CSV);
	expect_back_alone("tsv", TABLE_TSV);
	expect_back_alone("ecsv", TABLE_ECSV);
}
