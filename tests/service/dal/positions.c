/*
 * positions.c: /sia2/query (SIA 2.0) and /scs/TABLE (Simple Cone Search 1.03): what is at a place
 * of the sky. Each is a query to a table, written here and run as TAP would.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/quote.h"
#include "tests/service/dal/cutout.h"
#include "tests/service/tap/jobs.h"
#include "tests/service/tap/writer.h"

static enum MHD_Result run_query(struct request *r, const struct job_kind *kind, const char *query)
{
	const char *maxrec = svc_params_get(&r->params, "MAXREC");
	const char *format = svc_params_get(&r->params, "RESPONSEFORMAT");
	struct jobs *jobs = r->service->jobs;
	enum MHD_Result result;

	svc_jobs_lock(jobs);
	r->job = svc_job_new(r, kind, false);
	svc_params_add(&r->job->params, "LANG", "ADQL");
	svc_params_add(&r->job->params, "QUERY", query);
	svc_params_add(&r->job->params, "RESPONSEFORMAT",
		       format && *format ? format : "application/x-votable+xml");
	if (maxrec)
		svc_params_add(&r->job->params, "MAXREC", maxrec);
	result = svc_run_and_answer(r);
	svc_jobs_unlock(jobs);
	return result;
}

/* --- SIA --- */

static void add_text(struct buf *sql, const char *text)
{
	buf_addc(sql, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			buf_addc(sql, '\'');
		buf_addc(sql, *text);
	}
	buf_addc(sql, '\'');
}

static void add_shape(struct buf *sql, const struct shape *s)
{
	buf_adds(sql, s->kind == SHAPE_CIRCLE ? "CIRCLE(" : "POLYGON(");
	for (size_t i = 0; i < s->n; i++)
		buf_addf(sql, "%s%.17g", i ? ", " : "", s->v[i]);
	buf_addc(sql, ')');
}

/* A range by the middles of images: ADQL has no such region. */
static void add_range(struct buf *sql, const struct region *g)
{
	buf_addf(sql, "(s_dec >= %.17g AND s_dec <= %.17g AND (s_ra >= %.17g %s s_ra <= %.17g))",
		 g->lat[0], g->lat[1], g->lon[0], g->lon[0] <= g->lon[1] ? "AND" : "OR", g->lon[1]);
}

static bool add_pos(struct buf *sql, const char *value, struct error **err)
{
	struct params one = {NULL, 0};
	struct region g;
	bool ok;

	svc_params_add(&one, "POS", value);
	ok = svc_region_read(&one, &g, err);
	svc_params_free(&one);
	if (!ok)
		return false;
	if (g.kind == REGION_RANGE) {
		add_range(sql, &g);
		return true;
	}
	buf_adds(sql, "1 = INTERSECTS(");
	add_shape(sql, &g.shape);
	buf_adds(sql, ", s_region)");
	return true;
}

/* SIA 2.0 §2.1: each may be given many times, and means any of its values. */
static const struct criterion {
	const char *name, *min, *max; /* both columns of an interval; max NULL: a text */
} criteria[] = {
    {"POS", NULL, NULL},
    {"BAND", "em_min", "em_max"},
    {"TIME", "t_min", "t_max"},
    {"FOV", "s_fov", "s_fov"},
    {"SPATRES", "s_resolution", "s_resolution"},
    {"SPECRP", "em_res_power", "em_res_power"},
    {"EXPTIME", "t_exptime", "t_exptime"},
    {"TIMERES", "t_resolution", "t_resolution"},
    {"CALIB", "calib_level", "calib_level"},
    {"ID", "obs_publisher_did", NULL},
    {"COLLECTION", "obs_collection", NULL},
    {"FACILITY", "facility_name", NULL},
    {"INSTRUMENT", "instrument_name", NULL},
    {"DPTYPE", "dataproduct_type", NULL},
    {"TARGET", "target_name", NULL},
    {"POL", "pol_states", NULL},
    {"FORMAT", "access_format", NULL},
};

static bool add_interval(struct buf *sql, const struct criterion *c, const char *value,
			 struct error **err)
{
	char *end, *rest;
	double low = strtod(value, &end), high = strtod(end, &rest);

	if (rest == end)
		high = low;
	if (end == value || rest[strspn(rest, " ")] || isnan(low) || isnan(high))
		return error_set(err, EINVAL, "%s takes one number or two, not \"%s\".", c->name,
				 value);
	buf_adds(sql, "(1 = 1");
	if (isfinite(low))
		buf_addf(sql, " AND %s >= %.17g", c->max, low);
	if (isfinite(high))
		buf_addf(sql, " AND %s <= %.17g", c->min, high);
	buf_addc(sql, ')');
	return true;
}

static bool add_criterion(struct buf *sql, const struct criterion *c, const struct params *p,
			  struct error **err)
{
	int n = 0;
	bool ok = true;

	for (size_t i = 0; ok && i < p->n; i++) {
		if (strcasecmp(p->list[i].name, c->name) != 0 || !*p->list[i].value)
			continue;
		buf_adds(sql, n++ ? " OR " : " AND (");
		if (!c->min) {
			ok = add_pos(sql, p->list[i].value, err);
		} else if (c->max) {
			ok = add_interval(sql, c, p->list[i].value, err);
		} else {
			buf_addf(sql, "%s = ", c->min);
			add_text(sql, p->list[i].value);
		}
	}
	if (n)
		buf_addc(sql, ')');
	return ok;
}

enum MHD_Result svc_sia_route(struct request *r)
{
	CLEANUP_BUF struct buf sql = BUF_INIT;
	CLEANUP_ERROR struct error *err = NULL;

	if (!svc_is_get(r) && !svc_is(r, "POST"))
		return svc_reply_method(r, "GET, HEAD, POST");
	buf_adds(&sql, "SELECT * FROM ivoa.obscore WHERE dataproduct_type = 'image'");
	for (size_t i = 0; i < sizeof(criteria) / sizeof(*criteria); i++)
		if (!add_criterion(&sql, &criteria[i], &r->params, &err))
			return svc_reply_error(r, MHD_HTTP_BAD_REQUEST, "%s", error_text(err));
	return run_query(r, &svc_tap_jobs, buf_str(&sql));
}

/* --- cone search --- */

/* SCS 1.03 §2.3: a VOTable that has nothing but the error. */
static enum MHD_Result cone_error(struct request *r, const char *message)
{
	struct buf xml = BUF_INIT;

	buf_adds(&xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<VOTABLE version=\"1.4\" "
		       "xmlns=\"http://www.ivoa.net/xml/VOTable/v1.3\">\n"
		       "<INFO ID=\"Error\" name=\"Error\"");
	buf_add_xml_attribute(&xml, "value", message);
	buf_adds(&xml, "/>\n</VOTABLE>\n");
	return svc_reply(r, MHD_HTTP_OK, "text/xml;content=x-votable", &xml);
}

static enum MHD_Result cone_answer(struct request *r)
{
	return r->job->phase == ERROR_PHASE ? cone_error(r, r->job->error) : svc_tap_jobs.answer(r);
}

const struct job_kind svc_cone_jobs = {
    .home = "/scs", .work = svc_job_query, .answer = cone_answer, .cone = true};

static bool read_degrees(const struct request *r, const char *name, double min, double max,
			 double *out)
{
	const char *text = svc_params_get(&r->params, name);
	char *end;

	if (!text)
		return false;
	*out = strtod(text, &end);
	return end != text && !*end && *out >= min && *out <= max;
}

enum MHD_Result svc_cone_route(struct request *r)
{
	static const char *const tables[] = {"messier", "ngc_ic", "bright_stars"};
	const char *name = r->path + strlen("/scs/");
	CLEANUP_FREE char *query = NULL;
	double ra, dec, sr;

	if (!svc_is_get(r))
		return svc_reply_method(r, "GET, HEAD");
	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		if (strcmp(name, tables[i]) != 0)
			continue;
		if (!read_degrees(r, "RA", 0, 360, &ra) || !read_degrees(r, "DEC", -90, 90, &dec) ||
		    !read_degrees(r, "SR", 0, 180, &sr))
			return cone_error(r, "RA (0 to 360), DEC (-90 to 90) and SR (0 to 180) are "
					     "numbers of degrees, and all three are needed.");
		query = xasprintf("SELECT * FROM demo.%s WHERE 1 = CONTAINS(POINT(ra, dec), "
				  "CIRCLE(%.17g, %.17g, %.17g))",
				  name, ra, dec, sr);
		return run_query(r, &svc_cone_jobs, query);
	}
	return svc_reply_text(r, MHD_HTTP_NOT_FOUND,
			      "Cone searches: messier, ngc_ic, bright_stars.\n");
}
