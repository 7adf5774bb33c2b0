/*
 * answer.h: what a service sent in place of what was asked for, in words: a log-in page, a
 * gateway's page, JSON, nothing. Pure functions.
 */
#ifndef TAPFS_TAP_SERVICE_ANSWER_H
#define TAPFS_TAP_SERVICE_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "http/http.h"

/* `a web page, "Log in": …`, `JSON: {"error": …`, "an empty answer". Caller owns. */
char *answer_described(const char *content_type, const char *body, size_t n);
/* The message of an error document that begins in the middle of a VOTable; NULL. Caller owns. */
char *answer_intermixed(const char *tail, size_t n);
/*
 * A URL that looks like a page to log in at (`/login?rd=…`, `*.jsp`). A word that is in the
 * service's own URL (`/auth/tap`) says nothing.
 */
bool answer_is_login(const char *url, const char *service);
/*
 * A document that could not be read, of that root element: *why, the parser's complaint, becomes
 * what came instead where it is another document, or a page to log in at (EACCES). what: "job
 * list".
 */
void answer_refused(const struct http_reply *, const char *asked, const char *what,
		    const char *root, struct error **why);
/* The service leads there: EACCES, with what to do. */
void answer_login_error(const char *url, struct error **err);
/* Of where an answer led, or came from (NULL: nowhere): whether that is such a page; *err then. */
bool answer_leads_to_login(const char *url, const char *asked, struct error **err);

#endif
