/* datalink.c: DataLink documents; see datalink.h. */
#include "table/links/datalink.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/quote.h"
#include "base/text/mime.h"
#include "base/text/xml.h"
#include "table/votable/votable.h"

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

struct datalink_reading {
	struct table_sink sink; /* first */
	struct link_list *links;
	size_t column[COLUMNS]; /* SIZE_MAX: there is none */
	size_t length;
};

bool datalink_is_type(const char *type)
{
	return type && strcasestr(type, "content=datalink");
}

static size_t datalink_column(const struct table *t, const char *name)
{
	for (size_t i = 0; i < t->nfields; i++)
		if (strcasecmp(t->fields[i].name, name) == 0)
			return i;
	return SIZE_MAX;
}

static bool read_begin(struct table_sink *sink, const struct table *t, struct error **err)
{
	struct datalink_reading *r = (struct datalink_reading *)sink;

	(void)err;
	for (size_t i = 0; i < COLUMNS; i++) {
		size_t c = datalink_column(t, columns[i].name);

		r->column[i] = c != SIZE_MAX && datatype_is_text(t->fields[c].type) ? c : SIZE_MAX;
	}
	r->length = datalink_column(t, "content_length");
	if (r->length != SIZE_MAX && !datatype_is_integer(t->fields[r->length].type))
		r->length = SIZE_MAX;
	return true;
}

static bool read_row(struct table_sink *sink, const struct cell *cells, struct error **err)
{
	struct datalink_reading *r = (struct datalink_reading *)sink;
	struct link l = {.length = -1};

	(void)err;
	if (r->links->n == DATALINK_MAX)
		return true;
	for (size_t i = 0; i < COLUMNS; i++) {
		const struct cell *c = r->column[i] == SIZE_MAX ? NULL : &cells[r->column[i]];

		const char *s = c && !c->null ? c->s : NULL;
		size_t n = s ? c->len : 0;

		xml_trim(&s, &n);
		if (n)
			*(char **)((char *)&l + columns[i].at) = xstrndup(s, n);
	}
	if (r->length != SIZE_MAX && !cells[r->length].null && *cells[r->length].i >= 0)
		l.length = *cells[r->length].i;
	l.nested = l.url && datalink_is_type(l.content_type);
	link_list_add(r->links, &l);
	return true;
}

static bool read_end(struct table_sink *sink, const struct table_end *end, struct error **err)
{
	(void)err;
	((struct datalink_reading *)sink)->links->overflow = end->overflow;
	return true;
}

static bool read_service(struct table_sink *sink, struct descriptor *d, struct error **err)
{
	struct link_list *l = ((struct datalink_reading *)sink)->links;

	(void)err;
	if (l->services.n < DATALINK_MAX)
		descriptor_list_add(&l->services, d);
	else
		descriptor_clear(d);
	return true;
}

/* A service that needs no more than the dataset is a file: its answer to that. */
static void resolve_services(struct link_list *links)
{
	for (size_t i = 0; i < links->n; i++) {
		struct link *l = &links->at[i];
		const struct descriptor *d =
		    l->service_def ? descriptor_by_id(&links->services, l->service_def) : NULL;

		if (d && !l->url && descriptor_is_complete(d))
			l->url = descriptor_url(d, l->id);
	}
}

bool datalink_parse(const char *document, size_t n, struct link_list *links, struct error **err)
{
	struct datalink_reading r = {.sink = {.begin = read_begin,
					      .row = read_row,
					      .end = read_end,
					      .descriptor = read_service},
				     .links = links};
	struct votable *v = votable_new(&r.sink);
	bool ok;

	*links = (struct link_list){0};
	ok = votable_feed(v, document, n, err) && votable_finish(v, err);
	votable_free(v);
	if (ok)
		resolve_services(links);
	return ok;
}

void link_list_add(struct link_list *links, struct link *l)
{
	links->at = xrealloc(links->at, (links->n + 1) * sizeof(*l));
	links->at[links->n++] = *l;
	*l = (struct link){.length = -1};
}

static void take_service(struct link_list *document, const char *id, struct link_list *to)
{
	const struct descriptor *d = descriptor_by_id(&document->services, id);

	if (d && !descriptor_by_id(&to->services, id)) {
		struct descriptor copy = descriptor_copy(d);

		descriptor_list_add(&to->services, &copy);
	}
}

bool datalink_take(struct link_list *document, const char *id, struct link_list *to)
{
	size_t before = to->n, kept = 0;

	for (size_t i = 0; i < document->n; i++) {
		struct link *l = &document->at[i];

		if (!l->id || strcmp(l->id, id) != 0) {
			document->at[kept++] = *l;
			continue;
		}
		if (l->service_def)
			take_service(document, l->service_def, to);
		link_list_add(to, l);
	}
	document->n = kept;
	return to->n > before;
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

/* What an extension is followed by where the file is packed. */
static bool is_packing(const char *ext, size_t n)
{
	static const char *const all[] = {"gz", "fz", "bz2", "xz", "Z", "zst"};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (strlen(all[i]) == n && strncasecmp(all[i], ext, n) == 0)
			return true;
	return false;
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
	if (is_packing(url + from, n - from)) {
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

bool link_url_has_extension(const char *url)
{
	CLEANUP_BUF struct buf ext = BUF_INIT;

	add_url_extension(&ext, url);
	return ext.len > 0;
}

char *link_url_extension(const char *url)
{
	CLEANUP_BUF struct buf ext = BUF_INIT;

	add_url_extension(&ext, url);
	return ext.len > 1 ? xstrdup(ext.data + 1) : NULL;
}

/* fits.gz of an address tells more than the fits, or the gz, of a type. */
static bool is_longer(const char *told, const char *ext)
{
	const char *dot = strchr(told, '.');
	size_t n = strlen(ext);

	return dot && ((strncasecmp(told, ext, n) == 0 && told[n] == '.') ||
		       strcasecmp(dot + 1, ext) == 0);
}

static void add_extension(struct buf *b, const struct link *l)
{
	const char *ext = l->content_type ? mime_extension(l->content_type) : NULL;

	CLEANUP_FREE char *told = l->url ? link_url_extension(l->url) : NULL;

	if (l->error)
		buf_adds(b, ".error.txt");
	else if (l->nested)
		return;
	else if (ext && told && is_longer(told, ext))
		buf_addf(b, ".%s", told);
	else if (ext)
		buf_addf(b, ".%s", ext);
	else if (l->url)
		add_url_extension(b, l->url);
}

static bool is_name_taken(const struct link_list *links, size_t before, const char *name)
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
		if (is_name_taken(links, i, buf_str(&b)))
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

/* --- as a document --- */

static void write_cell(struct buf *xml, const char *s)
{
	buf_adds(xml, "<TD>");
	if (s)
		buf_add_xml(xml, s, strlen(s));
	buf_adds(xml, "</TD>");
}

void datalink_write(const struct link_list *links, struct buf *xml)
{
	buf_adds(xml, "<VOTABLE version=\"1.4\"><RESOURCE type=\"results\"><TABLE>");
	for (size_t i = 0; i < COLUMNS; i++)
		buf_addf(xml, "<FIELD name=\"%s\" datatype=\"char\" arraysize=\"*\"/>",
			 columns[i].name);
	buf_adds(xml, "<FIELD name=\"content_length\" datatype=\"long\"/><DATA><TABLEDATA>");
	for (size_t i = 0; i < links->n; i++) {
		const struct link *l = &links->at[i];

		buf_adds(xml, "<TR>");
		for (size_t k = 0; k < COLUMNS; k++)
			write_cell(xml, *(char *const *)((const char *)l + columns[k].at));
		buf_addf(xml, "<TD>%" PRId64 "</TD></TR>\n", l->length);
	}
	buf_adds(xml, "</TABLEDATA></DATA></TABLE></RESOURCE>\n");
	for (size_t i = 0; i < links->services.n; i++)
		descriptor_write(&links->services.at[i], xml);
	buf_adds(xml, "</VOTABLE>\n");
}

/* --- as a table --- */

static void add_key_part(struct buf *b, const char *s, char end)
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

		add_key_part(out, l->service_def && !l->url ? NULL : l->name, ',');
		add_key_part(out, l->semantics, ',');
		add_key_part(out, l->description, ',');
		add_key_part(out, l->content_type, ',');
		if (l->length >= 0)
			buf_addf(out, "%" PRId64, l->length);
		buf_addc(out, ',');
		add_key_part(out, l->url, ',');
		add_key_part(out, l->service_def, ',');
		add_key_part(out, l->error, ',');
		add_key_part(out, l->id, '\n');
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
	descriptor_list_clear(&links->services);
	*links = (struct link_list){0};
}
