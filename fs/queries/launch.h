/*
 * launch.h: when a query runs: from a text that was closed to its launch.
 *
 * The one rule: a query is launched when no program has its file open for writing, and all that was
 * written is accepted, that is synced and journaled. Else what the file holds may be half a text.
 * The last close comes here again, so what is not launched now is launched then. An empty file
 * starts nothing. Loop thread only, but for text_read_run.
 */
#ifndef TAPFS_FS_QUERIES_LAUNCH_H
#define TAPFS_FS_QUERIES_LAUNCH_H

#include "fs/core/request.h"
#include "fs/queries/entry.h"

struct disk_op;

enum launch {
	LAUNCH_SOON,  /* written over in place: in a moment, since another write may follow */
	LAUNCH_NOW,   /* replaced as a whole */
	LAUNCH_AGAIN, /* touched: also if this very text has run */
};

/* Launches the entry's query by that rule. Nothing where a launch is due already. */
void launch(struct entry *, enum launch);
/* The entry is removed, or no query's file any more: a launch that is due does not come about. */
void launch_call_off(struct entry *);
/* Whether readers of results wait for a launch: a writer has the file open, or it is accepted. */
void launch_awaited(struct entry *, bool yes);

/* On a worker: syncs and reads the text, through op->stored or by its path. False: op failed. */
bool text_read_run(struct disk_op *);
/* Then: accepts and launches it (op->launch). As disk_op.apply: true if it finishes op later. */
bool text_read_apply(struct disk_op *);
/* Both at once, LAUNCH_SOON. stored NULL: by its path. ask NULL: nobody waits. */
void text_accept(struct entry *, struct stored *, struct ask *);

#endif
