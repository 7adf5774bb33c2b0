/*
 * remote_read.c: what readers want of a file on a server, and how much is fetched ahead of them.
 *
 * Invariant: file.ranges is what can be read from file.fd, which is open as soon as there is any.
 * The row and the file on disk are made by the first fetch of bytes, not by who asks for a size.
 */
#include <errno.h>

#include "base/clock.h"
#include "tap/remote/remote_run.h"

#define BLOCK      (64u << 10)
#define PAGE       (4u << 10)
#define RUN        (384u << 10) /* the kernel reads ahead 256 KiB of who wants a little */
#define JUMPS      2
#define WINDOW_MAX (128u << 20)
#define NEAR       (512u << 10) /* behind a reader's end: the kernel reads ahead in any order */
#define FETCHES    4            /* of one file at a time */
#define CHECK_MS   300000 /* a kept file whose validators were seen this long ago is asked for */

/* patient: one that is being staged is waited for. */
static enum remote_answer size_asked(struct remote *r, bool patient, struct error **err)
{
	struct fetch *f;

	if (r->state == REMOTE_STALE) {
		error_set(err, ESTALE, "the file was changed on the server: open it again");
		return REMOTE_FAILS;
	}
	if (r->state == REMOTE_KNOWN)
		return REMOTE_YES;
	if (r->state != REMOTE_LOOKING && remote_has_failed(r, err))
		return REMOTE_FAILS;
	if (!patient && remote_is_staged(r, err))
		return REMOTE_FAILS;
	if (r->state == REMOTE_NEW && LIST_EMPTY(&r->fetches))
		fetch_size(r, patient);
	LIST_FOREACH (f, &r->fetches, link)
		f->patient |= patient;
	return REMOTE_WAIT;
}

enum remote_answer remote_size(struct remote *r, struct error **err)
{
	return size_asked(r, false, err);
}

enum remote_answer remote_size_surely(struct remote *r, struct error **err)
{
	enum remote_answer sized = size_asked(r, true, err);

	if (sized == REMOTE_YES && r->idle) {
		remote_look(r);
		return REMOTE_WAIT;
	}
	if (sized == REMOTE_YES && r->file.fd >= 0 && clock_now() - r->checked > CHECK_MS) {
		if (LIST_EMPTY(&r->fetches)) /* kept from before: is it still that? */
			fetch_size(r, false);
		return REMOTE_WAIT;
	}
	if (sized != REMOTE_YES || r->file.validators.length >= 0)
		return sized;
	if (remote_has_failed(r, err))
		return REMOTE_FAILS;
	if (LIST_EMPTY(&r->fetches))
		fetch_start(r, 0, UINT64_MAX);
	return REMOTE_WAIT;
}

/* One that is under way and will bring the byte soon. */
static struct fetch *fetch_at(const struct remote *r, uint64_t at)
{
	struct fetch *f;

	LIST_FOREACH (f, &r->fetches, link)
		if (!f->probe && f->from + f->done <= at && (at < f->to || r->one_stream))
			return f;
	return NULL;
}

static unsigned fetch_count(const struct remote *r)
{
	const struct fetch *f;
	unsigned n = 0;

	LIST_FOREACH (f, &r->fetches, link)
		n++;
	return n;
}

/* Who jumps about for a while gets less and less besides what he asked for. */
static uint64_t block_for(const struct remote_reader *reader)
{
	return reader->jumps <= JUMPS ? BLOCK : reader->jumps <= 2 * JUMPS ? BLOCK / 4 : PAGE;
}

/* Of what is to be fetched for the byte `at`, that which is not under way before or behind it. */
static struct range not_under_way(const struct remote *r, uint64_t at, struct range want)
{
	const struct fetch *f;

	LIST_FOREACH (f, &r->fetches, link) {
		if (f->probe)
			continue;
		if (f->to <= at && f->to > want.from)
			want.from = f->to;
		else if (f->from > at && f->from < want.to)
			want.to = f->from;
	}
	return want;
}

/* How much to fetch from a gap on: a block, or the window of who reads on and on. */
static void fetch_gap(struct remote *r, const struct remote_reader *reader, struct range gap)
{
	uint64_t size =
	    r->file.validators.length >= 0 ? (uint64_t)r->file.validators.length : UINT64_MAX;
	uint64_t block = block_for(reader), at = gap.from;
	uint64_t to = (gap.to + block - 1) / block * block;
	struct range whole;

	if (reader->window && gap.from + reader->window > to)
		to = gap.from + reader->window;
	gap.from = gap.from / block * block;
	whole = not_under_way(r, at, (struct range){gap.from, to < size ? to : size});
	if (ranges_gap(&r->file.ranges, whole.from, whole.to, &gap)) /* not what is there already */
		fetch_start(r, gap.from, gap.to);
}

/*
 * The window is as long as he went on so far: what is fetched ahead of who stops is at most as much
 * again.
 */
static void reader_moves(const struct remote *r, struct remote_reader *reader, uint64_t offset,
			 uint64_t n)
{
	bool adjacent = reader->end && offset <= reader->end && offset + NEAR >= reader->end;
	uint64_t most = (uint64_t)r->remotes->totals.quota / 16;
	uint64_t run;

	if (offset + n <= reader->end && adjacent)
		return;
	reader->end = offset + n;
	if (!adjacent) {
		reader->jumps++;
		reader->window = 0;
		reader->began = offset;
		return;
	}
	run = (reader->end - reader->began) / BLOCK * BLOCK;
	if (run < RUN)
		return;
	most = most < WINDOW_MAX ? most : WINDOW_MAX;
	reader->jumps = 0;
	reader->window = run < most ? run : most;
}

/* Who reads on and on finds the next window there, or on its way. */
static void fetch_ahead(struct remote *r, struct remote_reader *reader)
{
	uint64_t size = (uint64_t)r->file.validators.length;
	uint64_t to = reader->end + reader->window / 2;
	struct range gap;

	if (!reader->window || r->one_stream || fetch_count(r) >= 2)
		return;
	to = to < size ? to : size;
	if (!ranges_gap(&r->file.ranges, reader->end, to, &gap) || fetch_at(r, gap.from))
		return;
	fetch_gap(r, reader, gap);
}

enum remote_answer remote_need(struct remote *r, struct remote_reader *reader, uint64_t offset,
			       uint64_t n, struct error **err)
{
	enum remote_answer sized;
	struct range gap;
	uint64_t to;

	if (r->state == REMOTE_NEW && LIST_EMPTY(&r->fetches) && !r->failure) {
		fetch_start(r, offset / BLOCK * BLOCK, offset / BLOCK * BLOCK + BLOCK);
		return REMOTE_WAIT; /* its size comes along */
	}
	sized = remote_size_surely(r, err);
	if (sized != REMOTE_YES)
		return sized;
	to = offset + n < (uint64_t)r->file.validators.length ? offset + n
							      : (uint64_t)r->file.validators.length;
	if (offset >= to)
		return REMOTE_YES;
	reader_moves(r, reader, offset, to - offset);
	if (!ranges_gap(&r->file.ranges, offset, to, &gap)) {
		fetch_ahead(r, reader);
		return REMOTE_YES;
	}
	if (remote_has_failed(r, err))
		return REMOTE_FAILS;
	if (!fetch_at(r, gap.from) && fetch_count(r) < (r->file.fd >= 0 ? FETCHES : 1))
		fetch_gap(r, reader, gap);
	return REMOTE_WAIT;
}
