/* upload_fetch.c: a table that stands at a URL (DALI 1.1 §3.4.5), read as it comes. */
#include <curl/curl.h>
#include <errno.h>
#include <inttypes.h>

#include "base/cleanup.h"
#include "http/url.h"
#include "tests/service/tap/upload_table.h"

#define REDIRECTS 5L
#define CONNECT_S 10L
#define STALLED_S 60L
#define SCHEMES   "http,https"
#define AGENT     "tapfs-demo/" TAPFS_VERSION

struct fetching {
	struct votable *reader;
	uint64_t *left, limit;
	const struct svc_deadline *deadline;
	struct error *error;
};

static size_t take(char *data, size_t size, size_t n, void *arg)
{
	struct fetching *f = arg;

	n *= size;
	if (n > *f->left) {
		error_set(&f->error, EINVAL,
			  "it has more than the %" PRIu64 " bytes that are left for it", f->limit);
		return 0;
	}
	*f->left -= n;
	return votable_feed(f->reader, data, n, &f->error) ? n : 0;
}

static int look(void *arg, curl_off_t down_all, curl_off_t down, curl_off_t up_all, curl_off_t up)
{
	const struct fetching *f = arg;

	(void)down_all;
	(void)down;
	(void)up_all;
	(void)up;
	return svc_deadline_over(f->deadline);
}

static void set_up(CURL *curl, const char *url, struct fetching *f)
{
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, SCHEMES);
	curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, SCHEMES);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(curl, CURLOPT_MAXREDIRS, REDIRECTS);
	curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(curl, CURLOPT_USERAGENT, AGENT);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_S);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, STALLED_S);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, f);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, f);
}

bool svc_upload_fetch(const char *url, struct votable *reader, uint64_t *left,
		      const struct svc_deadline *deadline, struct error **err)
{
	struct fetching f = {.reader = reader, .left = left, .limit = *left, .deadline = deadline};
	CLEANUP_FREE char *shown = url_redact(url);
	CURL *curl = curl_easy_init();
	CURLcode code = CURLE_FAILED_INIT;
	long status = 0;

	if (curl) {
		set_up(curl, url, &f);
		code = curl_easy_perform(curl);
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
		curl_easy_cleanup(curl);
	}
	if (code == CURLE_OK)
		return true;
	if (f.error)
		error_move(err, f.error);
	else if (code == CURLE_HTTP_RETURNED_ERROR)
		error_set(err, EINVAL, "%s cannot be fetched: its server answers %ld", shown,
			  status);
	else
		error_set(err, EINVAL, "%s cannot be fetched: %s", shown, curl_easy_strerror(code));
	return false;
}
