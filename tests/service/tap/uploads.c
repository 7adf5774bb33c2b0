/* uploads.c: see uploads.h. */
#include "tests/service/tap/uploads.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tests/service/adql/adql_ast.h"

/* --- UPLOAD's value --- */

/* What is being read, and what it is read from. */
struct reading {
	const struct svc_uploads *earlier, *parts;
	const struct params *params;
	struct svc_uploads found;
};

/* TAP 1.1 §2.5: a name that ADQL takes as it is, without a schema. */
static bool check_name(const struct reading *r, const char *name, struct error **err)
{
	const char *c = name;

	if (isalpha((unsigned char)*c))
		while (isalnum((unsigned char)*c) || *c == '_')
			c++;
	if (!*name || *c)
		return error_set(err, EINVAL,
				 "UsageFault: UPLOAD: \"%s\" is no name of a table: a letter, then "
				 "letters, digits and _.",
				 name);
	if (adql_is_reserved(name))
		return error_set(err, EINVAL,
				 "UsageFault: UPLOAD: \"%s\" is a word of ADQL: name the table "
				 "otherwise.",
				 name);
	if (svc_uploads_find(r->earlier, name) || svc_uploads_find(&r->found, name))
		return error_set(err, EINVAL, "UsageFault: UPLOAD: two tables are named \"%s\".",
				 name);
	return true;
}

/* A value that was short enough to be a parameter. */
static bool take_value(struct reading *r, const char *name, const char *value, struct error **err)
{
	CLEANUP_FCLOSE FILE *f = svc_spool_new(err);
	uint64_t size;
	int fd;

	if (!f)
		return false;
	fputs(value, f);
	if (fflush(f) != 0)
		return error_set(err, errno, "The table \"%s\" cannot be kept: %s", name,
				 strerror(errno));
	if (!svc_spool_take(f, &fd, &size, err))
		return false;
	svc_uploads_add(&r->found, name, fd, size);
	return true;
}

static bool take_part(struct reading *r, const char *name, const char *part, struct error **err)
{
	const struct svc_upload *file = svc_uploads_find(r->parts, part);
	const char *value = svc_params_get(r->params, part);
	int fd;

	if (!file && value)
		return take_value(r, name, value, err);
	if (!file)
		return error_set(err, EINVAL,
				 "UsageFault: UPLOAD: this request has no part \"%s\".", part);
	fd = fcntl(file->fd, F_DUPFD_CLOEXEC, 0); /* two tables may be of one part */
	if (fd < 0)
		return error_set(err, errno, "%s", strerror(errno));
	svc_uploads_add(&r->found, name, fd, file->size);
	return true;
}

/* NAME,param:PART or NAME,http://… */
static bool take_table(struct reading *r, const char *table, size_t n, struct error **err)
{
	CLEANUP_FREE char *name = xstrndup(table, n);
	char *where = strchr(name, ',');

	if (!where)
		return error_set(err, EINVAL,
				 "UsageFault: UPLOAD must be NAME,param:PART or NAME,URL, not "
				 "\"%s\".",
				 name);
	*where++ = '\0';
	if (!check_name(r, name, err))
		return false;
	if (!strncasecmp(where, "param:", 6))
		return take_part(r, name, where + 6, err);
	if (strncasecmp(where, "http://", 7) != 0 && strncasecmp(where, "https://", 8) != 0)
		return error_set(err, EINVAL,
				 "UsageFault: UPLOAD: \"%s\" is none of param:, http: and https:.",
				 where);
	svc_uploads_put(
	    &r->found, (struct svc_upload){.name = xstrdup(name), .url = xstrdup(where), .fd = -1});
	return true;
}

/* Several tables have semicolons between them (TAP 1.0 §2.3.7): a URL's own are %3B. */
static bool take_value_of(struct reading *r, const char *value, struct error **err)
{
	while (*value) {
		size_t n = strcspn(value, ";");

		if (n && !take_table(r, value, n, err))
			return false;
		value += n + (value[n] == ';');
	}
	return true;
}

static bool read_all(struct reading *r, uint64_t limit, struct error **err)
{
	for (size_t i = 0; i < r->params->n; i++)
		if (!strcasecmp(r->params->list[i].name, "UPLOAD") &&
		    !take_value_of(r, r->params->list[i].value, err))
			return false;
	if (svc_uploads_size(r->earlier) + svc_uploads_size(&r->found) > limit)
		return error_set(err, EFBIG,
				 "UsageFault: the tables that come along have more than %" PRIu64
				 " bytes.",
				 limit);
	return true;
}

bool svc_uploads_read(struct svc_uploads *u, const struct params *p,
		      const struct svc_uploads *parts, uint64_t limit, struct error **err)
{
	struct reading r = {.earlier = u, .parts = parts, .params = p};
	bool ok = read_all(&r, limit, err);

	for (size_t i = 0; ok && i < r.found.n; i++)
		svc_uploads_put(u, r.found.list[i]);
	if (ok)
		r.found.n = 0;
	svc_uploads_clear(&r.found);
	return ok;
}
