/*
 * number_plain.c: numbers that need not be read to be written; see number.h.
 *
 * The shortest decimal is the one with the fewest digits of all that read as the same value, and
 * those lie in an interval that is as wide as the value's last binary digit (its ulp). If the
 * decimals of F digits behind the point are further apart than that, there is but one of them in
 * the interval, and none with fewer digits beside it: any such is one of them too. So a decimal of
 * F digits that does not end in 0 is the shortest where 10^-F > ulp, which is where the value is
 * below 2^limit[F]: with p bits, 2^(limit - p) < 10^-F. (A value that is rounded up to a power of
 * two has 1.5 ulp; but a power of two, at or above 1, is a decimal of F digits itself.)
 */
#include "base/bytes.h"
#include "base/text/number.h"

static const unsigned char double_limit[] = {52, 49, 46, 43, 39, 36, 33, 29,
					     26, 23, 19, 16, 13, 9,  6,  3};
static const unsigned char float_limit[] = {23, 20, 17, 14, 10, 7, 4, 0};

/* Which of 32 bytes are digits, the first one lowest. */
static uint32_t digit_mask(const char *s)
{
	bytes16 a = bytes_load(s) - '0';
	bytes16 b = bytes_load(s + 16) - '0';

	return bytes_mask(a <= 9) | bytes_mask(b <= 9) << 16;
}

static size_t count(uint32_t digits)
{
	return digits == UINT32_MAX ? 32 : (size_t)__builtin_ctz(~digits);
}

size_t number_plain_int(const char *s)
{
	bool negative = *s == '-';
	size_t n = count(digit_mask(s + negative));

	if (n == 0 || n > 18 || (s[negative] == '0' && (n > 1 || negative)))
		return 0;
	return n + negative;
}

/* Whole digits, F digits behind the point. */
static size_t plain_number(const char *text, const unsigned char *limit, size_t most)
{
	bool negative = *text == '-';
	const char *s = text + negative;
	uint32_t digits = digit_mask(s);
	size_t n = count(digits), f = 0;
	uint64_t whole = 0;

	if (n == 0 || n > 16 || (*s == '0' && n > 1))
		return 0;
	for (size_t i = 0; i < n; i++)
		whole = whole * 10 + (uint64_t)(s[i] - '0');
	if (s[n] == '.') {
		f = count(digits >> (n + 1));
		n += f + 1;
		if (f == 0 || f > most || s[n - 1] == '0')
			return 0;
		if (whole == 0 && f > 4 && memcmp(s, "0.0000", 6) == 0)
			return 0; /* may have an exponent */
	}
	return whole >> limit[f] ? 0 : n + negative;
}

size_t number_plain_float(const char *s)
{
	return plain_number(s, float_limit, sizeof(float_limit) - 1);
}

size_t number_plain_double(const char *s)
{
	return plain_number(s, double_limit, sizeof(double_limit) - 1);
}
