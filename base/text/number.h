/*
 * number.h: numbers as text, shortest and exact, whatever the locale.
 *
 * The text is the shortest decimal that reads back to the same value: plain
 * from 0.00001 to below 1e17 ("10.684575", "5"), else with an exponent
 * ("1.5e-6", "1e+17"). NaN is the empty string; infinities are "Infinity" and
 * "-Infinity".
 */
#ifndef TAPFS_BASE_TEXT_NUMBER_H
#define TAPFS_BASE_TEXT_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NUMBER_MAX 40 /* bytes that any of these may write; no NUL is added */

/* Each returns the number of bytes written. */
size_t number_format_double(char out[NUMBER_MAX], double v);
size_t number_format_float(char out[NUMBER_MAX], float v);
size_t number_format_int(char out[NUMBER_MAX], int64_t v);

/*
 * Reads all of s (n bytes, blanks around allowed). False if it is no number or does not fit.
 * Doubles know NaN, Inf, +Inf, -Inf, Infinity in any case.
 */
bool number_parse_double(const char *s, size_t n, double *out);
bool number_parse_float(const char *s, size_t n, float *out);
bool number_parse_int(const char *s, size_t n, int64_t *out); /* decimal, or 0x… */

/*
 * Text that is known to stay as it is when it is read and written again, without doing so: an
 * integer, or a plain decimal so short that no other of its length reads as the same number.
 * Returns how many bytes it has, 0 if it is not known; what follows is not looked at.
 * NUMBER_PLAIN_ROOM bytes are there to be read.
 */
#define NUMBER_PLAIN_ROOM 33
size_t number_plain_int(const char *s);
size_t number_plain_float(const char *s);
size_t number_plain_double(const char *s);

#endif
