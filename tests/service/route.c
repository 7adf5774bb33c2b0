/*
 * route.c: which path is what.
 *
 *	/tap/…              the service
 *	/auth/basic/tap/…   the same, for user demo with password demopass
 *	/auth/bearer/tap/…  the same, for the token demo-token
 *	/auth/token/tap/…   the same, with the scheme Token (Daiquiri)
 *	/redirect/tap/…     sends on to /tap/… on host localhost
 *	/datalink/links     what belongs to an image (DataLink)
 *	/soda/…             parts of images (SODA)
 *	/sia2/query         images at a place (SIA)
 *	/scs/TABLE          objects at a place (Simple Cone Search)
 *	/files/…            images and what belongs to them (files.h)
 *	/hips/sky/          the sky as a HiPS (hips.h)
 *	/demo/…             what tests may do to the service
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tests/service/adql/functions.h"
#include "tests/service/http/faults.h"
#include "tests/service/http/http.h"
#include "tests/service/tap/jobs.h"

static const struct door {
	const char *prefix, *authorization, *challenge;
} doors[] = {
    {"/auth/basic", "Basic ZGVtbzpkZW1vcGFzcw==", "Basic realm=\"tapfs demo\", charset=\"UTF-8\""},
    {"/auth/bearer", "Bearer demo-token", "Bearer realm=\"tapfs demo\""},
    {"/auth/token", "Token demo-token", "Token realm=\"tapfs demo\""},
};

static const struct route {
	const char *path;
	bool below; /* everything below it too */
	route_fn *fn;
} routes[] = {
    {"/tap/sync", false, svc_sync_route},
    {"/tap/async", true, svc_async_route},
    {"/tap/capabilities", false, svc_capabilities},
    {"/tap/availability", false, svc_availability},
    {"/datalink/availability", false, svc_availability},
    {"/soda/availability", false, svc_availability},
    {"/sia2/availability", false, svc_availability},
    {"/datalink/capabilities", false, svc_capabilities},
    {"/soda/capabilities", false, svc_capabilities},
    {"/sia2/capabilities", false, svc_capabilities},
    {"/tap/tables", true, svc_tables},
    {"/tap/examples", false, svc_examples},
    {"/datalink/links", false, svc_datalink_route},
    {"/soda/sync", false, svc_soda_route},
    {"/soda/async", true, svc_async_route},
    {"/sia2/query", false, svc_sia_route},
    {"/scs/", true, svc_cone_route},
    {"/files/", true, svc_files_route},
    {"/hips/", true, svc_files_route},
    {"/demo/", true, svc_control},
};

/* True if path is prefix, or goes on behind it with a slash. */
static bool is_below(const char *path, const char *prefix)
{
	size_t n = strlen(prefix);

	return !strncmp(path, prefix, n) && (prefix[n - 1] == '/' || !path[n] || path[n] == '/');
}

static enum MHD_Result dispatch(struct request *r)
{
	r->kind = is_below(r->path, "/soda/") ? &svc_soda_jobs : &svc_tap_jobs;
	r->home = r->kind->home;
	for (size_t i = 0; i < sizeof(routes) / sizeof(*routes); i++)
		if (routes[i].below ? is_below(r->path, routes[i].path)
				    : !strcmp(r->path, routes[i].path))
			return routes[i].fn(r);
	if (!strcmp(r->path, "/tap") || !strcmp(r->path, "/tap/"))
		return svc_reply_text(
		    r, MHD_HTTP_OK,
		    "The tapfs demo, a TAP 1.1 service.\n"
		    "See capabilities, tables and examples below this address.\n");
	return svc_reply_error(r, MHD_HTTP_NOT_FOUND, "There is nothing at %s.", r->path);
}

static enum MHD_Result redirect(struct request *r)
{
	struct buf nothing = BUF_INIT;
	CLEANUP_FREE char *location = xasprintf("http://localhost:%u%s", (unsigned)r->service->port,
						r->uri + strlen("/redirect"));

	svc_add_header(r, MHD_HTTP_HEADER_LOCATION, location);
	return svc_reply(r, svc_is_get(r) ? MHD_HTTP_FOUND : MHD_HTTP_TEMPORARY_REDIRECT, NULL,
			 &nothing);
}

static enum MHD_Result after_delay(struct request *r)
{
	struct fault fault;
	char seconds[24];

	r->until = 0;
	if (svc_fault_take(r->service->faults, FAULT_STATUS, r->method, r->path, &fault)) {
		if (fault.retry_after >= 0) {
			snprintf(seconds, sizeof(seconds), "%lld", (long long)fault.retry_after);
			svc_add_header(r, MHD_HTTP_HEADER_RETRY_AFTER, seconds);
		}
		return svc_reply_text(r, (unsigned)fault.value, "As asked for by a test.\n");
	}
	r->drop_answer = svc_fault_take(r->service->faults, FAULT_DROP, r->method, r->path, &fault);
	if (is_below(r->full_path, "/redirect"))
		return redirect(r);
	return dispatch(r);
}

enum MHD_Result svc_route(struct request *r)
{
	struct fault delay;
	enum MHD_Result result;

	for (size_t i = 0; i < sizeof(doors) / sizeof(*doors); i++) {
		const char *authorization = svc_header(r, MHD_HTTP_HEADER_AUTHORIZATION);

		if (!is_below(r->full_path, doors[i].prefix))
			continue;
		if (!authorization || strcmp(authorization, doors[i].authorization) != 0) {
			svc_add_header(r, MHD_HTTP_HEADER_WWW_AUTHENTICATE, doors[i].challenge);
			return svc_reply_error(r, MHD_HTTP_UNAUTHORIZED, "Please sign in.");
		}
		r->prefix = doors[i].prefix;
		r->user = "demo";
		r->path = r->full_path + strlen(doors[i].prefix);
	}
	if (is_below(r->path, "/demo") ||
	    !svc_fault_take(r->service->faults, FAULT_DELAY, r->method, r->path, &delay))
		return is_below(r->path, "/demo") ? dispatch(r) : after_delay(r);
	r->until = svc_monotonic_ms() + delay.value;
	svc_jobs_lock(r->service->jobs);
	result = svc_wait(r, after_delay);
	svc_jobs_unlock(r->service->jobs);
	return result;
}

/* POST and DELETE /demo/faults, POST /demo/forget. */
enum MHD_Result svc_control(struct request *r)
{
	if (!strcmp(r->path, "/demo/faults") && svc_is(r, "POST")) {
		if (!svc_faults_add(r->service->faults, &r->params))
			return svc_reply_text(r, MHD_HTTP_BAD_REQUEST,
					      "Say what: next_status, drop_answer, or another one "
					      "of those that faults.h names.\n");
	} else if (!strcmp(r->path, "/demo/faults") && svc_is(r, "DELETE")) {
		svc_faults_clear(r->service->faults);
	} else if (!strcmp(r->path, "/demo/forget") && svc_is(r, "POST")) {
		svc_jobs_lock(r->service->jobs);
		svc_jobs_forget(r->service->jobs);
		svc_jobs_unlock(r->service->jobs);
	} else {
		return svc_reply_text(r, MHD_HTTP_NOT_FOUND,
				      "POST or DELETE /demo/faults, POST /demo/forget.\n");
	}
	return svc_reply_text(r, MHD_HTTP_OK, "Done.\n");
}
