/*
 * signin.h: who the user is for a service.
 *
 * A way to sign in is one line in the table of signin.c (the word of `auth =`, see
 * also base/options.h) and the function that puts it on a request. Credentials are bound to the
 * origin they were configured for and go to no other, also after a redirect.
 */
#ifndef TAPFS_HTTP_SIGNIN_H
#define TAPFS_HTTP_SIGNIN_H

#include <curl/curl.h>
#include <stdbool.h>

#include "base/config.h"
#include "base/error.h"

struct signin;

/*
 * Reads the token file where one is configured: a regular file of this user's, mode 0600 or
 * stricter, else refused with the command that mends it. Waits for the disk.
 */
struct signin *signin_new(const struct settings *, const char *service_url, struct error **err);
void signin_free(struct signin *); /* wipes the secret; NULL is allowed */

/*
 * Signs a request to url, if url is of the origin that the credentials are for: adds to its headers
 * (the list is returned), or sets what curl needs.
 */
struct curl_slist *signin_apply(const struct signin *, const char *url, CURL *easy,
				struct curl_slist *headers);

/* "not signed in", "signed in as NAME", "signed in with a token". Caller owns. */
char *signin_describe(const struct signin *);

#endif
