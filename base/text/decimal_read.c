/*
 * decimal_read.c: digits × 10^exponent as a double or float, rounded once.
 *
 * Small ones are exact in floating point (Clinger 1990). All others: Eisel and
 * Lemire ("Number parsing at a gigabyte per second", 2021; "Fast number parsing
 * without fallback", Mushtak and Lemire 2022): the product of the digits with
 * 128 bits of the power of ten always has enough bits to round right.
 */
#include <math.h>
#include <string.h>

#include "base/text/decimal.h"

/* A binary format of IEEE 754. */
struct float_layout {
	int mantissa_bits; /* that are stored */
	int bias;
	int infinite;           /* the exponent field of infinity */
	int even_min, even_max; /* powers of ten between which a tie can be exact */
};

static const struct float_layout double_format = {52, 1023, 0x7ff, -4, 23};
static const struct float_layout float_format = {23, 127, 0xff, -17, 10};

/* The 128 leading bits of w × 10^k; the lower half only where it may matter. */
static unsigned __int128 product_of(uint64_t w, int k, int mantissa_bits)
{
	const struct decimal_power *p = decimal_power(k);
	uint64_t mask = UINT64_MAX >> (mantissa_bits + 3);
	unsigned __int128 t = (unsigned __int128)p->high << 64 | p->low;
	unsigned __int128 first;

	if (k < 0 && k >= -27) /* the paper rounds these up */
		t++;
	first = (unsigned __int128)w * (uint64_t)(t >> 64);
	if (((uint64_t)(first >> 64) & mask) == mask)
		first += (unsigned __int128)w * (uint64_t)t >> 64;
	return first;
}

static uint64_t join(const struct float_layout *f, uint64_t mantissa, int exponent)
{
	return (mantissa & ((UINT64_C(1) << f->mantissa_bits) - 1)) | (uint64_t)exponent
									  << f->mantissa_bits;
}

static uint64_t subnormal(const struct float_layout *f, uint64_t mantissa, int exponent)
{
	if (1 - exponent >= 64)
		return 0;
	mantissa >>= 1 - exponent;
	mantissa = (mantissa + (mantissa & 1)) >> 1;
	return join(f, mantissa, mantissa >> f->mantissa_bits ? 1 : 0);
}

/* The bits of the number; digits is not 0. */
static uint64_t convert(const struct float_layout *f, uint64_t digits, int k)
{
	int leading = __builtin_clzll(digits);
	unsigned __int128 product = product_of(digits << leading, k, f->mantissa_bits);
	uint64_t high = (uint64_t)(product >> 64);
	int upper = (int)(high >> 63);
	int cut = upper + 64 - f->mantissa_bits - 3;
	uint64_t mantissa = high >> cut;
	int exponent = decimal_log2(k) + 63 + upper - leading + f->bias;

	if (exponent <= 0)
		return subnormal(f, mantissa, exponent);
	if ((uint64_t)product <= 1 && k >= f->even_min && k <= f->even_max && (mantissa & 3) == 1 &&
	    mantissa << cut == high)
		mantissa &= ~UINT64_C(1); /* exactly between two: to the even one */
	mantissa = (mantissa + (mantissa & 1)) >> 1;
	if (mantissa >> (f->mantissa_bits + 1)) {
		mantissa >>= 1;
		exponent++;
	}
	if (exponent >= f->infinite)
		return join(f, 0, f->infinite);
	return join(f, mantissa, exponent);
}

static double small_power(int64_t k)
{
	static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
					1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
					1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

	return powers[k];
}

double decimal_to_double(uint64_t digits, int64_t exponent)
{
	uint64_t bits;
	double v;

	if (digits == 0 || exponent < POWER_MIN)
		return 0;
	if (exponent > 308)
		return INFINITY;
	if (digits <= UINT64_C(1) << 53 && exponent >= -22 && exponent <= 22)
		return exponent < 0 ? (double)digits / small_power(-exponent)
				    : (double)digits * small_power(exponent);
	bits = convert(&double_format, digits, (int)exponent);
	memcpy(&v, &bits, sizeof(v));
	return v;
}

float decimal_to_float(uint64_t digits, int64_t exponent)
{
	uint32_t bits;
	float v;

	if (digits == 0 || exponent < -64)
		return 0;
	if (exponent > 38)
		return INFINITY;
	if (digits <= 1u << 24 && exponent >= -10 && exponent <= 10)
		return exponent < 0 ? (float)digits / (float)small_power(-exponent)
				    : (float)digits * (float)small_power(exponent);
	bits = (uint32_t)convert(&float_format, digits, (int)exponent);
	memcpy(&v, &bits, sizeof(v));
	return v;
}
