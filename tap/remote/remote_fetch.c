/*
 * remote_fetch.c: one request for a part of a file on a server; see remote.h.
 *
 *	room ──▶ request ──headers──▶ (file made) ──▶ bytes … ──▶ end
 *	            ▲                                     │
 *	            └────── from where it broke ──────────┘
 *
 * A worker makes room in the cache first. The headers are looked at before any byte
 * is written: a part of another version of the file, or of another place in it, must
 * never get onto the disk. What arrives before the file is made waits in memory
 * (download_start_held).
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/stats.h"
#include "base/text/first_bytes.h"
#include "base/text/mime.h"
#include "tap/remote/remote_run.h"
#include "tap/service/service.h"
#include "tap/service/service_error.h"

#define ROOM_STEP     (64u << 20) /* made at a time: the worker is not asked for each fetch */
#define ROOM_MORE     (8u << 20)  /* for what comes and does not tell its length */
#define ROOM_TRIES    5           /* to make some */
#define ROOM_AGAIN_MS 150
#define PROGRESS      4096           /* bytes that make a try a good one */
#define TRIES         5              /* in a row that brought little */
#define STAGED_MS     UINT64_C(7000) /* for a 202 that does not say how long */
#define AGAIN_MS      200            /* before the second, doubled each time */
#define WORDS_MAX     4096           /* bytes of a fault in words that comes in a file's place */

static void part_free(struct fetch *f)
{
	validators_clear(&f->said);
	free(f->content_type);
	error_free(f->why);
	free(f);
}

static void making_free(struct fetch_making *m);

void fetch_cancel(struct fetch *f)
{
	LIST_REMOVE(f, link);
	download_cancel(f->download);
	f->download = NULL;
	transfer_cancel(f->transfer);
	f->transfer = NULL;
	timer_cancel(f->timer);
	making_free(f->unmade);
	f->remote = NULL;
	if (!f->making)
		part_free(f);
}

/* It is over; err (taken) is why it failed. */
static void fetch_over(struct fetch *f, struct error *err)
{
	struct remote *r = f->remote;

	fetch_cancel(f);
	remote_note_soon(r);
	if (err)
		remote_failed(r, err);
	else
		waitlist_wake(&r->changed);
	remote_make_idle(r);
}

/* --- the answer's headers --- */

static bool refuse_part(struct fetch *f, int errnum, const char *what)
{
	return error_set(&f->why, errnum, "%s", what);
}

/*
 * A 206: these bytes of that many. The total may be untold ("*"): the size is not known then
 * (remote_size_surely), but where no range was asked for: its end is the file's. More than was
 * asked for is taken as far as there is room for it.
 */
static bool is_the_part(struct fetch *f, const struct http_reply *reply)
{
	if (reply->range_from < 0 || reply->range_from != (int64_t)(f->from + f->done))
		return refuse_part(f, EPROTO,
				   "the server sent another part of the file than it was asked for "
				   "(Content-Range): nothing of it was taken");
	f->said.length =
	    f->ranged || reply->range_total >= 0 ? reply->range_total : reply->range_to;
	f->to = (uint64_t)reply->range_to;
	if (f->download)
		download_limit(f->download, (uint64_t)(reply->range_to - reply->range_from));
	return true;
}

/* A 200: the server has no ranges, and sends all from the beginning. */
static void is_the_whole(struct fetch *f, const struct http_reply *reply)
{
	f->said.length = reply->packed ? -1 : reply->length;
	f->from = f->done = f->base = 0;
	f->to = f->said.length >= 0 ? (uint64_t)f->said.length : UINT64_MAX;
	f->whole = true;
	if (f->download) /* else only its size was asked for */
		download_move(f->download, 0);
}

static void file_make(struct fetch *f);
static void making_submit(struct fetch *f, uint64_t room, const char *key);

/* The answer is of the file that was asked for: whether of the same version, too. */
static bool answer_taken(struct fetch *f)
{
	struct remote *r = f->remote;

	if (!remote_is_same(r, &f->said))
		return refuse_part(f, ESTALE, "the file was changed on the server: open it again");
	remote_known(r, &f->said);
	if (f->probe)
		return !f->whole; /* the one byte may come; a whole file may not */
	if (f->whole)
		r->one_stream = true;
	if (r->file.fd < 0 && !f->making)
		file_make(f);
	return true;
}

/* RFC 9110 §15.3.3 to §15.3.6: these are no answer with a file in it. */
static bool is_odd(int status)
{
	return status == 202 || status == 204 || status == 205;
}

/*
 * A short text of another type than the link promised, and much shorter: an error with status 200,
 * where the file's own first bytes would not tell (text/plain in place of text/csv).
 */
static bool is_a_few_words(const struct remote *r, const struct http_reply *reply)
{
	static const char *const texts[] = {"txt", "html", "json", "xml", "vot"};
	const char *type = reply->content_type ? mime_extension(reply->content_type) : NULL;

	if (!type || !r->promised || strcmp(type, r->promised) == 0 || reply->length < 0 ||
	    reply->length > WORDS_MAX || reply->length >= r->promised_length / 2)
		return false;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (strcmp(texts[i], type) == 0)
			return true;
	return false;
}

static bool headers(void *arg, const struct http_reply *reply)
{
	struct fetch *f = arg;
	struct remote *r = f->remote;

	free(f->content_type);
	f->content_type = xstrdup_or_null(reply->content_type);
	f->odd = is_odd(reply->status) ? reply->status : 0;
	f->whole = f->doubted = false;
	if (f->odd)
		return true;
	validators_clear(&f->said);
	f->said.etag = xstrdup_or_null(reply->etag);
	f->said.last_modified = xstrdup_or_null(reply->last_modified);
	if (reply->packed && !r->packed) {
		r->packed = f->anew = true;
		return false;
	}
	if (reply->status == 206 && !is_the_part(f, reply))
		return false;
	if (reply->status != 206)
		is_the_whole(f, reply);
	f->words = f->whole && is_a_few_words(r, reply);
	f->doubted = f->whole && r->promised; /* a page in its place may be */
	return f->doubted || answer_taken(f);
}

/*
 * What came is not what was asked for: archives answer with a log-in page, a fault in words, a
 * note that the file is being fetched from tape. Its words are told.
 */
static bool refuse_other(struct fetch *f, const void *data, size_t n)
{
	CLEANUP_FREE char *said = service_error_message(200, f->content_type, data, n);
	const char *words = said ? said : "it gives no reason";

	if (f->odd == 202)
		return error_set(&f->why, EAGAIN, "the server does not have the file ready yet: %s",
				 words);
	if (f->odd)
		return error_set(&f->why, EIO, "the server has nothing there (HTTP %d)", f->odd);
	return error_set(&f->why, EIO, "the server sent something else (%s) than a %s file: %s",
			 f->content_type ? f->content_type : "of no type", f->remote->promised,
			 words);
}

/* The first bytes, before any is written. */
static bool look(void *arg, const void *data, size_t n)
{
	struct fetch *f = arg;

	if (f->odd || f->words ||
	    (f->from + f->done == 0 && !first_bytes_fit(f->remote->promised, data, n)))
		return refuse_other(f, data, n);
	if (!f->doubted)
		return true;
	f->doubted = false;
	return answer_taken(f);
}

/* It ended without a byte to look at. */
static void look_at_nothing(struct fetch *f, const struct http_reply *reply,
			    const struct error *err)
{
	if (err || f->why || reply->status >= 300)
		return;
	if (!f->odd && is_odd(reply->status))
		f->odd = reply->status;
	if (f->odd)
		refuse_other(f, "", 0);
}

/* --- its bytes --- */

static void part_grew(void *arg, uint64_t bytes)
{
	struct fetch *f = arg;

	stats.cache_miss_bytes += (int64_t)(bytes + f->base - f->done);
	f->done = bytes + f->base;
	if (f->done - f->base >= PROGRESS)
		f->failures = 0;
	if (f->done >= f->granted && f->from + f->done < f->to && !f->making)
		making_submit(f, ROOM_MORE, NULL);
	ranges_add(&f->remote->file.ranges, f->from, f->from + f->done);
	waitlist_wake(&f->remote->changed);
}

static void request_part(void *arg);

/* From where it broke, a few times; true if it will. */
static bool again(struct fetch *f, const struct http_reply *reply, const struct error *err)
{
	int n = error_errno(err);

	if (!reply->begun || (n != ECONNRESET && n != ETIMEDOUT && n != EAGAIN) ||
	    ++f->failures >= TRIES)
		return false;
	f->timer = timer_start(f->remote->remotes->loop, (uint64_t)AGAIN_MS << f->failures,
			       request_part, f);
	return true;
}

/*
 * A 416: it is shorter than was thought, or empty. One for bytes that the file has would be asked
 * for again and again.
 */
static void range_refused(struct fetch *f, const struct http_reply *reply)
{
	struct remote *r = f->remote;
	struct error *err = NULL;

	f->said.length = reply->range_total >= 0 ? reply->range_total : 0;
	if (remote_is_same(r, &f->said))
		remote_known(r, &f->said);
	if (r->state == REMOTE_KNOWN && (int64_t)(f->from + f->done) < r->file.validators.length)
		error_set(&err, EPROTO, "the server refuses a part of the file that it has (416)");
	fetch_over(f, err);
}

/*
 * A file that is being staged is waited for by who wants to read it: as long as the server says, or
 * a few seconds. Who wants to know its size is answered at once (remote_is_staged).
 */
static bool staged_again(struct fetch *f, const struct http_reply *reply)
{
	struct remote *r = f->remote;
	uint64_t ms;

	if (f->odd != 202)
		return false;
	r->staged_at = loop_now(r->remotes->loop);
	if (!f->patient) {
		fetch_over(f, NULL);
		return true;
	}
	ms = staging_next(&f->staging, reply->retry_after, STAGED_MS);
	if (!ms)
		return false;
	error_clear(&f->why);
	f->timer = timer_start(r->remotes->loop, ms, request_part, f);
	waitlist_wake(&r->changed);
	return true;
}

/* True if it was settled: it was stopped by us, changed, or is tried again. */
static bool settled_otherwise(struct fetch *f, const struct http_reply *reply,
			      const struct error *err)
{
	look_at_nothing(f, reply, err);
	if (f->why) {
		if (!staged_again(f, reply))
			fetch_over(f, steal(f->why));
		return true;
	}
	if (reply->status == 416) {
		range_refused(f, reply);
		return true;
	}
	return err && again(f, reply, err);
}

static void part_ended(void *arg, struct http_reply *reply, uint64_t bytes, struct error *err)
{
	struct fetch *f = arg;
	struct remote *r = f->remote;
	struct error *none = NULL;

	f->download = NULL;
	if (f->anew) {
		f->anew = false;
		f->from = f->done = 0;
		f->to = UINT64_MAX;
		request_part(f);
		return;
	}
	if (settled_otherwise(f, reply, err))
		return;
	if (err) {
		fetch_over(f, error_copy(err));
		return;
	}
	if (f->to == UINT64_MAX || (!f->ranged && r->file.validators.length < 0))
		r->file.validators.length = (int64_t)(f->base + bytes); /* it was not told */
	else if (!bytes && f->from + f->base < f->to) /* it would be asked for again and again */
		error_set(&none, EPROTO, "the server sent nothing of a part of the file");
	fetch_over(f, none);
}

/* --- asking for a size only --- */

static enum body_verdict probe_body(void *arg, const void *data, size_t n)
{
	struct fetch *f = arg;
	bool first = f->doubted || f->odd;

	return first && !look(f, data, n) ? BODY_STOP : BODY_TAKEN;
}

static void probed(void *arg, struct http_reply *reply, struct error *err)
{
	struct fetch *f = arg;
	bool stopped = err && error_errno(err) == ECANCELED; /* a whole file began to come */

	f->transfer = NULL;
	if (f->anew) { /* how long it is unpacked is not known before it is there */
		f->said.length = -1;
		remote_known(f->remote, &f->said);
	}
	/* What is kept is good enough. */
	if ((error_is_transient(err) || reply->status == 202) && f->remote->file.fd >= 0) {
		f->remote->checked = clock_now();
		fetch_over(f, NULL);
		return;
	}
	if (settled_otherwise(f, reply, stopped ? NULL : err))
		return;
	if (!err && f->remote->state == REMOTE_NEW) { /* an empty file: its headers came alone */
		f->said.length = reply->length >= 0 ? reply->length : 0;
		remote_known(f->remote, &f->said);
	}
	fetch_over(f, err && !stopped ? error_copy(err) : NULL);
}

static void request_part(void *arg)
{
	struct fetch *f = arg;
	struct remote *r = f->remote;
	struct remotes *rs = r->remotes;
	struct download_events events = {
	    .arg = f, .headers = headers, .look = look, .grew = part_grew, .done = part_ended};
	struct http_call call = service_call(r->service, r->url);

	f->timer = NULL;
	f->base = f->done;
	call.as_sent = !r->packed;
	call.document = false;
	call.range_from = f->from + f->done;
	call.range_to = f->to == UINT64_MAX ? 0 : f->to; /* all of it, without a Range */
	f->ranged = call.range_to != 0;
	if (f->probe) {
		call.arg = f;
		call.on_headers = headers;
		call.on_body = probe_body;
		call.on_done = probed;
		f->transfer = http_start(rs->http, &call);
	} else if (r->file.fd < 0) {
		f->download =
		    download_start_held(rs->http, rs->loop, &call, call.range_from, &events);
	} else {
		f->download = download_start_at(rs->http, rs->loop, &call, r->file.fd,
						call.range_from, &events);
	}
}

/* --- room in the cache, and the file --- */

struct fetch_making {
	struct work work; /* first */
	struct fetch *fetch;
	struct remotes *remotes;
	struct kept *kept;
	uint64_t room;     /* that is wanted */
	uint64_t promised; /* that others were told they have */
	uint64_t more;     /* that there is beyond it */
	char *key;
	struct validators validators;
	char *content_type;
	struct kept_file file;
	struct kept_totals totals;
	bool counted;
	struct error *error;
};

/* Another mount may have made it since it was looked for here: they share it. */
static void file_find_or_make(struct fetch_making *m)
{
	if (!kept_find(m->kept, m->key, &m->file, &m->error))
		return;
	if (m->file.id && validators_match(&m->file.validators, &m->validators))
		return;
	kept_file_clear(&m->file);
	kept_make(m->kept, m->key, &m->validators, m->content_type, &m->file, &m->error);
}

static void part_making_run(struct work *w)
{
	struct fetch_making *m = (struct fetch_making *)w;

	if (m->room &&
	    !kept_make_room(m->kept, m->promised + m->room, ROOM_STEP, &m->more, &m->error))
		return;
	if (m->key)
		file_find_or_make(m);
	m->counted = kept_count(m->kept, &m->totals, NULL);
}

static void making_free(struct fetch_making *m)
{
	if (!m)
		return;
	m->remotes->asked -= m->room;
	kept_file_clear(&m->file);
	validators_clear(&m->validators);
	free(m->content_type);
	free(m->key);
	error_free(m->error);
	free(m);
}

/* The file that this answer belongs to takes the place of what is known without one. */
static void part_file_made(struct fetch *f, struct kept_file *made)
{
	struct remote *r = f->remote;

	remote_take(r, made);
	if (f->download)
		download_give(f->download, r->file.fd);
}

/* Bytes that the rows do not tell yet: those that came since, and what others may still bring. */
static uint64_t promised(const struct remotes *rs)
{
	uint64_t n = rs->asked;
	const struct remote *r;
	const struct fetch *f;

	LIST_FOREACH (r, &rs->all, link) {
		n += ranges_total(&r->file.ranges) - ranges_total(&r->noted);
		LIST_FOREACH (f, &r->fetches, link)
			n += f->granted > f->done ? f->granted - f->done : 0;
	}
	return n;
}

static void making_again(void *arg)
{
	struct fetch *f = arg;
	struct fetch_making *m = f->unmade;

	f->timer = NULL;
	f->unmade = NULL;
	f->making = true;
	m->promised = promised(m->remotes) - m->room;
	work_submit(m->remotes->loop, LANE_CACHE, &m->work);
}

/* What was closed just now is let go of in a moment, here or by another mount. */
static bool room_later(struct fetch_making *m)
{
	struct fetch *f = m->fetch;

	if (!m->error || error_errno(m->error) != ENOSPC || !f->remote || f->timer ||
	    ++f->unmade_times >= ROOM_TRIES)
		return false;
	error_clear(&m->error);
	f->unmade = m;
	f->timer = timer_start(m->remotes->loop, ROOM_AGAIN_MS, making_again, f);
	return true;
}

static void part_making_done(struct work *w)
{
	struct fetch_making *m = (struct fetch_making *)w;
	struct fetch *f = m->fetch;
	struct remote *r = f->remote;

	f->making = false;
	if (m->counted)
		remotes_counted(m->remotes, &m->totals);
	if (room_later(m))
		return;
	if (!m->error)
		m->remotes->room += m->more;
	f->unmade_times = 0;
	f->granted += m->room;
	if (!r)
		part_free(f);
	else if (m->error)
		fetch_over(f, steal(m->error));
	else if (m->key)
		part_file_made(f, &m->file);
	else if (!f->download)
		request_part(f);
	making_free(m);
}

/* key NULL: only the room. */
static void making_submit(struct fetch *f, uint64_t room, const char *key)
{
	struct fetch_making *m = xcalloc(1, sizeof(*m));

	m->work.run = part_making_run;
	m->work.done = part_making_done;
	m->fetch = f;
	m->remotes = f->remote->remotes;
	m->kept = m->remotes->kept;
	m->room = room;
	if (room) {
		m->remotes->room = 0; /* part of what is asked for now */
		m->promised = promised(m->remotes);
		m->remotes->asked += room;
	}
	m->key = xstrdup_or_null(key);
	m->validators = validators_copy(&f->said);
	m->content_type = xstrdup_or_null(f->content_type);
	m->file.fd = -1;
	f->making = true;
	work_submit(f->remote->remotes->loop, LANE_CACHE, &m->work);
}

static void file_make(struct fetch *f)
{
	bool more = f->to != UINT64_MAX && f->to > f->granted;

	making_submit(f, more ? f->to - f->granted : 0, f->remote->key);
}

static struct fetch *fetch_new(struct remote *r, uint64_t from, uint64_t to)
{
	struct fetch *f = xcalloc(1, sizeof(*f));

	f->remote = r;
	f->from = from;
	f->to = to;
	f->said.length = -1;
	LIST_INSERT_HEAD(&r->fetches, f, link);
	return f;
}

void fetch_start(struct remote *r, uint64_t from, uint64_t to)
{
	struct fetch *f = fetch_new(r, from, to);
	uint64_t n = to == UINT64_MAX ? ROOM_MORE : to - from;

	f->patient = true;
	if (r->remotes->room < n) {
		making_submit(f, n, NULL);
		return;
	}
	r->remotes->room -= n;
	f->granted = n;
	request_part(f);
}

void fetch_size(struct remote *r, bool patient)
{
	struct fetch *f = fetch_new(r, 0, 1);

	f->probe = true;
	f->patient = patient;
	request_part(f);
}
