/*
 * signin.h: who the user is for a service.
 *
 * A way to sign in is one line in the table of signin.c (the word of `auth =`, see
 * also base/options.h) and the function that makes its header. Credentials are bound to the
 * origin they were configured for and go to no other, also after a redirect.
 */
#ifndef TAPFS_HTTP_SIGNIN_H
#define TAPFS_HTTP_SIGNIN_H

#include <stdbool.h>

#include "base/config.h"
#include "base/error.h"
#include "base/wait.h"
#include "http/transport.h"

struct http;
struct signin;

/*
 * Reads the token file where one is configured: a regular file of this user's, mode 0600 or
 * stricter, else refused with the command that mends it. Waits for the disk.
 */
struct signin *signin_new(const struct settings *, const char *service_url, struct error **err);
void signin_free(struct signin *); /* wipes the secret; NULL is allowed */

/*
 * A sign-in that needs requests of its own: a log-in by POST, whose cookie the others carry. The
 * first request to the service waits for it (SIGNING_IN in transfer.h), and one that comes back
 * with 401 is sent once more after another log-in.
 */
struct signin_session {
	/* Starts a log-in, whose own call has no sign-in; signin_over follows, not from inside. */
	void (*login)(void *arg, struct signin *, struct http *);
	void (*free)(void *arg); /* may be NULL */
};
/* who: "signed in as NAME", for signin_describe; copied. */
struct signin *signin_new_session(const char *service_url, const char *who,
				  const struct signin_session *, void *arg);
/* The log-in brought the header "Name: value", or has failed; both are taken, one is NULL. */
void signin_over(struct signin *, char *header, struct error *err);

/* Whether credentials are for it: what refuses them elsewhere is not helped by a sign-in here. */
bool signin_is_for(const struct signin *, const char *url);
/* Signs a request to url, if url is of the origin that the credentials are for. */
void signin_apply(const struct signin *, const char *url, struct http_headers *);

/* --- for http.c --- */

/* Requests to url must wait: signin_login, and signin_changed is woken when it is over. */
bool signin_wants_login(const struct signin *, const char *url);
void signin_login(struct signin *, struct http *); /* nothing if one is under way */
struct waitlist *signin_changed(struct signin *);
/* Why the last log-in failed; NULL if it did not. Borrowed. */
const struct error *signin_failure(const struct signin *);
/* It failed a moment ago: that is the answer, and no other is sent yet. */
bool signin_failed_lately(const struct signin *);
/* Counts log-ins: which one a request was signed with. */
unsigned signin_generation(const struct signin *);
/* A request that was signed with that one got a 401. True: it may be sent again, signed anew. */
bool signin_expire(struct signin *, const char *url, unsigned generation);

/* The service has answered a request to url with that status. */
void signin_answered(struct signin *, const char *url, int status);

/*
 * "not signed in", "signed in as NAME", "signed in with a token", and whether the last answer
 * accepted that. Caller owns.
 */
char *signin_describe(const struct signin *);

#endif
