/* tableset_fuzz.c: any bytes as a tables document, in pieces. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tap/vosi/tableset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* What is promised never to be NULL is none. */
static bool on_column(struct tableset_sink *s, const struct tableset_column *c, struct error **err)
{
	(void)s, (void)err;
	if (strlen(c->table) + strlen(c->name) == 0)
		abort();
	return true;
}

static bool on_key(struct tableset_sink *s, const struct tableset_key *k, struct error **err)
{
	size_t sum = strlen(k->table) + strlen(k->target);

	(void)s, (void)err;
	for (size_t i = 0; i < k->n; i++)
		sum += strlen(k->from[i]) + strlen(k->to[i]);
	return sum > 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct tableset_sink sink = {.column = on_column, .key = on_key};
	struct tableset *t = tableset_new(&sink);
	bool ok = true;

	for (size_t i = 0; ok && i < n; i += 11)
		ok = tableset_feed(t, data + i, n - i < 11 ? n - i : 11, NULL);
	if (ok)
		tableset_finish(t, NULL);
	tableset_free(t);
	return 0;
}
