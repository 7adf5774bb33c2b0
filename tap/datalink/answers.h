/*
 * answers.h: DataLink documents that came are kept, for when the service cannot be
 * reached. While it can it is asked: addresses in a document may be signed, for a short time.
 */
#ifndef TAPFS_TAP_ANSWERS_H
#define TAPFS_TAP_ANSWERS_H

#include "tap/datalink/dataset.h"

struct answers;

/* Some that are to be kept together. NULL, which is allowed below, if nothing can be kept. */
struct answers *answers_new(struct service *);
void answers_add(struct answers *, const char *url, const struct link_list *);
/* Has a worker do it; takes them. */
void answers_keep(struct answers *);

/* The service cannot be reached (why): the dataset is told what the document at url said before,
 * or has failed. */
void answers_look(struct dataset *, const char *url, const struct error *why);

#endif
