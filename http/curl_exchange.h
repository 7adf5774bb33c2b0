/*
 * curl_exchange.h: one exchange as an easy handle of curl's; the inside of curl_transport.h.
 */
#ifndef TAPFS_HTTP_CURL_EXCHANGE_H
#define TAPFS_HTTP_CURL_EXCHANGE_H

#include <curl/curl.h>

#include "http/transport.h"

struct exchange {
	CURLM *multi; /* of the transport */
	CURL *easy;
	struct curl_slist *headers;
	struct exchange_events tell;
	void *arg;
	char error[CURL_ERROR_SIZE];
	const char *body;
	size_t body_len, sent; /* bytes; that curl has taken */
	struct http_form *form;
	bool send_paused; /* the form's next bytes are not read yet */
};

/* The easy handle, set up and not yet in the multi handle. */
struct exchange *curl_exchange_new(CURLM *, const struct http_request *,
				   const struct exchange_events *, void *arg);
/* curl has ended it: tells so. */
void curl_exchange_ended(struct exchange *, CURLcode);
void curl_exchange_resume(struct exchange *);
void curl_exchange_more(struct exchange *);
int64_t curl_exchange_length(const struct exchange *);
/* Takes it out of the multi handle, too. */
void curl_exchange_free(struct exchange *);

#endif
