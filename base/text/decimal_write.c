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

#include "base/text/decimal.h"

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

/* The same for floats, whose c has 24 bits: (g × cp) / 2^95, of g the upper 63 bits. */
static uint64_t round_to_odd_narrow(uint64_t high, uint64_t cp)
{
	const uint64_t mask = UINT32_MAX;
	uint64_t x1 = (uint64_t)((unsigned __int128)(high + 1) * cp >> 64);

	return x1 >> 31 | ((x1 & mask) + mask) >> 32;
}

static struct decimal without_zeros(uint64_t digits, int exponent)
{
	while (digits % 10 == 0) {
		digits /= 10;
		exponent++;
	}
	return (struct decimal){digits, exponent};
}

/* A value between its bounds, 10^k being 4. */
struct decimal_bounds {
	uint64_t low, value, high;
};

static inline struct decimal_bounds bounds(uint64_t cb, int k, int h, bool irregular, bool narrow)
{
	const struct decimal_power *p = decimal_power(-k);
	unsigned __int128 g = (((unsigned __int128)p->high << 64 | p->low) >> 2) + 1;
	uint64_t g1 = (uint64_t)(g >> 63);
	uint64_t g0 = (uint64_t)g & UINT64_MAX >> 1;
	uint64_t low = cb - (irregular ? 1 : 2);

	if (narrow) /* 31 bits more: see where it ends */
		return (struct decimal_bounds){round_to_odd_narrow(g1, low << (h + 31)),
					       round_to_odd_narrow(g1, cb << (h + 31)),
					       round_to_odd_narrow(g1, (cb + 2) << (h + 31))};
	return (struct decimal_bounds){round_to_odd(g1, g0, low << h),
				       round_to_odd(g1, g0, cb << h),
				       round_to_odd(g1, g0, (cb + 2) << h)};
}

/* Whether s + 1 rather than s: the one that is within the bounds; the closest if both are. */
static inline bool is_next(uint64_t s, struct decimal_bounds v, uint64_t out)
{
	bool this_in = v.low + out <= s << 2;
	bool next_in = (s << 2) + 4 + out <= v.high;
	int64_t order = (int64_t)(v.value - ((s << 2) + 2));
	bool nearer = (order > 0) | ((order == 0) & (s & 1));
	bool one = this_in ^ next_in;

	return (one & next_in) | (!one & nearer);
}

/*
 * irregular: the neighbour below is only half as far away as the one above. narrow: a float. What
 * is chosen is nobody's guess, a processor's neither: there are no branches.
 */
static inline struct decimal shortest(uint64_t c, int q, bool irregular, bool narrow)
{
	uint64_t out = c & 1; /* bounds belong to the interval when c is even */
	int k = (int)((q * INT64_C(661971961083) - (irregular ? INT64_C(274743187321) : 0)) >> 41);
	struct decimal_bounds v = bounds(c << 2, k, q + decimal_log2(-k) + 2, irregular, narrow);
	uint64_t s = v.value >> 2;
	uint64_t tenth = s / 10;
	bool up_in = v.low + out <= tenth * 40;
	bool wp_in = tenth * 40 + 40 + out <= v.high;
	bool fewer = (up_in ^ wp_in) & (s >= 10);
	uint64_t mask = 0 - (uint64_t)fewer;

	return without_zeros((mask & (tenth + wp_in)) | (~mask & (s + is_next(s, v, out))),
			     k + fewer);
}

struct decimal decimal_of_double(double v)
{
	uint64_t bits, fraction;
	int exponent;

	memcpy(&bits, &v, sizeof(bits));
	fraction = bits & ((UINT64_C(1) << 52) - 1);
	exponent = (int)(bits >> 52);
	if (exponent == 0)
		return shortest(fraction, -1074, false, false);
	return shortest(fraction | UINT64_C(1) << 52, exponent - 1075,
			fraction == 0 && exponent > 1, false);
}

struct decimal decimal_of_float(float v)
{
	uint32_t bits, fraction;
	int exponent;

	memcpy(&bits, &v, sizeof(bits));
	fraction = bits & ((1u << 23) - 1);
	exponent = (int)(bits >> 23);
	if (exponent == 0)
		return shortest(fraction, -149, false, true);
	return shortest(fraction | 1u << 23, exponent - 150, fraction == 0 && exponent > 1, true);
}
