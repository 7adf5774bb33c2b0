/*
 * unpack.h: a compressed body (RFC 9110 §8.4.1, VOTable 1.5 §6), decompressed as it comes.
 *
 * What libcurl does not: gzip of several members one behind the other (RFC 1952 §2.2), and gzip
 * that no header announces. Memory is bounded, however much a body grows.
 */
#ifndef TAPFS_BASE_UNPACK_H
#define TAPFS_BASE_UNPACK_H

#include <stdbool.h>
#include <stddef.h>

/* What its taker says of a piece of a body. */
enum body_verdict { BODY_TAKEN, BODY_PAUSE, BODY_STOP };

struct unpack;

/* deflate: the body is of that coding, else of gzip. */
struct unpack *unpack_new(bool deflate);
void unpack_free(struct unpack *); /* NULL is allowed */

/*
 * Gives what comes of the bytes to `give`. BODY_PAUSE: it took no more; the same bytes are to come
 * again, in pieces of any size. BODY_STOP: it wants no more, or (unpack_is_bad) the body is broken.
 */
enum body_verdict unpack_feed(struct unpack *, const void *data, size_t n,
			      enum body_verdict (*give)(void *arg, const void *, size_t),
			      void *arg);
bool unpack_is_bad(const struct unpack *);
/* All of it has come: nothing is missing at its end. */
bool unpack_is_whole(const struct unpack *);

#endif
