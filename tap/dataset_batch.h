/*
 * dataset_batch.h: the links of many rows in one request (DataLink 1.1 §2.1, several IDs).
 *
 * Who looks into one row after the other, in the order of the result or of the names, is taken to
 * walk through all: from the second row on some are asked for ahead, more and more at a time.
 */
#ifndef TAPFS_TAP_DATASET_BATCH_H
#define TAPFS_TAP_DATASET_BATCH_H

#include "tap/dataset.h"

/*
 * The links of a row whose document is at url: true if they are there already (the dataset was
 * told) or are on their way (*wait: what to wait for); false: it is to be asked for alone.
 */
bool dataset_batch(struct dataset *, const char *url, struct waitlist **wait);
/* The result is not looked at any more. */
void dataset_batch_cancel(struct linked *);

#endif
