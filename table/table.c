/* table.c: the datatypes of VOTable and what a table owns; see table.h. */
#include "table/table.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "base/cleanup.h"
#include "base/mem.h"

/* VOTable 1.5 §2.1, table 1, in the order of enum datatype. */
static const char *const names[] = {
    [DT_BOOLEAN] = "boolean",
    [DT_BIT] = "bit",
    [DT_UNSIGNED_BYTE] = "unsignedByte",
    [DT_SHORT] = "short",
    [DT_INT] = "int",
    [DT_LONG] = "long",
    [DT_CHAR] = "char",
    [DT_UNICODE_CHAR] = "unicodeChar",
    [DT_FLOAT] = "float",
    [DT_DOUBLE] = "double",
    [DT_FLOAT_COMPLEX] = "floatComplex",
    [DT_DOUBLE_COMPLEX] = "doubleComplex",
    [DT_TEXT] = "text",
};

enum datatype datatype_by_name(const char *name)
{
	for (int i = 0; i < DT_TEXT; i++)
		if (strcmp(names[i], name) == 0)
			return (enum datatype)i;
	return DT_TEXT;
}

const char *datatype_name(enum datatype type)
{
	return names[type];
}

/* One dimension: a number, `*`, or a number that is only the most there can be ("10*"). */
static const char *dimension(const char *s, size_t *size, bool *variable)
{
	*size = 0;
	*variable = false;
	for (; *s && *s != 'x'; s++) {
		if (*s == '*')
			*variable = true;
		else if (*s >= '0' && *s <= '9' && *size < SIZE_MAX / 100)
			*size = *size * 10 + (size_t)(*s - '0');
	}
	return s;
}

void field_set_arraysize(struct field *f, const char *arraysize)
{
	bool text = datatype_is_text(f->type);
	size_t dimensions = 0;
	size_t size;
	bool variable;

	f->fixed = 1;
	f->is_array = f->variable = false;
	f->string_len = 0;
	if (!arraysize || !*arraysize || strcmp(arraysize, "1") == 0)
		return;
	for (const char *s = arraysize;; s++) {
		s = dimension(s, &size, &variable);
		f->variable |= variable;
		if (!dimensions++ && text && *s == 'x')
			f->string_len = size;
		if (__builtin_mul_overflow(f->fixed, size, &f->fixed))
			f->fixed = SIZE_MAX;
		if (!*s)
			break;
	}
	if (f->variable)
		f->fixed = 0;
	f->is_array = text ? f->string_len > 0 : true;
}

void field_set_any_length(struct field *f)
{
	free(f->arraysize);
	f->arraysize = f->string_len ? xasprintf("%zux*", f->string_len) : xstrdup("*");
	field_set_arraysize(f, f->arraysize);
}

size_t field_shape(const struct field *f, size_t shape[TABLE_DIMS])
{
	size_t sizes[TABLE_DIMS], n = 0;
	bool variable, skip = datatype_is_text(f->type);
	const char *s = f->arraysize;

	if (!f->is_array)
		return 0;
	for (; s && n < TABLE_DIMS; s++) {
		s = dimension(s, &sizes[n], &variable);
		if (variable)
			sizes[n] = 0;
		n += !skip;
		skip = false;
		if (!*s)
			break;
	}
	if (!s || *s || !n) { /* more than are known here: one list */
		shape[0] = f->variable ? 0 : f->fixed;
		return 1;
	}
	for (size_t i = 0; i < n; i++)
		shape[i] = sizes[n - 1 - i];
	return n;
}

struct taken_name {
	char *name;  /* key */
	size_t next; /* the number that the next one of this name tries */
	UT_hash_handle hh;
};

/* True if nobody had the name before; whose it is then is in *of. */
static bool take_name(struct taken_name **all, const char *name, bool any_case,
		      struct taken_name **of)
{
	char *key = xstrdup(name);

	for (char *p = key; any_case && *p; p++)
		*p = (char)tolower((unsigned char)*p);
	HASH_FIND_STR(*all, key, *of);
	if (*of) {
		free(key);
		return false;
	}
	*of = xcalloc(1, sizeof(**of));
	(*of)->name = key;
	(*of)->next = 2;
	HASH_ADD_KEYPTR(hh, *all, (*of)->name, strlen((*of)->name), *of);
	return true;
}

/* The name with a number that nobody has. Numbers that were tried once are not tried again. */
static char *numbered(struct taken_name **all, const char *name, bool any_case)
{
	struct taken_name *same, *other;

	take_name(all, name, any_case, &same);
	for (;;) {
		char *new = xasprintf("%s_%zu", name, same->next++);

		if (take_name(all, new, any_case, &other))
			return new;
		free(new);
	}
}

/* What a column would be named if it were alone. Caller owns. */
static char *wanted_name(const struct table *t, size_t i)
{
	const struct field *f = &t->fields[i];

	return *f->name          ? xstrdup(f->name)
	       : f->id && *f->id ? xstrdup(f->id)
				 : xasprintf("col%zu", i + 1);
}

char **table_names_beside(const struct table *t, bool any_case, const bool *first)
{
	char **wanted = xcalloc(t->nfields + 1, sizeof(*wanted));
	char **all = xcalloc(t->nfields + 1, sizeof(*all));
	struct taken_name *taken = NULL, *one, *next;

	for (size_t i = 0; i < t->nfields; i++)
		wanted[i] = wanted_name(t, i);
	for (int late = first ? 0 : 1; late < 2; late++)
		for (size_t i = 0; i < t->nfields; i++)
			if (wanted[i] && (late || first[i]) &&
			    take_name(&taken, wanted[i], any_case, &one))
				all[i] = steal(wanted[i]);
	for (size_t i = 0; i < t->nfields; i++)
		if (!all[i])
			all[i] = numbered(&taken, wanted[i], any_case);
	table_names_free(wanted, t->nfields);
	HASH_ITER (hh, taken, one, next) {
		HASH_DEL(taken, one);
		free(one->name);
		free(one);
	}
	return all;
}

char **table_names(const struct table *t, bool any_case)
{
	return table_names_beside(t, any_case, NULL);
}

void table_names_free(char **all, size_t n)
{
	for (size_t i = 0; all && i < n; i++)
		free(all[i]);
	free(all);
}

static void field_clear(struct field *f)
{
	free(f->name);
	free(f->id);
	free(f->unit);
	free(f->ucd);
	free(f->utype);
	free(f->xtype);
	free(f->description);
	free(f->arraysize);
	free(f->link);
	free(f->link_type);
}

void table_clear(struct table *t)
{
	for (size_t i = 0; i < t->nfields; i++)
		field_clear(&t->fields[i]);
	free(t->fields);
	free(t->name);
	free(t->description);
	free(t->query);
	*t = (struct table){0};
}
