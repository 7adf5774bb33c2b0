/* hips.c: HiPS: what its properties say, and its URLs; see hips.h. */
#include "tap/remote/hips.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/number.h"
#include "http/url.h"
#include "tap/service/endpoint.h"
#include "tap/service/service.h"

#define PROPERTIES_MAX (256u << 10)
#define BLANKS         " \t\r\n\v\f" /* what isspace() takes off a line's end */
#define READ_AGAIN_MS  UINT64_C(86400000)

/* --- names and numbers --- */

uint64_t hips_tiles(int order)
{
	return UINT64_C(12) << (2 * order);
}

static bool read_digits(const char *s, size_t n, uint64_t *value)
{
	*value = 0;
	if (n == 0 || n > 19 || (n > 1 && s[0] == '0'))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!isdigit((unsigned char)s[i]))
			return false;
		*value = *value * 10 + (uint64_t)(s[i] - '0');
	}
	return true;
}

bool hips_number(const char *name, const char *word, uint64_t *n)
{
	size_t len = strlen(word);

	return strncmp(name, word, len) == 0 && read_digits(name + len, strlen(name + len), n);
}

bool hips_tile(const struct hips_properties *p, const char *name, uint64_t *n)
{
	const char *dot = strchr(name, '.');

	if (strncmp(name, "Npix", 4) != 0 || !dot ||
	    !read_digits(name + 4, (size_t)(dot - name - 4), n))
		return false;
	for (size_t i = 0; i < HIPS_FORMATS && *p->formats[i]; i++)
		if (strcmp(dot + 1, p->formats[i]) == 0)
			return true;
	return false;
}

/* --- properties --- */

static void add_tile_format(struct hips_properties *p, const char *word, size_t n)
{
	bool jpeg = n == 4 && strncasecmp(word, "jpeg", 4) == 0;
	size_t i = 0;

	while (i < HIPS_FORMATS && *p->formats[i])
		i++;
	if (i == HIPS_FORMATS || n == 0 || n >= sizeof(p->formats[0]))
		return;
	for (size_t k = 0; k < n; k++)
		if (!isalnum((unsigned char)word[k]))
			return;
	for (size_t k = 0; k < n; k++)
		p->formats[i][k] = (char)tolower((unsigned char)word[k]);
	if (jpeg)
		memcpy(p->formats[i], "jpg", 4);
}

static void properties_take(struct hips_properties *p, const char *key, size_t klen,
			    const char *value, size_t n)
{
	int64_t number;
	double fraction;
	bool is_order = number_parse_int(value, n, &number) && number >= 0;

	if (klen == 10 && strncmp(key, "hips_order", klen) == 0 && is_order &&
	    number <= HIPS_ORDER_MAX)
		p->order = (int)number;
	else if (klen == 14 && strncmp(key, "hips_order_min", klen) == 0 && is_order &&
		 number <= HIPS_ORDER_MAX)
		p->order_min = (int)number;
	else if (klen == 16 && strncmp(key, "moc_sky_fraction", klen) == 0)
		p->whole_sky = number_parse_double(value, n, &fraction) && fraction >= 1;
	else if (klen == 16 && strncmp(key, "hips_tile_format", klen) == 0)
		for (size_t i = 0, w; i < n; i += w) {
			w = strcspn(value + i, BLANKS);
			add_tile_format(p, value + i, w);
			w += strspn(value + i + w, BLANKS); /* a step of 0 would be the last */
		}
}

/* HiPS 1.0 §4.4.1: lines "key = value"; # begins a comment. Some servers end lines with CR alone.
 */
bool hips_properties_read(const char *text, size_t n, struct hips_properties *p, struct error **err)
{
	CLEANUP_FREE char *copy = xstrndup(text, n);
	char *rest = copy;
	char *line;

	*p = (struct hips_properties){.order = -1};
	while ((line = strsep(&rest, "\r\n"))) {
		char *equals = strchr(line, '=');
		char *key = line + strspn(line, " \t");
		char *value = equals ? equals + 1 + strspn(equals + 1, " \t") : NULL;
		size_t len = value ? strlen(value) : 0;

		if (!value || *key == '#')
			continue;
		while (len && isspace((unsigned char)value[len - 1]))
			value[--len] = '\0';
		properties_take(p, key, strcspn(key, " \t="), value, len);
	}
	if (p->order < 0 || !*p->formats[0])
		return error_set(err, EIO,
				 "these are no properties of a HiPS: hips_order and "
				 "hips_tile_format are needed");
	if (p->order_min > p->order)
		p->order_min = p->order;
	return true;
}

/* --- surveys --- */

struct surveys {
	LIST_HEAD(, survey) all;
};

static struct surveys *surveys_of(const struct service *s)
{
	return s->parts[SERVICE_SURVEYS];
}

struct survey *survey_named(struct service *s, const char *name)
{
	struct survey *v;

	LIST_FOREACH (v, &surveys_of(s)->all, link)
		if (strcmp(v->name, name) == 0)
			return v;
	v = xcalloc(1, sizeof(*v));
	v->service = s;
	v->name = xstrdup(name);
	waitlist_init(&v->changed);
	LIST_INSERT_HEAD(&surveys_of(s)->all, v, link);
	return v;
}

static void extra_drop(struct hips_extra *e)
{
	remote_unref(e->remote);
	e->remote = NULL;
}

static void properties_drop(struct survey *v)
{
	if (v->open)
		remote_close(v->remote);
	v->open = false;
	remote_unref(v->remote);
	v->remote = NULL;
}

static void surveys_end(struct service *s)
{
	struct survey *v;

	LIST_FOREACH (v, &surveys_of(s)->all, link) {
		properties_drop(v);
		extra_drop(&v->moc);
		for (size_t i = 0; i < HIPS_FORMATS; i++)
			extra_drop(&v->allsky[i]);
	}
}

static void surveys_begin(struct service *s)
{
	s->parts[SERVICE_SURVEYS] = xcalloc(1, sizeof(struct surveys));
}

static void surveys_free(struct service *s)
{
	struct surveys *all = surveys_of(s);
	struct survey *v;

	while (all && (v = LIST_FIRST(&all->all))) {
		LIST_REMOVE(v, link);
		error_free(v->failure);
		free(v->name);
		free(v);
	}
	free(all);
}

const struct service_part surveys_part = {
    .begin = surveys_begin, .end = surveys_end, .free = surveys_free};

char *survey_url(const struct survey *v, const char *path)
{
	CLEANUP_FREE char *base = endpoint_named(v->service, ENDPOINT_HIPS, v->name);

	return base ? url_append(base, path) : NULL;
}

struct properties_reading {
	struct work work; /* first */
	struct survey *survey;
	int fd;
	size_t length;
	struct hips_properties properties;
	struct error *error;
};

static void properties_run(struct work *w)
{
	struct properties_reading *r = (struct properties_reading *)w;
	CLEANUP_FREE char *text = xmalloc(r->length + 1);
	ssize_t n = pread(r->fd, text, r->length, 0);

	if (n < 0)
		error_set(&r->error, errno, "cannot read the properties: %s", strerror(errno));
	else
		hips_properties_read(text, (size_t)n, &r->properties, &r->error);
}

static void properties_done(struct work *w)
{
	struct properties_reading *r = (struct properties_reading *)w;
	struct survey *v = r->survey;

	v->working = false;
	v->read_at = loop_now(v->service->loop);
	error_free(v->failure);
	v->failure = r->error;
	if (!r->error) {
		v->properties = r->properties;
		v->known = true;
	}
	properties_drop(v);
	waitlist_wake(&v->changed);
	close(r->fd);
	free(r);
}

static void read_properties(struct survey *v)
{
	struct properties_reading *r = xcalloc(1, sizeof(*r));

	r->survey = v;
	r->fd = fcntl(v->remote->file.fd, F_DUPFD_CLOEXEC, 3);
	r->length = (size_t)v->remote->file.validators.length;
	r->work.run = properties_run;
	r->work.done = properties_done;
	v->working = true;
	work_submit(v->service->loop, LANE_FILE, &r->work);
}

static struct remote *open_remote(struct survey *v, const char *path, struct error **err)
{
	CLEANUP_FREE char *url = survey_url(v, path);

	if (url && v->service->remotes)
		return remote_get(v->service->remotes, v->service, url);
	error_set(err, EIO,
		  url ? "no file can be kept: the cache folder cannot be written"
		      : "the URL of this survey is not known");
	return NULL;
}

/* Whether all bytes of the properties are here. */
static enum remote_answer bytes_here(struct survey *v, struct error **err)
{
	enum remote_answer a = remote_size_surely(v->remote, err);
	int64_t length = v->remote->file.validators.length;

	if (a != REMOTE_YES)
		return a;
	if (length <= 0 || length > (int64_t)PROPERTIES_MAX) {
		error_set(err, EIO, "these are no properties of a HiPS (%lld bytes)",
			  (long long)length);
		return REMOTE_FAILS;
	}
	if (!v->open)
		remote_open(v->remote);
	v->open = true;
	return remote_need(v->remote, &v->reader, 0, (uint64_t)length, err);
}

enum survey_answer survey_need(struct survey *v, struct waitlist **wait, struct error **err)
{
	bool old = loop_now(v->service->loop) > v->read_at + READ_AGAIN_MS;
	enum remote_answer a;

	if (v->known && !old)
		return SURVEY_KNOWN;
	*wait = &v->changed;
	if (v->working)
		return SURVEY_WAIT;
	if (v->failure) { /* told once: who asks again has it read anew */
		error_move(err, v->failure);
		v->failure = NULL;
		return SURVEY_FAILS;
	}
	if (v->remote && v->remote->state == REMOTE_STALE)
		properties_drop(v);
	if (!v->remote) {
		v->remote = open_remote(v, "properties", err);
		v->reader = (struct remote_reader){0};
	}
	if (!v->remote)
		return SURVEY_FAILS;
	*wait = &v->remote->changed;
	a = bytes_here(v, err);
	if (a == REMOTE_WAIT)
		return SURVEY_WAIT;
	if (a == REMOTE_YES) {
		read_properties(v);
		*wait = &v->changed;
		return SURVEY_WAIT;
	}
	properties_drop(v);
	if (!v->known)
		return SURVEY_FAILS;
	v->read_at = loop_now(v->service->loop); /* old ones are better than none */
	error_clear(err);
	return SURVEY_KNOWN;
}

bool survey_extra(struct survey *v, struct hips_extra *e, const char *path, struct waitlist **wait)
{
	CLEANUP_ERROR struct error *err = NULL;

	if (e->state != EXTRA_UNKNOWN)
		return true;
	if (!e->remote)
		e->remote = open_remote(v, path, &err);
	if (!e->remote)
		return true;
	switch (remote_size(e->remote, &err)) {
	case REMOTE_WAIT: *wait = &e->remote->changed; return false;
	case REMOTE_YES: e->state = EXTRA_THERE; break;
	case REMOTE_FAILS:
		if (error_errno(err) == ENOENT)
			e->state = EXTRA_MISSING;
		break;
	}
	extra_drop(e);
	return true;
}
