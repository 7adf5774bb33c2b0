/*
 * place.h: places in a text of lines, as services name them: line and column, in characters.
 *
 * Texts are UTF-8. Pure.
 */
#ifndef TAPFS_BASE_TEXT_PLACE_H
#define TAPFS_BASE_TEXT_PLACE_H

#include <stdbool.h>
#include <stddef.h>

/* From 1. */
struct text_place {
	unsigned line, column;
};

/* From a count of characters from 0 to line and column; false: the text is shorter. */
bool text_place_of(const char *text, size_t characters, struct text_place *);

bool text_has_line(const char *text, unsigned line);

/* The byte there: at most the line's end, or the text's. */
size_t text_place_offset(const char *text, struct text_place);

/* The characters of the first n bytes, or of all there are. */
size_t text_characters(const char *text, size_t n);

/* Whether a character begins with that byte. */
static inline bool text_begins_character(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

#endif
