/* directives.c: the comments at a query's head; see directives.h. */
#include "tap/query/directives.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/list.h"
#include "base/text/sql.h"

#define SHOWN 80 /* bytes of a value that a message shows */

/* One directive, with its blanks taken off. */
struct said {
	unsigned line; /* from 1 */
	char *key, *value;
};

static struct head_said trimmed(const char *from, const char *to)
{
	while (from < to && isspace((unsigned char)*from))
		from++;
	while (to > from && isspace((unsigned char)to[-1]))
		to--;
	return (struct head_said){from, (size_t)(to - from)};
}

static bool fail(const struct said *s, const char *wanted, struct error **err)
{
	size_t n = strlen(s->value), most = n > SHOWN ? SHOWN : n;

	while (most < n && most && (s->value[most] & 0xc0) == 0x80)
		most--; /* not within a letter */
	return error_set(err, EINVAL, "line %u: -- %s = %.*s%s: %s", s->line, s->key, (int)most,
			 s->value, most < n ? "..." : "", wanted);
}

static void set_directive(char **to, const char *value)
{
	free(*to);
	*to = xstrdup(value);
}

static bool set_number(int64_t *to, int64_t least, const struct said *s, const char *wanted,
		       struct error **err)
{
	char *end;
	long long n;

	errno = 0;
	n = strtoll(s->value, &end, 10);
	if (errno || end == s->value || *end || n < least)
		return fail(s, wanted, err);
	*to = n;
	return true;
}

static bool add_named(struct named_values *l, const struct said *s, const char *example,
		      struct error **err)
{
	const char *eq = strchr(s->value, '=');
	struct head_said name, value;

	if (!eq)
		return fail(s, example, err);
	name = trimmed(s->value, eq);
	if (!name.n || memchr(name.at, ' ', name.n) || memchr(name.at, '\t', name.n))
		return fail(s, example, err);
	value = trimmed(eq + 1, eq + strlen(eq));
	*LIST_ADD(l->at, l->n) = (struct named_value){
	    .name = xstrndup(name.at, name.n),
	    .value = xstrndup(value.at, value.n),
	};
	return true;
}

static bool set_language(struct directives *d, const struct said *s, struct error **err)
{
	(void)err;
	set_directive(&d->language, s->value);
	return true;
}

static bool set_queue(struct directives *d, const struct said *s, struct error **err)
{
	(void)err;
	set_directive(&d->queue, s->value);
	return true;
}

static bool set_runid(struct directives *d, const struct said *s, struct error **err)
{
	if (strlen(s->value) > 64) /* DALI 1.1 §3.4.6 */
		return fail(s, "a RUNID has 64 characters at most", err);
	set_directive(&d->runid, s->value);
	return true;
}

static bool set_maxrec(struct directives *d, const struct said *s, struct error **err)
{
	if (!set_number(&d->maxrec, 0, s, "MAXREC is a number of rows, 0 or more", err))
		return false;
	d->no_rows = !d->maxrec;
	return true;
}

static bool set_duration(struct directives *d, const struct said *s, struct error **err)
{
	return set_number(&d->seconds, 1, s, "DURATION is a number of seconds, 1 or more", err);
}

static bool set_mode(struct directives *d, const struct said *s, struct error **err)
{
	if (strcasecmp(s->value, "sync") != 0 && strcasecmp(s->value, "async") != 0)
		return fail(s, "MODE is sync or async", err);
	d->sync = strcasecmp(s->value, "sync") == 0;
	return true;
}

static bool set_format(struct directives *d, const struct said *s, struct error **err)
{
	(void)err;
	set_directive(&d->format, s->value);
	return true;
}

/* What tapfs itself sets: two of one name would be up to the service's taste. */
static bool is_directive(const char *name)
{
	static const char *const ours[] = {
	    "QUERY", "LANG",   "REQUEST", "PHASE",          "FORMAT",           "UPLOAD",
	    "RUNID", "MAXREC", "QUEUE",   "RESPONSEFORMAT", "EXECUTIONDURATION"};

	for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++)
		if (strcasecmp(ours[i], name) == 0)
			return true;
	return false;
}

static bool say_param(struct directives *d, const struct said *s, struct error **err)
{
	if (!add_named(&d->params, s, "say NAME = value after it, as in: -- PARAM = VERBOSE = 1",
		       err))
		return false;
	if (is_directive(d->params.at[d->params.n - 1].name))
		return fail(s,
			    "this parameter is set by tapfs; there are directives LANGUAGE, QUEUE, "
			    "MAXREC, RUNID, DURATION, FORMAT and UPLOAD",
			    err);
	return true;
}

static bool add_upload(struct directives *d, const struct said *s, struct error **err)
{
	return add_named(&d->uploads, s, "say NAME = path after it, as in: -- UPLOAD = t = m31.vot",
			 err);
}

/* A parameter of the directive's name; of two the last counts. */
static bool set_param(struct directives *d, const struct said *s, struct error **err)
{
	struct named_value *v = NULL;

	(void)err;
	for (size_t i = 0; i < d->params.n; i++)
		if (strcasecmp(d->params.at[i].name, s->key) == 0)
			v = &d->params.at[i];
	if (!v) {
		v = LIST_ADD(d->params.at, d->params.n);
		v->name = xstrdup(s->key);
		for (char *c = v->name; *c; c++)
			*c = (char)toupper((unsigned char)*c);
	}
	set_directive(&v->value, s->value);
	return true;
}

/* Known, and not to be had yet: the query is not run as something else. */
static bool is_not_done_yet(struct directives *d, const struct said *s, struct error **err)
{
	(void)d;
	return fail(s,
		    "this version of tapfs does not carry out this directive yet, so the query was "
		    "not sent; remove the line to run the query without it",
		    err);
}

static bool check_phase(struct directives *d, const struct said *s, struct error **err)
{
	(void)d;
	if (strcasecmp(s->value, "RUN") == 0)
		return true;
	return fail(s,
		    "this version of tapfs runs each job at once, so the query was not sent; "
		    "remove the line to run it",
		    err);
}

static const struct {
	const char *key;
	bool (*set)(struct directives *, const struct said *, struct error **);
} keys[] = {
    {"LANGUAGE", set_language},
    {"QUEUE", set_queue},
    {"MAXREC", set_maxrec},
    {"RUNID", set_runid},
    {"MODE", set_mode},
    {"DURATION", set_duration},
    {"FORMAT", set_format},
    {"UPLOAD", add_upload},
    {"PARAM", say_param},
    {"JOBNAME", set_param}, /* Gaia's TAP+ */
    {"JOBDESCRIPTION", set_param},
    {"PHASE", check_phase},
    {"SPLIT", is_not_done_yet},
    {"LIST", is_not_done_yet},
    {"EXTERNAL_TAP", is_not_done_yet},
};

static bool obey(struct directives *d, const struct said *s, struct buf *remarks,
		 struct error **err)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		if (strcasecmp(keys[i].key, s->key) != 0)
			continue;
		return *s->value ? keys[i].set(d, s, err) : fail(s, "there is no value", err);
	}
	buf_addf(remarks, "line %u: there is no directive %s (there are", s->line, s->key);
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (keys[i].set != is_not_done_yet && keys[i].set != check_phase)
			buf_addf(remarks, "%s %s", i ? "," : "", keys[i].key);
	buf_adds(remarks, "): taken for a comment\n");
	return true;
}

/* `KEY = value` in a comment's text; false: prose. */
static bool read_said(struct head_line *l)
{
	const char *p = l->text, *word;

	while (p < l->end && (*p == ' ' || *p == '\t'))
		p++;
	word = p;
	while (p < l->end && (isalnum((unsigned char)*p) || *p == '_'))
		p++;
	l->key = (struct head_said){word, (size_t)(p - word)};
	while (p < l->end && (*p == ' ' || *p == '\t'))
		p++;
	if (!l->key.n || p == l->end || *p != '=') {
		l->key.at = NULL;
		return false;
	}
	l->value = trimmed(p + 1, l->end);
	return true;
}

/*
 * Behind the block comments at p, which may be of many lines: at the end of the last one's line, or
 * at a `--` behind it. NULL: a statement begins there, or the comment has no end.
 */
static const char *skip_blocks(const char *p)
{
	while (strncmp(p, "/*", 2) == 0) {
		const char *end = sql_skip_comment(p);

		if (end - p < 4 || end[-2] != '*' || end[-1] != '/')
			return NULL;
		p = end + strspn(end, " \t\r");
	}
	return !*p || *p == '\n' || strncmp(p, "--", 2) == 0 ? p : NULL;
}

static bool is_known(struct head_said key)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (strlen(keys[i].key) == key.n && strncasecmp(keys[i].key, key.at, key.n) == 0)
			return true;
	return false;
}

bool directives_next_line(const char **at, struct head_line *l)
{
	const char *first = *at + strspn(*at, " \t\r");
	bool dashes = strncmp(first, "--", 2) == 0;
	const char *end = dashes ? first + strcspn(first, "\n") : skip_blocks(first);

	if (!**at || !end)
		return false;
	*l = (struct head_line){.from = *at, .end = end, .comment = first < end};
	*at = *end == '\n' ? end + 1 : end;
	if (!dashes)
		return true;
	l->text = first + 2;
	l->directive = read_said(l) && is_known(l->key);
	return true;
}

bool directives_parse(const char *query, struct directives *d, struct buf *remarks,
		      struct error **err)
{
	const char *counted;
	unsigned line = 1;
	struct head_line l;
	bool ok = true;

	*d = (struct directives){0};
	if (strncmp(query, "\xef\xbb\xbf", 3) == 0) /* a byte order mark, as Windows' editors do */
		query += 3;
	counted = query;
	while (ok && directives_next_line(&query, &l)) {
		struct said s;

		for (; counted < l.from; counted++)
			line += *counted == '\n';
		if (!l.key.at)
			continue;
		s = (struct said){line, xstrndup(l.key.at, l.key.n),
				  xstrndup(l.value.at, l.value.n)};
		ok = obey(d, &s, remarks, err);
		free(s.key);
		free(s.value);
	}
	return ok;
}

char *directives_head(const char *query)
{
	CLEANUP_BUF struct buf b = BUF_INIT;
	struct head_line l;

	while (directives_next_line(&query, &l))
		if (l.directive)
			buf_addf(&b, "%.*s\n", (int)(l.end - l.from), l.from);
	return b.len ? buf_steal(&b) : NULL;
}

static void values_clear(struct named_values *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->at[i].name);
		free(l->at[i].value);
	}
	free(l->at);
}

void directives_clear(struct directives *d)
{
	free(d->language);
	free(d->queue);
	free(d->runid);
	free(d->format);
	values_clear(&d->params);
	values_clear(&d->uploads);
	*d = (struct directives){0};
}
