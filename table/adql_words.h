/* adql_words.h: the words that ADQL keeps for itself (ADQL 2.1 §2.1.2). */
#ifndef TAPFS_TABLE_ADQL_WORDS_H
#define TAPFS_TABLE_ADQL_WORDS_H

#include <stdbool.h>

/* In any case; such a name has to be quoted. */
bool adql_is_reserved(const char *word);

#endif
