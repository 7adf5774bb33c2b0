/* stats.c: the counters of `.tapfs/stats`; see stats.h. */
#include "base/stats.h"

#include <inttypes.h>

struct stats stats;

void stats_render(struct buf *out)
{
#define X(name, what) buf_addf(out, "%-18s %14" PRId64 "   %s\n", #name, stats.name, what);
	STATS(X)
#undef X
}
