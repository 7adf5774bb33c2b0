/*
 * number.c: numbers as text and back; see number.h.
 *
 * Text is taken apart here into digits and a power of ten (decimal.h does the
 * arithmetic), without a look at the locale of the process. Only numbers of more
 * than 19 digits go to the C library, as digits without a decimal point.
 */
#include "tap/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tap/decimal.h"

#define HEAD_DIGITS 19  /* as many as a uint64_t always holds */
#define DIGITS_MAX  780 /* more never change a double, but for "not zero" */

/* Writing. */

static const char pairs[] = "0001020304050607080910111213141516171819"
			    "2021222324252627282930313233343536373839"
			    "4041424344454647484950515253545556575859"
			    "6061626364656667686970717273747576777879"
			    "8081828384858687888990919293949596979899";

/* At most 20 digits, without zeros in front. */
static size_t put_digits(char *out, uint64_t u)
{
	char back[20];
	char *p = back + sizeof(back);
	size_t n;

	for (; u >= 100; u /= 100)
		p = memcpy(p - 2, pairs + u % 100 * 2, 2);
	if (u >= 10)
		p = memcpy(p - 2, pairs + u * 2, 2);
	else
		*--p = (char)('0' + u);
	n = (size_t)(back + sizeof(back) - p);
	memcpy(out, p, n);
	return n;
}

/* d.ddde±x */
static size_t scientific(char *out, size_t n, int point)
{
	char *p = out + 1;
	int e = point - 1;

	if (n > 1) {
		memmove(out + 2, out + 1, n - 1);
		*p++ = '.';
		p += n - 1;
	}
	*p++ = 'e';
	*p++ = e < 0 ? '-' : '+';
	p += put_digits(p, (uint64_t)(e < 0 ? -e : e));
	return (size_t)(p - out);
}

/* Plain from 0.00001 to 99999999999999999. */
static size_t layout(char *out, struct decimal d)
{
	size_t n = put_digits(out, d.digits);
	int point = (int)n + d.exponent; /* digits before the decimal point */

	if (point < -4 || point > 17)
		return scientific(out, n, point);
	if (point <= 0) {
		memmove(out + 2 - point, out, n);
		memcpy(out, "0.0000", (size_t)(2 - point));
		return n + (size_t)(2 - point);
	}
	if (d.exponent >= 0) {
		memset(out + n, '0', (size_t)d.exponent);
		return n + (size_t)d.exponent;
	}
	memmove(out + point + 1, out + point, n - (size_t)point);
	out[point] = '.';
	return n + 1;
}

/* What is no plain number: NaN, infinities, zeros; and the sign. False if digits are to follow. */
static bool special(char *out, double v, size_t *n)
{
	*n = 0;
	if (isnan(v))
		return true;
	if (signbit(v))
		out[(*n)++] = '-';
	if (isinf(v)) {
		memcpy(out + *n, "Infinity", 8);
		*n += 8;
		return true;
	}
	if (v == 0)
		out[(*n)++] = '0';
	return v == 0;
}

size_t number_format_double(char out[NUMBER_MAX], double v)
{
	size_t sign;

	if (special(out, v, &sign))
		return sign;
	return sign + layout(out + sign, decimal_of_double(fabs(v)));
}

size_t number_format_float(char out[NUMBER_MAX], float v)
{
	size_t sign;

	if (special(out, (double)v, &sign))
		return sign;
	return sign + layout(out + sign, decimal_of_float(fabsf(v)));
}

size_t number_format_int(char out[NUMBER_MAX], int64_t v)
{
	if (v >= 0)
		return put_digits(out, (uint64_t)v);
	out[0] = '-';
	return 1 + put_digits(out + 1, 0 - (uint64_t)v);
}

/* Reading. */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void trim(const char **s, size_t *n)
{
	while (*n && is_blank(**s))
		(*s)++, (*n)--;
	while (*n && is_blank((*s)[*n - 1]))
		(*n)--;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

struct reading {
	const char *text; /* digits, with a point among them perhaps */
	const char *end;
	uint64_t head;    /* the first HEAD_DIGITS that count … */
	int taken;        /* how many those are */
	int64_t exponent; /* … times 10^exponent */
	bool more;        /* digits behind them are not all 0 */
};

static bool read_digits(struct reading *r, const char *s, const char *end)
{
	bool fraction = false;
	bool any = false;

	r->text = s;
	for (; s < end; s++) {
		if (*s == '.' && !fraction) {
			fraction = true;
			continue;
		}
		if (!is_digit(*s))
			break;
		any = true;
		if (r->taken < HEAD_DIGITS) {
			r->head = r->head * 10 + (uint64_t)(*s - '0');
			r->taken += r->head != 0;
			r->exponent -= fraction;
		} else {
			r->more |= *s != '0';
			r->exponent += !fraction;
		}
	}
	r->end = s;
	return any;
}

static bool read_exponent(const char *s, const char *end, int64_t *exponent)
{
	bool negative = false;
	int64_t e = 0;

	if (s < end && (*s == '+' || *s == '-'))
		negative = *s++ == '-';
	if (s == end)
		return false;
	for (; s < end; s++) {
		if (!is_digit(*s))
			return false;
		if (e < 1000000000)
			e = e * 10 + (*s - '0');
	}
	*exponent += negative ? -e : e;
	return true;
}

/* The sign has been read already. */
static bool read_decimal(struct reading *r, const char *s, const char *end)
{
	*r = (struct reading){0};
	if (!read_digits(r, s, end))
		return false;
	if (r->end == end)
		return true;
	if (!memchr("eEdD", *r->end, 4)) /* Fortran writes 1.5D+03 */
		return false;
	return read_exponent(r->end + 1, end, &r->exponent);
}

static bool read_word(const char *s, size_t n, double *out)
{
	bool infinite = (n == 3 && strncasecmp(s, "inf", 3) == 0) ||
			(n == 8 && strncasecmp(s, "infinity", 8) == 0);

	if (infinite)
		*out = INFINITY;
	else if (n == 3 && strncasecmp(s, "nan", 3) == 0)
		*out = NAN;
	else
		return false;
	return true;
}

/* All digits as the C library reads them: "12345e-3". */
static void long_text(const struct reading *r, char out[DIGITS_MAX + 32])
{
	bool more = false;
	int64_t e;
	int n = 0;

	for (const char *s = r->text; s < r->end; s++) {
		if (*s == '.' || (n == 0 && *s == '0'))
			continue;
		if (n < DIGITS_MAX)
			out[n++] = *s;
		else
			more |= *s != '0';
	}
	e = r->exponent - (n - r->taken);
	if (more) { /* it is a bit more than what stands there */
		out[n++] = '1';
		e--;
	}
	e = e < -9999 ? -9999 : e > 9999 ? 9999 : e;
	snprintf(out + n, 16, "e%d", (int)e);
}

static double as_double(const struct reading *r)
{
	char text[DIGITS_MAX + 32];

	if (!r->more)
		return decimal_to_double(r->head, r->exponent);
	long_text(r, text);
	return strtod(text, NULL);
}

static float as_float(const struct reading *r)
{
	char text[DIGITS_MAX + 32];

	if (!r->more)
		return decimal_to_float(r->head, r->exponent);
	long_text(r, text);
	return strtof(text, NULL);
}

static bool take_sign(const char **s, size_t *n)
{
	bool negative = *n && **s == '-';

	if (*n && (**s == '-' || **s == '+'))
		(*s)++, (*n)--;
	return negative;
}

bool number_parse_double(const char *s, size_t n, double *out)
{
	struct reading r;
	bool negative;
	double v;

	trim(&s, &n);
	negative = take_sign(&s, &n);
	if (read_decimal(&r, s, s + n))
		v = as_double(&r);
	else if (!read_word(s, n, &v))
		return false;
	*out = negative ? -v : v;
	return true;
}

bool number_parse_float(const char *s, size_t n, float *out)
{
	struct reading r;
	bool negative;
	double word;
	float v;

	trim(&s, &n);
	negative = take_sign(&s, &n);
	if (read_decimal(&r, s, s + n))
		v = as_float(&r);
	else if (read_word(s, n, &word))
		v = (float)word;
	else
		return false;
	*out = negative ? -v : v;
	return true;
}

static uint64_t digit_value(char c)
{
	if (is_digit(c))
		return (uint64_t)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (uint64_t)(c - 'a' + 10);
	if (c >= 'A' && c <= 'F')
		return (uint64_t)(c - 'A' + 10);
	return UINT64_MAX;
}

bool number_parse_int(const char *s, size_t n, int64_t *out)
{
	uint64_t u = 0;
	uint64_t base = 10;
	bool negative;

	trim(&s, &n);
	negative = take_sign(&s, &n);
	if (n > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		base = 16;
		s += 2;
		n -= 2;
	}
	if (!n)
		return false;
	for (size_t i = 0; i < n; i++) {
		uint64_t d = digit_value(s[i]);

		if (d >= base || __builtin_mul_overflow(u, base, &u) ||
		    __builtin_add_overflow(u, d, &u))
			return false;
	}
	if (u > (uint64_t)INT64_MAX + negative)
		return false;
	*out = negative ? (int64_t)(0 - u) : (int64_t)u;
	return true;
}
