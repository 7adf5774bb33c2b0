/*
 * arena.c: blocks in a list; the first has room. A request that is larger than
 * a block gets one of its own.
 */
#include "tests/service/adql/arena.h"
#include "base/cleanup.h"
#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE 16384u
#define ALIGN      16u

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	char data[] __attribute__((aligned(ALIGN)));
};

void *arena_alloc(struct arena *a, size_t n)
{
	struct arena_block *b = a->blocks;
	void *p;

	n = (n + ALIGN - 1) / ALIGN * ALIGN;
	if (!b || b->size - b->used < n) {
		size_t size = n > BLOCK_SIZE ? n : BLOCK_SIZE;

		b = xmalloc(sizeof(*b) + size);
		b->used = 0;
		b->size = size;
		b->next = a->blocks;
		a->blocks = b;
	}
	p = b->data + b->used;
	b->used += n;
	return memset(p, 0, n);
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	return memcpy(arena_alloc(a, n + 1), s, n);
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	CLEANUP_FREE char *text = NULL;
	va_list ap;
	size_t n;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	n = strlen(text);
	return memcpy(arena_alloc(a, n + 1), text, n + 1);
}

void arena_free(struct arena *a)
{
	while (a->blocks) {
		struct arena_block *b = a->blocks;

		a->blocks = b->next;
		free(b);
	}
}

void text_addn(struct text *t, const char *s, size_t n)
{
	if (t->len + n + 1 > t->cap) {
		size_t cap = (t->len + n + 1) * 2;
		char *bigger = arena_alloc(t->arena, cap);

		if (t->len)
			memcpy(bigger, t->s, t->len);
		t->s = bigger;
		t->cap = cap;
	}
	memcpy(t->s + t->len, s, n);
	t->len += n;
	t->s[t->len] = '\0';
}

void text_add(struct text *t, const char *s)
{
	text_addn(t, s, strlen(s));
}

void text_addf(struct text *t, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = xvasprintf(fmt, ap);
	va_end(ap);
	text_add(t, s);
	free(s);
}

void text_add_quoted(struct text *t, const char *s, char quote)
{
	text_addn(t, &quote, 1);
	for (; *s; s++) {
		if (*s == quote)
			text_addn(t, &quote, 1);
		text_addn(t, s, 1);
	}
	text_addn(t, &quote, 1);
}

const char *text_str(const struct text *t)
{
	return t->s ? t->s : "";
}
