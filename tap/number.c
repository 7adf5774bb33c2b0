/*
 * number.c: numbers as text and back; see number.h.
 *
 * Both directions go through one form: a sign, decimal digits without a point,
 * and a power of ten. The C library sees only that form ("12345e-3"), which has
 * no decimal point, so that the locale of the process never matters.
 */
#include "tap/number.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DIGITS_MAX 780 /* more digits than this never change a double, but for "not zero" */

/* A number as digits: 0.d1d2d3… × 10^point. */
struct decimal {
	int ndigits;
	int point;
	char digits[20];
};

static double value_of(const char *digits, int n, int exponent, bool single)
{
	char text[DIGITS_MAX + 32];

	snprintf(text, sizeof(text), "%.*se%d", n, digits, exponent);
	return single ? (double)strtof(text, NULL) : strtod(text, NULL);
}

/* The fewest digits that read back to v, which is finite and above zero. */
static void shortest(struct decimal *d, double v, bool single)
{
	int last = single ? 9 : 17;

	for (int n = single ? 6 : 15;; n++) {
		char text[40];

		snprintf(text, sizeof(text), "%.*e", n - 1, v);
		d->digits[0] = text[0];
		if (n > 1) /* behind whatever the locale takes for a point */
			memcpy(d->digits + 1, strchr(text, 'e') - (n - 1), (size_t)n - 1);
		d->ndigits = n;
		d->point = (int)strtol(strchr(text, 'e') + 1, NULL, 10) + 1;
		if (n == last || value_of(d->digits, n, d->point - n, single) == v)
			break;
	}
	while (d->ndigits > 1 && d->digits[d->ndigits - 1] == '0')
		d->ndigits--;
	/* Subnormals have fewer digits than 15 or 6: drop those that tell nothing. */
	while (d->ndigits > 1) {
		struct decimal s = *d;
		char text[40];

		snprintf(text, sizeof(text), "%.*e", s.ndigits - 2, v);
		s.digits[0] = text[0];
		memcpy(s.digits + 1, strchr(text, 'e') - (s.ndigits - 2), (size_t)s.ndigits - 2);
		s.ndigits--;
		s.point = (int)strtol(strchr(text, 'e') + 1, NULL, 10) + 1;
		if (value_of(s.digits, s.ndigits, s.point - s.ndigits, single) != v)
			break;
		*d = s;
	}
}

static size_t put_int(char *out, int64_t v)
{
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	char back[20];
	size_t n = 0;
	size_t sign = v < 0;

	do {
		back[n++] = (char)('0' + u % 10);
		u /= 10;
	} while (u);
	if (sign)
		out[0] = '-';
	for (size_t i = 0; i < n; i++)
		out[sign + i] = back[n - 1 - i];
	return sign + n;
}

/* Plain from 0.00001 to 99999999999999999, else d.ddde±x. */
static size_t layout(char *out, const struct decimal *d)
{
	size_t n = (size_t)d->ndigits;
	char *p = out;

	if (d->point < -4 || d->point > 17) {
		*p++ = d->digits[0];
		if (n > 1) {
			*p++ = '.';
			memcpy(p, d->digits + 1, n - 1);
			p += n - 1;
		}
		*p++ = 'e';
		*p++ = d->point - 1 < 0 ? '-' : '+';
		return (size_t)(p - out) + put_int(p, llabs(d->point - 1LL));
	}
	if (d->point <= 0) {
		memcpy(p, "0.0000", 6);
		p += 2 - d->point;
		memcpy(p, d->digits, n);
		return (size_t)(p - out) + n;
	}
	if (d->ndigits <= d->point) {
		memcpy(p, d->digits, n);
		memset(p + n, '0', (size_t)(d->point - d->ndigits));
		return (size_t)d->point;
	}
	memcpy(p, d->digits, (size_t)d->point);
	p[d->point] = '.';
	memcpy(p + d->point + 1, d->digits + d->point, n - (size_t)d->point);
	return n + 1;
}

static size_t format_real(char out[NUMBER_MAX], double v, bool single)
{
	struct decimal d;
	size_t sign = 0;

	if (isnan(v))
		return 0;
	if (signbit(v)) {
		out[sign++] = '-';
		v = -v;
	}
	if (isinf(v)) {
		memcpy(out + sign, "Infinity", 8);
		return sign + 8;
	}
	if (v == 0) {
		out[sign] = '0';
		return sign + 1;
	}
	shortest(&d, v, single);
	return sign + layout(out + sign, &d);
}

size_t number_format_double(char out[NUMBER_MAX], double v)
{
	return format_real(out, v, false);
}

size_t number_format_float(char out[NUMBER_MAX], float v)
{
	return format_real(out, (double)v, true);
}

size_t number_format_int(char out[NUMBER_MAX], int64_t v)
{
	return put_int(out, v);
}

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

/* What was read of a decimal: the first DIGITS_MAX digits that count, times 10^exponent. */
struct reading {
	bool negative;
	int ndigits;
	int64_t exponent;
	uint64_t head; /* the first 19 digits */
	char digits[DIGITS_MAX + 1];
};

static void take_digit(struct reading *r, char c, bool fraction)
{
	if (r->ndigits < DIGITS_MAX && (r->ndigits || c != '0')) {
		if (r->ndigits < 19)
			r->head = r->head * 10 + (uint64_t)(c - '0');
		r->digits[r->ndigits++] = c;
		r->exponent -= fraction;
	} else if (r->ndigits == 0) {
		r->exponent -= fraction;
	} else {
		r->exponent += !fraction;
		if (c != '0')
			r->digits[DIGITS_MAX - 1] =
			    '1'; /* it is a bit more than what stands there */
	}
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
		if (*s < '0' || *s > '9')
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
	bool fraction = false;
	bool any = false;

	for (; s < end; s++) {
		if (*s >= '0' && *s <= '9') {
			take_digit(r, *s, fraction);
			any = true;
		} else if (*s == '.' && !fraction) {
			fraction = true;
		} else {
			break;
		}
	}
	if (!any)
		return false;
	if (s == end)
		return true;
	if (*s != 'e' && *s != 'E' && *s != 'd' && *s != 'D') /* Fortran writes 1.5D+03 */
		return false;
	return read_exponent(s + 1, end, &r->exponent);
}

static bool read_word(const char *s, size_t n, double *out)
{
	if (n == 3 && strncasecmp(s, "nan", 3) == 0) {
		*out = NAN;
		return true;
	}
	if ((n == 3 && strncasecmp(s, "inf", 3) == 0) ||
	    (n == 8 && strncasecmp(s, "infinity", 8) == 0)) {
		*out = INFINITY;
		return true;
	}
	return false;
}

/* Exact when both the digits and the power of ten are exact doubles (Clinger 1990). */
static bool exact_double(const struct reading *r, double *out)
{
	static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
					1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
					1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

	if (r->ndigits > 19 || r->head > (1ull << 53) || r->exponent < -22 || r->exponent > 22)
		return false;
	*out = r->exponent < 0 ? (double)r->head / powers[-r->exponent]
			       : (double)r->head * powers[r->exponent];
	return true;
}

static double slow_real(const struct reading *r, bool single)
{
	int64_t e = r->exponent;

	if (e > 5000)
		e = 5000;
	if (e < -5000)
		e = -5000;
	return value_of(r->digits, r->ndigits, (int)e, single);
}

/* A double that lies between two floats in equal distance may have been rounded already. */
static bool float_is_safe(double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	return v == 0 || (fabs(v) > 1e-37 && fabs(v) < 1e38 && (bits & 0x1fffffff) != 0x10000000);
}

static bool parse_real(const char *s, size_t n, bool single, double *out)
{
	struct reading r;
	double v;

	trim(&s, &n);
	r.negative = n && *s == '-';
	if (n && (*s == '-' || *s == '+'))
		s++, n--;
	r.ndigits = 0;
	r.exponent = 0;
	r.head = 0;
	if (!read_word(s, n, &v)) {
		if (!read_decimal(&r, s, s + n))
			return false;
		if (r.ndigits == 0)
			v = 0;
		else if (!exact_double(&r, &v) || (single && !float_is_safe(v)))
			v = slow_real(&r, single);
	}
	*out = r.negative ? -v : v;
	return true;
}

bool number_parse_double(const char *s, size_t n, double *out)
{
	return parse_real(s, n, false, out);
}

bool number_parse_float(const char *s, size_t n, float *out)
{
	double v;

	if (!parse_real(s, n, true, &v))
		return false;
	*out = (float)v;
	return true;
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 99;
}

bool number_parse_int(const char *s, size_t n, int64_t *out)
{
	uint64_t u = 0;
	uint64_t base = 10;
	bool negative;

	trim(&s, &n);
	negative = n && *s == '-';
	if (n && (*s == '-' || *s == '+'))
		s++, n--;
	if (n > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		base = 16;
		s += 2;
		n -= 2;
	}
	if (!n)
		return false;
	for (size_t i = 0; i < n; i++) {
		uint64_t d = (uint64_t)digit_value(s[i]);

		if (d >= base || __builtin_mul_overflow(u, base, &u) ||
		    __builtin_add_overflow(u, d, &u))
			return false;
	}
	if (u > (uint64_t)INT64_MAX + negative)
		return false;
	*out = negative ? (int64_t)(0 - u) : (int64_t)u;
	return true;
}
