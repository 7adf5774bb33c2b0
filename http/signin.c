/*
 * signin.c: who the user is for a service; see signin.h.
 *
 * The header is made once, when the service is opened, or by each log-in of a session; the secret
 * lives in it and nowhere else. A request has a copy, which is wiped when it was sent.
 */
#include "http/signin.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "http/url.h"

#define TOKEN_MAX      16384 /* bytes of a token file */
#define LOGIN_PAUSE_MS 10000 /* before a refused log-in is tried again: accounts get locked */

struct signin {
	char *origin;
	char *header; /* "Authorization: …", NULL when not signed in */
	char *who;
	/* A session: the header is what its log-in brought. */
	const struct signin_session *session; /* NULL: the header is there from the beginning */
	void *session_arg;
	bool under_way;
	unsigned generation; /* of the header: counts log-ins */
	struct error *failure;
	int64_t failed_at; /* ms */
	int refused;       /* the status of the last answer, if it refused us: 401, 403; else 0 */
	int64_t answered;  /* ms: when that came; 0: none did */
	struct waitlist changed;
};

static void base64(struct buf *out, const char *data, size_t n)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < n; i += 3) {
		unsigned v = (unsigned)(unsigned char)data[i] << 16;

		if (i + 1 < n)
			v |= (unsigned)(unsigned char)data[i + 1] << 8;
		if (i + 2 < n)
			v |= (unsigned char)data[i + 2];
		buf_addc(out, digits[v >> 18]);
		buf_addc(out, digits[v >> 12 & 63]);
		buf_addc(out, i + 1 < n ? digits[v >> 6 & 63] : '=');
		buf_addc(out, i + 2 < n ? digits[v & 63] : '=');
	}
}

/* RFC 7617 */
static char *header_basic(const char *user, const char *secret)
{
	CLEANUP_FREE char *pair = xasprintf("%s:%s", user, secret);
	struct buf b = BUF_INIT;

	buf_adds(&b, "Authorization: Basic ");
	base64(&b, pair, strlen(pair));
	explicit_bzero(pair, strlen(pair));
	return buf_steal(&b);
}

/* RFC 6750 */
static char *header_bearer(const char *user, const char *secret)
{
	(void)user;
	return xasprintf("Authorization: Bearer %s", secret);
}

/* Daiquiri (CARS@AIP, Gaia@AIP) */
static char *header_token(const char *user, const char *secret)
{
	(void)user;
	return xasprintf("Authorization: Token %s", secret);
}

static const struct {
	const char *word;
	bool needs_user;
	char *(*header)(const char *user, const char *secret);
} methods[] = {
    {"basic", true, header_basic},
    {"bearer", false, header_bearer},
    {"token", false, header_token},
};

static bool token_file_safe(const char *path, const struct stat *st, struct error **err)
{
	if (!S_ISREG(st->st_mode))
		return error_set(err, EACCES, "token_file %s is no regular file", path);
	if (st->st_uid != geteuid())
		return error_set(err, EACCES,
				 "token_file %s belongs to somebody else: chown %u '%s'", path,
				 geteuid(), path);
	if (st->st_mode & 077)
		return error_set(err, EACCES, "token_file %s can be read by others: chmod 600 '%s'",
				 path, path);
	if (st->st_size <= 0 || st->st_size > TOKEN_MAX)
		return error_set(err, EINVAL, "token_file %s is %s", path,
				 st->st_size ? "too large to be a token" : "empty");
	return true;
}

/* The file's text without white space around; caller wipes and frees. */
static char *token_read(const char *path, struct error **err)
{
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	char text[TOKEN_MAX + 1];
	struct stat st;
	size_t from, n;
	ssize_t got;
	char *token;

	if (fd < 0 || fstat(fd, &st) < 0) {
		error_set(err, EACCES, "cannot open token_file %s: %s", path,
			  errno == ELOOP ? "it is a symbolic link; name the file itself"
					 : strerror(errno));
		return NULL;
	}
	if (!token_file_safe(path, &st, err))
		return NULL;
	got = read(fd, text, TOKEN_MAX);
	if (got < 0) {
		error_set(err, errno, "cannot read token_file %s: %s", path, strerror(errno));
		return NULL;
	}
	text[got] = '\0';
	from = strspn(text, " \t\r\n");
	n = strcspn(text + from, "\r\n");
	while (n && (text[from + n - 1] == ' ' || text[from + n - 1] == '\t'))
		n--;
	token = n ? xstrndup(text + from, n) : NULL;
	explicit_bzero(text, sizeof(text));
	if (!token)
		error_set(err, EINVAL, "token_file %s is empty", path);
	return token;
}

struct signin *signin_new(const struct settings *st, const char *service_url, struct error **err)
{
	const char *word = setting_str(st, OPT_AUTH);
	const char *user = setting_str(st, OPT_USER);
	const char *path = setting_str(st, OPT_TOKEN_FILE);
	struct signin *s = xcalloc(1, sizeof(*s));
	char *token;

	s->origin = url_origin(service_url);
	waitlist_init(&s->changed);
	if (strcasecmp(word, "none") == 0)
		return s;
	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++) {
		if (strcasecmp(word, methods[i].word) != 0)
			continue;
		if (!*path || (methods[i].needs_user && !*user)) {
			error_set(err, EINVAL, "auth = %s needs %s", word,
				  methods[i].needs_user ? "user and token_file" : "token_file");
			break;
		}
		token = token_read(path, err);
		if (!token)
			break;
		s->header = methods[i].header(user, token);
		s->who =
		    *user ? xasprintf("signed in as %s", user) : xstrdup("signed in with a token");
		explicit_bzero(token, strlen(token));
		free(token);
		return s;
	}
	signin_free(s);
	return NULL;
}

struct signin *signin_new_session(const char *service_url, const char *who,
				  const struct signin_session *session, void *arg)
{
	struct signin *s = xcalloc(1, sizeof(*s));

	s->origin = url_origin(service_url);
	waitlist_init(&s->changed);
	s->who = xstrdup(who);
	s->session = session;
	s->session_arg = arg;
	return s;
}

static void forget_header(struct signin *s)
{
	if (s->header)
		explicit_bzero(s->header, strlen(s->header));
	free(s->header);
	s->header = NULL;
}

void signin_free(struct signin *s)
{
	if (!s)
		return;
	if (s->session && s->session->free)
		s->session->free(s->session_arg);
	forget_header(s);
	error_free(s->failure);
	free(s->origin);
	free(s->who);
	free(s);
}

/* Credentials go to the origin they are for, and to no other. */
bool signin_is_for(const struct signin *s, const char *url)
{
	CLEANUP_FREE char *origin = s && s->origin ? url_origin(url) : NULL;

	return origin && strcmp(origin, s->origin) == 0;
}

void signin_apply(const struct signin *s, const char *url, struct http_headers *headers)
{
	if (signin_is_for(s, url) && s->header)
		http_headers_add(headers, xstrdup(s->header));
}

void signin_answered(struct signin *s, const char *url, int status)
{
	if (!signin_is_for(s, url) || status >= 500) /* which says nothing of who asks */
		return;
	s->refused = status == 401 || status == 403 ? status : 0;
	s->answered = clock_now();
}

char *signin_describe(const struct signin *s)
{
	const char *who = s && s->who ? s->who : "not signed in";
	char when[CLOCK_TEXT];

	if (!s || !s->answered)
		return xstrdup(who);
	clock_iso(s->answered, when);
	if (s->refused == 401 && !s->who)
		return xasprintf("%s; the service wants a sign-in (HTTP 401, %s): set auth, user "
				 "and token_file",
				 who, when);
	if (s->refused == 401)
		return xasprintf("%s; REFUSED (HTTP 401, %s): check the user and the content of "
				 "token_file",
				 who, when);
	if (s->refused)
		return xasprintf("%s; the last answer (%s) was HTTP 403: not allowed", who, when);
	return s->who ? xasprintf("%s; accepted (%s)", who, when) : xstrdup(who);
}

/* --- sessions --- */

bool signin_wants_login(const struct signin *s, const char *url)
{
	return s && s->session && !s->header && signin_is_for(s, url);
}

struct waitlist *signin_changed(struct signin *s)
{
	return &s->changed;
}

void signin_login(struct signin *s, struct http *http)
{
	if (s->under_way)
		return;
	s->under_way = true;
	error_clear(&s->failure);
	s->session->login(s->session_arg, s, http);
}

void signin_over(struct signin *s, char *header, struct error *err)
{
	s->under_way = false;
	forget_header(s);
	s->header = header;
	s->failure = err;
	s->failed_at = err ? clock_now() : 0;
	s->generation++;
	waitlist_wake(&s->changed);
}

const struct error *signin_failure(const struct signin *s)
{
	return s->failure;
}

bool signin_failed_lately(const struct signin *s)
{
	return s->failure && !s->under_way && clock_now() < s->failed_at + LOGIN_PAUSE_MS;
}

unsigned signin_generation(const struct signin *s)
{
	return s ? s->generation : 0;
}

bool signin_expire(struct signin *s, const char *url, unsigned generation)
{
	if (!s || !s->session || !signin_is_for(s, url))
		return false;
	if (generation == s->generation && !s->under_way)
		forget_header(s);
	return true;
}
