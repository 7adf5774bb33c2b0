/* overflow.c: see overflow.h. */
#include "tap/query/overflow.h"

#include <inttypes.h>

#include "base/buf.h"

#define SPLIT "Split the query into parts, for instance by ranges of a column.\n"

/* Rows that the service gives at most; -1 not known. */
static int64_t rows_hard(const struct overflow *o)
{
	return o->limit && !o->limit->in_bytes ? o->limit->hard : -1;
}

/* Rows that it gives where it is not asked for more; -1 not known. */
static int64_t rows_normal(const struct overflow *o)
{
	return o->limit && !o->limit->in_bytes ? o->limit->normal : -1;
}

bool overflow_is_cut(const struct overflow *o)
{
	int64_t ours = o->maxrec >= 0 ? o->maxrec : rows_normal(o);
	int64_t hard = rows_hard(o);

	if (!o->is_daiquiri || (ours < 0 && hard < 0))
		return true;
	return (ours >= 0 && o->rows >= ours) || (hard >= 0 && o->rows >= hard);
}

static void advise_own_maxrec(struct buf *b, const struct overflow *o)
{
	if (o->maxrec == 0)
		buf_adds(b, "MAXREC = 0 asks for the columns alone. Remove it to get rows.\n");
	else if (o->of_option)
		buf_addf(b,
			 "That is what MAXREC asks for: the option maxrec in tapfs.ini is %" PRId64
			 ". Raise it, or write a first line `-- MAXREC = N` into the query.\n",
			 o->maxrec);
	else
		buf_addf(b,
			 "That is what MAXREC asks for. Remove the line `-- MAXREC = %" PRId64
			 "`, or raise the number.\n",
			 o->maxrec);
	if (o->maxrec && rows_hard(o) > 0)
		buf_addf(b, "This service returns at most %" PRId64 " rows.\n", rows_hard(o));
}

/* The service's own limit, with what it says of it. */
static void advise_limit(struct buf *b, const struct overflow *o)
{
	int64_t hard = rows_hard(o), normal = rows_normal(o);
	bool more = o->maxrec < 0 && normal > 0 && o->rows == normal && hard != normal;
	int64_t ask = o->rows * 10;

	if (hard > 0 && o->rows >= hard) {
		buf_addf(b,
			 "That is as many as this service returns at most (%" PRId64 ").\n" SPLIT,
			 hard);
		return;
	}
	if (!more) {
		buf_adds(b, "The limit is the service's own.");
		if (o->limit && o->limit->in_bytes && o->limit->hard > 0)
			buf_addf(b, " It returns at most %" PRId64 " bytes.", o->limit->hard);
		else if (hard > 0)
			buf_addf(b, " It says that it returns at most %" PRId64 " rows.", hard);
		buf_adds(b, "\n" SPLIT);
		return;
	}
	if (hard > 0 && ask > hard)
		ask = hard;
	buf_addf(b,
		 "That is the service's own limit for a query that does not ask for more. Ask for "
		 "more with a first line like\n\n  -- MAXREC = %" PRId64 "\n\n",
		 ask);
	if (hard > 0)
		buf_addf(b, "This service returns at most %" PRId64 " rows. ", hard);
	buf_adds(b, "Or split the query into parts, for instance by ranges of a column.\n");
}

char *overflow_advice(const struct overflow *o)
{
	struct buf b = BUF_INIT;

	if (o->maxrec >= 0 && o->rows >= o->maxrec)
		advise_own_maxrec(&b, o);
	else
		advise_limit(&b, o);
	return buf_steal(&b);
}
