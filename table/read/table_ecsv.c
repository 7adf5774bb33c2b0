/*
 * table_ecsv.c: the head of an ECSV; see table_ecsv.h.
 *
 * libyaml tells it event by event. Each read_… takes one whole node, of which the first event has
 * come; `depth` bounds how deep nodes lie in each other. The first error stays.
 */
#include "table/read/table_ecsv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "table/read/table_in.h"
#include "table/votable/votable.h"

#define DEPTH_MAX 40

struct ecsv_head {
	yaml_parser_t parser;
	yaml_event_t event; /* the last one */
	struct table *table;
	size_t allocated; /* fields */
	char *delimiter;
	bool has_columns;
	struct error **err;
	bool failed;
};

static bool refuse_head(struct ecsv_head *h, size_t line, const char *what)
{
	if (!h->failed)
		error_set(h->err, EIO, "line %zu: the head of the ECSV: %s", line, what);
	h->failed = true;
	return false;
}

static bool next_event(struct ecsv_head *h)
{
	yaml_event_delete(&h->event);
	memset(&h->event, 0, sizeof(h->event));
	if (h->failed)
		return false;
	if (yaml_parser_parse(&h->parser, &h->event))
		return true;
	return refuse_head(h, h->parser.problem_mark.line + 1,
			   h->parser.problem ? h->parser.problem : "it is no YAML");
}

static size_t line_of(const struct ecsv_head *h)
{
	return h->event.start_mark.line + 1;
}

/* Takes the node whose first event is there. */
static bool skip(struct ecsv_head *h)
{
	size_t depth = 0;

	for (;;) {
		switch (h->event.type) {
		case YAML_SEQUENCE_START_EVENT:
		case YAML_MAPPING_START_EVENT: depth++; break;
		case YAML_SEQUENCE_END_EVENT:
		case YAML_MAPPING_END_EVENT: depth--; break;
		default: break;
		}
		if (!depth)
			return true;
		if (depth > DEPTH_MAX)
			return refuse_head(h, line_of(h), "it is nested too deep");
		if (!next_event(h))
			return false;
	}
}

static char *scalar_text(const struct ecsv_head *h)
{
	return xstrndup((const char *)h->event.data.scalar.value, h->event.data.scalar.length);
}

/* Which text of the table or of a column a key is; NULL: another key. */
typedef char **(*place_of_key)(struct ecsv_head *, const char *key, size_t at);

static void set_yaml_text(char **place, char *text)
{
	free(*place);
	*place = text;
}

/*
 * A mapping, or a list of them (!!omap), each of whose keys that has a place gets it. Also the unit
 * of old: !astropy.units.Unit {unit: deg}.
 */
static bool read_pairs(struct ecsv_head *h, place_of_key place_of, size_t at, size_t depth)
{
	bool list = h->event.type == YAML_SEQUENCE_START_EVENT;

	if (!list && h->event.type != YAML_MAPPING_START_EVENT)
		return skip(h);
	if (depth > 2)
		return skip(h);
	while (next_event(h)) {
		CLEANUP_FREE char *key = NULL;
		char **place;

		if (h->event.type == YAML_SEQUENCE_END_EVENT ||
		    h->event.type == YAML_MAPPING_END_EVENT)
			return true;
		if (list) {
			if (!read_pairs(h, place_of, at, depth + 1))
				return false;
			continue;
		}
		if (h->event.type == YAML_SCALAR_EVENT)
			key = scalar_text(h);
		if (!skip(h) || !next_event(h))
			return false;
		place = key ? place_of(h, key, at) : NULL;
		if (place && h->event.type == YAML_SCALAR_EVENT)
			set_yaml_text(place, scalar_text(h));
		else if (!skip(h))
			return false;
	}
	return false;
}

static char **place_in_meta(struct ecsv_head *h, const char *key, size_t at)
{
	struct field *f = &h->table->fields[at];

	return strcmp(key, "ucd") == 0     ? &f->ucd
	       : strcmp(key, "utype") == 0 ? &f->utype
	       : strcmp(key, "xtype") == 0 ? &f->xtype
					   : NULL;
}

static char **place_in_unit(struct ecsv_head *h, const char *key, size_t at)
{
	return strcmp(key, "unit") == 0 ? &h->table->fields[at].unit : NULL;
}

static char **place_in_table(struct ecsv_head *h, const char *key, size_t at)
{
	(void)at;
	return strcmp(key, "name") == 0          ? &h->table->name
	       : strcmp(key, "description") == 0 ? &h->table->description
						 : NULL;
}

/* --- a column --- */

static const struct {
	const char *name;
	enum datatype type;
} types[] = {
    {"bool", DT_BOOLEAN},
    {"int8", DT_SHORT},
    {"int16", DT_SHORT},
    {"int32", DT_INT},
    {"int64", DT_LONG},
    {"uint8", DT_UNSIGNED_BYTE},
    {"uint16", DT_INT},
    {"uint32", DT_LONG},
    {"uint64", DT_LONG},
    {"float16", DT_FLOAT},
    {"float32", DT_FLOAT},
    {"float64", DT_DOUBLE},
    {"float128", DT_DOUBLE},
    {"complex64", DT_FLOAT_COMPLEX},
    {"complex128", DT_DOUBLE_COMPLEX},
    {"string", DT_CHAR},
};

static bool type_by_name(const char *name, size_t n, enum datatype *type)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (strlen(types[i].name) != n || memcmp(types[i].name, name, n) != 0)
			continue;
		*type = types[i].type;
		return true;
	}
	return false;
}

/* "[2,3]" is "3x2"; what varies in more than its first dimension is one list. False: no shape. */
static bool arraysize_of(const char *shape, bool text, struct buf *out)
{
	size_t sizes[TABLE_DIMS - 1], n = 0;
	bool varies_within = false;
	const char *s = shape;

	for (char close = ','; close == ','; n++) {
		char *end;

		s++;
		if (n == TABLE_DIMS - 1)
			return false;
		sizes[n] = 0;
		s += strspn(s, " ");
		if (strncmp(s, "null", 4) == 0) {
			varies_within = varies_within || n;
			end = (char *)s + 4;
		} else {
			sizes[n] = *s >= '1' && *s <= '9' ? strtoul(s, &end, 10) : 0;
			if (!sizes[n] || sizes[n] > TABLE_ROW_MAX)
				return false;
		}
		s = end + strspn(end, " ");
		close = *s;
		if (close != ',' && (close != ']' || s[1]))
			return false;
	}
	if (text)
		buf_adds(out, "1x");
	if (varies_within) {
		buf_addc(out, '*');
		return true;
	}
	while (n > 1)
		buf_addf(out, "%zux", sizes[--n]);
	if (sizes[0])
		buf_addf(out, "%zu", sizes[0]);
	else
		buf_addc(out, '*');
	return true;
}

/* float64[2,3]: cells are JSON. "json": they are as well, but of no shape, and stay text. */
static bool set_subtype(struct ecsv_head *h, struct field *f, const char *subtype, size_t line)
{
	CLEANUP_BUF struct buf arraysize = BUF_INIT;
	const char *shape = strchr(subtype, '[');
	size_t n = shape ? (size_t)(shape - subtype) : strlen(subtype);

	f->type = DT_CHAR;
	if (strcmp(subtype, "json") == 0) {
		f->arraysize = xstrdup("*");
		return true;
	}
	if (!type_by_name(subtype, n, &f->type) || datatype_is_complex(f->type) ||
	    (shape && !arraysize_of(shape, datatype_is_text(f->type), &arraysize))) {
		CLEANUP_FREE char *what =
		    xasprintf("column \"%s\" has the subtype \"%.80s\", which cannot be read",
			      f->name, subtype);

		return refuse_head(h, line, what);
	}
	if (shape)
		f->arraysize = buf_steal(&arraysize);
	return true;
}

static bool set_field_type(struct ecsv_head *h, struct field *f, const char *datatype,
			   const char *subtype, size_t line)
{
	CLEANUP_FREE char *what = NULL;

	if (!f->name)
		return refuse_head(h, line, "a column has no name");
	if (!datatype)
		what = xasprintf("column \"%s\" has no datatype", f->name);
	else if (subtype)
		return set_subtype(h, f, subtype, line);
	else if (!type_by_name(datatype, strlen(datatype), &f->type))
		what = xasprintf("column \"%s\" has the datatype \"%.80s\", which is none of "
				 "ECSV's",
				 f->name, datatype);
	if (what)
		return refuse_head(h, line, what);
	if (f->type == DT_CHAR)
		f->arraysize = xstrdup("*");
	return true;
}

static bool read_column_key(struct ecsv_head *h, const char *key, size_t at, char **datatype,
			    char **subtype)
{
	struct field *f = &h->table->fields[at];
	char **place = strcmp(key, "name") == 0          ? &f->name
		       : strcmp(key, "unit") == 0        ? &f->unit
		       : strcmp(key, "description") == 0 ? &f->description
		       : strcmp(key, "datatype") == 0    ? datatype
		       : strcmp(key, "subtype") == 0     ? subtype
							 : NULL;

	if (strcmp(key, "meta") == 0)
		return read_pairs(h, place_in_meta, at, 0);
	if (place && h->event.type == YAML_SCALAR_EVENT) {
		set_yaml_text(place, scalar_text(h));
		return true;
	}
	if (place == &f->unit)
		return read_pairs(h, place_in_unit, at, 0);
	return skip(h);
}

static bool read_column(struct ecsv_head *h)
{
	CLEANUP_FREE char *datatype = NULL;
	CLEANUP_FREE char *subtype = NULL;
	size_t line = line_of(h), at = h->table->nfields;

	if (h->event.type != YAML_MAPPING_START_EVENT)
		return refuse_head(h, line,
				   "a column is no mapping such as {name: ra, datatype: "
				   "float64}");
	if (at == VOTABLE_MAX_FIELDS)
		return refuse_head(h, line, "the table has more than 100000 columns");
	if (at == h->allocated) {
		h->allocated += h->allocated + 32;
		h->table->fields =
		    xrealloc(h->table->fields, h->allocated * sizeof(*h->table->fields));
	}
	h->table->fields[h->table->nfields++] = (struct field){0};
	while (next_event(h) && h->event.type != YAML_MAPPING_END_EVENT) {
		CLEANUP_FREE char *key = h->event.type == YAML_SCALAR_EVENT ? scalar_text(h) : NULL;

		if (!skip(h) || !next_event(h))
			return false;
		if (!(key ? read_column_key(h, key, at, &datatype, &subtype) : skip(h)))
			return false;
	}
	if (h->failed || !set_field_type(h, &h->table->fields[at], datatype, subtype, line))
		return false;
	field_set_arraysize(&h->table->fields[at], h->table->fields[at].arraysize);
	return true;
}

static bool read_yaml_columns(struct ecsv_head *h)
{
	if (h->event.type != YAML_SEQUENCE_START_EVENT || h->has_columns)
		return refuse_head(h, line_of(h), "datatype is no list of columns");
	h->has_columns = true;
	while (next_event(h) && h->event.type != YAML_SEQUENCE_END_EVENT)
		if (!read_column(h))
			return false;
	return !h->failed;
}

/* --- the head --- */

static bool read_delimiter(struct ecsv_head *h)
{
	CLEANUP_FREE char *text = h->event.type == YAML_SCALAR_EVENT ? scalar_text(h) : NULL;

	if (!text || (strcmp(text, ",") != 0 && strcmp(text, " ") != 0))
		return refuse_head(h, line_of(h), "the delimiter is neither a comma nor a blank");
	*h->delimiter = *text;
	return true;
}

static bool read_top_key(struct ecsv_head *h, const char *key)
{
	if (strcmp(key, "datatype") == 0)
		return read_yaml_columns(h);
	if (strcmp(key, "delimiter") == 0)
		return read_delimiter(h);
	if (strcmp(key, "meta") == 0)
		return read_pairs(h, place_in_table, 0, 0);
	return skip(h);
}

static bool read_head(struct ecsv_head *h)
{
	do {
		if (!next_event(h))
			return false;
		if (h->event.type == YAML_STREAM_END_EVENT)
			return refuse_head(h, line_of(h), "it is empty");
	} while (h->event.type == YAML_STREAM_START_EVENT ||
		 h->event.type == YAML_DOCUMENT_START_EVENT);
	if (h->event.type != YAML_MAPPING_START_EVENT)
		return refuse_head(h, line_of(h), "it is no mapping");
	while (next_event(h) && h->event.type != YAML_MAPPING_END_EVENT) {
		CLEANUP_FREE char *key = h->event.type == YAML_SCALAR_EVENT ? scalar_text(h) : NULL;

		if (!skip(h) || !next_event(h) || !(key ? read_top_key(h, key) : skip(h)))
			return false;
	}
	if (!h->failed && !h->table->nfields)
		return refuse_head(h, line_of(h), "it names no columns (datatype)");
	return !h->failed;
}

/* Without "# ", line by line; the first one, which is no YAML, is empty. */
static void strip_comment_marks(const char *s, size_t n, struct buf *out)
{
	const char *end = s + n;
	bool first = true;

	while (s < end) {
		const char *eol = memchr(s, '\n', (size_t)(end - s));

		eol = eol ? eol : end;
		s++;
		if (s < eol && *s == ' ')
			s++;
		if (!first)
			buf_add(out, s, s < eol ? (size_t)(eol - s) : 0);
		buf_addc(out, '\n');
		first = false;
		s = eol + 1;
	}
}

bool ecsv_head(const char *text, size_t n, struct table *t, char *delimiter, struct error **err)
{
	CLEANUP_BUF struct buf yaml = BUF_INIT;
	struct ecsv_head h = {.table = t, .delimiter = delimiter, .err = err};
	bool ok;

	*t = (struct table){0};
	*delimiter = ' '; /* APE6: the default */
	strip_comment_marks(text, n, &yaml);
	if (!yaml_parser_initialize(&h.parser))
		return error_set(err, ENOMEM, "no memory for the head of the ECSV");
	yaml_parser_set_encoding(&h.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&h.parser, (const unsigned char *)buf_str(&yaml), yaml.len);
	ok = read_head(&h);
	yaml_event_delete(&h.event);
	yaml_parser_delete(&h.parser);
	for (size_t i = 0; i < t->nfields; i++) /* the last one, if it failed */
		if (!t->fields[i].name)
			t->fields[i].name = xstrdup("");
	return ok;
}
