/* error.c: an errno and a sentence in one allocation; see error.h. */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"

struct error {
	int errnum;
	char text[];
};

static struct error *error_new(int errnum, const char *text)
{
	size_t len = strlen(text);
	struct error *e = xmalloc(sizeof(*e) + len + 1);

	e->errnum = errnum > 0 ? errnum : EIO;
	memcpy(e->text, text, len + 1);
	return e;
}

bool error_set(struct error **err, int errnum, const char *fmt, ...)
{
	CLEANUP_FREE char *text = NULL;
	va_list ap;

	if (!err)
		return false;
	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	error_free(*err);
	*err = error_new(errnum, text);
	return false;
}

const char *error_why(int errnum)
{
	if (errnum == EMFILE || errnum == ENFILE)
		return "tapfs has as many files open as it may: close some, or mount it anew with "
		       "a higher limit (ulimit -n)";
	return strerror(errnum);
}

void error_prefix(struct error **err, const char *fmt, ...)
{
	CLEANUP_FREE char *context = NULL;
	CLEANUP_FREE char *text = NULL;
	struct error *old;
	va_list ap;

	if (!err || !*err)
		return;
	old = *err;
	va_start(ap, fmt);
	context = xvasprintf(fmt, ap);
	va_end(ap);
	text = xasprintf("%s: %s", context, old->text);
	*err = error_new(old->errnum, text);
	error_free(old);
}

int error_errno(const struct error *e)
{
	return e ? e->errnum : EIO;
}

const char *error_text(const struct error *e)
{
	return e ? e->text : "unknown error";
}

bool error_is_transient(const struct error *e)
{
	int n = error_errno(e);

	return e && (n == EHOSTUNREACH || n == ETIMEDOUT || n == EAGAIN || n == ECONNRESET);
}

struct error *error_copy(const struct error *e)
{
	return e ? error_new(e->errnum, e->text) : NULL;
}

void error_free(struct error *e)
{
	free(e);
}

void error_clear(struct error **err)
{
	error_free(*err);
	*err = NULL;
}

void error_move(struct error **err, struct error *from)
{
	if (!err) {
		error_free(from);
		return;
	}
	error_free(*err);
	*err = from;
}
