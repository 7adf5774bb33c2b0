/* ways.c: see ways.h. */
#include "tap/metadata/ways.h"

#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"
#include "tap/service/answer.h"

void ways_clear(struct ways *w)
{
	buf_free(&w->reasons);
	free(w->login);
	*w = (struct ways){0};
}

void ways_saw(struct ways *w, const struct service *s, const struct http_reply *r)
{
	w->failing |= r->status >= 500;
	if (!w->login && r->url && answer_is_login(r->url, s->url))
		w->login = xstrdup(r->url);
}

void ways_add(struct ways *w, const char *way, const struct error *err)
{
	int n = error_errno(err);

	buf_addf(&w->reasons, "%s%s: %s", w->reasons.len ? "; " : "", way, error_text(err));
	if (!w->errnum && (error_is_transient(err) || n == EACCES || n == EPERM))
		w->errnum = n;
}

bool ways_have_nothing(const struct ways *w)
{
	return !w->errnum && !w->failing && !w->login;
}

void ways_error(const struct ways *w, const char *what, struct error **err)
{
	if (w->login)
		answer_login_error(w->login, err);
	else
		error_set(err, w->errnum ? w->errnum : EIO, "the service %s no %s (%s)",
			  w->failing ? "fails, and lists" : "lists", what, buf_str(&w->reasons));
}
