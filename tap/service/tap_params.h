/*
 * tap_params.h: a query as the form parameters of /sync and /async (TAP 1.1 §2.3).
 */
#ifndef TAPFS_TAP_SERVICE_TAP_PARAMS_H
#define TAPFS_TAP_SERVICE_TAP_PARAMS_H

#include "http/http.h"
#include "tap/service/named_value.h"
#include "tap/service/service.h"

/* A table that is sent with a query (TAP 1.1 §2.5). */
struct upload {
	char *name;       /* TAP_UPLOAD.NAME */
	char *said;       /* the path in the directive; NULL: the text names the table */
	char *path;       /* "uploads/targets.csv", "queries/m31.vot": below the service's folder */
	bool linked;      /* a link led there */
	uint64_t version; /* of the user's file, as it was found; 0: a result */
	int fd;           /* -1: not there yet */
	uint64_t size;    /* bytes */
	uint64_t rows;
};

/* What is asked for; all borrowed. NULL and 0: not sent. */
struct query_spec {
	const char *query;
	const char *language; /* LANG; never NULL */
	const char *runid;
	const char *queue;
	const char *format; /* as it was said; NULL: the best VOTable … */
	bool tabledata;     /* … or the one that is text */
	int64_t maxrec;     /* rows */
	bool no_rows;       /* MAXREC = 0: the columns only (DALI 1.1 §3.4.4) */
	const struct named_values *params;
	const struct upload *uploads; /* tables that go along (upload.h) */
	size_t nuploads;
};

/* The body of a request for it: REQUEST, LANG, QUERY, the format of a VOTable, and what else is
 * asked for; a form with files where tables go along (TAP 1.1 §2.5). */
struct tap_body {
	struct buf form;
	struct http_part *parts;
	size_t nparts;
	uint64_t size; /* bytes of the tables */
	bool charset;  /* the form's type names it: UTF-8 */
};

struct tap_body tap_body(const struct service *, const struct query_spec *);
/* Fills in the method and the body; the call borrows from it until it was started. */
void tap_body_send(const struct tap_body *, struct http_call *);
void tap_body_clear(struct tap_body *);
/*
 * True if the service refused the type of the body because of its charset, and not what is asked
 * for: it is learned, and the next body has none.
 */
bool tap_charset_is_refused(struct service *, const struct query_spec *, const struct error *);

#endif
