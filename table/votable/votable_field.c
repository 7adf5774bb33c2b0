/* votable_field.c: what a FIELD is called, and the number that means nothing in it; see
 * votable_field.h. */
#include "table/votable/votable_field.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "base/mem.h"
#include "base/text/number.h"
#include "base/utf8.h"

/* --- names --- */

static bool is_line_end(uint32_t c)
{
	return c < 0x20 || c == 0x7f || c == 0x85 || c == 0x2028 || c == 0x2029;
}

/* On one line, without blanks around it. Caller owns. */
static char *one_line(const char *name)
{
	size_t n = strlen(name), len;
	struct buf b = BUF_INIT;

	buf_adds(&b, "");
	for (size_t i = 0; i < n; i += len) {
		uint32_t c = utf8_next((const unsigned char *)name + i, n - i, &len);

		if (!is_line_end(c) && c != ' ')
			buf_add(&b, name + i, len);
		else if (b.len)
			buf_addc(&b, ' ');
	}
	while (b.len && b.data[b.len - 1] == ' ')
		b.data[--b.len] = '\0';
	return buf_steal(&b);
}

char *votable_field_name(const char *name, const char *id, size_t number)
{
	const char *const all[] = {name, id};

	for (size_t i = 0; i < 2; i++) {
		char *plain = all[i] ? one_line(all[i]) : NULL;

		if (plain && *plain)
			return plain;
		free(plain);
	}
	return xasprintf("col%zu", number);
}

/* --- VALUES --- */

struct values_null {
	char *id; /* key */
	int64_t null;
	UT_hash_handle hh;
};

static bool null_of(const struct xml_attrs *attrs, int64_t *null)
{
	const char *s;
	size_t n;

	return xml_attr(attrs, "null", &s, &n) && number_parse_int(s, n, null);
}

void values_seen(struct values_nulls *v, const struct xml_attrs *attrs)
{
	struct values_null *one;
	int64_t null;
	char *id;

	if (HASH_COUNT(v->known) == VALUES_MAX || !null_of(attrs, &null))
		return;
	id = xml_attr_dup(attrs, "ID");
	if (!id)
		return;
	HASH_FIND_STR(v->known, id, one);
	if (one) {
		free(id);
		return;
	}
	one = xcalloc(1, sizeof(*one));
	one->id = id;
	one->null = null;
	HASH_ADD_KEYPTR(hh, v->known, one->id, strlen(one->id), one);
}

void values_of_field(struct values_nulls *v, struct field *f, size_t at,
		     const struct xml_attrs *attrs)
{
	char *ref;

	if (!datatype_is_integer(f->type)) /* for floats NaN says it already */
		return;
	if (null_of(attrs, &f->null_value))
		f->has_null = true;
	ref = f->has_null ? NULL : xml_attr_dup(attrs, "ref");
	if (!ref)
		return;
	if (v->nrefs == v->allocated) {
		v->allocated += v->allocated + 8;
		v->refs = xrealloc(v->refs, v->allocated * sizeof(*v->refs));
	}
	v->refs[v->nrefs++] = (struct values_ref){at, ref};
}

void values_settle(struct values_nulls *v, struct field *fields)
{
	for (size_t i = 0; i < v->nrefs; i++) {
		struct field *f = &fields[v->refs[i].field];
		struct values_null *one;

		HASH_FIND_STR(v->known, v->refs[i].id, one);
		if (!one || f->has_null)
			continue;
		f->has_null = true;
		f->null_value = one->null;
	}
	values_clear(v);
}

void values_clear(struct values_nulls *v)
{
	struct values_null *one, *next;

	HASH_ITER (hh, v->known, one, next) {
		HASH_DEL(v->known, one);
		free(one->id);
		free(one);
	}
	for (size_t i = 0; i < v->nrefs; i++)
		free(v->refs[i].id);
	free(v->refs);
	*v = (struct values_nulls){0};
}
