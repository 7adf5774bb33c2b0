/*
 * upload_name.h: which tables a query expects to be brought along: TAP_UPLOAD.NAME (TAP 1.1 §2.5).
 */
#ifndef TAPFS_TAP_QUERY_UPLOAD_NAME_H
#define TAPFS_TAP_QUERY_UPLOAD_NAME_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * The next one in the text from *query on, which is moved behind it; name is set to NAME, without
 * its quotes. False: there is none. What stands in strings and comments does not count.
 */
bool upload_name_next(const char **query, struct buf *name);

/* Letters, digits and _, beginning with a letter: what every service takes as a table's name. */
bool upload_name_is_valid(const char *name);
#define UPLOAD_NAME_RULE \
	"a table is named by letters, digits and _, and begins with a letter: rename it"

#endif
