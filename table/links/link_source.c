/* link_source.c: see link_source.h. */
#include "table/links/link_source.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/number.h"
#include "base/text/url_query.h"

static bool mentions(const char *list, const char *word)
{
	return list && strcasestr(list, word);
}

static bool is_named(const struct field *f, const char *name)
{
	return strcasecmp(f->name, name) == 0;
}

static bool is_text_column(const struct field *f)
{
	return datatype_is_text(f->type) && !f->is_array;
}

/* --- columns --- */

static bool is_access(const struct field *f)
{
	return is_text_column(f) &&
	       (is_named(f, "access_url") || mentions(f->utype, "access.reference") ||
		mentions(f->ucd, "VOX:Image_AccessReference"));
}

static bool is_format(const struct field *f)
{
	return is_text_column(f) &&
	       (is_named(f, "access_format") || mentions(f->utype, "access.format") ||
		mentions(f->ucd, "VOX:Image_Format"));
}

static bool is_url(const struct field *f)
{
	return is_text_column(f) && (is_access(f) || mentions(f->ucd, "meta.ref.url"));
}

static bool is_path(const struct field *f)
{
	return is_text_column(f) && mentions(f->ucd, "meta.file");
}

static size_t find_column(const struct table *t, bool (*is)(const struct field *))
{
	for (size_t i = 0; i < t->nfields; i++)
		if (is(&t->fields[i]))
			return i;
	return NO_COLUMN;
}

/* How good a row's name it makes; 0: none. */
static int name_rank(const struct field *f)
{
	if (f->is_array || (!datatype_is_text(f->type) && !datatype_is_integer(f->type)))
		return 0;
	if (is_named(f, "obs_id") || mentions(f->utype, "DataID.observationID"))
		return 5;
	if (is_named(f, "obs_publisher_did") || mentions(f->utype, "Curation.PublisherDID"))
		return 4;
	if (mentions(f->ucd, "meta.id") && mentions(f->ucd, "meta.main"))
		return 3;
	if (is_named(f, "id") || is_named(f, "name"))
		return 2;
	return mentions(f->ucd, "VOX:Image_Title") || mentions(f->ucd, "meta.title");
}

size_t link_name_column(const struct table *t)
{
	size_t best = NO_COLUMN;
	int rank = 0;

	for (size_t i = 0; i < t->nfields; i++) {
		if (name_rank(&t->fields[i]) > rank) {
			best = i;
			rank = name_rank(&t->fields[i]);
		}
	}
	return best;
}

/* --- sources --- */

static struct link_source *source_new(struct link_sources *l, enum link_kind kind)
{
	struct link_source *s;

	if (l->n == LINK_SOURCES_MAX)
		return NULL;
	s = &l->at[l->n++];
	*s = (struct link_source){.kind = kind, .type_column = NO_COLUMN};
	return s;
}

static void source_clear(struct link_source *s)
{
	for (size_t i = 0; i < s->nparts; i++)
		free(s->parts[i].text);
	free(s->parts);
	free(s->semantics);
	free(s->description);
	free(s->content_type);
	free(s->service);
	*s = (struct link_source){0};
}

static void add_link_part(struct link_source *s, const char *text, size_t n, size_t column)
{
	s->parts = xrealloc(s->parts, (s->nparts + 1) * sizeof(*s->parts));
	s->parts[s->nparts++] = (struct link_part){xstrndup(text, n), column};
}

/* "preview" of preview_url, "file" of file_path: what a file of that column is to be called. */
static char *word_of(const struct field *f)
{
	static const char *const tails[] = {"_url", "_uri", "_path", "_link", "_href", "_ref"};
	size_t n = strlen(f->name);

	for (size_t i = 0; i < sizeof(tails) / sizeof(*tails); i++) {
		size_t tail = strlen(tails[i]);

		if (n > tail && strcasecmp(f->name + n - tail, tails[i]) == 0)
			return xstrndup(f->name, n - tail);
	}
	return xstrdup(f->name);
}

static void add_column_links(struct link_sources *l, const struct table *t, size_t column,
			     enum link_kind kind, bool is_main)
{
	const struct field *f = &t->fields[column];
	struct link_source *s = source_new(l, kind);

	if (!s)
		return;
	s->semantics = is_main                            ? xstrdup("#this")
		       : mentions(f->ucd, "meta.preview") ? xstrdup("#preview")
							  : word_of(f);
	s->description = xstrdup_or_null(f->description);
	if (is_main)
		s->type_column = find_column(t, is_format);
	add_link_part(s, "", 0, column);
}

/* By its ID, which is what references mean (VOTable 1.5 §3.2), else by its name. */
static size_t referenced_column(const struct table *t, const char *name, size_t n)
{
	for (size_t i = 0; i < t->nfields; i++)
		if (t->fields[i].id && strlen(t->fields[i].id) == n &&
		    strncmp(t->fields[i].id, name, n) == 0)
			return i;
	for (size_t i = 0; i < t->nfields; i++)
		if (strlen(t->fields[i].name) == n && strncasecmp(t->fields[i].name, name, n) == 0)
			return i;
	return NO_COLUMN;
}

/* http://h/a/${name}.txt; one that names a column that is not there leads nowhere. */
static void add_link(struct link_sources *l, const struct table *t, size_t column)
{
	const struct field *f = &t->fields[column];
	struct link_source *s = source_new(l, LINK_FILE);
	const char *at = f->link;

	if (!s)
		return;
	s->semantics = word_of(f);
	s->description = xstrdup_or_null(f->description);
	s->content_type = xstrdup_or_null(f->link_type);
	for (;;) {
		const char *open = strstr(at, "${");
		const char *close = open ? strchr(open, '}') : NULL;
		size_t c;

		if (!close)
			break;
		c = referenced_column(t, open + 2, (size_t)(close - open - 2));
		if (c == NO_COLUMN) {
			source_clear(s);
			l->n--;
			return;
		}
		add_link_part(s, at, (size_t)(open - at), c);
		at = close + 1;
	}
	add_link_part(s, at, strlen(at), NO_COLUMN);
}

void link_sources_find(struct link_sources *l, const struct table *t)
{
	size_t main = find_column(t, is_access);

	if (main == NO_COLUMN)
		main = find_column(t, is_url);
	if (main != NO_COLUMN)
		add_column_links(l, t, main, LINK_FILE, true);
	for (size_t i = 0; i < t->nfields; i++)
		if (i != main && is_url(&t->fields[i]))
			add_column_links(l, t, i, LINK_FILE, false);
	for (size_t i = 0; i < t->nfields; i++) {
		if (is_path(&t->fields[i]) && !is_url(&t->fields[i]))
			add_column_links(l, t, i, LINK_PATH, l->n == 0);
		if (t->fields[i].link)
			add_link(l, t, i);
	}
}

/* --- services --- */

/* The URL with the values that are given, and those of the row; what else it takes is left out. */
static void add_service_url(struct link_source *s, const struct table *t,
			    const struct descriptor *d)
{
	CLEANUP_BUF struct buf text = BUF_INIT;
	const char *query = strchr(d->access_url, '?');
	char next = !query ? '?' : query[1] ? '&' : '\0';

	buf_adds(&text, d->access_url);
	for (size_t i = 0; i < d->nparams; i++) {
		const struct input_param *p = &d->params[i];
		size_t c = p->ref ? referenced_column(t, p->ref, strlen(p->ref)) : NO_COLUMN;

		if (c == NO_COLUMN && !p->value)
			continue;
		if (next)
			buf_addc(&text, next);
		next = '&';
		buf_addf(&text, "%s=", p->name);
		if (c == NO_COLUMN) {
			url_add_value(&text, p->value, strlen(p->value));
			continue;
		}
		add_link_part(s, buf_str(&text), text.len, c);
		buf_reset(&text);
	}
	add_link_part(s, buf_str(&text), text.len, NO_COLUMN);
}

void link_sources_clear(struct link_sources *l)
{
	for (size_t i = 0; i < l->n; i++)
		source_clear(&l->at[i]);
	l->n = 0;
}

static bool cuts_out(const struct descriptor *d)
{
	enum descriptor_standard s = descriptor_standard(d);

	return s == STANDARD_SODA_SYNC || s == STANDARD_SODA_ASYNC;
}

bool link_service_leads(const struct table *t, const struct descriptor *d)
{
	const struct input_param *id = descriptor_id_param(d);

	return id && id->ref && referenced_column(t, id->ref, strlen(id->ref)) != NO_COLUMN &&
	       (descriptor_standard(d) != STANDARD_NONE || descriptor_is_complete(d));
}

static bool has_cutout(const struct link_sources *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->at[i].kind == LINK_CUTOUT)
			return true;
	return false;
}

/* A SODA service gets the identifier; its parameters are the user's. */
static void add_soda_source(struct link_source *s, const struct table *t,
			    const struct descriptor *d)
{
	const char *id = descriptor_id_param(d)->ref;
	CLEANUP_BUF struct buf xml = BUF_INIT;

	add_link_part(s, "", 0, referenced_column(t, id, strlen(id)));
	descriptor_write(d, &xml);
	s->service = buf_steal(&xml);
}

void link_sources_add_service(struct link_sources *l, const struct table *t,
			      const struct descriptor *d)
{
	bool cuts = cuts_out(d);
	struct link_source *s;

	if (!link_service_leads(t, d) || (cuts && has_cutout(l)))
		return;
	s = source_new(l, cuts                                       ? LINK_CUTOUT
			  : descriptor_standard(d) == STANDARD_LINKS ? LINK_DATALINK
								     : LINK_FILE);
	if (!s)
		return;
	s->semantics = xstrdup(d->name ? d->name : d->id ? d->id : "service");
	s->description = xstrdup_or_null(d->description);
	s->content_type = xstrdup_or_null(d->content_type);
	if (cuts)
		add_soda_source(s, t, d);
	else
		add_service_url(s, t, d);
}

/* --- values --- */

bool link_cell_text(const struct field *f, const struct cell *c, struct buf *out)
{
	char number[NUMBER_MAX];
	size_t n;

	if (c->null || f->is_array)
		return false;
	if (datatype_is_text(f->type)) {
		for (n = c->len; n && isspace((unsigned char)c->s[n - 1]); n--)
			;
		buf_add(out, c->s, n);
		return n > 0;
	}
	if (c->as_text &&
	    (datatype_is_integer(f->type) || f->type == DT_FLOAT || f->type == DT_DOUBLE)) {
		buf_add(out, c->s, c->len);
		return c->len > 0;
	}
	if (datatype_is_integer(f->type))
		n = number_format_int(number, *c->i);
	else if (f->type == DT_FLOAT)
		n = number_format_float(number, (float)*c->d);
	else if (f->type == DT_DOUBLE)
		n = number_format_double(number, *c->d);
	else
		return false;
	buf_add(out, number, n);
	return n > 0;
}

/* Slashes may stand in paths and in queries (RFC 3986 §3.4), and are meant as such in a path. */
static void add_encoded(struct buf *out, const char *s, size_t n)
{
	const char *slash;

	while ((slash = memchr(s, '/', n))) {
		url_add_value(out, s, (size_t)(slash - s));
		buf_addc(out, '/');
		n -= (size_t)(slash + 1 - s);
		s = slash + 1;
	}
	url_add_value(out, s, n);
}

bool link_source_value(const struct link_source *s, const struct link_value *values,
		       struct buf *out)
{
	bool plain = s->nparts == 1 && !*s->parts[0].text; /* the column alone: as it is */

	for (size_t i = 0; i < s->nparts; i++) {
		const struct link_part *p = &s->parts[i];
		const struct link_value *value;

		buf_adds(out, p->text);
		if (p->column == NO_COLUMN)
			continue;
		value = &values[p->column];
		if (!value->s)
			return false;
		if (plain)
			buf_add(out, value->s, value->len);
		else
			add_encoded(out, value->s, value->len);
	}
	return true;
}
