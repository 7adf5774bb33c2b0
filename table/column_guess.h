/*
 * column_guess.h: what a column of texts is, told by all of its values.
 *
 * Whoever has read the last one knows: booleans (true, false), integers, numbers, times, or text.
 * What is empty is missing, and so is NaN in a column of numbers. So is a word for what is missing
 * (NA, null) where all else are numbers, times or booleans. A number with a needless zero in front
 * (007) is text. A number that is too large for its column, an integer of more than 64 bits or
 * 1e400, is missing; it makes no column text.
 */
#ifndef TAPFS_TABLE_COLUMN_GUESS_H
#define TAPFS_TABLE_COLUMN_GUESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "table/null_word.h"
#include "table/table.h"

enum {
	MAY_BOOLEAN = 1,
	MAY_INTEGER = 2,
	MAY_REAL = 4,
	MAY_TIME = 8,
	TOO_LONG = 16, /* an integer, but of more than 64 bits */
	TOO_LARGE = 32 /* a number, but not within the range of a double */
};

#define GUESS_SHOWN 40 /* bytes of a value that is told of */

/* Values of which one is shown. */
struct guess_values {
	uint64_t count;
	size_t line;                 /* of the first … */
	char first[GUESS_SHOWN + 1]; /* … and how it begins */
};

struct column_guess {
	unsigned may;             /* what all values so far may be */
	bool any;                 /* there was one, and not only NaN */
	bool nan;                 /* there was a NaN */
	bool missing;             /* one was empty or NaN */
	bool hole;                /* one within an array was missing: only a number can say so */
	bool wide;                /* some character is not ASCII */
	int64_t min, max;         /* of the integers */
	size_t words[NULL_WORDS]; /* the first line that has each; 0: none */
	bool has_words;
	struct guess_values too_long, too_large; /* for a long, for a number with a fraction */

	/* to tell of the few values that make a column of numbers one of texts */
	uint64_t numbers;
	struct guess_values others; /* that are no numbers; counted as long as they are few */
};

void column_guess_begin(struct column_guess *);
/* A value in UTF-8, and the line that it stands in. */
void column_guess_add(struct column_guess *, size_t line, const char *s, size_t n);
/* Only whether it is a word for what is missing, in a column whose type is known. */
void column_guess_word(struct column_guess *, size_t line, const char *s, size_t n);
/* A number that has no room in a column whose type is known. */
void column_guess_lost_add(struct column_guess *, enum datatype, size_t line, const char *s,
			   size_t n);
/* The numbers that have none in a column of that type; NULL if all have. */
const struct guess_values *column_guess_lost(const struct column_guess *, enum datatype);
/* It is text, though nearly all of it are numbers; NULL if not: those that are none. */
const struct guess_values *column_guess_odd(const struct column_guess *);
/* Whether such words are nulls here: all other values are of one kind. */
bool column_guess_has_null_words(const struct column_guess *);
/* What it may be by this value alone: 0 is text. */
unsigned column_guess_of(const char *s, size_t n);
/* Digits, with or without a sign, however many. */
bool column_guess_is_whole(const char *s, size_t n);
/* datatype, arraysize, xtype and null of the field. */
void column_guess_field(const struct column_guess *, struct field *);
/*
 * The number that stands for what is missing in a column of integers, if no value has it; where it
 * takes one (hole), the next wider type is taken that has one.
 */
void column_guess_null(const struct column_guess *, struct field *);

#endif
