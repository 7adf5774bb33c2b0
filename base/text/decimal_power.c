/*
 * decimal_power.c: the powers of ten to 128 bits, made once when the program
 * starts; read only from then on.
 *
 * A number of LIMBS limbs of 32 bits, most significant first, is multiplied by 5
 * again and again, or divided by 5. Since 10^k = 5^k × 2^k, its leading bits
 * are those of the powers of ten. Rounding down at each division is exact in the end:
 * floor(floor(x/5)/5) = floor(x/25).
 */
#include <string.h>

#include "base/text/decimal.h"

#define LIMBS 32 /* 1024 bits: 5^324 has 753; 2^1023 / 5^342 has still 228 */

static struct decimal_power powers[POWER_MAX - POWER_MIN + 1];

const struct decimal_power *decimal_power(int k)
{
	return &powers[k - POWER_MIN];
}

static uint64_t bits_at(const uint32_t *limbs, int first, int shift)
{
	uint64_t a = limbs[first];
	uint64_t b = first + 1 < LIMBS ? limbs[first + 1] : 0;
	uint64_t c = first + 2 < LIMBS ? limbs[first + 2] : 0;
	uint64_t two = a << 32 | b;

	return shift ? two << shift | c >> (32 - shift) : two;
}

static void take_leading_bits(const uint32_t *limbs, struct decimal_power *p)
{
	int first = 0;
	int shift;

	while (!limbs[first])
		first++;
	shift = __builtin_clz(limbs[first]);
	p->high = bits_at(limbs, first, shift);
	p->low = first + 2 < LIMBS ? bits_at(limbs, first + 2, shift) : 0;
}

static void times_5(uint32_t *limbs)
{
	uint64_t carry = 0;

	for (int i = LIMBS - 1; i >= 0; i--) {
		carry += (uint64_t)limbs[i] * 5;
		limbs[i] = (uint32_t)carry;
		carry >>= 32;
	}
}

static void by_5(uint32_t *limbs)
{
	uint64_t rest = 0;

	for (int i = 0; i < LIMBS; i++) {
		rest = rest << 32 | limbs[i];
		limbs[i] = (uint32_t)(rest / 5);
		rest %= 5;
	}
}

__attribute__((constructor)) static void make_powers(void)
{
	uint32_t up[LIMBS] = {0};
	uint32_t down[LIMBS] = {0};

	up[LIMBS - 1] = 1;
	down[0] = 1u << 31;
	for (int k = 0; k <= POWER_MAX; k++, times_5(up))
		take_leading_bits(up, &powers[k - POWER_MIN]);
	for (int k = -1; k >= POWER_MIN; k--) {
		by_5(down);
		take_leading_bits(down, &powers[k - POWER_MIN]);
	}
}
