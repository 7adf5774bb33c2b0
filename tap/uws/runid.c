/* runid.c: see runid.h. */
#include "tap/uws/runid.h"

#include <stdint.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/mem.h"

#define RANDOM 4                /* characters of chance */
#define TAIL   (1 + RANDOM + 2) /* "-xxxxxx" */

/* Nothing that is read as another: no i, l, o and u. */
static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

/* Ten bits of a stem and its random characters (FNV-1a). */
static void runid_check(const char *text, size_t n, char out[2])
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)text[i]) * 16777619u;
	h ^= h >> 16;
	out[0] = digits[h & 31];
	out[1] = digits[h >> 5 & 31];
}

/* Bytes of it that fit before the tail, whole characters only. */
static size_t stem_fits(const char *stem)
{
	size_t n = strlen(stem);

	if (n <= RUNID_MAX - TAIL)
		return n;
	for (n = RUNID_MAX - TAIL; n && ((unsigned char)stem[n] & 0xc0) == 0x80;)
		n--;
	return n;
}

char *runid_make(const char *stem)
{
	size_t n = stem_fits(stem);
	char *runid = xcalloc(1, n + TAIL + 1);
	uint32_t chance;

	if (getrandom(&chance, sizeof(chance), GRND_NONBLOCK) < 0) /* early in a boot */
		chance = (uint32_t)clock_now() * 2654435761u;
	memcpy(runid, stem, n);
	runid[n++] = '-';
	for (int i = 0; i < RANDOM; i++, chance >>= 5)
		runid[n++] = digits[chance & 31];
	runid_check(runid, n, runid + n);
	return runid;
}

bool runid_is_made(const char *runid)
{
	size_t n = strlen(runid);
	char check[2];

	if (n < TAIL || runid[n - TAIL] != '-' || strspn(runid + n - TAIL + 1, digits) != TAIL - 1)
		return false;
	runid_check(runid, n - 2, check);
	return memcmp(check, runid + n - 2, 2) == 0;
}

char *runid_shown(const char *runid)
{
	size_t n = strlen(runid);

	return xstrndup(runid, runid_is_made(runid) && n > TAIL ? n - TAIL : n);
}
