/*
 * decimal.h: between binary floating point and decimal digits, exactly; the
 * machinery below number.h.
 */
#ifndef TAPFS_BASE_TEXT_DECIMAL_H
#define TAPFS_BASE_TEXT_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

/* A finite number above zero: digits × 10^exponent; digits does not end in a 0. */
struct decimal {
	uint64_t digits;
	int exponent;
};

/* The shortest decimal that reads back to v > 0; of several the closest. */
struct decimal decimal_of_double(double v);
struct decimal decimal_of_float(float v);

/* digits × 10^exponent, rounded to nearest, ties to even. Any exponent is allowed. */
double decimal_to_double(uint64_t digits, int64_t exponent);
float decimal_to_float(uint64_t digits, int64_t exponent);

/*
 * The 128 most significant bits of 10^k, rounded down: 10^k is about
 * (high × 2^64 + low) × 2^(decimal_log2(k) - 127). For k from POWER_MIN to POWER_MAX.
 */
#define POWER_MIN (-342)
#define POWER_MAX 324

struct decimal_power {
	uint64_t high, low;
};
const struct decimal_power *decimal_power(int k);

/* floor(log2(10^k)), for |k| <= 1233 */
static inline int decimal_log2(int k)
{
	return (int)(k * INT64_C(913124641741) >> 38);
}

#endif
