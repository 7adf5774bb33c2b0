/* tap_fixture.c: see tap_fixture.h. */
#include "tests/unit/tap/tap_fixture.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cache/file.h"
#include "cache/kept.h"

static void set(struct config *c, const char *name, const char *value)
{
	CLEANUP_FREE char *option = xasprintf("%s=%s", name, value);
	struct error *err = NULL;

	cr_assert(config_override(c, option, &err), "%s", error_text(err));
}

static void begin(struct tap_fixture *f)
{
	CLEANUP_FREE char *files = xasprintf("%s/files", f->dir);
	struct error *err = NULL;

	f->loop = loop_new_turned();
	f->net = fake_net_new(f->loop);
	fake_net_serve(f->net, fake_tap_serve, &f->tap);
	f->http = http_new(f->loop, fake_net_transport(f->net));
	f->kept = kept_open(files, INT64_C(1) << 30, 0, &err);
	cr_assert_not_null(f->kept, "%s", error_text(err));
	f->remotes = remotes_new(f->loop, f->http, f->kept);
	f->service = service_prepare(config_global(f->config), FAKE_TAP_URL, "/mnt", &err);
	cr_assert_not_null(f->service, "%s", error_text(err));
	service_begin(f->service, f->loop, f->http, f->remotes);
	loop_turn(f->loop, 1);
}

static void configure(struct tap_fixture *f, const char *option)
{
	CLEANUP_FREE char *state = xasprintf("%s/state", f->dir);
	CLEANUP_FREE char *cache = xasprintf("%s/cache", f->dir);

	f->config = config_new();
	set(f->config, "state_dir", state);
	set(f->config, "cache_dir", cache);
	if (option)
		cr_assert(config_override(f->config, option, NULL), "%s", option);
}

void tap_start_bare(struct tap_fixture *f, const char *option)
{
	clock_fix(clock_now()); /* files have the real time */
	snprintf(f->dir, sizeof(f->dir), "%s", "/tmp/tapfs-unit.XXXXXX");
	cr_assert_not_null(mkdtemp(f->dir));
	configure(f, option);
	begin(f);
}

void tap_start(struct tap_fixture *f, const char *option)
{
	tap_start_bare(f, option);
	cr_assert_not_null(f->service->names, "the tables are there");
}

static void end(struct tap_fixture *f)
{
	service_end(f->service);
	remotes_end(f->remotes);
	loop_drain(f->loop);
	service_free(f->service);
	remotes_free(f->remotes);
	http_free(f->http);
	fake_net_free(f->net);
	loop_free(f->loop);
	kept_close(f->kept);
}

void tap_restart(struct tap_fixture *f)
{
	end(f);
	begin(f);
}

void tap_stop(struct tap_fixture *f)
{
	end(f);
	config_free(f->config);
	tap_remove_dir(f->dir);
	clock_fix(0);
}

/* --- folders --- */

static int remove_one(const char *path, const struct stat *st, int what, struct FTW *ftw)
{
	(void)st, (void)what, (void)ftw;
	return remove(path);
}

void tap_remove_dir(const char *dir)
{
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static char copy_from[64], copy_to[64];

static int copy_one(const char *path, const struct stat *st, int what, struct FTW *ftw)
{
	CLEANUP_FREE char *to = xasprintf("%s%s", copy_to, path + strlen(copy_from));
	size_t n;

	(void)ftw;
	if (what == FTW_D)
		return mkdir(to, 0700) < 0 && path[strlen(copy_from)] ? -1 : 0;
	if (S_ISREG(st->st_mode)) {
		CLEANUP_FREE char *text = file_get(path, 64u << 20, &n, NULL);
		FILE *f = fopen(to, "w");

		fwrite(text, 1, n, f);
		fclose(f);
	}
	return 0;
}

char *tap_snapshot(const struct tap_fixture *f)
{
	snprintf(copy_from, sizeof(copy_from), "%s", f->dir);
	snprintf(copy_to, sizeof(copy_to), "%s", "/tmp/tapfs-unit.XXXXXX");
	cr_assert_not_null(mkdtemp(copy_to));
	cr_assert_eq(nftw(copy_from, copy_one, 16, FTW_PHYS), 0);
	return xstrdup(copy_to);
}

void tap_start_copy(struct tap_fixture *f, const char *dir, const struct fake_tap *tap)
{
	clock_fix(clock_now() + 60000);
	f->tap = *tap;
	snprintf(f->dir, sizeof(f->dir), "%s", dir);
	configure(f, NULL);
	begin(f);
}

/* --- queries --- */

static void accepted(void *arg, struct error *err)
{
	unsigned *n = arg;

	cr_assert_null(err);
	++*n;
}

struct query *tap_drop(struct tap_fixture *f, const char *name, const char *text)
{
	CLEANUP_FREE char *path = xasprintf("%s/%s", f->service->dir.queries, name);
	struct query *q = tap_query(f, name);
	struct query_rules rules = query_rules(f->service->settings);
	struct query_text read = {0};
	unsigned done = 0;
	struct stat st;
	int fd;

	cr_assert(file_put(path, text, strlen(text), NULL));
	cr_assert_eq(stat(path, &st), 0);
	fd = open(path, O_RDONLY);
	cr_assert(query_text_read(fd, &rules, &read, NULL));
	close(fd);
	if (!q)
		q = query_new(queries_of(f->service), name);
	query_accept(q, st.st_ino, &read, accepted, &done);
	loop_turn(f->loop, 0);
	cr_assert_eq(done, 1);
	query_launch(q, true);
	return q;
}

struct query *tap_query(struct tap_fixture *f, const char *name)
{
	struct query *q;

	LIST_FOREACH (q, &queries_of(f->service)->all, link)
		if (strcmp(q->entry.path, name) == 0)
			return q;
	return NULL;
}

bool tap_wait(struct tap_fixture *f, struct query *q, uint64_t ms)
{
	for (uint64_t t = 0; t < ms && q->state == QUERY_ACTIVE; t += 100)
		loop_turn(f->loop, 100);
	return q->state == QUERY_DONE;
}

void tap_is_done_once(struct tap_fixture *f, struct query *q)
{
	cr_expect(tap_wait(f, q, 600000), "%s", buf_str(&q->log));
	cr_expect_eq(fake_tap_runs(&f->tap), 1, "runs: %u\n%s", fake_tap_runs(&f->tap),
		     fake_net_log(f->net));
	cr_expect_eq(q->entry.rows, 2);
}
