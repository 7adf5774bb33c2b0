/*
 * curl_exchange.c: one exchange as an easy handle of curl's; see curl_exchange.h.
 */
#include "http/curl_exchange.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/mem.h"

#define UNTRUSTED                                                                                \
	"%s: if a private authority signed the certificate, name the authority's file with the " \
	"option ca_file, or in SSL_CERT_FILE or CURL_CA_BUNDLE"

#define NO_PROXY                                                                                 \
	"%s: the proxy is the one that https_proxy, http_proxy or ALL_PROXY in the environment " \
	"names"
#define PROXY_REFUSES "HTTP 407: the proxy wants a user and a password"

/* --- what is sent --- */

static size_t on_send(char *to, size_t size, size_t n, void *arg)
{
	struct exchange *x = arg;
	size_t left = x->body_len - x->sent;
	size_t piece = size * n < left ? size * n : left;

	memcpy(to, x->body + x->sent, piece);
	x->sent += piece;
	return piece;
}

static size_t on_send_form(char *to, size_t size, size_t n, void *arg)
{
	struct exchange *x = arg;
	size_t len = http_form_read(x->form, to, size * n);

	x->send_paused = len == FORM_WAIT;
	if (len == FORM_BAD)
		return CURL_READFUNC_ABORT;
	return x->send_paused ? CURL_READFUNC_PAUSE : len;
}

static int cannot_rewind(void *arg, curl_off_t offset, int origin)
{
	(void)arg;
	(void)offset;
	(void)origin;
	return CURL_SEEKFUNC_FAIL;
}

/*
 * curl itself sends a request again when a connection that was used before dies without an answer.
 * What must not be sent twice is given to it as a stream that cannot be rewound.
 */
static void set_body(struct exchange *x, const struct http_request *r)
{
	CURL *e = x->easy;

	curl_easy_setopt(e, CURLOPT_POST, 1L);
	if (x->form) {
		http_form_rewind(x->form);
		curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE,
				 (curl_off_t)http_form_size(x->form));
		curl_easy_setopt(e, CURLOPT_READFUNCTION, on_send_form);
		curl_easy_setopt(e, CURLOPT_READDATA, x);
		curl_easy_setopt(e, CURLOPT_SEEKFUNCTION, cannot_rewind);
		return;
	}
	curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)x->body_len);
	if (!r->once || !x->body_len) {
		curl_easy_setopt(e, CURLOPT_POSTFIELDS, x->body ? x->body : "");
		return;
	}
	curl_easy_setopt(e, CURLOPT_READFUNCTION, on_send);
	curl_easy_setopt(e, CURLOPT_READDATA, x);
	curl_easy_setopt(e, CURLOPT_SEEKFUNCTION, cannot_rewind);
}

static void set_method(struct exchange *x, const struct http_request *r)
{
	if (strcmp(r->method, "POST") == 0)
		set_body(x, r);
	else if (strcmp(r->method, "GET") != 0)
		curl_easy_setopt(x->easy, CURLOPT_CUSTOMREQUEST, r->method);
}

static void set_range(CURL *e, const struct http_request *r)
{
	char range[64];

	if (!r->range_to)
		return;
	snprintf(range, sizeof(range), "%" PRIu64 "-%" PRIu64, r->range_from, r->range_to - 1);
	curl_easy_setopt(e, CURLOPT_RANGE, range);
}

/*
 * Whose certificates are trusted: as the option says, else as curl(1) and OpenSSL read the
 * environment. libcurl itself does not look there.
 */
static void set_authorities(CURL *e, const struct http_request *r)
{
	const char *const files[] = {r->ca_file, getenv("CURL_CA_BUNDLE"), getenv("SSL_CERT_FILE")};
	const char *dir = getenv("SSL_CERT_DIR");

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		if (!files[i] || !*files[i])
			continue;
		curl_easy_setopt(e, CURLOPT_CAINFO, files[i]);
		break;
	}
	if (dir && *dir)
		curl_easy_setopt(e, CURLOPT_CAPATH, dir);
}

/* --- what comes back --- */

static size_t on_header(char *data, size_t size, size_t count, void *arg)
{
	struct exchange *x = arg;
	size_t n = size * count;
	const char *colon = memchr(data, ':', n);
	const char *value;
	size_t len;

	if (!colon) {
		long status = 0;

		curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &status);
		x->tell.status(x->arg, (int)status);
		return n;
	}
	value = colon + 1;
	len = n - (size_t)(value - data);
	while (len && strchr(" \t", *value))
		value++, len--;
	while (len && strchr("\r\n \t", value[len - 1]))
		len--;
	x->tell.header(x->arg, data, (size_t)(colon - data), value, len);
	return n;
}

static size_t on_data(char *data, size_t size, size_t count, void *arg)
{
	struct exchange *x = arg;
	size_t n = size * count;

	switch (x->tell.data(x->arg, data, n)) {
	case BODY_TAKEN: return n;
	case BODY_PAUSE: return CURL_WRITEFUNC_PAUSE;
	case BODY_STOP: break;
	}
	return 0;
}

/* "Failed to connect to HOST port …", where HOST is the proxy of the environment. */
static bool is_of_the_proxy(const char *why)
{
	static const char *const names[] = {"https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy",
					    "ALL_PROXY"};
	char host[256];

	if (sscanf(why, "Failed to connect to %255s port", host) != 1)
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *proxy = getenv(names[i]);

		if (proxy && strstr(proxy, host))
			return true;
	}
	return false;
}

/* A handshake ended with the connection. */
static bool broke_off(const char *why, long reason)
{
	return reason == ECONNRESET || reason == EPIPE || strstr(why, "reset by peer") ||
	       strstr(why, "SSL_ERROR_SYSCALL") || strstr(why, "unexpected eof") ||
	       strstr(why, "Broken pipe");
}

void curl_exchange_ended(struct exchange *x, CURLcode code)
{
	const char *why = x->error[0] ? x->error : curl_easy_strerror(code);
	CLEANUP_FREE char *told = NULL;
	enum exchange_end end;
	long reason = 0, connect = 0;

	curl_easy_getinfo(x->easy, CURLINFO_OS_ERRNO, &reason);
	curl_easy_getinfo(x->easy, CURLINFO_HTTP_CONNECTCODE, &connect);
	if (code != CURLE_OK && (reason == EMFILE || reason == ENFILE))
		why = error_why((int)reason); /* the service is not to blame */

	switch (code) {
	case CURLE_OK: end = EXCHANGE_OVER; break;
	case CURLE_COULDNT_RESOLVE_PROXY:
		end = EXCHANGE_UNREACHED;
		why = told = xasprintf(NO_PROXY, why);
		break;
	case CURLE_COULDNT_CONNECT:
		if (is_of_the_proxy(why))
			why = told = xasprintf(NO_PROXY, why);
		/* fallthrough */
	case CURLE_COULDNT_RESOLVE_HOST: end = EXCHANGE_UNREACHED; break;
	case CURLE_OPERATION_TIMEDOUT: end = EXCHANGE_TIMED_OUT; break;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_CACERT_BADFILE:
		end = EXCHANGE_UNTRUSTED;
		why = told = xasprintf(UNTRUSTED, why);
		break;
	case CURLE_SEND_FAIL_REWIND: /* curl tells of its own insides */
		why = "the connection broke off before the answer came";
		/* fallthrough */
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
	case CURLE_WEIRD_SERVER_REPLY: end = EXCHANGE_BROKEN; break;
	case CURLE_SSL_CONNECT_ERROR: /* also what two that have no protocol in common end with */
		end = broke_off(why, reason) ? EXCHANGE_BROKEN : EXCHANGE_FAILED;
		break;
	case CURLE_UNSUPPORTED_PROTOCOL: /* no HTTP came: a proxy that is starting */
		end = strstr(why, "HTTP/0.9") ? EXCHANGE_BROKEN : EXCHANGE_FAILED;
		break;
	default: end = EXCHANGE_FAILED; break;
	}
	if (code != CURLE_OK && connect == 407) { /* trying again does not help */
		end = EXCHANGE_FAILED;
		why = PROXY_REFUSES;
	}
	x->tell.ended(x->arg, end, why);
}

int64_t curl_exchange_length(const struct exchange *x)
{
	curl_off_t n = -1;

	curl_easy_getinfo(x->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &n);
	return n;
}

/* --- from its beginning to its end --- */

struct exchange *curl_exchange_new(CURLM *multi, const struct http_request *r,
				   const struct exchange_events *tell, void *arg)
{
	struct exchange *x = xcalloc(1, sizeof(*x));
	CURL *e = curl_easy_init();

	if (!e)
		abort();
	x->multi = multi;
	x->easy = e;
	x->tell = *tell;
	x->arg = arg;
	x->body = r->body;
	x->body_len = r->body_len;
	x->form = r->form;
	for (size_t i = 0; i < r->headers.n; i++)
		x->headers = curl_slist_append(x->headers, r->headers.at[i]);
	curl_easy_setopt(e, CURLOPT_URL, r->url);
	curl_easy_setopt(e, CURLOPT_PRIVATE, x);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L); /* a dead DNS must not hold the end */
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_USERAGENT, "tapfs/" TAPFS_VERSION);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT, (long)r->connect_s);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, x->error);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, x);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_data);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, x);
	curl_easy_setopt(e, CURLOPT_BUFFERSIZE, 256L * 1024);
	curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, x->headers);
	set_authorities(e, r);
	set_range(e, r);
	set_method(x, r);
	return x;
}

void curl_exchange_resume(struct exchange *x)
{
	/* Data that curl held back is delivered inside; the rest comes by its sockets and timers.
	 */
	curl_easy_pause(x->easy, CURLPAUSE_CONT);
}

void curl_exchange_more(struct exchange *x)
{
	if (!x->send_paused)
		return;
	x->send_paused = false;
	curl_easy_pause(x->easy, CURLPAUSE_CONT);
}

void curl_exchange_free(struct exchange *x)
{
	curl_multi_remove_handle(x->multi, x->easy);
	curl_easy_cleanup(x->easy);
	curl_slist_free_all(x->headers);
	free(x);
}
