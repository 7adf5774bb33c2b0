/* tableset_test.c: the tables document, in pieces. */
#include <criterion/criterion.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "tap/vosi/tableset.h"
#include "tests/unit/table/votable_csv.h"

/* Writes down what it is told. */
struct scribe {
	struct tableset_sink sink; /* first */
	struct buf seen;
	size_t tables, columns, keys;
};

static void add(struct buf *b, const char *what, const char *s)
{
	if (s)
		buf_addf(b, " %s=%s", what, s);
}

static bool on_schema(struct tableset_sink *sink, const struct tableset_schema *s,
		      struct error **err)
{
	struct scribe *w = (struct scribe *)sink;

	(void)err;
	buf_addf(&w->seen, "schema %s", s->name);
	add(&w->seen, "title", s->title);
	add(&w->seen, "description", s->description);
	add(&w->seen, "utype", s->utype);
	buf_addc(&w->seen, '\n');
	return true;
}

static bool on_table(struct tableset_sink *sink, const struct tableset_table *t, struct error **err)
{
	struct scribe *w = (struct scribe *)sink;

	if (strcmp(t->name, "refused") == 0)
		return error_set(err, ENOSPC, "enough");
	w->tables++;
	buf_addf(&w->seen, "table %s|%s rows=%" PRId64, t->schema, t->name, t->nrows);
	add(&w->seen, "title", t->title);
	add(&w->seen, "description", t->description);
	add(&w->seen, "utype", t->utype);
	add(&w->seen, "type", t->type);
	buf_addc(&w->seen, '\n');
	return true;
}

static bool on_column(struct tableset_sink *sink, const struct tableset_column *c,
		      struct error **err)
{
	struct scribe *w = (struct scribe *)sink;

	(void)err;
	w->columns++;
	buf_addf(&w->seen, "column %s.%s", c->table, c->name);
	add(&w->seen, "datatype", c->datatype);
	add(&w->seen, "arraysize", c->arraysize);
	add(&w->seen, "xtype", c->xtype);
	add(&w->seen, "unit", c->unit);
	add(&w->seen, "ucd", c->ucd);
	add(&w->seen, "utype", c->utype);
	add(&w->seen, "description", c->description);
	add(&w->seen, "flags", c->flags);
	buf_addf(&w->seen, "%s%s%s\n", c->indexed ? " indexed" : "", c->primary ? " primary" : "",
		 c->std ? " std" : "");
	return true;
}

static bool on_key(struct tableset_sink *sink, const struct tableset_key *k, struct error **err)
{
	struct scribe *w = (struct scribe *)sink;

	(void)err;
	w->keys++;
	buf_addf(&w->seen, "key %s -> %s", k->table, k->target);
	for (size_t i = 0; i < k->n; i++)
		buf_addf(&w->seen, " %s:%s", k->from[i], k->to[i]);
	add(&w->seen, "description", k->description);
	buf_addc(&w->seen, '\n');
	return true;
}

static const struct tableset_sink scribe_sink = {on_schema, on_table, on_column, on_key};

static bool read_pieces(struct scribe *w, const char *doc, size_t n, size_t piece,
			struct error **err)
{
	struct tableset *t = tableset_new(&w->sink);
	bool ok = true;

	for (size_t i = 0; ok && i < n; i += piece)
		ok = tableset_feed(t, doc + i, n - i < piece ? n - i : piece, err);
	ok = ok && tableset_finish(t, err);
	tableset_free(t);
	return ok;
}

static void expect_seen(const char *doc, const char *seen)
{
	static const size_t pieces[] = {1, 7, 1u << 20};

	for (int i = 0; i < 3; i++) {
		CLEANUP_ERROR struct error *err = NULL;
		struct scribe w = {.sink = scribe_sink, .seen = BUF_INIT};

		cr_assert(read_pieces(&w, doc, strlen(doc), pieces[i], &err), "%s",
			  error_text(err));
		cr_expect_str_eq(buf_str(&w.seen), seen, "%s", buf_str(&w.seen));
		buf_free(&w.seen);
	}
}

Test(tableset, schemas_tables_columns_and_keys_come_in_order)
{
	expect_seen(
	    "<vosi:tableset xmlns:vosi='http://www.ivoa.net/xml/VOSITables/v1.0' "
	    "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'>"
	    "<schema><name>s</name><title>S</title><description>All\nof it</description>"
	    "<table type='view'><name>s.a</name><title>A</title><description>d</description>"
	    "<utype>u</utype><nrows>12</nrows>"
	    "<column std='true'><name>ra</name><description>Right</description><unit>deg</unit>"
	    "<ucd>pos.eq.ra</ucd><utype>x:y</utype><dataType "
	    "xsi:type='vs:VOTableType'>double</dataType>"
	    "<flag>indexed</flag><flag>nullable</flag></column>"
	    "<column><name>n</name><dataType xsi:type='vs:VOTableType' arraysize='8x*' "
	    "xtype='q'>char"
	    "</dataType><flag>PRIMARY</flag></column>"
	    "<foreignKey><targetTable>s.b</targetTable><fkColumn><fromColumn>n</fromColumn>"
	    "<targetColumn>m</targetColumn></fkColumn><fkColumn><fromColumn>o</fromColumn>"
	    "<targetColumn>p</targetColumn></fkColumn><description>link</description></foreignKey>"
	    "</table><table><name>s.b</name></table></schema>"
	    "<schema><name/><table><name>lone</name><column/></table></schema>"
	    "<schema><name>empty</name></schema></vosi:tableset>",
	    "schema s title=S description=All\nof it\n"
	    "table s|s.a rows=12 title=A description=d utype=u type=view\n"
	    "column s.a.ra datatype=double unit=deg ucd=pos.eq.ra utype=x:y description=Right "
	    "flags=indexed nullable indexed std\n"
	    "column s.a.n datatype=char arraysize=8x* xtype=q flags=PRIMARY primary\n"
	    "key s.a -> s.b n:m o:p description=link\n"
	    "table s|s.b rows=-1\n"
	    "schema \n"
	    "table |lone rows=-1\n"
	    "schema empty\n");
}

Test(tableset, a_single_table_has_no_schema)
{
	expect_seen("<vtm:table xmlns:vtm='http://www.ivoa.net/xml/VOSITables/v1.0'>"
		    "<name>\"J/A+AS/134/483/table3\"</name><column><name>\"size\"</name></column></"
		    "vtm:table>",
		    "table |\"J/A+AS/134/483/table3\" rows=-1\n"
		    "column \"J/A+AS/134/483/table3\".\"size\"\n");
}

Test(tableset, types_of_tap_1_0_become_votables)
{
	expect_seen(
	    "<tableset "
	    "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'><schema><name>s</name><table>"
	    "<name>t</name>"
	    "<column><name>a</name><dataType xsi:type='vs:TAPType' "
	    "size='32'>VARCHAR</dataType></column>"
	    "<column><name>b</name><dataType xsi:type='vs:TAP' "
	    "size='4'>adql:CHAR</dataType></column>"
	    "<column><name>c</name><dataType xsi:type='vs:TAPType'>BIGINT</dataType></column>"
	    "<column><name>d</name><dataType xsi:type='vs:TAPType'>POINT</dataType></column>"
	    "<column><name>e</name><dataType xsi:type='vs:TAPType'>TIMESTAMP</dataType></column>"
	    "<column><name>f</name><dataType xsi:type='vs:VOTableType' extendedType='adql:REGION' "
	    "arraysize='*'>char</dataType></column>"
	    "<column><name>g</name><dataType xsi:type='vs:TAPType'>GEOMETRY</dataType></column>"
	    "<column><name>h</name></column>"
	    "</table></schema></tableset>",
	    "schema s\ntable s|t rows=-1\n"
	    "column t.a datatype=char arraysize=32*\n"
	    "column t.b datatype=char arraysize=4\n"
	    "column t.c datatype=long\n"
	    "column t.d datatype=char arraysize=* xtype=adql:POINT\n"
	    "column t.e datatype=char arraysize=* xtype=timestamp\n"
	    "column t.f datatype=char arraysize=* xtype=adql:REGION\n"
	    "column t.g datatype=GEOMETRY\n"
	    "column t.h\n");
}

Test(tableset, cdata_and_what_esa_adds_are_read)
{
	expect_seen("<vod:tableset xmlns:vod='http://www.ivoa.net/xml/VODataService/v1.1' "
		    "xmlns:e='http://esa.int/xml/EsaTapPlus'><schema e:public='true'><name>x</name>"
		    "<table type='base_table' e:size='61176401' e:flags='1'><name>x.t</name>"
		    "<description><![CDATA[A & <a href='x'>B</a>]]></description>"
		    "<column std='false' "
		    "e:flags='1'><name>ra</name></column></table></schema></vod:tableset>",
		    "schema x\n"
		    "table x|x.t rows=61176401 description=A & <a href='x'>B</a> type=base_table\n"
		    "column x.t.ra\n");
}

Test(tableset, a_table_without_name_is_left_out)
{
	expect_seen(
	    "<tableset><schema><name>s</name><table><description>?</description><column>"
	    "<name>c</name></column><foreignKey><targetTable>x</targetTable></foreignKey></table>"
	    "</schema></tableset>",
	    "schema s\n");
}

Test(tableset, dachs_is_read_in_pieces)
{
	size_t n;
	CLEANUP_FREE char *doc = read_sample("dachs-tables.xml", &n);
	CLEANUP_BUF struct buf first = BUF_INIT;

	for (size_t piece = 1; piece < n * 10; piece *= 10) {
		CLEANUP_ERROR struct error *err = NULL;
		struct scribe w = {.sink = scribe_sink, .seen = BUF_INIT};

		cr_assert(read_pieces(&w, doc, n, piece, &err), "%s", error_text(err));
		cr_expect_eq(w.tables, 10);
		cr_expect_eq(w.keys, 7);
		cr_expect_gt(w.columns, 100);
		if (first.len)
			cr_expect_str_eq(buf_str(&w.seen), buf_str(&first));
		else
			buf_adds(&first, buf_str(&w.seen));
		buf_free(&w.seen);
	}
	cr_expect(strstr(buf_str(&first),
			 "column demo_cat.stars.ra datatype=double unit=deg "
			 "ucd=pos.eq.ra;meta.main description=ICRS right ascension"));
}

Test(tableset, a_sink_that_refuses_stops_the_reader)
{
	const char *doc =
	    "<tableset><schema><table><name>refused</name></table></schema></tableset>";
	CLEANUP_ERROR struct error *err = NULL;
	struct scribe w = {.sink = scribe_sink, .seen = BUF_INIT};

	cr_expect_not(read_pieces(&w, doc, strlen(doc), 7, &err));
	cr_expect_eq(error_errno(err), ENOSPC);
	cr_expect_str_eq(error_text(err), "enough");
	buf_free(&w.seen);
}

Test(tableset, what_is_not_wanted_is_not_told)
{
	struct scribe w = {.seen = BUF_INIT};
	const char *doc = "<tableset><schema><table><name>t</name><column><name>c</name></column>"
			  "<foreignKey><targetTable>x</targetTable></foreignKey></table></schema>"
			  "</tableset>";

	cr_expect(read_pieces(&w, doc, strlen(doc), 7, NULL));
}

Test(tableset, other_documents_are_refused)
{
	static const char *const bad[] = {"", "<html/>", "<tableset><schema>", "<tableset></x>"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CLEANUP_ERROR struct error *err = NULL;
		struct scribe w = {.sink = scribe_sink, .seen = BUF_INIT};

		cr_expect_not(read_pieces(&w, bad[i], strlen(bad[i]), 7, &err));
		cr_expect_not_null(err);
		buf_free(&w.seen);
	}
}

static void expect_type(const char *tap, int64_t size, const char *datatype, const char *arraysize,
			const char *xtype)
{
	struct votable_type t;

	cr_assert(votable_type_from_tap(&t, tap, size), "%s", tap);
	cr_expect_str_eq(t.datatype, datatype, "%s", tap);
	cr_expect_str_eq(t.arraysize, arraysize, "%s", tap);
	if (xtype)
		cr_expect_str_eq(t.xtype, xtype, "%s", tap);
	else
		cr_expect_null(t.xtype, "%s", tap);
}

Test(tableset_type, types_are_mapped_as_tap_1_0_says)
{
	expect_type("adql:VARCHAR", -1, "char", "*", NULL);
	expect_type("adql:VARCHAR", 16, "char", "16*", NULL);
	expect_type("VARCHAR(64)", -1, "char", "64*", NULL);
	expect_type("CHAR(16)", -1, "char", "16", NULL);
	expect_type("adql:char", -1, "char", "*", NULL);
	expect_type("adql:INTEGER", 4, "int", "", NULL);
	expect_type("adql:DOUBLE", -1, "double", "", NULL);
	expect_type("DOUBLE PRECISION", -1, "double", "", NULL);
	expect_type("real", -1, "float", "", NULL);
	expect_type("adql:REGION", -1, "char", "*", "adql:REGION");
	expect_type("adql:BLOB", -1, "unsignedByte", "*", NULL);
	expect_type("VARBINARY", 8, "unsignedByte", "8*", NULL);
	expect_type("string", -1, "char", "*", NULL);
	expect_type("BIGINT[-1]", -1, "long", "", NULL);
	expect_type("VARCHAR[30]", -1, "char", "30*", NULL);
	expect_type("VARCHAR[-1]", 12, "char", "*", NULL);
}

Test(tableset_type, a_size_that_cannot_be_is_none)
{
	cr_expect_not(arraysize_is_told(NULL));
	cr_expect_not(arraysize_is_told(""));
	cr_expect_not(arraysize_is_told("-1"));
	cr_expect_not(arraysize_is_told("0"));
	cr_expect(arraysize_is_told("1"));
	cr_expect(arraysize_is_told("*"));
	cr_expect(arraysize_is_told("16*"));
	cr_expect(arraysize_is_told("2x3"));
}

Test(tableset_type, types_of_votable_are_left_alone)
{
	static const char *const votable[] = {"char", "int", "unicodeChar", "short", "float",
					      "",     "("};
	struct votable_type t;

	for (size_t i = 0; i < sizeof(votable) / sizeof(*votable); i++)
		cr_expect_not(votable_type_from_tap(&t, votable[i], -1), "%s", votable[i]);
}
