/* reply_test.c: requests are parked and answered whatever the front: here one that notes it. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/mem.h"
#include "fs/core/names.h"
#include "fs/core/node.h"
#include "fs/core/operation.h"
#include "fs/core/reply.h"

static struct {
	int errnum; /* of the last answer */
	unsigned answers, parked, ended;
	uint64_t size;
} seen;

static bool note_error(struct request *r, int errnum)
{
	(void)r;
	seen.errnum = errnum;
	seen.answers++;
	return true;
}

static bool note_entry(struct request *r, const struct node_view *v)
{
	(void)r;
	seen.size = (uint64_t)v->stat.st_size;
	seen.answers++;
	return true;
}

static void note_parked(struct request *r)
{
	(void)r;
	seen.parked++;
}

static void note_ended(struct request *r)
{
	seen.ended++;
	free(r);
}

static const struct front noting = {
    .error = note_error,
    .entry = note_entry,
    .parked = note_parked,
    .ended = note_ended,
};

/* A folder with one name, whose text is there once `known`. */
static struct waitlist changed;
static bool known;

static enum outcome late_text(struct node *n, struct buf *out, struct ask *ask)
{
	(void)n;
	if (!known)
		return ask_wait(ask, &changed);
	buf_adds(out, "text");
	return READY;
}

static enum outcome result_text(struct node *n, struct buf *out, struct ask *ask)
{
	return known ? late_text(n, out, ask) : ask_wait_job(ask, &changed);
}

static const struct kind lines[] = {
    {.mode = S_IFDIR | 0755, .name = ""},
    {.depth = 1, .mode = S_IFREG | 0444, .name = "late.txt", .flags = KIND_LIVE, .text = late_text},
    {.depth = 1, .mode = S_IFREG | 0444, .name = "result", .flags = KIND_LIVE, .text = result_text},
};

static struct mount mount;
static struct node *root, *file;

static void start(void)
{
	mount = (struct mount){.front = &noting};
	TAILQ_INIT(&mount.requests);
	waitlist_init(&changed);
	known = false;
	root = node_root(&mount, &lines[0], NULL);
	file = node_fixed(root, &lines[1]);
}

static void stop(void)
{
	cr_expect(TAILQ_EMPTY(&mount.requests));
	cr_expect_eq(seen.answers, seen.ended);
	node_unref(file);
	nodes_free(&mount);
}

static void show(struct request *r)
{
	struct node_view v;

	if (settled(r, node_view_of(r->node, &v, &r->ask)))
		reply_entry(r, &v);
}

static struct request *request_on(uint64_t id)
{
	struct request *r = xcalloc(1, sizeof(*r));

	request_init(r, &mount, id, 1, show);
	return r;
}

TestSuite(reply, .init = start, .fini = stop);

Test(reply, of_a_node_that_is_gone_is_ESTALE)
{
	request_run(request_on(12345));
	cr_expect_eq(seen.errnum, ESTALE);
	cr_expect_eq(seen.answers, 1);
}

Test(reply, waits_until_what_it_was_parked_on_changes)
{
	request_run(request_on(file->id));
	cr_expect_eq(seen.parked, 1);
	cr_expect_eq(seen.answers, 0);
	known = true;
	waitlist_wake(&changed);
	cr_expect_eq(seen.answers, 1);
	cr_expect_eq(seen.size, 4);
}

Test(reply, is_EAGAIN_where_it_may_not_wait_for_a_result)
{
	struct node *result = node_fixed(root, &lines[2]);
	struct request *r = request_on(result->id);

	r->ask.nonblock = true;
	request_run(r);
	cr_expect_eq(seen.errnum, EAGAIN);
	cr_expect_eq(seen.parked, 0);
	node_unref(result);
}

/* grep -r opens all files so. */
Test(reply, waits_for_what_is_no_result_also_with_O_NONBLOCK)
{
	struct request *r = request_on(file->id);

	r->ask.nonblock = true;
	request_run(r);
	cr_expect_eq(seen.parked, 1);
	known = true;
	waitlist_wake(&changed);
	cr_expect_eq(seen.errnum, 0);
	cr_expect_eq(seen.size, 4);
}

Test(reply, given_while_it_is_parked_ends_the_wait)
{
	struct request *r = request_on(file->id);

	request_run(r);
	reply_errno(r, EINTR);
	cr_expect(waitlist_empty(&changed));
	cr_expect_eq(seen.errnum, EINTR);
}

static void fail(struct request *r)
{
	settled(r, ask_fail(&r->ask, EIO, "the disk broke"));
}

static void refuse(struct request *r)
{
	settled(r, ask_refuse(&r->ask, EXDEV));
}

Test(reply, that_fails_is_noted_with_its_path)
{
	CLEANUP_BUF struct buf notes = BUF_INIT;
	struct request *r = request_on(file->id);

	r->handler = fail;
	request_run(r);
	failures_render(&notes);
	cr_expect_eq(seen.errnum, EIO);
	cr_expect(strstr(buf_str(&notes), "late.txt"));
	cr_expect(strstr(buf_str(&notes), "the disk broke"));
}

Test(reply, that_is_a_plain_refusal_is_not_noted)
{
	CLEANUP_BUF struct buf notes = BUF_INIT;
	struct request *r = request_on(file->id);

	r->handler = refuse;
	request_run(r);
	failures_render(&notes);
	cr_expect_eq(seen.errnum, EXDEV);
	cr_expect_not(strstr(buf_str(&notes), "late.txt"));
}
