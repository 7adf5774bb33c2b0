/* datalink.c: DataLink documents; see datalink.h. */
#include "tap/datalink.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tap/mime.h"
#include "tap/votable.h"

#define NAME_CAP 80 /* bytes of a link's name, without number and extension */

/* The columns of DataLink 1.1 table 1 that are kept as text. */
static const struct {
	const char *name;
	size_t at; /* in struct link */
} columns[] = {
    {"ID", offsetof(struct link, id)},
    {"access_url", offsetof(struct link, url)},
    {"service_def", offsetof(struct link, service_def)},
    {"error_message", offsetof(struct link, error)},
    {"semantics", offsetof(struct link, semantics)},
    {"description", offsetof(struct link, description)},
    {"content_type", offsetof(struct link, content_type)},
};

#define COLUMNS (sizeof(columns) / sizeof(*columns))

struct reading {
	struct table_sink sink; /* first */
	struct link_list *links;
	size_t column[COLUMNS]; /* SIZE_MAX: there is none */
	size_t length;
};

static size_t column_named(const struct table *t, const char *name)
{
	for (size_t i = 0; i < t->nfields; i++)
		if (strcasecmp(t->fields[i].name, name) == 0)
			return i;
	return SIZE_MAX;
}

static bool read_begin(struct table_sink *sink, const struct table *t, struct error **err)
{
	struct reading *r = (struct reading *)sink;

	(void)err;
	for (size_t i = 0; i < COLUMNS; i++) {
		size_t c = column_named(t, columns[i].name);

		r->column[i] = c != SIZE_MAX && datatype_is_text(t->fields[c].type) ? c : SIZE_MAX;
	}
	r->length = column_named(t, "content_length");
	if (r->length != SIZE_MAX && !datatype_is_integer(t->fields[r->length].type))
		r->length = SIZE_MAX;
	return true;
}

static bool read_row(struct table_sink *sink, const struct cell *cells, struct error **err)
{
	struct reading *r = (struct reading *)sink;
	struct link l = {.length = -1};

	(void)err;
	if (r->links->n == DATALINK_MAX)
		return true;
	for (size_t i = 0; i < COLUMNS; i++) {
		const struct cell *c = r->column[i] == SIZE_MAX ? NULL : &cells[r->column[i]];

		if (c && !c->null && c->len)
			*(char **)((char *)&l + columns[i].at) = xstrndup(c->s, c->len);
	}
	if (r->length != SIZE_MAX && !cells[r->length].null && *cells[r->length].i >= 0)
		l.length = *cells[r->length].i;
	r->links->at = xrealloc(r->links->at, (r->links->n + 1) * sizeof(l));
	r->links->at[r->links->n++] = l;
	return true;
}

static bool read_end(struct table_sink *sink, const struct table_end *end, struct error **err)
{
	(void)sink;
	(void)end;
	(void)err;
	return true;
}

bool datalink_parse(const char *document, size_t n, struct link_list *links, struct error **err)
{
	struct reading r = {.sink = {read_begin, read_row, read_end}, .links = links};
	struct votable *v = votable_new(&r.sink);
	bool ok;

	*links = (struct link_list){0};
	ok = votable_feed(v, document, n, err) && votable_finish(v, err);
	votable_free(v);
	if (ok)
		links_name(links);
	return ok;
}

/* --- names --- */

/* The term behind the `#`, as a file name: "this", "preview-image". */
static void add_term(struct buf *b, const char *semantics)
{
	const char *term = semantics ? strrchr(semantics, '#') : NULL;

	term = term ? term + 1 : semantics && *semantics ? semantics : "link";
	for (size_t i = 0; term[i] && i < NAME_CAP; i++)
		buf_addc(b,
			 isalnum((unsigned char)term[i]) || strchr("-_", term[i]) ? term[i] : '_');
	if (!b->len)
		buf_adds(b, "link");
}

/* ".fits.gz" of "http://h/a/m31.fits.gz?x=1": letters and digits only. */
static void add_url_extension(struct buf *b, const char *url)
{
	size_t n = strcspn(url, "?#");
	size_t from = n;

	while (from > 0 && url[from - 1] != '/' && url[from - 1] != '.')
		from--;
	if (from < 2 || url[from - 1] != '.' || n - from > 5 || n == from)
		return;
	if ((n - from == 2 && strncasecmp(url + from, "gz", 2) == 0) ||
	    (n - from == 2 && strncasecmp(url + from, "fz", 2) == 0)) {
		size_t inner = from - 1;

		while (inner > 0 && url[inner - 1] != '/' && url[inner - 1] != '.')
			inner--;
		if (inner > 1 && url[inner - 1] == '.' && from - 1 - inner <= 5)
			from = inner;
	}
	for (size_t i = from; i < n; i++)
		if (!isalnum((unsigned char)url[i]) && url[i] != '.')
			return;
	buf_addf(b, ".%.*s", (int)(n - from), url + from);
}

static void add_extension(struct buf *b, const struct link *l)
{
	const char *ext = l->content_type ? mime_extension(l->content_type) : NULL;

	if (l->error)
		buf_adds(b, ".error.txt");
	else if (ext)
		buf_addf(b, ".%s", ext);
	else if (l->url)
		add_url_extension(b, l->url);
}

static bool is_taken(const struct link_list *links, size_t before, const char *name)
{
	for (size_t i = 0; i < before; i++)
		if (strcmp(links->at[i].name, name) == 0)
			return true;
	return false;
}

static void name_one(struct link_list *links, size_t i)
{
	struct link *l = &links->at[i];

	for (unsigned k = 1;; k++) {
		CLEANUP_BUF struct buf b = BUF_INIT;

		add_term(&b, l->semantics);
		if (k > 1)
			buf_addf(&b, "~%u", k);
		add_extension(&b, l);
		if (is_taken(links, i, buf_str(&b)))
			continue;
		free(l->name);
		l->name = buf_steal(&b);
		return;
	}
}

void links_name(struct link_list *links)
{
	for (size_t i = 0; i < links->n; i++)
		name_one(links, i);
}

/* --- as a table --- */

static void add_cell(struct buf *b, const char *s, char end)
{
	buf_add_csv(b, s ? s : "", s ? strlen(s) : 0);
	buf_addc(b, end);
}

void links_csv(const struct link_list *links, struct buf *out)
{
	buf_adds(out, "file,semantics,description,content_type,content_length,access_url,"
		      "service_def,error_message,ID\n");
	for (size_t i = 0; i < links->n; i++) {
		const struct link *l = &links->at[i];

		add_cell(out, l->service_def ? NULL : l->name, ',');
		add_cell(out, l->semantics, ',');
		add_cell(out, l->description, ',');
		add_cell(out, l->content_type, ',');
		if (l->length >= 0)
			buf_addf(out, "%" PRId64, l->length);
		buf_addc(out, ',');
		add_cell(out, l->url, ',');
		add_cell(out, l->service_def, ',');
		add_cell(out, l->error, ',');
		add_cell(out, l->id, '\n');
	}
}

void link_list_clear(struct link_list *links)
{
	for (size_t i = 0; i < links->n; i++) {
		struct link *l = &links->at[i];

		for (size_t k = 0; k < COLUMNS; k++)
			free(*(char **)((char *)l + columns[k].at));
		free(l->name);
	}
	free(links->at);
	*links = (struct link_list){0};
}
