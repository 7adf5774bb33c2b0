/* table.c: the datatypes of VOTable and what a table owns; see table.h. */
#include "tap/table.h"

#include <stdlib.h>
#include <string.h>

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
	[DT_UNKNOWN] = "unknown",
};

enum datatype datatype_by_name(const char *name)
{
	for (int i = 0; i < DT_UNKNOWN; i++)
		if (strcmp(names[i], name) == 0)
			return (enum datatype)i;
	return DT_UNKNOWN;
}

const char *datatype_name(enum datatype type)
{
	return names[type];
}

bool datatype_is_integer(enum datatype type)
{
	return type >= DT_UNSIGNED_BYTE && type <= DT_LONG;
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
}

void table_clear(struct table *t)
{
	for (size_t i = 0; i < t->nfields; i++)
		field_clear(&t->fields[i]);
	free(t->fields);
	free(t->name);
	free(t->description);
	*t = (struct table){0};
}
