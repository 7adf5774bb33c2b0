/* advice_inside.h: the inside of advice.h: one file a subject, and what they share. */
#ifndef TAPFS_TAP_QUERY_ADVICE_INSIDE_H
#define TAPFS_TAP_QUERY_ADVICE_INSIDE_H

#include "base/buf.h"
#include "tap/query/advice.h"

/* Each adds its paragraph or nothing. */

/* advice_place.c: the line of the query, and a caret below the place. */
void advise_place(struct buf *, const struct advice_on *);
/* advice_names.c: names like the one that the service does not know. */
void advise_tables(struct buf *, const struct advice_on *);
void advise_columns(struct buf *, const struct advice_on *);
/* advice_limits.c: time and room. */
void advise_time(struct buf *, const struct advice_on *);
void advise_quota(struct buf *, const struct advice_on *);

#endif
