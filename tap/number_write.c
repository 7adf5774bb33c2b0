/*
 * number_write.c: numbers as text; see number.h. The shortest digits come from decimal.h; here they
 * get their point or exponent.
 */
#include <math.h>
#include <string.h>

#include "tap/decimal.h"
#include "tap/number.h"

static const char pairs[] = "0001020304050607080910111213141516171819"
			    "2021222324252627282930313233343536373839"
			    "4041424344454647484950515253545556575859"
			    "6061626364656667686970717273747576777879"
			    "8081828384858687888990919293949596979899";

static const uint64_t powers[] = {1u,
				  10u,
				  100u,
				  1000u,
				  10000u,
				  100000u,
				  1000000u,
				  10000000u,
				  100000000u,
				  1000000000u,
				  10000000000u,
				  100000000000u,
				  1000000000000u,
				  10000000000000u,
				  100000000000000u,
				  1000000000000000u,
				  10000000000000000u,
				  100000000000000000u,
				  1000000000000000000u,
				  10000000000000000000u};

/* How many digits u has; 1233/4096 is a bit more than log10(2). */
static size_t count_digits(uint64_t u)
{
	unsigned guess = (64u - (unsigned)__builtin_clzll(u | 1)) * 1233 >> 12;

	return guess + (guess < 20 && u >= powers[guess]) + (u == 0);
}

/* At most 20 digits, without zeros in front. */
static size_t put_digits(char *out, uint64_t u)
{
	size_t n = count_digits(u);
	char *p = out + n;

	for (; u >= 100; u /= 100)
		p = memcpy(p - 2, pairs + u % 100 * 2, 2);
	if (u >= 10)
		memcpy(p - 2, pairs + u * 2, 2);
	else
		p[-1] = (char)('0' + u);
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
