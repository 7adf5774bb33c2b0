/* advice_limits.c: what to do when time or room ran out; see advice.h. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/text/match.h"
#include "tap/query/advice_inside.h"

#define FOR_LESS                                                                        \
	"ask for less: fewer rows (TOP), a smaller region, an indexed column in WHERE " \
	"(columns.txt shows which are indexed).\n"

static bool took_too_long(const struct advice_on *a)
{
	if (a->ended == ADVICE_TOO_LONG || (a->sync && a->errnum == ETIMEDOUT))
		return true;
	return (a->ended == ADVICE_ANSWERED || a->ended == ADVICE_ABORTED_THERE) &&
	       text_matches(a->message,
			    "time[- ]?out|timed out|took (too long|longer)|time limit|statement "
			    "timeout|execution ?duration");
}

/* Daiquiri: the queue is what limits the time, and EXECUTIONDURATION changes nothing. */
static void advise_queue(struct buf *b, const struct advice_on *a)
{
	buf_addf(b,
		 "The query took longer than the queue \"%s\" allows. Choose another queue with a "
		 "first line like\n\n  -- QUEUE = NAME\n\n",
		 a->queue);
	if (a->queues)
		buf_addf(b, "The service says of its queues: %s\n", a->queues);
	buf_adds(b, "Or " FOR_LESS);
}

static void advise_duration(struct buf *b, const struct advice_on *a)
{
	if (a->seconds_hard > 0 && a->seconds_asked >= a->seconds_hard) {
		buf_addf(b,
			 "The query took the %" PRId64 " s that this service allows at most. "
			 "Now " FOR_LESS,
			 a->seconds_hard);
		return;
	}
	buf_adds(b, "The query took longer than the service allows. Ask for more time with a first "
		    "line like\n\n  -- DURATION = ");
	if (a->seconds_hard > 0)
		buf_addf(b, "%" PRId64 "\n\n(in seconds; this service allows at most %" PRId64 ")",
			 a->seconds_hard, a->seconds_hard);
	else
		buf_addf(b, "%" PRId64 "\n\n(in seconds)",
			 a->seconds_asked > 0 ? 2 * a->seconds_asked : 7200);
	buf_adds(b, ", or " FOR_LESS);
}

void advise_time(struct buf *b, const struct advice_on *a)
{
	if (!took_too_long(a))
		return;
	if (a->sync)
		buf_adds(b, "With MODE = sync a query may take only a short time. Remove the line "
			    "`-- MODE = sync`: a job may take longer. Or " FOR_LESS);
	else if (a->queue)
		advise_queue(b, a);
	else
		advise_duration(b, a);
}

void advise_quota(struct buf *b, const struct advice_on *a)
{
	if ((a->errnum == ENOSPC || a->errnum == EDQUOT) && !strstr(a->message, "`touch`"))
		buf_adds(b, "There is no room for the result. Free some space, then `touch` the "
			    "query.\n");
	else if (text_matches(a->message,
			      "quota|too many (active |running )?(jobs|queries|requests)"))
		buf_adds(b, "Your quota on the service is used up. `ls jobs/` shows your jobs "
			    "there, and `rmdir jobs/ID` deletes one. Then `touch` the query.\n");
}
