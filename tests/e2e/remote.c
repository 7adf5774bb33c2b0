/*
 * remote.c: reads parts of a file on a server as the mount does, without a mount.
 *
 *	remote CACHE URL READ...     READ: OFFSET+BYTES, or "size"; each waits for the one before
 *
 * The bytes go to standard output; sizes and failures, a line each, to standard error, and last the
 * bytes that came over the network.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/config.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/stats.h"
#include "http/curl_transport.h"
#include "tap/remote/remote.h"
#include "tap/service/service.h"

struct reading {
	struct loop *loop;
	struct remote *remote;
	struct remote_reader reader;
	struct waiter waiter;
	char **reads; /* what is still to be read */
};

static void put(struct remote *r, uint64_t offset, uint64_t n)
{
	CLEANUP_FREE char *bytes = xmalloc(n + 1);
	uint64_t size = (uint64_t)r->file.validators.length;

	if (offset > size)
		return;
	n = n < size - offset ? n : size - offset;
	if (pread(r->file.fd, bytes, n, (off_t)offset) != (ssize_t)n ||
	    fwrite(bytes, 1, n, stdout) != n)
		fprintf(stderr, "cannot read what was fetched\n");
}

/* Goes on until something has to be waited for. */
static void go_on(struct waiter *w)
{
	struct reading *x = (struct reading *)((char *)w - offsetof(struct reading, waiter));

	for (; *x->reads; x->reads++) {
		struct error *err = NULL;
		enum remote_answer answer;
		uint64_t offset = 0, n = 0;

		if (sscanf(*x->reads, "%" SCNu64 "+%" SCNu64, &offset, &n) == 2)
			answer = remote_need(x->remote, &x->reader, offset, n, &err);
		else
			answer = remote_size(x->remote, &err);
		if (answer == REMOTE_WAIT) {
			waitlist_add(&x->remote->changed, &x->waiter);
			return;
		}
		if (answer == REMOTE_FAILS)
			fprintf(stderr, "%s: %s\n", *x->reads, error_text(err));
		else if (n)
			put(x->remote, offset, n);
		else
			fprintf(stderr, "size %" PRId64 "\n", x->remote->file.validators.length);
		error_free(err);
	}
	loop_stop(x->loop);
}

int main(int argc, char **argv)
{
	struct config *config = config_new();
	struct reading x = {.waiter.wake = go_on};
	struct service service = {.settings = config_global(config)};
	struct error *err = NULL;
	struct remotes *remotes;
	struct kept *kept;
	struct http *http;

	if (argc < 4) {
		fprintf(stderr, "usage: remote CACHE URL OFFSET+BYTES|size ...\n");
		config_free(config);
		return 2;
	}
	kept = kept_open(argv[1], INT64_C(8) << 30, 0, &err);
	if (!kept) {
		fprintf(stderr, "%s\n", error_text(err));
		return 1;
	}
	x.loop = loop_new();
	http = http_new(x.loop, curl_transport_new(x.loop));
	remotes = remotes_new(x.loop, http, kept);
	x.remote = remote_get(remotes, &service, argv[2]);
	x.reads = argv + 3;
	waitlist_add(&x.remote->changed, &x.waiter);
	loop_run(x.loop);
	remote_unref(x.remote);
	remotes_end(remotes);
	loop_drain(x.loop);
	remotes_free(remotes);
	http_free(http);
	loop_free(x.loop);
	kept_close(kept);
	config_free(config);
	fprintf(stderr, "received %" PRId64 "\n", stats.http_bytes_in);
	return 0;
}
