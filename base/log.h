/*
 * log.h: what happened, for `.tapfs/log` and standard error; and what failed,
 * for `.tapfs/errors`.
 *
 * Both keep their last lines in memory (rings). May be called from any thread.
 * Secrets never enter: URLs are passed through url_redact (http/url.h) first.
 */
#ifndef TAPFS_BASE_LOG_H
#define TAPFS_BASE_LOG_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* Level of what is kept; -1 for a name that is none of error, warn, info, debug. */
void log_set_level(enum log_level);
int log_level_by_name(const char *name);
/* Lines also go to standard error (foreground mounts). */
void log_to_stderr(bool on);

void log_line(enum log_level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)
#define log_warn(...)  log_line(LOG_WARN, __VA_ARGS__)
#define log_info(...)  log_line(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_DEBUG, __VA_ARGS__)

/*
 * One failure that a user met. path is what was touched in the mount, url (redacted) and
 * http_status what the service said; NULL and 0 where there is none.
 */
void failure_add(const char *path, const char *url, int http_status, const struct error *);

/* The last lines, oldest first. */
void log_render(struct buf *out);
void failures_render(struct buf *out);

#endif
