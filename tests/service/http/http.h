/*
 * http.h: requests and replies.
 *
 * A route looks at the request and ends with exactly one svc_reply_*, or with a
 * wait after which another function is called for the same request. Routes run
 * on the threads of libmicrohttpd and must not block.
 */
#ifndef TAPFS_SERVICE_HTTP_HTTP_H
#define TAPFS_SERVICE_HTTP_HTTP_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "base/buf.h"
#include "tests/service/http/form.h"
#include "tests/service/http/params.h"
#include "tests/service/service.h"

struct job;
struct job_kind;
struct request;

typedef enum MHD_Result route_fn(struct request *);

#define HTTP_MAX_HEADERS 12
#define HTTP_MAX_BODY    (64u << 20) /* in memory */

struct request {
	struct MHD_Connection *connection;
	struct service *service;
	char *uri; /* as sent, with the query */
	char *method;
	char *full_path;             /* decoded */
	const char *prefix;          /* "" or what stands in front of /tap: "/auth/basic" */
	const char *path;            /* the rest of full_path: "/tap/async" */
	const char *user;            /* who signed in, or NULL */
	const struct job_kind *kind; /* of the jobs that the path is about */
	const char *home;            /* where these are: "/tap" */
	struct params params;
	struct buf body;   /* of a form, or of a PUT */
	struct form *form; /* multipart/form-data; NULL: another body */
	bool begun, too_large;
	struct {
		const char *name;
		char *value;
	} headers[HTTP_MAX_HEADERS]; /* of the answer */
	size_t nheaders;
	bool drop_answer;
	int64_t cut_after; /* -1: whole answer */
	/* While it waits (jobs.h): */
	route_fn *again;
	struct job *job; /* a reference; given back with the request */
	int64_t until;   /* svc_monotonic_ms; 0: no limit */
	bool waiting;
	TAILQ_ENTRY(request) link, job_link;
};

bool svc_http_listen(struct service *, uint16_t port, struct error **err);

bool svc_is_get(const struct request *); /* GET or HEAD */
bool svc_is(const struct request *, const char *method);
const char *svc_header(const struct request *, const char *name); /* NULL: not there */
/* "http://127.0.0.1:8080/auth/basic": what the client called us. Caller frees. */
char *svc_root(const struct request *);
/* The same with the service's own path: "http://127.0.0.1:8080/auth/basic/tap". Caller frees. */
char *svc_base(const struct request *);

/* Adds a header to the answer. name must be a literal; value is copied. */
void svc_add_header(struct request *, const char *name, const char *value);

/* body is emptied. */
enum MHD_Result svc_reply(struct request *, unsigned status, const char *type, struct buf *body);
/* The same with an ETag, and 304 where the client has it already. */
enum MHD_Result svc_reply_document(struct request *, const char *type, struct buf *body);
enum MHD_Result svc_reply_text(struct request *, unsigned status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* A VOTable with QUERY_STATUS ERROR. */
enum MHD_Result svc_reply_error(struct request *, unsigned status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The same: 413 for EFBIG, 507 for ENOSPC, 400 for EINVAL, else 500. */
enum MHD_Result svc_reply_refused(struct request *, const struct error *);
/* 303 to a path below the service's base. */
enum MHD_Result svc_reply_see_other(struct request *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
enum MHD_Result svc_reply_method(struct request *, const char *allowed);

/* A finished result or a file; understands Range, If-Range, If-None-Match. fd stays the caller's.
 */
struct svc_file {
	int fd;
	uint64_t size;
	const char *type;
	const char
	    *etag; /* without quotes; NULL: made for this request, so neither parts nor dates */
	time_t modified;
	bool as_is; /* never compressed */
};
enum MHD_Result svc_reply_file(struct request *, const struct svc_file *);

/* --- between reply.c and reply_file.c --- */

/* Takes ownership of the response. */
enum MHD_Result svc_queue(struct request *, unsigned status, struct MHD_Response *, uint64_t bytes);
/* Does the list of entity tags in the header have this one? */
bool svc_has_tag(const char *header, const char *quoted_tag);

/* --- routes, by their paths (route.c) --- */

route_fn svc_sync_route, svc_async_route, svc_availability, svc_capabilities, svc_tables,
    svc_examples, svc_control, svc_files_route, svc_datalink_route, svc_soda_route, svc_sia_route,
    svc_cone_route;

#endif
