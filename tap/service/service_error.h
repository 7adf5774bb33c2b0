/* service_error.h: what a service says when something failed, in words. */
#ifndef TAPFS_TAP_SERVICE_SERVICE_ERROR_H
#define TAPFS_TAP_SERVICE_SERVICE_ERROR_H

#include <stddef.h>

/*
 * The message in an error's body: from a VOTable (DALI 1.1 §4.2), from HTML (Gaia's
 * "<li><b>Message: </b>…</li>", else its text), or plain. At most 2 KiB, without control
 * characters. Caller owns; NULL if the body says nothing.
 */
char *service_error_message(int http_status, const char *content_type, const char *body, size_t n);

#endif
