/*
 * dataset_batch.h: rows of a result are read from its index, and the links of many asked for in
 * one request (DataLink 1.1 §2.1, several IDs).
 *
 * Who looks into one row after the other, in the order of the result or of the names, is taken to
 * walk through all: from the second row on some are asked for ahead, more and more at a time.
 */
#ifndef TAPFS_TAP_DATALINK_DATASET_BATCH_H
#define TAPFS_TAP_DATALINK_DATASET_BATCH_H

#include "tap/datalink/dataset.h"

/*
 * A row that was not read is now, maybe with its links; or else it will be: *wait. ask requests the
 * document of a row that is waited for and was not in the answer.
 */
void dataset_batch(struct dataset *, void (*ask)(struct dataset *), struct waitlist **wait);
/* Whether a row that was read is being asked for with others: *wait. */
bool dataset_is_in_batch(const struct dataset *, struct waitlist **wait);

#endif
