/* ranges.c: see ranges.h. Invariant: at[i].from < at[i].to < at[i + 1].from. */
#include "cache/ranges.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void ranges_free(struct ranges *r)
{
	free(r->at);
	*r = (struct ranges){0};
}

/* The first range that ends at `from` or behind it. */
static size_t first_touching(const struct ranges *r, uint64_t from)
{
	size_t low = 0, high = r->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (r->at[mid].to < from)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void insert_at(struct ranges *r, size_t i, struct range x)
{
	if (r->n == r->cap) {
		r->cap = r->cap ? r->cap * 2 : 4;
		r->at = xrealloc(r->at, r->cap * sizeof(*r->at));
	}
	memmove(r->at + i + 1, r->at + i, (r->n - i) * sizeof(*r->at));
	r->at[i] = x;
	r->n++;
}

void ranges_add(struct ranges *r, uint64_t from, uint64_t to)
{
	size_t i = first_touching(r, from), last;

	if (from >= to)
		return;
	if (i == r->n || r->at[i].from > to) {
		insert_at(r, i, (struct range){from, to});
		return;
	}
	if (from < r->at[i].from)
		r->at[i].from = from;
	for (last = i; last + 1 < r->n && r->at[last + 1].from <= to; last++)
		continue;
	if (r->at[last].to > to)
		to = r->at[last].to;
	r->at[i].to = to;
	memmove(r->at + i + 1, r->at + last + 1, (r->n - last - 1) * sizeof(*r->at));
	r->n -= last - i;
}

uint64_t ranges_run(const struct ranges *r, uint64_t from)
{
	size_t i = first_touching(r, from);

	if (i < r->n && r->at[i].to == from)
		i++;
	return i < r->n && r->at[i].from <= from ? r->at[i].to - from : 0;
}

bool ranges_gap(const struct ranges *r, uint64_t from, uint64_t to, struct range *gap)
{
	size_t i;

	from += ranges_run(r, from);
	if (from >= to)
		return false;
	i = first_touching(r, from + 1);
	*gap = (struct range){from, i < r->n && r->at[i].from < to ? r->at[i].from : to};
	return true;
}

uint64_t ranges_total(const struct ranges *r)
{
	uint64_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += r->at[i].to - r->at[i].from;
	return n;
}

void ranges_write(const struct ranges *r, struct buf *out)
{
	for (size_t i = 0; i < r->n; i++)
		buf_addf(out, "%s%" PRIu64 "-%" PRIu64, i ? " " : "", r->at[i].from, r->at[i].to);
}

bool ranges_read(const char *text, struct ranges *r)
{
	*r = (struct ranges){0};
	while (*text) {
		char *end;
		uint64_t from = strtoull(text, &end, 10), to;

		if (end == text || *end != '-')
			break;
		text = end + 1;
		to = strtoull(text, &end, 10);
		if (end == text || to <= from || (*end && *end != ' '))
			break;
		ranges_add(r, from, to);
		text = *end ? end + 1 : end;
	}
	if (!*text)
		return true;
	ranges_free(r);
	return false;
}
