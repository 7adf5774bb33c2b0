/*
 * query_text.h: the text of a query: read and hashed once, at its close, for the journal, the
 * launch and the intent. Where no close was seen (after a mount, a touch) the launch reads it.
 */
#ifndef TAPFS_TAP_QUERY_QUERY_TEXT_H
#define TAPFS_TAP_QUERY_QUERY_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/config.h"
#include "base/error.h"
#include "cache/file.h"

struct query_text {
	char *text;                /* as it is in the file; NULL: not read, or longer than max */
	uint64_t length;           /* bytes of the file */
	char hash[FILE_HASH_TEXT]; /* of them */
	char sent[FILE_HASH_TEXT]; /* of what is sent, as a job shows it; "" without a text */
};

/* What a service's settings say of its queries. */
struct query_rules {
	size_t max;          /* bytes */
	bool strip_comments; /* from what is sent */
};

struct query_rules query_rules(const struct settings *);

/* Waits for the disk: on a worker. One that is longer than it may be is only hashed. */
bool query_text_read(int fd, const struct query_rules *, struct query_text *, struct error **err);
void query_text_clear(struct query_text *);
/* Bytes before the text: a byte order mark is no ADQL. */
size_t query_text_mark(const char *text);

#endif
