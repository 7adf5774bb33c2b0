/*
 * error.h: an error is an errno and a sentence for the user.
 *
 * A function that can fail takes `struct error **err` last, sets it once when
 * it fails, and returns false, -1 or NULL. Who called owns the error. The
 * sentence says what went wrong and, where there is something, what to do. An
 * error is either returned or logged, never both. Secrets never enter one.
 *
 * An error given to a callback is borrowed: who wants to keep it copies it. One
 * given to a function that ends something (run_fail, query_ended,
 * operation_finish, ask_failed) is taken.
 */
#ifndef TAPFS_BASE_ERROR_H
#define TAPFS_BASE_ERROR_H

#include <stdbool.h>

struct error;

/*
 * Sets *err; what stood there before is freed. err may be NULL (nobody wants to
 * know). Always returns false, so that `return error_set(...)` reads well.
 */
bool error_set(struct error **err, int errnum, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "context: " before the sentence of *err, if there is one. */
void error_prefix(struct error **err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* What an errno means, in words; for some of them with what to do. */
const char *error_why(int errnum);

int error_errno(const struct error *e);          /* never 0; EIO for NULL */
const char *error_text(const struct error *e);   /* never NULL; lives as long as e */
struct error *error_copy(const struct error *e); /* NULL for NULL; caller owns */
void error_free(struct error *e);                /* NULL is allowed */
void error_clear(struct error **err);            /* frees and sets NULL */

/*
 * The server or the way to it is out of order, and the same request may succeed later: it does not
 * answer (EHOSTUNREACH, ETIMEDOUT), has no time (EAGAIN), or broke off (ECONNRESET). False for
 * NULL.
 */
bool error_is_transient(const struct error *e);

/* Moves the error in from to err: ownership goes along, or it is freed if err is NULL. */
void error_move(struct error **err, struct error *from);

static inline void cleanup_error(struct error **e)
{
	error_free(*e);
}
#define CLEANUP_ERROR __attribute__((cleanup(cleanup_error)))

#endif
