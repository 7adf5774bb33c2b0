/*
 * service.c: start and end of the service.
 *
 * At the end: first all queries and waits are ended, then the connections,
 * then what they used is freed.
 */
#include "tests/service/service.h"

#include <curl/curl.h>
#include <errno.h>
#include <fitsio.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tests/service/dal/files.h"
#include "tests/service/http/faults.h"
#include "tests/service/http/http.h"
#include "tests/service/tap/jobs.h"

/* Thousands of connections, each of them a descriptor. */
static void raise_files(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
		r.rlim_cur = r.rlim_max;
		setrlimit(RLIMIT_NOFILE, &r);
	}
}

static bool open_log(struct service *s, const char *path, struct error **err)
{
	if (!path)
		return true;
	s->log = fopen(path, "ae");
	if (!s->log)
		return error_set(err, errno, "%s: %s", path, strerror(errno));
	setvbuf(s->log, NULL, _IOLBF, 0);
	return true;
}

struct service *svc_start(const struct service_options *o, struct error **err)
{
	struct service *s = xcalloc(1, sizeof(*s));

	signal(SIGPIPE, SIG_IGN);
	raise_files();
	curl_global_init(CURL_GLOBAL_DEFAULT);
	fits_init_cfitsio();
	s->upload_bytes = o->upload_bytes;
	s->started = time(NULL);
	s->db_held = -1;
	s->route = svc_route;
	s->pause = svc_pause;
	s->leave = svc_leave;
	if (!open_log(s, o->log_path, err))
		goto fail;
	s->db_path = svc_content_build(&o->content, &s->db_held, err);
	if (!s->db_path)
		goto fail;
	s->catalog = svc_catalog_load(s->db_path, err);
	if (!s->catalog)
		goto fail;
	s->faults = svc_faults_new();
	s->files = svc_files_new(s->db_path);
	s->jobs = svc_jobs_new(s);
	if (svc_http_listen(s, o->port, err))
		return s;
fail:
	svc_stop(s);
	return NULL;
}

void svc_stop(struct service *s)
{
	if (s->jobs)
		svc_jobs_stop(s->jobs);
	if (s->daemon)
		MHD_stop_daemon(s->daemon);
	if (s->jobs)
		svc_jobs_free(s->jobs);
	if (s->faults)
		svc_faults_free(s->faults);
	if (s->files)
		svc_files_free(s->files);
	svc_catalog_free(s->catalog);
	if (s->log)
		fclose(s->log);
	if (s->db_held >= 0)
		close(s->db_held);
	free((char *)s->db_path);
	free(s);
	curl_global_cleanup();
}
