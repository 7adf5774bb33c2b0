/*
 * number_write.c: numbers as text; see number.h. The shortest digits come from decimal.h; here they
 * get their point or exponent.
 */
#include <endian.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text/decimal.h"
#include "base/text/number.h"

/*
 * Eight digits as eight bytes, the first one lowest; v < 10^8. Each step halves all parts at once:
 * two of four digits, four of two, eight of one; the quotients are products with the divisor's
 * reciprocal.
 */
static uint64_t write_eight_digits(uint32_t v)
{
	uint64_t fours = v / 10000 | (uint64_t)(v % 10000) << 32;
	uint64_t high = (fours * 10486 >> 20) & 0x0000007f0000007fu;
	uint64_t twos = high | (fours - 100 * high) << 16;
	uint64_t tens = (twos * 103 >> 10) & 0x000f000f000f000fu;

	return tens | (twos - 10 * tens) << 8;
}

#define ZEROS UINT64_C(0x3030303030303030) /* "00000000" */

static void put_eight(char *out, uint32_t v)
{
	uint64_t text = htole64(write_eight_digits(v) | ZEROS);

	memcpy(out, &text, 8);
}

/* At most eight digits without zeros in front, and whatever up to eight bytes. */
static size_t put_few(char *out, uint32_t v)
{
	uint64_t digits = write_eight_digits(v);
	unsigned zeros = v ? (unsigned)__builtin_ctzll(digits) / 8 : 7;
	uint64_t text = htole64((digits | ZEROS) >> 8 * zeros);

	memcpy(out, &text, 8);
	return 8 - zeros;
}

#define EIGHT 100000000u

/* At most 20 digits, without zeros in front. May write PUT_MAX bytes. */
#define PUT_MAX 24
static size_t put_digits(char *out, uint64_t u)
{
	size_t n;

	if (u < EIGHT)
		return put_few(out, (uint32_t)u);
	n = u / EIGHT < EIGHT ? put_few(out, (uint32_t)(u / EIGHT)) : put_digits(out, u / EIGHT);
	put_eight(out + n, (uint32_t)(u % EIGHT));
	return n + 8;
}

/* d.ddde±x */
static size_t scientific(char *out, const char *digits, size_t n, int exponent)
{
	char *p = out;

	*p++ = *digits;
	if (n > 1) {
		*p++ = '.';
		memcpy(p, digits + 1, n - 1);
		p += n - 1;
	}
	*p++ = 'e';
	*p++ = exponent < 0 ? '-' : '+';
	p += put_few(p, (uint32_t)abs(exponent));
	return (size_t)(p - out);
}

/* Plain from 0.00001 to 99999999999999999: 17 digits at most, copied in pieces of fixed size. */
static size_t layout(char *out, struct decimal d)
{
	char digits[NUMBER_MAX] = {0};
	size_t n = put_digits(digits, d.digits);
	int point = (int)n + d.exponent; /* digits before the decimal point */

	if (point < -4 || point > 17)
		return scientific(out, digits, n, point - 1);
	if (point <= 0) {
		memcpy(out, "0.000000", 8);
		memcpy(out + 2 - point, digits, PUT_MAX);
		return n + (size_t)(2 - point);
	}
	memcpy(out, digits, PUT_MAX);
	if (d.exponent >= 0) {
		memset(out + n, '0', (size_t)d.exponent);
		return n + (size_t)d.exponent;
	}
	out[point] = '.';
	memcpy(out + point + 1, digits + point, 16);
	return n + 1;
}

/* NaN and the infinities. */
static size_t not_finite(char *out, bool negative, bool nan)
{
	if (nan)
		return 0;
	memcpy(out, "-Infinity", 9);
	if (!negative)
		memcpy(out, "Infinity", 8);
	return negative ? 9 : 8;
}

size_t number_format_double(char out[NUMBER_MAX], double v)
{
	bool negative = signbit(v);

	if (!isfinite(v))
		return not_finite(out, negative, isnan(v));
	v = fabs(v);
	out[0] = '-';
	out += negative;
	if (v < 0x1p53 && v == (double)(int64_t)v)
		return negative + put_digits(out, (uint64_t)v);
	return negative + layout(out, decimal_of_double(v));
}

size_t number_format_float(char out[NUMBER_MAX], float v)
{
	bool negative = signbit(v);

	if (!isfinite(v))
		return not_finite(out, negative, isnan(v));
	v = fabsf(v);
	out[0] = '-';
	out += negative;
	if (v < 0x1p24f && v == (float)(int32_t)v)
		return negative + put_digits(out, (uint64_t)v);
	return negative + layout(out, decimal_of_float(v));
}

size_t number_format_int(char out[NUMBER_MAX], int64_t v)
{
	bool negative = v < 0;

	out[0] = '-';
	return negative + put_digits(out + negative, negative ? 0 - (uint64_t)v : (uint64_t)v);
}
