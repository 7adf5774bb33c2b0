/* state.c: the folders of one service, and who holds them; see state.h. */
#include "cache/state.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/home.h"
#include "base/mem.h"
#include "base/name.h"
#include "cache/file.h"

#define LOCK_TRIES    40
#define LOCK_PAUSE_US 50000

char *state_key(const char *url, const char *user)
{
	CLEANUP_BUF struct buf raw = BUF_INIT;
	struct buf out = BUF_INIT;
	const char *p = strstr(url, "://");
	size_t n;

	if (user && *user)
		buf_addf(&raw, "%s@", user);
	if (strncmp(url, "http://", 7) == 0)
		buf_adds(&raw, "http_");
	p = p ? p + 3 : url;
	n = strlen(p);
	while (n && p[n - 1] == '/')
		n--;
	for (bool host = true; n; p++, n--) {
		host = host && *p != '/';
		buf_addc(&raw, *p == '/' ? '_' : host ? (char)tolower((unsigned char)*p) : *p);
	}
	name_escape_path(&out, buf_str(&raw), raw.len); /* has no slashes: of any length */
	return buf_steal(&out);
}

static char *root_dir(const char *configured, const char *xdg_var, const char *home_part)
{
	const char *xdg = getenv(xdg_var);

	if (*configured)
		return xstrdup(configured);
	if (xdg && *xdg)
		return xasprintf("%s/tapfs", xdg);
	return xasprintf("%s/%s/tapfs", home_directory(), home_part);
}

char *state_cache_root(const char *configured)
{
	return root_dir(configured, "XDG_CACHE_HOME", ".cache");
}

/* Tells who holds the lock, in the words that the holder wrote. */
static bool lock_refused(const char *path, const struct state_dir *s, struct error **err)
{
	CLEANUP_FREE char *holder = NULL;
	size_t n;

	holder = file_get(path, 4096, &n, NULL);
	return error_set(
	    err, EBUSY,
	    "this service is mounted already (%s); unmount it there, use that mount, look at what "
	    "is there with -o ro, or give this one a folder of its own with -o state_dir=… "
	    "(state: %s)",
	    holder && *holder ? holder : "holder unknown", s->state);
}

static bool lock_take(struct state_dir *s, const char *mountpoint, struct error **err)
{
	CLEANUP_FREE char *path = xasprintf("%s/lock", s->state);
	CLEANUP_FREE char *holder = NULL;
	struct flock fl = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	CLEANUP_CLOSE int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	char host[256] = "";

	if (fd < 0)
		return error_set(err, errno, "cannot open %s: %s", path, strerror(errno));
	/* A mount that is just being ended may hold it for a moment. */
	for (int i = 0; fcntl(fd, F_SETLK, &fl) < 0; i++) {
		if ((errno == EACCES || errno == EAGAIN) && i < LOCK_TRIES) {
			usleep(LOCK_PAUSE_US);
			continue;
		}
		if (errno == EACCES || errno == EAGAIN)
			return lock_refused(path, s, err);
		return error_set(err, errno, "cannot lock %s: %s", path, strerror(errno));
	}
	gethostname(host, sizeof(host) - 1);
	holder = xasprintf("host %s, pid %d, mountpoint %s", host, (int)getpid(), mountpoint);
	if (ftruncate(fd, 0) < 0 || !file_write_at(fd, holder, strlen(holder), 0, NULL))
		return error_set(err, errno, "cannot write %s: %s", path, strerror(errno));
	s->lock_fd = steal_fd(fd);
	return true;
}

bool state_open(struct state_dir *s, const struct state_at *at, struct error **err)
{
	CLEANUP_FREE char *state = root_dir(at->state_root, "XDG_STATE_HOME", ".local/state");
	CLEANUP_FREE char *cache = state_cache_root(at->cache_root);

	*s = (struct state_dir){
	    .state = xasprintf("%s/%s", state, at->key),
	    .cache = xasprintf("%s/%s", cache, at->key),
	    .lock_fd = -1,
	};
	s->queries = xasprintf("%s/queries", s->state);
	s->uploads = xasprintf("%s/uploads", s->state);
	s->results = xasprintf("%s/results", s->state);
	if (at->read_only) {
		dir_make(s->cache, NULL); /* where it cannot be, metadata is kept in memory */
		return true;
	}
	return dir_make(s->queries, err) && dir_make(s->uploads, err) &&
	       dir_make(s->results, err) && dir_make(s->cache, err) &&
	       lock_take(s, at->mountpoint, err);
}

void state_close(struct state_dir *s)
{
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	s->lock_fd = -1;
	free(s->state);
	free(s->cache);
	free(s->queries);
	free(s->uploads);
	free(s->results);
	s->state = s->cache = s->queries = s->uploads = s->results = NULL;
}
