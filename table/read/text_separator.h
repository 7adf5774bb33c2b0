/* text_separator.h: what stands between the columns of a text. */
#ifndef TAPFS_TABLE_READ_TEXT_SEPARATOR_H
#define TAPFS_TABLE_READ_TEXT_SEPARATOR_H

#include <stdbool.h>

#include "base/error.h"
#include "table/read/text_head.h"
#include "table/read/text_rows.h"

#define SEPARATORS 6

/* The sample, whole or not, as each separator has it; usual comes first. Cleared by the caller. */
void text_separators_read(struct sample_rows[SEPARATORS], const struct text_head *, char usual,
			  bool whole);
/* One of them. NULL with *err, where there are two readings. */
struct sample_rows *text_separator_choose(struct sample_rows[SEPARATORS], const struct text_head *,
					  struct error **err);
/* "commas" */
const char *separator_words(char);

/*
 * The last comment of the head that has as many cells as the rows and may so be their names: first
 * of all, one whose cells are single words (*plain). False: there is none.
 */
bool text_comment_names(const struct text_head *, const struct sample_rows *,
			struct text_line *names, bool *plain);

#endif
