/*
 * sent_text.h: a query's text as it is sent: what is left out of the file's, and what stands where.
 *
 * Directives are not sent: nexsciTAP and others want SELECT to be the first word. What is blank at
 * the beginning goes too, and a `;` at the end. Other comments stay, if the service can have them
 * (option strip_comments). Pure.
 */
#ifndef TAPFS_TAP_QUERY_SENT_TEXT_H
#define TAPFS_TAP_QUERY_SENT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/place.h"

struct sent_text {
	char *text; /* NULL: not known */
	size_t n;
	struct sent_piece {
		size_t sent, file; /* where it begins, in bytes: to the next one's beginning */
	} * pieces;
};

/* query: the file's text, without a byte order mark. */
struct sent_text sent_text_of(const char *query, bool strip_comments);
/* Where that place of the text that was sent is in the file's. */
struct text_place sent_text_place(const struct sent_text *, const char *query, struct text_place);
void sent_text_clear(struct sent_text *);

#endif
