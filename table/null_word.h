/* null_word.h: the words that people and programs write for a value that is missing. */
#ifndef TAPFS_TABLE_NULL_WORD_H
#define TAPFS_TABLE_NULL_WORD_H

#include <stddef.h>

#define NULL_WORDS 12

/* The number of such a word, in any case, with or without blanks around it; -1: it is none. */
int null_word(const char *s, size_t n);
/* As it is usually written. */
const char *null_word_text(int word);

#endif
