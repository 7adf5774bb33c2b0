/*
 * curl_transport.h: the transport of the program: one curl multi handle, driven by the loop.
 *
 * Connections are reused, HTTP/2 where it is offered.
 */
#ifndef TAPFS_HTTP_CURL_TRANSPORT_H
#define TAPFS_HTTP_CURL_TRANSPORT_H

#include "base/loop.h"
#include "http/transport.h"

/* Never NULL. Freed by its own function. */
struct transport *curl_transport_new(struct loop *);

#endif
