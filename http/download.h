/*
 * download.h: a body that streams to a file, with flat memory.
 *
 * Pieces are written on LANE_FILE in order; when the disk is slower than the
 * network the transfer is paused (DOWNLOAD_BUFFER bytes wait at most).
 */
#ifndef TAPFS_HTTP_DOWNLOAD_H
#define TAPFS_HTTP_DOWNLOAD_H

#include "http/http.h"

#define DOWNLOAD_BUFFER (1u << 20)

struct download;

struct download_events {
	void *arg;
	/* The headers are there; false: stop. May be NULL. */
	bool (*headers)(void *arg, const struct http_reply *);
	/* The first bytes, before any is written; false: stop. May be NULL. */
	bool (*look)(void *arg, const void *data, size_t n);
	/* That many bytes of the file are there now. May be NULL. */
	void (*grew)(void *arg, uint64_t bytes);
	/* The end: err is NULL when the whole body was written. The download is gone. */
	void (*done)(void *arg, struct http_reply *, uint64_t bytes, struct error *err);
};

/* call.on_body, on_done and arg are ours. fd is duplicated. */
struct download *download_start(struct http *, struct loop *, const struct http_call *call, int fd,
				const struct download_events *);
/* The same; the body is written from offset on. */
struct download *download_start_at(struct http *, struct loop *, const struct http_call *call,
				   int fd, uint64_t offset, const struct download_events *);
/* The same; nothing is written before download_give names the file. */
struct download *download_start_held(struct http *, struct loop *, const struct http_call *call,
				     uint64_t offset, const struct download_events *);
void download_give(struct download *, int fd);
/* From within events.headers: the body goes elsewhere in the file than was thought. */
void download_move(struct download *, uint64_t offset);
/* From within events.headers: more bytes than that are an error (EPROTO). */
void download_limit(struct download *, uint64_t bytes);
/* The same into a new file at path, which a worker makes. */
struct download *download_start_path(struct http *, struct loop *, const struct http_call *call,
				     const char *path, const struct download_events *);
/* Of events.done: the server said that more bytes would come than did. */
static inline bool download_is_cut(const struct http_reply *r, uint64_t bytes)
{
	return r->length >= 0 && (uint64_t)r->length > bytes;
}
/* Bytes that the server said it would send, -1 where it did not. */
int64_t download_length(const struct download *);
/* done is not called any more. NULL is allowed. */
void download_cancel(struct download *);

#endif
