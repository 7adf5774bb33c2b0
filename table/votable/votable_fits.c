/*
 * votable_fits.c: a FITS file within a VOTable (VOTable 1.5 §5.2); see votable_inside.h.
 *
 * What the VOTable says of its columns goes before what the FITS file does; how the values lie, and
 * which of them are missing, only the file can tell. So the sink begins when the file is there.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "table/votable/votable_inside.h"

bool (*votable_fits_reader)(int fd, struct table_sink *, const atomic_bool *stop, struct buf *notes,
			    struct error **err);

struct fits_inside {
	struct table_sink sink; /* first */
	struct votable *votable;
	bool refused; /* by the sink of the VOTable */
};

/* --- columns --- */

/* The place has its text, or a copy of the other's. */
static void text_or(char **place, const char *other)
{
	if (!*place)
		*place = xstrdup_or_null(other);
}

static void take_type(struct field *f, const struct field *from)
{
	free(f->arraysize);
	f->arraysize = xstrdup_or_null(from->arraysize);
	f->type = from->type;
	f->is_array = from->is_array;
	f->variable = from->variable;
	f->fixed = from->fixed;
	f->string_len = from->string_len;
	f->has_null = from->has_null;
	f->null_value = from->null_value;
}

/* The columns are the file's: as the VOTable describes them, if it has as many. */
static void take_columns(struct votable *v, const struct table *t)
{
	struct table *own = &v->table;

	if (own->nfields != t->nfields) {
		struct table with_name = {.name = steal(own->name),
					  .description = steal(own->description),
					  .query = steal(own->query)};

		table_clear(own);
		*own = with_name;
		own->fields = xcalloc(t->nfields + 1, sizeof(*own->fields));
		own->nfields = v->fields_allocated = t->nfields;
	}
	for (size_t i = 0; i < t->nfields; i++) {
		struct field *f = &own->fields[i];
		const struct field *from = &t->fields[i];

		text_or(&f->name, from->name);
		text_or(&f->unit, from->unit);
		text_or(&f->ucd, from->ucd);
		text_or(&f->utype, from->utype);
		text_or(&f->xtype, from->xtype);
		text_or(&f->description, from->description);
		take_type(f, from);
	}
}

/* --- rows --- */

static bool inside_begin(struct table_sink *sink, const struct table *t, struct error **err)
{
	struct fits_inside *in = (struct fits_inside *)sink;
	struct votable *v = in->votable;

	(void)err;
	if (v->stage == HEADER) {
		values_clear(&v->values); /* TNULL tells */
		take_columns(v, t);
		votable_begin_rows(v);
	}
	in->refused = xml_has_failed(v->xml);
	return !in->refused;
}

static bool inside_row(struct table_sink *sink, const struct cell *cells, struct error **err)
{
	struct fits_inside *in = (struct fits_inside *)sink;
	struct votable *v = in->votable;

	if (v->service_error)
		return true;
	v->end.rows++;
	in->refused = !v->sink->row(v->sink, cells, err);
	return !in->refused;
}

/* That of the VOTable comes at its end. */
static bool inside_end(struct table_sink *sink, const struct table_end *end, struct error **err)
{
	(void)sink, (void)end, (void)err;
	return true;
}

void votable_start_fits(struct votable *v, const struct xml_attrs *attrs)
{
	const char *s;
	size_t n;

	if (xml_attr(attrs, "extnum", &s, &n) && n && !xml_attr_is(attrs, "extnum", "1") &&
	    !xml_attr_is(attrs, "extnum", "0"))
		votable_refuse(v, "the rows are in a FITS file, and not in its first extension "
				  "(FITS extnum), which alone is read");
}

void votable_fits_rows(struct votable *v, int fd)
{
	struct fits_inside in = {
	    {.begin = inside_begin, .row = inside_row, .end = inside_end}, v, false};
	struct error *why = NULL;

	if (fd < 0 || !votable_fits_reader) {
		votable_refuse(v, "there is no FITS file in the STREAM");
		return;
	}
	if (votable_fits_reader(fd, &in.sink, NULL, NULL, &why))
		return;
	if (xml_has_failed(v->xml)) { /* it has told already */
		error_free(why);
		return;
	}
	if (!in.refused)
		error_prefix(&why, "line %d: the FITS file in the VOTable", xml_line(v->xml));
	xml_fail(v->xml, why);
}
