/*
 * http.c: from libmicrohttpd to routes.
 *
 * A request is made when its first line has come (uri_seen) and freed when its
 * answer has gone or the client has (completed). In between the handler is
 * called: once with the headers, then with each piece of the body, then with
 * nothing: that is when it is routed. After a wait it is called again.
 */
#include "tests/service/http/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/mem.h"

#define BACKLOG        4096
#define HTTP_THREADS   2
#define MAX_CONNECTED  30000
#define IDLE_TIMEOUT_S 300

static void *uri_seen(void *cls, const char *uri, struct MHD_Connection *connection)
{
	struct request *r = xcalloc(1, sizeof(*r));

	r->service = cls;
	r->connection = connection;
	r->uri = xstrdup(uri);
	r->cut_after = -1;
	return r;
}

static void completed(void *cls, struct MHD_Connection *connection, void **con_cls,
		      enum MHD_RequestTerminationCode how)
{
	struct request *r = *con_cls;

	(void)cls;
	(void)connection;
	(void)how;
	*con_cls = NULL;
	if (!r)
		return;
	if (r->job)
		r->service->leave(r);
	svc_form_free(r->form);
	for (size_t i = 0; i < r->nheaders; i++)
		free(r->headers[i].value);
	svc_params_free(&r->params);
	buf_free(&r->body);
	free(r->full_path);
	free(r->method);
	free(r->uri);
	free(r);
}

/* --- the body --- */

static void begin_body(struct request *r)
{
	const char *type = svc_header(r, "Content-Type");

	if (type && !strncasecmp(type, "multipart/form-data", 19))
		r->form = svc_form_new(r->connection, &r->params, r->service->upload_bytes);
}

static void take_body(struct request *r, const char *data, size_t n)
{
	if (r->form)
		svc_form_feed(r->form, data, n);
	else if (r->body.len + n > HTTP_MAX_BODY)
		r->too_large = true;
	else
		buf_add(&r->body, data, n);
}

/* False with *err if it cannot be taken. */
static bool end_body(struct request *r, struct error **err)
{
	const char *type = svc_header(r, "Content-Type");

	if (r->too_large)
		return error_set(err, EFBIG, "The request has more than %u MiB.",
				 HTTP_MAX_BODY >> 20);
	if (svc_is(r, "PUT"))
		return true;
	if (r->form)
		return svc_form_end(r->form, err);
	if (type && !strncasecmp(type, "application/x-www-form-urlencoded", 33))
		svc_params_decode(&r->params, buf_str(&r->body), r->body.len);
	buf_free(&r->body);
	return true;
}

/* --- the handler --- */

static void begin(struct request *r, const char *path, const char *method)
{
	const char *query = strchr(r->uri, '?');

	r->begun = true;
	r->method = xstrdup(method);
	r->full_path = xstrdup(path);
	r->prefix = "";
	r->path = r->full_path;
	if (query)
		svc_params_decode(&r->params, query + 1, strlen(query + 1));
	begin_body(r);
}

static enum MHD_Result handle(void *cls, struct MHD_Connection *connection, const char *path,
			      const char *method, const char *version, const char *data,
			      size_t *size, void **con_cls)
{
	struct request *r = *con_cls;
	CLEANUP_ERROR struct error *err = NULL;
	route_fn *again;

	(void)cls;
	(void)connection;
	(void)version;
	if (!r->begun) {
		begin(r, path, method);
		return MHD_YES;
	}
	if (*size) {
		take_body(r, data, *size);
		*size = 0;
		return MHD_YES;
	}
	if (r->again) {
		again = r->again;
		r->again = NULL;
		return again(r);
	}
	return end_body(r, &err) ? r->service->route(r) : svc_reply_refused(r, err);
}

bool svc_is(const struct request *r, const char *method)
{
	return !strcmp(r->method, method);
}

bool svc_is_get(const struct request *r)
{
	return svc_is(r, "GET") || svc_is(r, "HEAD");
}

const char *svc_header(const struct request *r, const char *name)
{
	return MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, name);
}

char *svc_base(const struct request *r)
{
	CLEANUP_FREE char *root = svc_root(r);

	return xasprintf("%s%s", root, r->home);
}

char *svc_root(const struct request *r)
{
	const char *host = svc_header(r, "Host");
	size_t plain = host ? strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					   "0123456789.:-_[]")
			    : 0;

	if (host && plain && !host[plain])
		return xasprintf("http://%s%s", host, r->prefix);
	return xasprintf("http://127.0.0.1:%u%s", (unsigned)r->service->port, r->prefix);
}

/* A socket that listens on 127.0.0.1, its port in *port; -1 with *err. */
static int listening_socket(uint16_t *port, struct error **err)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(*port)};
	socklen_t n = sizeof(at);
	CLEANUP_CLOSE int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int on = 1;

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 || listen(fd, BACKLOG) < 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &n) < 0) {
		error_set(err, errno, "Cannot listen on 127.0.0.1, port %u: %s", (unsigned)*port,
			  strerror(errno));
		return -1;
	}
	*port = ntohs(at.sin_port);
	return steal_fd(fd);
}

bool svc_http_listen(struct service *s, uint16_t port, struct error **err)
{
	int fd = listening_socket(&port, err);

	if (fd < 0)
		return false;
	s->port = port;
	s->daemon = MHD_start_daemon(
	    MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, port, NULL, NULL, handle, s,
	    MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_URI_LOG_CALLBACK, uri_seen, s,
	    MHD_OPTION_NOTIFY_COMPLETED, completed, s, MHD_OPTION_THREAD_POOL_SIZE,
	    (unsigned)HTTP_THREADS, MHD_OPTION_CONNECTION_LIMIT, (unsigned)MAX_CONNECTED,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_TIMEOUT_S, MHD_OPTION_END);
	if (s->daemon)
		return true;
	close(fd);
	return error_set(err, EIO, "The HTTP server does not start.");
}
