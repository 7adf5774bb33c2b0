/*
 * decimal_write.c: the shortest decimal of a double or float.
 *
 * Schubfach, by Raffaello Giulietti ("The Schubfach way to render doubles",
 * 2020); names are those of the paper. A value is c × 2^q; every decimal within
 * half the distance to its neighbours reads back to it. With k chosen so that
 * this interval is between 1 and 10 times 10^k wide, at most four candidates
 * are left: two multiples of 10^(k+1) and two of 10^k around the value.
 */
#include <string.h>

#include "tap/decimal.h"

/* (g × cp) / 2^127, its last bit set if anything was cut off; g has 126 bits, high and low 63. */
static uint64_t round_to_odd(uint64_t high, uint64_t low, uint64_t cp)
{
	const uint64_t mask = UINT64_MAX >> 1;
	unsigned __int128 product = (unsigned __int128)high * cp;
	uint64_t x1 = (uint64_t)((unsigned __int128)low * cp >> 64);
	uint64_t z = ((uint64_t)product >> 1) + x1;
	uint64_t w = (uint64_t)(product >> 64) + (z >> 63);

	return w | ((z & mask) + mask) >> 63;
}

static struct decimal without_zeros(uint64_t digits, int exponent)
{
	while (digits % 10 == 0) {
		digits /= 10;
		exponent++;
	}
	return (struct decimal){digits, exponent};
}

/* s or s + 1, whichever is in the interval; the closest if both are. */
static uint64_t choose(uint64_t s, uint64_t vb, uint64_t vbl, uint64_t vbr, uint64_t out)
{
	uint64_t t = s + 1;
	bool u_in = vbl + out <= s << 2;
	bool w_in = (t << 2) + out <= vbr;
	int64_t order = (int64_t)(vb - ((s + t) << 1));

	if (u_in != w_in)
		return u_in ? s : t;
	return order < 0 || (order == 0 && !(s & 1)) ? s : t;
}

/* irregular: the neighbour below is only half as far away as the one above. */
static struct decimal shortest(uint64_t c, int q, bool irregular)
{
	uint64_t out = c & 1; /* bounds belong to the interval when c is even */
	uint64_t cb = c << 2;
	int k = (int)((q * INT64_C(661971961083) - (irregular ? INT64_C(274743187321) : 0)) >> 41);
	int h = q + decimal_log2(-k) + 2;
	const struct power *p = decimal_power(-k);
	unsigned __int128 g = (((unsigned __int128)p->high << 64 | p->low) >> 2) + 1;
	uint64_t g1 = (uint64_t)(g >> 63);
	uint64_t g0 = (uint64_t)g & UINT64_MAX >> 1;
	uint64_t vb = round_to_odd(g1, g0, cb << h);
	uint64_t vbl = round_to_odd(g1, g0, (cb - (irregular ? 1 : 2)) << h);
	uint64_t vbr = round_to_odd(g1, g0, (cb + 2) << h);
	uint64_t s = vb >> 2;

	if (s >= 10) {
		uint64_t sp10 = s / 10 * 10;
		uint64_t tp10 = sp10 + 10;
		bool up_in = vbl + out <= sp10 << 2;
		bool wp_in = (tp10 << 2) + out <= vbr;

		if (up_in != wp_in)
			return without_zeros(up_in ? sp10 : tp10, k);
	}
	return without_zeros(choose(s, vb, vbl, vbr, out), k);
}

/* Integers that are exact are their own digits. */
static bool whole(double v, double limit, struct decimal *d)
{
	if (v >= limit || v != (double)(uint64_t)v)
		return false;
	*d = without_zeros((uint64_t)v, 0);
	return true;
}

struct decimal decimal_of_double(double v)
{
	struct decimal d;
	uint64_t bits, fraction;
	int exponent;

	if (whole(v, 0x1p53, &d))
		return d;
	memcpy(&bits, &v, sizeof(bits));
	fraction = bits & ((UINT64_C(1) << 52) - 1);
	exponent = (int)(bits >> 52);
	if (exponent == 0)
		return shortest(fraction, -1074, false);
	return shortest(fraction | UINT64_C(1) << 52, exponent - 1075,
			fraction == 0 && exponent > 1);
}

struct decimal decimal_of_float(float v)
{
	struct decimal d;
	uint32_t bits, fraction;
	int exponent;

	if (whole((double)v, 0x1p24, &d))
		return d;
	memcpy(&bits, &v, sizeof(bits));
	fraction = bits & ((1u << 23) - 1);
	exponent = (int)(bits >> 23);
	if (exponent == 0)
		return shortest(fraction, -149, false);
	return shortest(fraction | 1u << 23, exponent - 150, fraction == 0 && exponent > 1);
}
