/*
 * remote.c: what is known of a file on a server, and what its readers want; see remote.h.
 *
 *	LOOKING ──▶ NEW ──first answer──▶ KNOWN ──another validator──▶ STALE
 *	      └──────── kept ────────────▶
 *
 * A known one that nobody has open rests: its file on disk is closed, so that it may be thrown
 * away, and looked for again when somebody opens it.
 *
 * Invariant: file.ranges is what can be read from file.fd, which is open as soon as there is any.
 * The row and the file on disk are made by the first fetch of bytes, not by who asks for a size.
 */
#include "tap/remote/remote.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "http/url.h"
#include "tap/remote/remote_run.h"

#define BLOCK      (64u << 10)
#define PAGE       (4u << 10)
#define RUN        (384u << 10) /* the kernel reads ahead 256 KiB of who wants a little */
#define JUMPS      2
#define NEARLY     (1u << 20) /* of a part that nobody waits for any more: the rest may come */
#define WINDOW_MAX (128u << 20)
#define NEAR       (512u << 10) /* behind a reader's end: the kernel reads ahead in any order */
#define FETCHES    4            /* of one file at a time */
#define FAILURE_MS 1000         /* a failure is told to who asks again within this */
#define CHECK_MS   300000 /* a kept file whose validators were seen this long ago is asked for */

struct remotes *remotes_new(struct loop *loop, struct http *http, struct kept *kept)
{
	struct remotes *rs = xcalloc(1, sizeof(*rs));

	rs->loop = loop;
	rs->http = http;
	rs->kept = kept;
	remotes_count(rs, true);
	return rs;
}

struct kept *remotes_kept(const struct remotes *rs)
{
	return rs->kept;
}

static void remote_free(struct remote *r)
{
	LIST_REMOVE(r, link);
	timer_cancel(r->ending);
	timer_cancel(r->note_timer);
	kept_file_clear(&r->file);
	ranges_free(&r->noted);
	error_free(r->failure);
	free(r->url);
	free(r->key);
	free(r);
}

/* Nobody wants the bytes that are on their way any more. */
static void fetches_cancel(struct remote *r)
{
	struct fetch *f;

	while ((f = LIST_FIRST(&r->fetches)))
		fetch_cancel(f);
}

void remotes_end(struct remotes *rs)
{
	struct remote *r;

	if (!rs)
		return;
	LIST_FOREACH (r, &rs->all, link) {
		fetches_cancel(r);
		remote_note(r);
	}
}

void remotes_retry(struct remotes *rs)
{
	struct remote *r;

	if (rs)
		LIST_FOREACH (r, &rs->all, link)
			error_clear(&r->failure);
}

void remotes_free(struct remotes *rs)
{
	struct remote *r;

	if (!rs)
		return;
	while ((r = LIST_FIRST(&rs->all))) /* somebody had it open until the end */
		remote_free(r);
	free(rs);
}

struct remote *remote_get(struct remotes *rs, struct service *s, const char *url)
{
	CLEANUP_FREE char *key = url_key(url);
	struct remote *r;

	LIST_FOREACH (r, &rs->all, link) {
		if (r->state == REMOTE_STALE || r->service != s || strcmp(r->key, key) != 0)
			continue;
		free(r->url);
		r->url = xstrdup(url); /* signed anew, it may be */
		r->refs++;
		return r;
	}
	r = xcalloc(1, sizeof(*r));
	r->refs = 1;
	r->remotes = rs;
	r->service = s;
	r->url = xstrdup(url);
	r->key = steal(key);
	r->file.fd = -1;
	r->file.validators.length = -1;
	waitlist_init(&r->changed);
	LIST_INIT(&r->fetches);
	LIST_INSERT_HEAD(&rs->all, r, link);
	remote_look(r);
	return r;
}

/* Not from within what made the last one let go: that may be a fetch's own answer. */
static void remote_over(void *arg)
{
	struct remote *r = arg;

	r->ending = NULL;
	if (r->refs)
		return; /* somebody wants it again */
	fetches_cancel(r);
	remote_note(r);
	if (!r->refs) /* else who notes it has it */
		remote_free(r);
}

void remote_unref(struct remote *r)
{
	if (r && !--r->refs && !r->ending)
		r->ending = timer_start(r->remotes->loop, 0, remote_over, r);
}

void remote_open(struct remote *r)
{
	r->refs++;
	r->opens++;
}

/* What is nearly there may come; a long way ahead of nobody is not gone. */
static void fetches_end(struct remote *r)
{
	struct fetch *f, *next;

	for (f = LIST_FIRST(&r->fetches); f; f = next) {
		next = LIST_NEXT(f, link);
		if (!f->probe && f->to - f->from - f->done > NEARLY)
			fetch_cancel(f);
	}
}

void remote_close(struct remote *r)
{
	if (!r)
		return;
	if (!--r->opens && waitlist_empty(&r->changed)) {
		fetches_end(r);
		remote_note(r);
		remote_rest(r);
	}
	remote_unref(r);
}

/* --- what the server says --- */

void remote_known(struct remote *r, const struct validators *v)
{
	if (r->state != REMOTE_NEW)
		return;
	validators_clear(&r->file.validators);
	r->file.validators = validators_copy(v);
	r->state = REMOTE_KNOWN;
	waitlist_wake(&r->changed);
}

/*
 * Only its size is known, and that still holds: nobody has a byte of what it was. A service that
 * makes an answer anew for each request gives it another ETag each time.
 */
static bool takes_place(const struct remote *r, const struct validators *v)
{
	const struct fetch *f;

	LIST_FOREACH (f, &r->fetches, link)
		if (f->making || f->done)
			return false;
	return !r->file.id && v->length >= 0 && r->file.validators.length == v->length;
}

bool remote_is_same(struct remote *r, const struct validators *v)
{
	r->checked = clock_now();
	if (r->state != REMOTE_KNOWN || validators_match(&r->file.validators, v))
		return true;
	if (takes_place(r, v)) {
		validators_clear(&r->file.validators);
		r->file.validators = validators_copy(v);
		return true;
	}
	r->state = REMOTE_STALE; /* whose answer this is wakes who waits, when it is over */
	if (r->file.id)
		remote_forget(r);
	return false;
}

void remote_failed(struct remote *r, struct error *err)
{
	error_free(r->failure);
	r->failure = err;
	r->failed_at = loop_now(r->remotes->loop);
	waitlist_wake(&r->changed);
}

/* A failure of a moment ago is the answer to who waited for it; later it is tried again. */
static bool has_failed(struct remote *r, struct error **err)
{
	if (!r->failure)
		return false;
	if (loop_now(r->remotes->loop) > r->failed_at + FAILURE_MS) {
		error_clear(&r->failure);
		return false;
	}
	error_move(err, error_copy(r->failure));
	return true;
}

/* --- what readers want --- */

enum remote_answer remote_size(struct remote *r, struct error **err)
{
	if (r->state == REMOTE_STALE) {
		error_set(err, ESTALE, "the file was changed on the server: open it again");
		return REMOTE_FAILS;
	}
	if (r->state == REMOTE_KNOWN)
		return REMOTE_YES;
	if (r->state != REMOTE_LOOKING && has_failed(r, err))
		return REMOTE_FAILS;
	if (r->state == REMOTE_NEW && LIST_EMPTY(&r->fetches))
		fetch_start(r, 0, 1, true);
	return REMOTE_WAIT;
}

enum remote_answer remote_size_surely(struct remote *r, struct error **err)
{
	enum remote_answer sized = remote_size(r, err);

	if (sized == REMOTE_YES && r->idle) {
		remote_look(r);
		return REMOTE_WAIT;
	}
	if (sized == REMOTE_YES && r->file.fd >= 0 && clock_now() - r->checked > CHECK_MS) {
		if (LIST_EMPTY(&r->fetches)) /* kept from before: is it still that? */
			fetch_start(r, 0, 1, true);
		return REMOTE_WAIT;
	}
	if (sized != REMOTE_YES || r->file.validators.length >= 0)
		return sized;
	if (has_failed(r, err))
		return REMOTE_FAILS;
	if (LIST_EMPTY(&r->fetches))
		fetch_start(r, 0, UINT64_MAX, false);
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
		fetch_start(r, gap.from, gap.to, false);
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
		fetch_start(r, offset / BLOCK * BLOCK, offset / BLOCK * BLOCK + BLOCK, false);
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
	if (has_failed(r, err))
		return REMOTE_FAILS;
	if (!fetch_at(r, gap.from) && fetch_count(r) < (r->file.fd >= 0 ? FETCHES : 1))
		fetch_gap(r, reader, gap);
	return REMOTE_WAIT;
}
