/* adql_fixture.c: see adql_fixture.h. */
#include "tests/unit/demo/adql_fixture.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tests/service/data/content.h"
#include "tests/service/tap/run.h"

static char *db_path;
static int held = -1;

const char *fixture_db_path(void)
{
	struct content_options options = {.rows = 100, .tables = 40, .images = 110};
	CLEANUP_ERROR struct error *err = NULL;
	CLEANUP_FREE char *cache = NULL;

	if (db_path)
		return db_path;
	cache = xasprintf("/tmp/tapfs-unit-%d", (int)getuid());
	setenv("XDG_CACHE_HOME", cache, 1);
	db_path = svc_content_build(&options, &held, &err);
	cr_assert_not_null(db_path, "%s", error_text(err));
	return db_path;
}

const struct catalog *fixture_catalog(void)
{
	static struct catalog *catalog;
	CLEANUP_ERROR struct error *err = NULL;

	if (!catalog)
		catalog = svc_catalog_load(fixture_db_path(), &err);
	cr_assert_not_null(catalog, "%s", error_text(err));
	return catalog;
}

static bool run(const char *query, const char *format, long maxrec, char **text, struct error **err)
{
	struct svc_deadline deadline = {.at_ms = 0};
	struct svc_run r = {.catalog = fixture_catalog(),
			    .db_path = fixture_db_path(),
			    .query = query,
			    .maxrec = maxrec,
			    .format = svc_format_find(format),
			    .deadline = &deadline};
	size_t n = 0;
	FILE *out = open_memstream(text, &n);
	bool ok = svc_run(&r, out, err);

	fclose(out);
	return ok;
}

char *fixture_run(const char *query, const char *format, long maxrec)
{
	CLEANUP_ERROR struct error *err = NULL;
	char *text = NULL;

	cr_assert(run(query, format, maxrec, &text, &err), "%s: %s", query, error_text(err));
	return text;
}

char *fixture_rows(const char *query)
{
	char *text = fixture_run(query, "csv", SVC_MAXREC_DEFAULT);
	char *out = text;

	for (const char *in = strchr(text, '\n') + 1; *in; in++)
		if (*in != '\r')
			*out++ = *in;
	*out = '\0';
	return text;
}

char *fixture_error(const char *query)
{
	CLEANUP_ERROR struct error *err = NULL;
	char *text = NULL;

	cr_assert_not(run(query, "csv", 10, &text, &err), "%s gave %s", query, text);
	free(text);
	return xstrdup(error_text(err));
}

struct adql_result fixture_translate(struct adql *adql, const char *query)
{
	struct adql_result r;

	memset(adql, 0, sizeof(*adql));
	cr_assert(adql_to_sql(adql, fixture_catalog(), query, &r), "%s: %s", query, adql->error);
	return r;
}
