/*
 * answer.h: what a service sent in place of what was asked for, in words: a log-in page, a
 * gateway's page, JSON, nothing. Pure.
 */
#ifndef TAPFS_TAP_SERVICE_ANSWER_H
#define TAPFS_TAP_SERVICE_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* `a web page, "Log in": …`, `JSON: {"error": …`, "an empty answer". Caller owns. */
char *answer_described(const char *content_type, const char *body, size_t n);
/* The message of an error document that begins in the middle of a VOTable; NULL. Caller owns. */
char *answer_intermixed(const char *tail, size_t n);
/*
 * A URL that looks like a page to log in at (`/login?rd=…`, `*.jsp`). A word that is in the
 * service's own URL (`/auth/tap`) says nothing.
 */
bool answer_is_login(const char *url, const char *service);
/* The service leads there: EACCES, with what to do. */
void answer_login_error(const char *url, struct error **err);

#endif
