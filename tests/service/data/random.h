/* random.h: numbers that look random, each from a number: every run makes the same. */
#ifndef TAPFS_SERVICE_DATA_RANDOM_H
#define TAPFS_SERVICE_DATA_RANDOM_H

#include <stdint.h>

/* splitmix64 */
static inline uint64_t svc_scramble(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

/* 0 or more, below 1. */
static inline double svc_fraction(uint64_t x)
{
	return (double)(svc_scramble(x) >> 11) / 9007199254740992.0;
}

#endif
