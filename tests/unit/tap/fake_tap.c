/* fake_tap.c: see fake_tap.h. Written from TAP 1.1, UWS 1.1 and RFC 9110, as far as tests ask. */
#include "tests/unit/tap/fake_tap.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"

#define BASE "http://tap.test/tap"

static const char capabilities[] =
    "<cap:capabilities xmlns:cap='http://www.ivoa.net/xml/VOSICapabilities/v1.0'"
    " xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'>"
    "<capability standardID='ivo://ivoa.net/std/TAP'>"
    "<interface role='std' version='1.1'><accessURL use='base'>" BASE "</accessURL></interface>"
    "<language><name>ADQL</name><version>2.0</version></language>"
    "<outputFormat><mime>application/x-votable+xml</mime><alias>votable</alias></outputFormat>"
    "<outputFormat><mime>application/x-votable+xml;serialization=TABLEDATA</mime>"
    "<alias>votable/td</alias></outputFormat>"
    "<uploadMethod ivo-id='ivo://ivoa.net/std/TAPRegExt#upload-inline'/>"
    "</capability></cap:capabilities>";

static const char availability[] =
    "<availability xmlns='http://www.ivoa.net/xml/VOSIAvailability/v1.0'>"
    "<available>true</available></availability>";

static const char tables[] =
    "<tableset xmlns='http://www.ivoa.net/xml/VODataService/v1.1'><schema><name>s</name>"
    "<table><name>s.t</name><column><name>a</name><dataType>int</dataType></column></table>"
    "</schema></tableset>";

static const char result[] =
    "<VOTABLE version='1.3'><RESOURCE type='results'><INFO name='QUERY_STATUS' value='OK'/>"
    "<TABLE><FIELD name='a' datatype='int'/><DATA><TABLEDATA>"
    "<TR><TD>1</TD></TR><TR><TD>2</TD></TR>"
    "</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>";

static void say(struct fake_reply *r, int status, const char *text)
{
	r->status = status;
	buf_reset(&r->body);
	buf_adds(&r->body, text);
}

static void go_to(struct fake_reply *r, const char *url)
{
	r->status = 303;
	r->headers = xasprintf("Location: %s\n", url);
}

/* A parameter of a form, decoded. */
static void param(const char *form, const char *name, char *out, size_t size)
{
	size_t n = strlen(name), used = 0;
	const char *p = form;

	*out = '\0';
	while (p && !(strncmp(p, name, n) == 0 && p[n] == '='))
		p = strchr(p, '&') ? strchr(p, '&') + 1 : NULL;
	if (!p)
		return;
	for (p += n + 1; *p && *p != '&' && used + 1 < size; p++) {
		unsigned c;

		if (*p == '%' && sscanf(p + 1, "%2x", &c) == 1) {
			out[used++] = (char)c;
			p += 2;
		} else {
			out[used++] = *p == '+' ? ' ' : *p;
		}
	}
	out[used] = '\0';
}

static void header(const struct fake_request *q, const char *begin, char *out, size_t size)
{
	for (size_t i = 0; i < q->headers->n; i++)
		if (strncmp(q->headers->at[i], begin, strlen(begin)) == 0)
			snprintf(out, size, "%s", q->headers->at[i] + strlen(begin));
}

/* --- jobs --- */

static void set_phase(struct fake_job *j, const char *phase)
{
	snprintf(j->phase, sizeof(j->phase), "%s", phase);
}

static void run(struct fake_job *j)
{
	set_phase(j, "EXECUTING");
	j->runs++;
	j->looks = 0;
}

static void create(struct fake_tap *t, const struct fake_request *q, struct fake_reply *r)
{
	struct fake_job *j = &t->jobs[t->njobs++];
	CLEANUP_FREE char *url = xasprintf(BASE "/async/%u", t->njobs);

	if (t->njobs >= FAKE_TAP_JOBS)
		abort();
	*j = (struct fake_job){.phase = "PENDING"};
	param(q->body, "RUNID", j->runid, sizeof(j->runid));
	param(q->body, "QUERY", j->query, sizeof(j->query));
	param(q->body, "MAXREC", j->maxrec, sizeof(j->maxrec));
	param(q->body, "RESPONSEFORMAT", j->format, sizeof(j->format));
	header(q, "Content-Type: ", j->type, sizeof(j->type));
	if (t->starts_itself)
		run(j);
	go_to(r, t->new_job_url ? t->new_job_url : url);
}

static void list(const struct fake_tap *t, const struct fake_request *q, struct fake_reply *r)
{
	if (t->refuses_after && strstr(q->url, "AFTER")) {
		say(r, 400, "unknown parameter AFTER");
		return;
	}
	if (t->has_no_list) {
		say(r, 405, "no");
		return;
	}
	say(r, 200, t->is_sloppy ? "\n\n" : "");
	buf_adds(&r->body, "<uws:jobs xmlns:uws='http://www.ivoa.net/xml/UWS/v1.0' version='1.1'>");
	for (unsigned i = 0; i < t->njobs; i++) {
		if (t->jobs[i].gone || (t->empty_after && strstr(q->url, "AFTER")))
			continue;
		buf_addf(&r->body, "<uws:jobref id='%u'><uws:phase>%s</uws:phase>", i + 1,
			 t->jobs[i].phase);
		if (!t->list_is_bare)
			buf_addf(&r->body, "<uws:runId>%s</uws:runId>", t->jobs[i].runid);
		if (t->created)
			buf_addf(&r->body, "<uws:creationTime>%s</uws:creationTime>", t->created);
		buf_adds(&r->body, "</uws:jobref>");
	}
	buf_adds(&r->body, "</uws:jobs>");
}

/* Goes on by a look at it. */
static void look(const struct fake_tap *t, struct fake_job *j)
{
	if (strcmp(j->phase, "EXECUTING") != 0)
		return;
	if (j->aborted && j->looks++ >= t->aborts_take)
		set_phase(j, "ABORTED");
	else if (!j->aborted && j->looks++ >= t->looks_it_takes)
		set_phase(j, t->fails ? "ERROR" : "COMPLETED");
}

static void document(struct fake_tap *t, struct fake_job *j, unsigned id, struct fake_reply *r)
{
	CLEANUP_FREE char *href = xasprintf(BASE "/async/%u/results/result", id);

	look(t, j);
	say(r, 200, t->is_sloppy ? "\n\n" : "");
	buf_addf(&r->body,
		 "<uws:job xmlns:uws='http://www.ivoa.net/xml/UWS/v1.0' version='%s'"
		 " xmlns:xlink='http://www.w3.org/1999/xlink'>"
		 "<uws:jobId>%u</uws:jobId><uws:runId>%s</uws:runId><uws:phase>%s</uws:phase>",
		 t->is_old ? "1.0" : "1.1", id, j->runid, j->phase);
	if (t->created)
		buf_addf(&r->body, "<uws:creationTime>%s</uws:creationTime>", t->created);
	if (!t->has_no_parameters)
		buf_addf(&r->body,
			 "<uws:parameters><uws:parameter id='QUERY'>%s</uws:parameter>%s"
			 "</uws:parameters>",
			 j->query,
			 t->is_daiquiri ? "<uws:parameter id='native_query'>SELECT</uws:parameter>"
					: "");
	if (t->summary && strcmp(j->phase, "EXECUTING") != 0 && strcmp(j->phase, "PENDING") != 0)
		buf_addf(&r->body, "<uws:errorSummary>%s</uws:errorSummary>", t->summary);
	if (strcmp(j->phase, "COMPLETED") == 0)
		buf_addf(&r->body,
			 "<uws:results><uws:result id='result' xlink:href='%s'/></uws:results>",
			 t->href ? t->href : href);
	buf_adds(&r->body, "</uws:job>");
}

static bool is_text(const char *format)
{
	return strcasestr(format, "TABLEDATA") || strcasestr(format, "votable/td");
}

/* /async/ID and what is below it. */
static void job(struct fake_tap *t, const struct fake_request *q, const char *rest,
		struct fake_reply *r)
{
	char *end, phase[16];
	unsigned id = (unsigned)strtoul(rest, &end, 10);
	struct fake_job *j = id && id <= t->njobs ? &t->jobs[id - 1] : NULL;
	CLEANUP_FREE char *url = xasprintf(BASE "/async/%u", id);

	if (!j || j->gone) {
		say(r, 404, "no such job");
	} else if (strcmp(q->method, "DELETE") == 0 || strcmp(q->body, "ACTION=DELETE") == 0) {
		j->gone = true;
		j->deleted_running = strcmp(j->phase, "EXECUTING") == 0;
		go_to(r, BASE "/async");
	} else if (strcmp(end, "/phase") == 0 && strcmp(q->method, "POST") == 0) {
		param(q->body, "PHASE", phase, sizeof(phase));
		if (strcmp(phase, "RUN") == 0 && strcmp(j->phase, "PENDING") != 0) {
			say(r, 400, "it runs already");
			return;
		}
		if (strcmp(phase, "RUN") == 0)
			run(j);
		if (strcmp(phase, "ABORT") == 0) {
			j->aborted = true;
			j->looks = 0;
		}
		go_to(r, url);
	} else if (strcmp(end, "/phase") == 0 && t->has_phase) {
		look(t, j);
		say(r, 200, j->phase);
		buf_adds(&r->body, "\r\n");
	} else if (strcmp(end, "/error") == 0) {
		say(r, 200, t->error ? t->error : "the disk of the service is full");
	} else if (strcmp(end, "/results/result") == 0) {
		say(r, 200,
		    t->text && is_text(j->format) ? t->text
		    : t->result                   ? t->result
						  : result);
		r->headers = xasprintf("Content-Type: %s\n",
				       t->type ? t->type : "application/x-votable+xml");
	} else if (*end == '/') {
		go_to(r, url);
	} else {
		document(t, j, id, r);
	}
}

/* --- links --- */

static const char links_head[] =
    "<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' value='OK'/><TABLE>"
    "<FIELD name='ID' datatype='char' arraysize='*'/>"
    "<FIELD name='access_url' datatype='char' arraysize='*'/>"
    "<FIELD name='service_def' datatype='char' arraysize='*'/>"
    "<FIELD name='error_message' datatype='char' arraysize='*'/>"
    "<FIELD name='semantics' datatype='char' arraysize='*'/>"
    "<FIELD name='content_type' datatype='char' arraysize='*'/>"
    "<FIELD name='content_length' datatype='long'/><DATA><TABLEDATA>";

static const char soda[] =
    "<RESOURCE type='meta' utype='adhoc:service' ID='soda-async'>"
    "<PARAM name='standardID' value='ivo://ivoa.net/std/SODA#async-1.0'/>"
    "<PARAM name='accessURL' value='" BASE "/async'/><GROUP name='inputParams'>"
    "<PARAM name='ID' value='' ref='id'/><PARAM name='CIRCLE' value=''/>"
    "</GROUP></RESOURCE>"
    "<RESOURCE type='meta' utype='adhoc:service' ID='soda'>"
    "<PARAM name='standardID' value='ivo://ivoa.net/std/SODA#sync-1.0'/>"
    "<PARAM name='accessURL' value='http://tap.test/soda'/><GROUP name='inputParams'>"
    "<PARAM name='ID' value='' ref='id'/><PARAM name='CIRCLE' value=''/>"
    "</GROUP></RESOURCE>";

/* DataLink 1.1 §2.1: ID may come several times, in the URL or in a form. */
static void links(struct fake_tap *t, const struct fake_request *q, struct fake_reply *r)
{
	const char *query = strchr(q->url, '?');
	const char *p = *q->body ? q->body : query ? query + 1 : "";
	unsigned n = 0;

	t->links_requests++;
	say(r, 200, links_head);
	for (; p; p = strchr(p, '&') ? strchr(p, '&') + 1 : NULL) {
		char id[64];

		param(p, "ID", id, sizeof(id));
		if (strncmp(p, "ID=", 3) != 0 || (t->most_ids && n++ >= t->most_ids))
			continue;
		buf_addf(&r->body,
			 "<TR><TD>%s</TD><TD>http://tap.test/files/%s.fits</TD><TD/><TD/>"
			 "<TD>#this</TD><TD>image/fits</TD><TD/></TR>"
			 "<TR><TD>%s</TD><TD/><TD>soda</TD><TD/><TD>#cutout</TD><TD/><TD/></TR>",
			 id, id, id);
	}
	buf_addf(&r->body, "</TABLEDATA></DATA></TABLE>%s</RESOURCE>%s</VOTABLE>",
		 t->most_ids && n > t->most_ids ? "<INFO name='QUERY_STATUS' value='OVERFLOW'/>"
						: "",
		 soda);
}

/* --- a file --- */

static void file(struct fake_tap *t, const struct fake_request *q, struct fake_reply *r)
{
	uint64_t from = q->range_from;
	uint64_t to = q->range_to < t->file_len ? q->range_to : t->file_len;

	t->file_requests++;
	if (!q->range_to || t->has_no_ranges) {
		r->status = 200;
		buf_add(&r->body, t->file, t->file_len);
		r->headers = xasprintf("ETag: %s\n", t->etag);
	} else if (from >= t->file_len) {
		r->status = 416;
		r->headers = xasprintf("Content-Range: bytes */%zu\n", t->file_len);
	} else {
		r->status = 206;
		buf_add(&r->body, t->file + from, to - from);
		r->headers =
		    t->hides_total
			? xasprintf("ETag: %s\nContent-Range: bytes %" PRIu64 "-%" PRIu64 "/*\n",
				    t->etag, from, to - 1)
			: xasprintf("ETag: %s\nContent-Range: bytes %" PRIu64 "-%" PRIu64 "/%zu\n",
				    t->etag, from, to - 1, t->file_len);
	}
}

/* --- what it says of itself --- */

static void of_itself(const struct fake_tap *t, struct fake_reply *r, bool hangs, int status,
		      const char *document)
{
	say(r, status ? status : 200, status ? "not today" : document);
	if (status)
		r->headers = xstrdup_or_null(t->error_headers);
	r->hangs = hangs;
}

static void say_table(struct fake_reply *r, const char *names, const char *rows)
{
	say(r, 200,
	    "<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' value='OK'/><TABLE>");
	for (size_t n; *names; names += n + (names[n] == ' ')) {
		n = strcspn(names, " ");
		buf_addf(&r->body, "<FIELD name='%.*s' datatype='char' arraysize='*'/>", (int)n,
			 names);
	}
	buf_addf(&r->body, "<DATA><TABLEDATA>%s</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>",
		 rows);
}

static void tap_schema(const struct fake_tap *t, const struct fake_request *q, struct fake_reply *r)
{
	char query[FAKE_TAP_TEXT];

	param(q->body, "QUERY", query, sizeof(query));
	if (!t->has_tap_schema || (t->counts_not && strstr(query, "COUNT")))
		say(r, 400, "no such table");
	else if (strstr(query, "COUNT"))
		say_table(r, "n", "<TR><TD>1</TD></TR>");
	else if (strstr(query, "TAP_SCHEMA.schemas"))
		say_table(r, "schema_name description", "<TR><TD>s</TD><TD/></TR>");
	else if (strstr(query, "TAP_SCHEMA.tables"))
		say_table(r, "schema_name table_name",
			  t->tap_schema ? t->tap_schema : "<TR><TD>s</TD><TD>s.t</TD></TR>");
	else if (strstr(query, "TAP_SCHEMA.columns") && t->columns_status)
		say(r, t->columns_status, "not today");
	else if (strstr(query, "TAP_SCHEMA.columns"))
		say_table(r, "table_name column_name datatype",
			  "<TR><TD>s.t</TD><TD>a</TD><TD>int</TD></TR>");
	else
		say(r, 400, "no such table");
}

static bool names_charset(const struct fake_request *q)
{
	char type[128] = "";

	header(q, "Content-Type: ", type, sizeof(type));
	return strstr(type, "charset") != NULL;
}

void fake_tap_serve(void *tap, const struct fake_request *q, struct fake_reply *r)
{
	struct fake_tap *t = tap;
	CLEANUP_FREE char *url = xstrndup(q->url, strcspn(q->url, "?"));
	const char *path = strncmp(url, BASE, strlen(BASE)) == 0 ? url + strlen(BASE) : "";
	char format[128];

	param(q->body, "RESPONSEFORMAT", format, sizeof(format));

	if (t->lost && strcmp(path, t->lost) == 0) {
		r->broken = true;
		return;
	}
	if (t->every_status) {
		say(r, t->every_status, "not today");
		return;
	}
	if (t->login && strstr(q->url, t->login)) {
		say(r, 200, "<html><title>Log in</title></html>");
		return;
	}
	if (t->login) {
		go_to(r, t->login);
		return;
	}
	if (t->refuses_charset && names_charset(q))
		say(r, 415, "Unsupported Media Type");
	else if (strcmp(url, "http://tap.test/files/a.bin") == 0 && t->file)
		file(t, q, r);
	else if (strcmp(url, "http://tap.test/links") == 0)
		links(t, q, r);
	else if (strcmp(path, "/capabilities") == 0)
		of_itself(t, r, t->capabilities_hang, t->capabilities_status, capabilities);
	else if (strcmp(path, "/availability") == 0)
		of_itself(t, r, t->availability_hangs, t->availability_status, availability);
	else if (strcmp(path, "/tables") == 0)
		of_itself(t, r, false,
			  t->refuses_detail && strstr(q->url, "detail") ? 400 : t->tables_status,
			  tables);
	else if (strcmp(path, "/sync") == 0 && strstr(q->body, "TAP_SCHEMA"))
		tap_schema(t, q, r);
	else if (strcmp(path, "/sync") == 0)
		say(r, 200, t->text && is_text(format) ? t->text : t->result ? t->result : result);
	else if ((strcmp(path, "/async") == 0 || strcmp(path, "/async/") == 0) &&
		 strcmp(q->method, "POST") == 0)
		create(t, q, r);
	else if (strcmp(path, "/async") == 0)
		list(t, q, r);
	else if (strncmp(path, "/async/", 7) == 0)
		job(t, q, path + 7, r);
	else if (strncmp(path, "/queue/", 7) == 0)
		job(t, q, path + 7, r);
	else
		say(r, 404, "no such thing");
}

unsigned fake_tap_runs(const struct fake_tap *t)
{
	unsigned n = 0;

	for (unsigned i = 0; i < t->njobs; i++)
		n += t->jobs[i].runs;
	return n;
}

unsigned fake_tap_jobs(const struct fake_tap *t)
{
	unsigned n = 0;

	for (unsigned i = 0; i < t->njobs; i++)
		n += !t->jobs[i].gone;
	return n;
}
