/*
 * document_ask.h: capabilities and availability, asked of the service.
 *
 * Each is one request that nothing else waits for: what came is parsed and kept by a worker, and
 * becomes the service's. Loop thread only.
 */
#ifndef TAPFS_TAP_METADATA_DOCUMENT_ASK_H
#define TAPFS_TAP_METADATA_DOCUMENT_ASK_H

#include "tap/service/service.h"

struct document_ask;

/* It is over, and gone: err (borrowed) is why it failed; answered: the service sent something. */
typedef void document_asked(struct service *, enum document, bool answered, struct error *err);

/* over is never called from here. */
struct document_ask *document_ask(struct service *, enum document, document_asked *over);
/* over is not called any more. NULL is allowed. */
void document_ask_cancel(struct document_ask *);

#endif
