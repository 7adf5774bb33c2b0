/* tap_params.c: see tap_params.h. */
#include "tap/service/tap_params.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/list.h"
#include "base/text/url_query.h"
#include "tap/service/habits.h"

#define VOTABLE   "application/x-votable+xml"
#define TABLEDATA VOTABLE ";serialization=TABLEDATA"
#define UTF8      "application/x-www-form-urlencoded; charset=UTF-8"

/* One parameter: of the form, and where tables go along a field of its own. */
static void add_form_field(struct tap_body *b, bool parts, const char *name, const char *value)
{
	if (parts)
		*LIST_ADD(b->parts, b->nparts) =
		    (struct http_part){.name = xstrdup(name), .text = xstrdup(value), .fd = -1};
	else
		url_add_param(&b->form, name, value);
}

static bool is_ascii(const char *s)
{
	while (*s && !(*s & 0x80))
		s++;
	return !*s;
}

/*
 * HTML 5 has UTF-8 where nothing is said, and no parameter charset. vollt takes such a form for
 * Latin-1: a text that is not ASCII matches nothing then. So it is said where it matters.
 */
static bool needs_charset(const struct service *s, const struct query_spec *q)
{
	bool ascii = is_ascii(q->query) && is_ascii(q->runid ? q->runid : "");

	for (size_t i = 0; ascii && q->params && i < q->params->n; i++)
		ascii = is_ascii(q->params->at[i].value);
	return !ascii && !q->nuploads && !service_has_habit(s, HABIT_NO_CHARSET);
}

bool tap_charset_is_refused(struct service *s, const struct query_spec *q, const struct error *err)
{
	const char *why = error_text(err);

	if (!err || !needs_charset(s, q))
		return false;
	if (strncmp(why, "HTTP 415", 8) != 0 &&
	    !(strncmp(why, "HTTP 400", 8) == 0 &&
	      (strcasestr(why, "content-type") || strcasestr(why, "content type") ||
	       strcasestr(why, "media type"))))
		return false;
	service_learn_habit(s, HABIT_NO_CHARSET);
	return true;
}

static void add_uploads(struct tap_body *b, const struct query_spec *q)
{
	for (size_t i = 0; i < q->nuploads; i++) {
		const struct upload *u = &q->uploads[i];
		CLEANUP_FREE char *what = xasprintf("%s,param:%s", u->name, u->name);

		add_form_field(b, true, "UPLOAD", what);
		*LIST_ADD(b->parts, b->nparts) = (struct http_part){
		    .name = xstrdup(u->name),
		    .file_name = xasprintf("%s.vot", u->name),
		    .type = VOTABLE,
		    .fd = u->fd,
		    .size = u->size,
		};
		b->size += u->size;
	}
}

/* As the service spells it: CADC refuses mixed case. */
static const char *format_for(const struct service *s, const struct query_spec *q)
{
	bool text = q->tabledata || service_has_habit(s, HABIT_TABLEDATA);
	const char *wanted = q->format ? q->format : text ? TABLEDATA : NULL;
	const char *spelled =
	    wanted && s->capabilities ? capabilities_format(s->capabilities, wanted) : NULL;

	if (wanted)
		return spelled ? spelled : wanted;
	return s->capabilities ? capabilities_choose_votable_format(s->capabilities, true)
			       : "votable";
}

/*
 * TAP 1.0 wants REQUEST, 1.1 ignores it. Never FORMAT and RESPONSEFORMAT together: the latter is of
 * TAP 1.1.
 */
struct tap_body tap_body(const struct service *s, const struct query_spec *q)
{
	const char *format = format_for(s, q);
	bool parts = q->nuploads > 0;
	struct tap_body b = {0};
	char number[24];

	add_form_field(&b, parts, "REQUEST", "doQuery");
	add_form_field(&b, parts, "LANG", q->language);
	add_form_field(&b, parts, service_tap_version(s) >= 11 ? "RESPONSEFORMAT" : "FORMAT",
		       format);
	if (q->maxrec > 0 || q->no_rows) {
		snprintf(number, sizeof(number), "%" PRId64, q->maxrec);
		add_form_field(&b, parts, "MAXREC", number);
	}
	if (q->runid)
		add_form_field(&b, parts, "RUNID", q->runid);
	if (q->queue)
		add_form_field(&b, parts, "QUEUE", q->queue);
	for (size_t i = 0; q->params && i < q->params->n; i++)
		add_form_field(&b, parts, q->params->at[i].name, q->params->at[i].value);
	b.charset = needs_charset(s, q);
	add_uploads(&b, q);
	add_form_field(&b, parts, "QUERY", q->query);
	return b;
}

void tap_body_send(const struct tap_body *b, struct http_call *h)
{
	int64_t slow = h->settings ? setting_int(h->settings, OPT_LOW_SPEED_LIMIT) : 0;

	h->method = "POST";
	h->body = b->nparts ? NULL : b->form.data;
	h->body_len = b->form.len;
	h->content_type = b->charset ? UTF8 : NULL;
	h->parts = b->parts;
	h->nparts = b->nparts;
	if (b->size && slow > 0) /* it answers when it has the tables */
		h->first_byte_s = (h->first_byte_s ? h->first_byte_s : 120) +
				  (unsigned)(b->size / (uint64_t)slow);
}

void tap_body_clear(struct tap_body *b)
{
	for (size_t i = 0; i < b->nparts; i++) {
		free((char *)b->parts[i].name);
		free((char *)b->parts[i].text);
		free((char *)b->parts[i].file_name);
	}
	free(b->parts);
	buf_free(&b->form);
	*b = (struct tap_body){0};
}
