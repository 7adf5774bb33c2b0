/* number_test.c: numbers as text and back, exactly. */
#include <criterion/criterion.h>
#include <float.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text/number.h"

static const char *dbl(double v)
{
	static char out[NUMBER_MAX + 1];

	out[number_format_double(out, v)] = '\0';
	return out;
}

static const char *flt(float v)
{
	static char out[NUMBER_MAX + 1];

	out[number_format_float(out, v)] = '\0';
	return out;
}

static double read_double(const char *s)
{
	double v = -12345;

	cr_assert(number_parse_double(s, strlen(s), &v), "%s", s);
	return v;
}

static bool reads_int(const char *s, int64_t *v)
{
	return number_parse_int(s, strlen(s), v);
}

/* Numbers without a pattern, the same in each run. */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

Test(number, doubles_have_the_fewest_digits)
{
	cr_expect_str_eq(dbl(0.1), "0.1");
	cr_expect_str_eq(dbl(10.684575), "10.684575");
	cr_expect_str_eq(dbl(0.1 + 0.2), "0.30000000000000004");
	cr_expect_str_eq(dbl(5), "5");
	cr_expect_str_eq(dbl(100), "100");
	cr_expect_str_eq(dbl(-2.5), "-2.5");
	cr_expect_str_eq(dbl(9007199254740993.0), "9007199254740992");
	cr_expect_str_eq(dbl(2e-3), "0.002");
}

Test(number, floats_have_the_fewest_digits)
{
	cr_expect_str_eq(flt(0.1f), "0.1");
	cr_expect_str_eq(flt(10.684575f), "10.684575");
	cr_expect_str_eq(flt(16777216.0f), "16777216");
	cr_expect_str_eq(flt(FLT_MAX), "3.4028235e+38");
	cr_expect_str_eq(flt(FLT_MIN), "1.1754944e-38");
}

Test(number, exponents_begin_where_plain_digits_get_long)
{
	cr_expect_str_eq(dbl(0.00001), "0.00001");
	cr_expect_str_eq(dbl(0.000001), "1e-6");
	cr_expect_str_eq(dbl(0.0000015), "1.5e-6");
	cr_expect_str_eq(dbl(1e16), "10000000000000000");
	cr_expect_str_eq(dbl(1e17), "1e+17");
	cr_expect_str_eq(dbl(1.25e300), "1.25e+300");
}

Test(number, subnormals_need_few_digits)
{
	cr_expect_str_eq(dbl(4.9406564584124654e-324), "5e-324");
	cr_expect_str_eq(dbl(1e-323), "1e-323");
	cr_expect_str_eq(dbl(DBL_MIN), "2.2250738585072014e-308");
	cr_expect_str_eq(dbl(DBL_MAX), "1.7976931348623157e+308");
	cr_expect_str_eq(flt(1.4e-45f), "1e-45");
}

Test(number, zero_keeps_its_sign)
{
	cr_expect_str_eq(dbl(0.0), "0");
	cr_expect_str_eq(dbl(-0.0), "-0");
	cr_expect(signbit(read_double("-0")));
	cr_expect(signbit(read_double("-0.0e5")));
}

Test(number, nan_is_empty_and_infinity_a_word)
{
	cr_expect_str_eq(dbl(NAN), "");
	cr_expect_str_eq(dbl(INFINITY), "Infinity");
	cr_expect_str_eq(dbl(-INFINITY), "-Infinity");
	cr_expect_str_eq(flt(-INFINITY), "-Infinity");
}

Test(number, infinities_and_nan_are_read_in_any_case)
{
	cr_expect(isnan(read_double("NaN")));
	cr_expect(isnan(read_double("nan")));
	cr_expect_eq(read_double("+Inf"), INFINITY);
	cr_expect_eq(read_double("-inf"), -INFINITY);
	cr_expect_eq(read_double("Infinity"), INFINITY);
	cr_expect_eq(read_double("-INFINITY"), -INFINITY);
}

Test(number, every_double_reads_back)
{
	uint64_t state = 1;

	for (int i = 0; i < 200000; i++) {
		uint64_t bits = next_random(&state);
		char out[NUMBER_MAX];
		double v, back;
		size_t n;

		memcpy(&v, &bits, sizeof(v));
		if (!isfinite(v))
			continue;
		n = number_format_double(out, v);
		cr_assert(n <= NUMBER_MAX);
		cr_assert(number_parse_double(out, n, &back));
		cr_assert_eq(memcmp(&back, &v, sizeof(v)), 0, "%.17g", v);
	}
}

Test(number, every_float_reads_back)
{
	uint64_t state = 2;

	for (int i = 0; i < 200000; i++) {
		uint32_t bits = (uint32_t)next_random(&state);
		char out[NUMBER_MAX];
		float v, back;
		size_t n;

		memcpy(&v, &bits, sizeof(v));
		if (!isfinite(v))
			continue;
		n = number_format_float(out, v);
		cr_assert(number_parse_float(out, n, &back));
		cr_assert_eq(memcmp(&back, &v, sizeof(v)), 0, "%.9g", (double)v);
	}
}

/* Digits that count: without zeros before and behind. */
static int significant(const char *s)
{
	int all = 0;
	int last = 0;

	for (; *s && *s != 'e'; s++) {
		if (*s < '0' || *s > '9' || (*s == '0' && !all))
			continue;
		all++;
		if (*s != '0')
			last = all;
	}
	return last;
}

Test(number, no_text_of_a_double_is_longer_than_it_must_be)
{
	uint64_t state = 3;

	for (int i = 0; i < 20000; i++) {
		uint64_t bits = next_random(&state);
		char shorter[64];
		int digits;
		double v;

		memcpy(&v, &bits, sizeof(v));
		digits = isfinite(v) ? significant(dbl(v)) : 0;
		if (digits < 2)
			continue;
		snprintf(shorter, sizeof(shorter), "%.*e", digits - 2, v);
		cr_assert_neq(read_double(shorter), v, "%s", dbl(v));
	}
}

Test(number, decimals_are_read_exactly)
{
	uint64_t state = 4;

	for (int i = 0; i < 50000; i++) {
		uint64_t r = next_random(&state);
		char text[64];
		double v;

		snprintf(text, sizeof(text), "%" PRIu64 ".%" PRIu64 "e%d",
			 next_random(&state) >> (r & 63), next_random(&state) >> (r >> 8 & 63),
			 (int)(r >> 16 & 1023) - 511);
		cr_assert(number_parse_double(text, strlen(text), &v));
		cr_assert_eq(v, strtod(text, NULL), "%s", text);
	}
}

Test(number, floats_are_rounded_once)
{
	uint64_t state = 5;
	float v;

	/* Just above the middle of two floats; as a double it is the middle. */
	cr_assert(number_parse_float("1.00000005960464477540", 22, &v));
	cr_expect_eq(v, 1.00000012f);
	for (int i = 0; i < 50000; i++) {
		uint64_t r = next_random(&state);
		char text[64];

		snprintf(text, sizeof(text), "%" PRIu64 "e%d", next_random(&state) >> (r & 63),
			 (int)(r >> 16 & 127) - 64);
		cr_assert(number_parse_float(text, strlen(text), &v));
		cr_assert_eq(v, strtof(text, NULL), "%s", text);
	}
}

Test(number, very_long_decimals_are_read)
{
	char text[2000] = "1.";

	memset(text + 2, '0', 1500);
	memcpy(text + 1502, "1", 2);
	cr_expect_eq(read_double(text), 1.0);
	memset(text, '9', 400);
	text[400] = '\0';
	cr_expect_eq(read_double(text), INFINITY);
	memcpy(text, "0.", 2);
	memset(text + 2, '0', 400);
	memcpy(text + 402, "17e400", 7);
	cr_expect_eq(read_double(text), 0.17);
	cr_expect_eq(read_double("1e-99999999999999999999"), 0.0);
	cr_expect_eq(read_double("0e99999999999999999999"), 0.0);
}

Test(number, halfway_decimals_go_to_even)
{
	cr_expect_eq(read_double("9007199254740993"), 9007199254740992.0);
	cr_expect_eq(read_double("9007199254740995"), 9007199254740996.0);
	cr_expect_eq(read_double("9007199254740993.00000000000000000000000001"),
		     9007199254740994.0);
}

Test(number, blanks_around_are_allowed)
{
	int64_t i;

	cr_expect_eq(read_double(" 1.5\n"), 1.5);
	cr_expect(reads_int("\t 12 ", &i) && i == 12);
}

Test(number, fortran_exponents_are_read)
{
	cr_expect_eq(read_double("1.5D+03"), 1500.0);
	cr_expect_eq(read_double(".5"), 0.5);
	cr_expect_eq(read_double("5."), 5.0);
	cr_expect_eq(read_double("+5"), 5.0);
}

Test(number, what_is_no_number_is_refused)
{
	static const char *const bad[] = {"",  "abc", "1,5", "1.5.2", "--1", "1e",  "e5",
					  ".", "1 2", "0x",  "nanx",  "+",   "1e+", "Infinit"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		double v;
		int64_t n;

		cr_expect_not(number_parse_double(bad[i], strlen(bad[i]), &v), "%s", bad[i]);
		cr_expect_not(reads_int(bad[i], &n), "%s", bad[i]);
	}
}

Test(number, integers_are_read_to_their_limits)
{
	int64_t v;

	cr_expect(reads_int("9223372036854775807", &v) && v == INT64_MAX);
	cr_expect(reads_int("-9223372036854775808", &v) && v == INT64_MIN);
	cr_expect_not(reads_int("9223372036854775808", &v));
	cr_expect_not(reads_int("-9223372036854775809", &v));
	cr_expect_not(reads_int("99999999999999999999999", &v));
	cr_expect(reads_int("0xff", &v) && v == 255);
	cr_expect(reads_int("0XFF", &v) && v == 255);
	cr_expect_not(reads_int("12.5", &v));
}

Test(number, integers_are_written_to_their_limits)
{
	char out[NUMBER_MAX];
	size_t n = number_format_int(out, INT64_MIN);

	cr_expect_eq(n, 20);
	cr_expect_eq(memcmp(out, "-9223372036854775808", 20), 0);
	cr_expect_eq(number_format_int(out, 0), 1);
	cr_expect_eq(out[0], '0');
}

Test(number, the_locale_does_not_matter)
{
	if (!setlocale(LC_ALL, "de_DE.UTF-8") && !setlocale(LC_ALL, "de_DE"))
		cr_skip("no locale with a decimal comma is installed");
	cr_expect_str_eq(dbl(1.5), "1.5");
	cr_expect_str_eq(dbl(1.2345678901234567e-7), "1.2345678901234567e-7");
	cr_expect_eq(read_double("1.2345678901234567e-7"), 1.2345678901234567e-7);
}

/* What is taken for plain is what reading and writing make of it. */
static bool is_plain_double(const char *text)
{
	char room[NUMBER_MAX + NUMBER_PLAIN_ROOM] = "";
	size_t n = (size_t)snprintf(room, NUMBER_MAX, "%s<", text) - 1;
	size_t plain = number_plain_double(room);

	if (plain && room[plain] == '<')
		cr_assert_str_eq(dbl(read_double(text)), text);
	return plain == n;
}

static bool is_plain_float(const char *text)
{
	char room[NUMBER_MAX + NUMBER_PLAIN_ROOM] = "";
	size_t n = (size_t)snprintf(room, NUMBER_MAX, "%s<", text) - 1;
	size_t plain = number_plain_float(room);
	float f;

	if (plain && room[plain] == '<') {
		cr_assert(number_parse_float(text, n, &f));
		cr_assert_str_eq(flt(f), text);
	}
	return plain == n;
}

static bool is_plain_int(const char *text)
{
	char room[NUMBER_MAX + NUMBER_PLAIN_ROOM] = "";
	size_t n = (size_t)snprintf(room, NUMBER_MAX, "%s<", text) - 1;

	return number_plain_int(room) == n;
}

Test(number, short_decimals_need_not_be_read)
{
	static const char *const plain[] = {"0",   "5",    "-2.5",      "0.1",
					    "360", "1234", "-0.000123", "10.684575"};
	static const char *const other[] = {"-",       ".5",  "5.",  "1.50",
					    "00.5",    "1e5", " 1",  "+1",
					    "0.00001", "NaN", "1.0", "12345678901234567890"};

	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++) {
		cr_expect(is_plain_double(plain[i]), "%s", plain[i]);
		cr_expect(strlen(plain[i]) > 9 || is_plain_float(plain[i]), "%s", plain[i]);
	}
	for (size_t i = 0; i < sizeof(other) / sizeof(*other); i++) {
		cr_expect_not(is_plain_double(other[i]), "%s", other[i]);
		cr_expect_not(is_plain_float(other[i]), "%s", other[i]);
	}
	cr_expect(is_plain_double("266.3341251678296"));
	cr_expect_not(is_plain_double("66.33412516782961"),
		      "others of its length read as the same");
	cr_expect(is_plain_float("14.896074"));
	cr_expect_not(is_plain_float("20.896074"));
}

Test(number, plain_integers_need_not_be_read)
{
	cr_expect(is_plain_int("0"));
	cr_expect(is_plain_int("-12"));
	cr_expect(is_plain_int("123456789012345678"));
	cr_expect_not(is_plain_int("-0"));
	cr_expect_not(is_plain_int("007"));
	cr_expect_not(is_plain_int("0x1f"));
	cr_expect_not(is_plain_int("1.0"));
	cr_expect_not(is_plain_int("9223372036854775808"));
}

Test(number, decimals_at_random_are_plain_only_if_they_stay)
{
	uint64_t state = 11;
	size_t plain = 0;

	for (int i = 0; i < 2000000; i++) {
		uint64_t r = next_random(&state);
		uint64_t digits = next_random(&state) >> (r & 63);
		char text[64];
		int n = snprintf(text, sizeof(text), "%s%" PRIu64, r & 64 ? "-" : "", digits);
		int point = n - (int)(r >> 32) % 20;

		if (point > (text[0] == '-') && point < n) {
			memmove(text + point + 1, text + point, (size_t)(n - point) + 1);
			text[point] = '.';
		} else if (r & 128) {
			snprintf(text, sizeof(text), "0.%0*" PRIu64, (int)(r >> 32) % 20, digits);
		}
		plain += is_plain_double(text);
		is_plain_float(text);
	}
	cr_expect_gt(plain, 500000, "%zu", plain);
}
