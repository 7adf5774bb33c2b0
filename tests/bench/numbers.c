/*
 * numbers.c: build/tests/bench/numbers [COUNT [SEED]]
 *
 * COUNT (100,000,000) doubles and floats of random bits: each is written, read back by strtod and
 * by ourselves as the same bits, and cannot be written with a digit less. What differs is told, and
 * fails.
 */
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text/number.h"

static uint64_t state;

/* splitmix64 */
static uint64_t next(void)
{
	uint64_t z = (state += 0x9e3779b97f4a7c15u);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static int digits_of(const char *s)
{
	int n = 0, zeros = 0;

	for (; *s && *s != 'e'; s++) {
		if (*s < '0' || *s > '9' || (n == 0 && *s == '0'))
			continue;
		n++;
		zeros = *s == '0' ? zeros + 1 : 0;
	}
	return n - zeros;
}

static bool check_double(double v)
{
	char text[NUMBER_MAX + 1], less[64];
	size_t n = number_format_double(text, v);
	double own;

	text[n] = '\0';
	if (strtod(text, NULL) != v || !number_parse_double(text, n, &own) || own != v)
		return false;
	if (digits_of(text) <= 1) /* zero has none */
		return true;
	snprintf(less, sizeof(less), "%.*e", digits_of(text) - 2, v);
	return strtod(less, NULL) != v;
}

static bool check_float(float v)
{
	char text[NUMBER_MAX + 1], less[64];
	size_t n = number_format_float(text, v);
	float own;

	text[n] = '\0';
	if (strtof(text, NULL) != v || !number_parse_float(text, n, &own) || own != v)
		return false;
	if (digits_of(text) <= 1) /* zero has none */
		return true;
	snprintf(less, sizeof(less), "%.*e", digits_of(text) - 2, (double)v);
	return strtof(less, NULL) != v;
}

/* Digits at random, as servers write them: read as the C library reads them. */
static bool check_text(void)
{
	char text[64];
	uint64_t r = next();
	int n = snprintf(text, sizeof(text), "%" PRIu64, next());
	double own;
	int point = (int)(r % (uint64_t)n);

	memmove(text + point + 1, text + point, (size_t)(n - point) + 1);
	text[point] = '.';
	if (r & 1u << 20)
		snprintf(text + n + 1, 16, "e%d", (int)(r >> 32 & 0x3ff) - 0x200);
	return number_parse_double(text, strlen(text), &own) && own == strtod(text, NULL);
}

int main(int argc, char **argv)
{
	uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000000;
	uint64_t failed = 0;

	state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	for (uint64_t i = 0; i < count; i++) {
		uint64_t bits = next();
		uint32_t half = (uint32_t)(bits >> 32);
		double d;
		float f;

		memcpy(&d, &bits, sizeof(d));
		memcpy(&f, &half, sizeof(f));
		if ((isfinite(d) && !check_double(d)) || (isfinite(f) && !check_float(f)) ||
		    !check_text()) {
			failed++;
			fprintf(stderr, "differs: %016" PRIx64 "\n", bits);
		}
	}
	printf("%" PRIu64 " doubles and floats, %" PRIu64 " differ\n", count, failed);
	return failed != 0;
}
