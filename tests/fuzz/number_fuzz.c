/* number_fuzz.c: any bytes as a number: what is read is what the C library reads, and goes back. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text/number.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check_text(const char *s, size_t n)
{
	char copy[256];
	double d;
	float f;

	if (n < sizeof(copy) && !memchr(s, 'x', n) && !memchr(s, 'X', n) &&
	    number_parse_double(s, n, &d) && number_parse_float(s, n, &f)) {
		memcpy(copy, s, n);
		copy[n] = '\0';
		for (char *p = copy; *p; p++)
			if (*p == 'd' || *p == 'D')
				*p = 'e';
		if (!isnan(d) && (strtod(copy, NULL) != d || strtof(copy, NULL) != f))
			abort();
	}
}

static void check_value(double v)
{
	char out[NUMBER_MAX];
	float f = (float)v;
	double d;
	float g;
	size_t k = number_format_double(out, v);

	if (k > NUMBER_MAX || (!isnan(v) && (!number_parse_double(out, k, &d) || d != v)))
		abort();
	k = number_format_float(out, f);
	if (k > NUMBER_MAX || (!isnan(f) && (!number_parse_float(out, k, &g) || g != f)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	double v;
	int64_t i;

	check_text((const char *)data, n);
	number_parse_int((const char *)data, n, &i);
	if (n >= sizeof(v)) {
		memcpy(&v, data, sizeof(v));
		check_value(v);
	}
	return 0;
}
