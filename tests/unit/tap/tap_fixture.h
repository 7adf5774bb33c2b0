/*
 * tap_fixture.h: a service as a mount has it, over a fake network, with a clock that is turned.
 *
 * All in a folder of its own, which goes at the end.
 */
#ifndef TAPFS_UNIT_TAP_TAP_FIXTURE_H
#define TAPFS_UNIT_TAP_TAP_FIXTURE_H

#include "tap/query/query.h"
#include "tap/remote/remote.h"
#include "tap/service_open.h"
#include "tests/unit/tap/fake_tap.h"

struct tap_fixture {
	char dir[64]; /* state/ and cache/ in it */
	struct config *config;
	struct loop *loop;
	struct fake_net *net;
	struct fake_tap tap;
	struct http *http;
	struct kept *kept;
	struct remotes *remotes;
	struct service *service;
};

/* A new folder, and the service begun; its metadata are there. option: "name=value" or NULL. */
void tap_start(struct tap_fixture *, const char *option);
/* The same, whatever the service says of its tables. */
void tap_start_bare(struct tap_fixture *, const char *option);
/* In a copy of another's folder, against a copy of its service: what a new mount finds. */
void tap_start_copy(struct tap_fixture *, const char *dir, const struct fake_tap *);
/* The mount ends and begins again, in the same folder. */
void tap_restart(struct tap_fixture *);
/* The mount ends. */
void tap_stop(struct tap_fixture *);
/* Copies the folder as it is on disk now; caller owns its name. */
char *tap_snapshot(const struct tap_fixture *);
void tap_remove_dir(const char *dir);

/* A file dropped into queries/ and closed: accepted by the journal, and launched. */
struct query *tap_drop(struct tap_fixture *, const char *name, const char *text);
/* Of that name; NULL: there is none. After a restart: resumed. */
struct query *tap_query(struct tap_fixture *, const char *name);
/* Turns the clock, at most so many ms, until it is over. True if it is DONE. */
bool tap_wait(struct tap_fixture *, struct query *, uint64_t ms);
/* Fails the test unless it ends DONE with the fake service's two rows, of one run there. */
void tap_is_done_once(struct tap_fixture *, struct query *);

#endif
