/*
 * arena.h: memory that is given back all at once, and texts that grow in it.
 *
 * A parsed query, its types and its SQL live in one arena: whatever way the
 * translation ends, arena_free gives all of it back.
 */
#ifndef TAPFS_SERVICE_ADQL_ARENA_H
#define TAPFS_SERVICE_ADQL_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *blocks;
};

#define ARENA_INIT   \
	{            \
		NULL \
	}

/* Zeroed memory, never NULL, owned by the arena. */
void *arena_alloc(struct arena *, size_t n) __attribute__((returns_nonnull));
char *arena_strndup(struct arena *, const char *s, size_t n) __attribute__((returns_nonnull));
char *arena_printf(struct arena *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3), returns_nonnull));
void arena_free(struct arena *);

/* A text that grows; the bytes are the arena's. */
struct text {
	struct arena *arena;
	char *s; /* NUL-terminated once something was added, else NULL */
	size_t len, cap;
};

void text_addn(struct text *, const char *s, size_t n);
void text_add(struct text *, const char *s);
void text_addf(struct text *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Adds s between quote characters, those inside doubled. */
void text_add_quoted(struct text *, const char *s, char quote);
const char *text_str(const struct text *);

#endif
