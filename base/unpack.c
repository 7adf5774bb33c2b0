/*
 * unpack.c: see unpack.h.
 *
 * Invariants: out[given..filled) was not taken yet. `taken` bytes at the beginning of the next feed
 * were decompressed before its reader paused.
 */
#include "base/unpack.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/mem.h"

#define OUT_SIZE   (64u << 10)
#define GZIP_FIRST 0x1f

struct unpack {
	z_stream z;
	bool between; /* a member has ended; another may follow */
	bool over;    /* what follows is no member: padding */
	bool bad;
	size_t taken;
	size_t given, filled;
	unsigned char out[OUT_SIZE];
};

struct unpack *unpack_new(bool deflate)
{
	struct unpack *u = xcalloc(1, sizeof(*u));

	/* deflate is zlib's format; some servers send gzip all the same */
	if (inflateInit2(&u->z, deflate ? 32 + MAX_WBITS : 16 + MAX_WBITS) != Z_OK)
		abort(); /* out of memory: mem.h */
	return u;
}

void unpack_free(struct unpack *u)
{
	if (!u)
		return;
	inflateEnd(&u->z);
	free(u);
}

/* Decompresses a piece of what stands in z.next_in. */
static void unpack_step(struct unpack *u)
{
	int rc;

	if (u->between) {
		u->between = false;
		u->over = *u->z.next_in != GZIP_FIRST || inflateReset(&u->z) != Z_OK;
	}
	if (u->over) {
		u->z.avail_in = 0;
		return;
	}
	u->z.next_out = u->out;
	u->z.avail_out = OUT_SIZE;
	rc = inflate(&u->z, Z_NO_FLUSH);
	u->given = 0;
	u->filled = OUT_SIZE - u->z.avail_out;
	u->between = rc == Z_STREAM_END;
	u->bad = rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR;
}

enum body_verdict unpack_feed(struct unpack *u, const void *data, size_t n,
			      enum body_verdict (*give)(void *, const void *, size_t), void *arg)
{
	size_t skip = u->taken < n ? u->taken : n;
	bool full = false; /* more may come without another byte */

	u->taken -= skip;
	u->z.next_in = (unsigned char *)data + skip;
	u->z.avail_in = (unsigned)(n - skip);
	while (!u->bad && (u->given < u->filled || u->z.avail_in || full)) {
		enum body_verdict v = BODY_TAKEN;

		if (u->given == u->filled)
			unpack_step(u);
		full = u->filled == OUT_SIZE && !u->between;
		if (u->given < u->filled)
			v = give(arg, u->out + u->given, u->filled - u->given);
		if (v == BODY_PAUSE)
			u->taken += n - u->z.avail_in;
		if (v != BODY_TAKEN)
			return v;
		u->given = u->filled = 0;
	}
	return u->bad ? BODY_STOP : BODY_TAKEN;
}

bool unpack_is_bad(const struct unpack *u)
{
	return u->bad;
}

bool unpack_is_whole(const struct unpack *u)
{
	return u->between || u->over;
}
