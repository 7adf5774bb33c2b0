/*
 * number_read.c: text as numbers; see number.h.
 *
 * Text is taken apart here into digits and a power of ten (decimal.h does the
 * arithmetic), without a look at the locale of the process. Only numbers of more
 * than 19 digits go to the C library, as digits without a decimal point.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text/decimal.h"
#include "base/text/number.h"

#define HEAD_DIGITS 19  /* as many as a uint64_t always holds */
#define DIGITS_MAX  780 /* more never change a double, but for "not zero" */

static bool is_blank(char c)
{
	return c <= ' ' && (c == ' ' || c == '\t' || c == '\n' || c == '\r');
}

static inline void trim(const char **s, size_t *n)
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

struct number_reading {
	const char *text; /* digits, with a point among them perhaps */
	const char *end;
	uint64_t head;    /* the first HEAD_DIGITS that count … */
	int taken;        /* how many those are */
	int64_t exponent; /* … times 10^exponent */
	bool more;        /* digits behind them are not all 0 */
};

/* Eight digits at once, or none; the bytes of w are the characters, the first one lowest. */
static bool are_digits(uint64_t w)
{
	return !(((w + 0x4646464646464646u) | (w - 0x3030303030303030u)) & 0x8080808080808080u);
}

static uint64_t read_eight_digits(uint64_t w)
{
	w -= 0x3030303030303030u;
	w = w * 10 + (w >> 8);
	return (((w & 0x000000ff000000ffu) * 0x000f424000000064u) +
		((w >> 16 & 0x000000ff000000ffu) * 0x0000271000000001u)) >>
	       32;
}

/* first: from there on characters may be read, up to end. */
static inline const char *add_digits(const char *first, const char *s, const char *end, uint64_t *u)
{
	static const uint32_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000};

	for (uint64_t w; end - s >= 8; s += 8) {
		memcpy(&w, s, 8);
		if (!are_digits(w))
			break;
		*u = *u * 100000000u + read_eight_digits(w);
	}
	if (s < end && end - s < 8 &&
	    end - first >= 8) { /* the last ones with zeros for those before */
		size_t n = (size_t)(end - s);
		uint64_t w;

		memcpy(&w, end - 8, 8);
		w = (w & UINT64_MAX << (64 - 8 * n)) | 0x3030303030303030u >> 8 * n;
		if (are_digits(w)) {
			*u = *u * powers[n] + read_eight_digits(w);
			return end;
		}
	}
	for (; s < end && is_digit(*s); s++)
		*u = *u * 10 + (uint64_t)(*s - '0');
	return s;
}

/* Digits that a uint64_t holds, whatever they are: nearly all there are. False: there are more. */
static bool read_few_digits(struct number_reading *r, const char *s, const char *end)
{
	const char *point;
	const char *last;

	point = add_digits(s, s, end, &r->head);
	last = point;
	if (point < end && *point == '.') {
		last = add_digits(s, point + 1, end, &r->head);
		r->exponent = point + 1 - last;
	}
	if (last - s > HEAD_DIGITS + (last > point) || last - s == (last > point))
		return false;
	r->text = s;
	r->end = last;
	return true;
}

static bool read_mantissa(struct number_reading *r, const char *s, const char *end)
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
static bool read_decimal(struct number_reading *r, const char *s, const char *end)
{
	*r = (struct number_reading){0};
	if (!read_few_digits(r, s, end)) {
		*r = (struct number_reading){0};
		if (!read_mantissa(r, s, end))
			return false;
	}
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
static void long_text(const struct number_reading *r, char out[DIGITS_MAX + 32])
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

static double as_double(const struct number_reading *r)
{
	char text[DIGITS_MAX + 32];

	if (!r->more)
		return decimal_to_double(r->head, r->exponent);
	long_text(r, text);
	return strtod(text, NULL);
}

static float as_float(const struct number_reading *r)
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
	struct number_reading r;
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
	struct number_reading r;
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
