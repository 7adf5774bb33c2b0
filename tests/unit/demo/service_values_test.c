/* What the service reads and writes: numbers, parameters, times, formats, rules of faults. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/quote.h"
#include "tests/service/http/faults.h"
#include "tests/service/http/params.h"
#include "tests/service/http/times.h"
#include "tests/service/tap/jobs.h"
#include "tests/service/tap/writer.h"

static void check_double(double v, const char *expected)
{
	struct buf b = BUF_INIT;

	svc_add_double(&b, v);
	cr_assert_str_eq(buf_str(&b), expected);
	buf_free(&b);
}

Test(service_numbers, are_short_and_exact)
{
	check_double(10.684575, "10.684575");
	check_double(0.1, "0.1");
	check_double(0.1 + 0.2, "0.30000000000000004");
	check_double(-2, "-2");
	check_double(0, "0");
	check_double(100, "100");
	check_double(1e300, "1e+300");
	check_double(-1.5e-7, "-1.5e-07");
	check_double(NAN, "NaN");
	check_double(-INFINITY, "-Infinity");
}

Test(service_numbers, read_back_as_they_were)
{
	struct buf b = BUF_INIT;
	unsigned seed = 1;

	for (int i = 0; i < 100000; i++) {
		double v = (rand_r(&seed) - RAND_MAX / 2) * pow(10, rand_r(&seed) % 24 - 18);

		buf_reset(&b);
		svc_add_double(&b, v);
		cr_assert_eq(strtod(buf_str(&b), NULL), v, "%s %.17g", buf_str(&b), v);
		buf_reset(&b);
		svc_add_float(&b, v);
		cr_assert_eq(strtof(buf_str(&b), NULL), (float)v, "%s %.9g", buf_str(&b), v);
	}
	buf_free(&b);
}

Test(service_params, names_do_not_differ_by_case_and_the_last_one_counts)
{
	struct params p = {NULL, 0};
	const char *form = "lang=A&Query=a%20b%2Bc+d&LANG=B&empty=&flag&%zz=1";

	svc_params_decode(&p, form, strlen(form));
	cr_assert_str_eq(svc_params_get(&p, "Lang"), "B");
	cr_assert_str_eq(svc_params_get(&p, "QUERY"), "a b+c d");
	cr_assert_str_eq(svc_params_get(&p, "empty"), "");
	cr_assert_str_eq(svc_params_get(&p, "flag"), "");
	cr_assert_str_eq(svc_params_get(&p, "%zz"), "1");
	cr_assert_null(svc_params_get(&p, "none"));
	svc_params_set(&p, "lang", "C");
	cr_assert_eq(p.n, 5);
	cr_assert_str_eq(svc_params_get(&p, "LANG"), "C");
	svc_params_free(&p);
}

Test(service_times, are_read_as_they_are_written)
{
	struct buf b = BUF_INIT;
	int64_t ms;

	cr_assert(svc_parse_time("2026-11-21T07:15:02.250Z", &ms));
	svc_add_time(&b, ms);
	cr_assert_str_eq(buf_str(&b), "2026-11-21T07:15:02.250Z");
	cr_assert(svc_parse_time("2026-11-21", &ms));
	cr_assert_eq(ms % 86400000, 0);
	cr_assert_not(svc_parse_time("tomorrow", &ms));
	cr_assert_not(svc_parse_time("2026-11-21T07:15:02 or so", &ms));
	buf_free(&b);
}

Test(service_formats, are_found_by_short_name_and_mime_type)
{
	cr_assert_str_eq(svc_format_find("VOTable/B2")->mime,
			 "application/x-votable+xml;serialization=binary2");
	cr_assert_eq(svc_format_find("application/x-votable+xml; serialization=\"BINARY2\""),
		     svc_format_find("votable/b2"));
	cr_assert_eq(svc_format_find("text/csv; header=present"), svc_format_find("csv"));
	cr_assert_eq(svc_format_find("application/x-votable+xml"), svc_format_find("votable"));
	cr_assert_null(svc_format_find("fits"));
	cr_assert_null(svc_format_find("votable/b3"));
}

Test(service_faults, rules_match_by_path_and_method_and_are_used_up)
{
	struct faults *f = svc_faults_new();
	struct params p = {NULL, 0};
	struct fault got;
	const char *rule = "next_status=503&retry_after=1&count=2&path=/tap/async&method=POST";

	svc_params_decode(&p, rule, strlen(rule));
	cr_assert(svc_faults_add(f, &p));
	cr_assert_not(svc_fault_take(f, FAULT_STATUS, "GET", "/tap/async", &got));
	cr_assert_not(svc_fault_take(f, FAULT_STATUS, "POST", "/tap/sync", &got));
	cr_assert_not(svc_fault_take(f, FAULT_DROP, "POST", "/tap/async", &got));
	cr_assert(svc_fault_take(f, FAULT_STATUS, "POST", "/tap/async/1/phase", &got));
	cr_assert(got.value == 503 && got.retry_after == 1);
	cr_assert(svc_fault_take(f, FAULT_STATUS, "POST", "/tap/async", &got));
	cr_assert_not(svc_fault_take(f, FAULT_STATUS, "POST", "/tap/async", &got));
	svc_params_free(&p);
	svc_faults_free(f);
}

Test(service_faults, the_first_ones_may_be_let_pass)
{
	struct faults *f = svc_faults_new();
	struct params p = {NULL, 0};
	struct fault got;

	svc_params_decode(&p, "delay_ms=5&skip=1", 17);
	cr_assert(svc_faults_add(f, &p));
	cr_assert_not(svc_fault_take(f, FAULT_DELAY, "GET", "/", &got));
	cr_assert(svc_fault_take(f, FAULT_DELAY, "GET", "/", &got));
	svc_params_set(&p, "delay_ms", "1");
	svc_faults_clear(f);
	cr_assert_not(svc_fault_take(f, FAULT_DELAY, "GET", "/", &got));
	svc_params_free(&p);
	svc_faults_free(f);
}

Test(service_faults, parameters_without_a_fault_are_refused)
{
	struct faults *f = svc_faults_new();
	struct params p = {NULL, 0};

	svc_params_decode(&p, "path=/tap", 9);
	cr_assert_not(svc_faults_add(f, &p));
	svc_params_free(&p);
	svc_faults_free(f);
}

static void check_xml(const char *in, const char *expected)
{
	struct buf b = BUF_INIT;

	buf_add_xml(&b, in, strlen(in));
	cr_assert_str_eq(buf_str(&b), expected);
	buf_reset(&b);
	buf_add_xml_attribute(&b, "a", in);
	cr_assert(!strncmp(buf_str(&b), " a=\"", 4) &&
		      !strncmp(buf_str(&b) + 4, expected, strlen(expected)),
		  "%s", buf_str(&b));
	buf_free(&b);
}

Test(service_xml, has_only_characters_that_xml_has)
{
	check_xml("<a & \"b\">", "&lt;a &amp; &quot;b&quot;&gt;");
	check_xml("\xce\xb1 \xf0\x9f\x8c\x9f \xef\xbf\xbd",
		  "\xce\xb1 \xf0\x9f\x8c\x9f \xef\xbf\xbd");
	check_xml("x\xff\xce", "x??");
	check_xml("\xed\xa0\x80", "???"); /* half of a surrogate pair */
	check_xml("\xef\xbf\xbe.", "?."); /* U+FFFE */
	check_xml("a\x01\x7f", "a?\x7f");
}

Test(service_params, a_nul_does_not_hide_what_follows)
{
	struct params p = {NULL, 0};

	svc_params_decode(&p, "QUERY=a%00b%0&x", strlen("QUERY=a%00b%0&x"));
	cr_assert_str_eq(svc_params_get(&p, "QUERY"), "a\x01"
						      "b%0");
	cr_assert_str_eq(svc_params_get(&p, "x"), "");
	svc_params_free(&p);
}
