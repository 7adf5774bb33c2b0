/* operation.c: something that a request started; see operation.h. */
#include "fs/core/operation.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"

void operation_init(struct operation *op, void (*free_fn)(struct operation *))
{
	waitlist_init(&op->changed);
	op->done = false;
	op->lasts = false;
	op->error = NULL;
	op->refs = 2;
	op->free = free_fn;
}

void operation_unref(struct operation *op)
{
	if (!op || --op->refs)
		return;
	error_free(op->error);
	op->free(op);
}

void operation_finish(struct operation *op, struct error *err)
{
	op->done = true;
	op->error = err;
	waitlist_wake(&op->changed);
	operation_unref(op);
}

enum outcome ask_wait(struct ask *ask, struct waitlist *w)
{
	ask->wait = w;
	ask->awaits_job = false;
	return PENDING;
}

enum outcome ask_wait_job(struct ask *ask, struct waitlist *w)
{
	ask->wait = w;
	ask->awaits_job = true;
	return PENDING;
}

enum outcome ask_failed(struct ask *ask, struct error *e)
{
	error_move(&ask->error, e);
	return FAILED;
}

enum outcome ask_fail(struct ask *ask, int errnum, const char *fmt, ...)
{
	CLEANUP_FREE char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	error_set(&ask->error, errnum, "%s", text);
	return FAILED;
}

enum outcome ask_refuse(struct ask *ask, int errnum)
{
	ask->known = true;
	return ask_fail(ask, errnum, "%s", strerror(errnum));
}

enum outcome ask_operation(struct ask *ask)
{
	if (!ask->op->done)
		return ask_wait(ask, &ask->op->changed);
	if (ask->op->error)
		return ask_failed(ask, error_copy(ask->op->error));
	return READY;
}
