/*
 * tableset_type.c: the types of TAP 1.0 and of VODataService, as VOTable has
 * them (TAP 1.0 §2.5, VODataService 1.1 §3.5.3).
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text/number.h"
#include "base/text/xml.h"
#include "tap/vosi/tableset.h"

enum type_size { SCALAR, FIXED, UP_TO, ANY };

/* "char" is missing on purpose: what VOTable has as well stays as it is. */
static const struct mapping {
	const char *tap;
	const char *datatype;
	enum type_size sized;
	const char *xtype;
} mappings[] = {
    {"BOOLEAN", "boolean", SCALAR, NULL},
    {"SMALLINT", "short", SCALAR, NULL},
    {"INTEGER", "int", SCALAR, NULL},
    {"BIGINT", "long", SCALAR, NULL},
    {"REAL", "float", SCALAR, NULL},
    {"DOUBLE PRECISION", "double", SCALAR, NULL},
    {"NUMERIC", "double", SCALAR, NULL},
    {"DECIMAL", "double", SCALAR, NULL},
    {"TIMESTAMP", "char", ANY, "timestamp"},
    {"VARCHAR", "char", UP_TO, NULL},
    {"BINARY", "unsignedByte", FIXED, NULL},
    {"VARBINARY", "unsignedByte", UP_TO, NULL},
    {"POINT", "char", ANY, "adql:POINT"},
    {"REGION", "char", ANY, "adql:REGION"},
    {"CLOB", "char", ANY, NULL},
    {"BLOB", "unsignedByte", ANY, NULL},
    {"TEXT", "char", ANY, NULL},
    {"STRING", "char", ANY, NULL}, /* vs:SimpleDataType */
};

static const struct mapping character = {"CHAR", "char", FIXED, NULL};

static bool is_upper(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] >= 'a' && s[i] <= 'z')
			return false;
	return true;
}

/* "CHAR" is TAP's, "char" VOTable's, unless a size says otherwise. */
static const struct mapping *find_mapping(const char *s, size_t n, bool is_tap)
{
	for (size_t i = 0; i < sizeof(mappings) / sizeof(*mappings); i++)
		if (strlen(mappings[i].tap) == n && strncasecmp(mappings[i].tap, s, n) == 0)
			return &mappings[i];
	if (n == 4 && strncasecmp(s, "CHAR", 4) == 0 && (is_tap || is_upper(s, n)))
		return &character;
	if (n == 6 && strncasecmp(s, "DOUBLE", 6) == 0)
		return find_mapping("DOUBLE PRECISION", 16, is_tap);
	if (n == 3 && strncasecmp(s, "INT", 3) == 0 && is_upper(s, n))
		return find_mapping("INTEGER", 7, is_tap);
	return NULL;
}

bool arraysize_is_told(const char *arraysize)
{
	int64_t n;

	return arraysize && *arraysize &&
	       !(number_parse_int(arraysize, strlen(arraysize), &n) && n <= 0);
}

bool votable_type_from_tap(struct votable_type *out, const char *type, int64_t size)
{
	bool prefixed = strncasecmp(type, "adql:", 5) == 0;
	const char *s = prefixed ? type + 5 : type;
	size_t n = strcspn(s, "([");
	const struct mapping *m;

	/* "VARCHAR(30)"; some write "BIGINT[-1]" where there is no size */
	if (s[n] && !number_parse_int(s + n + 1, strcspn(s + n + 1, ",)]*"), &size))
		size = -1;
	xml_trim(&s, &n);
	m = find_mapping(s, n, prefixed || size > 0);
	if (!m)
		return false;
	*out = (struct votable_type){.datatype = m->datatype, .xtype = m->xtype};
	if (m->sized == FIXED && size > 0)
		snprintf(out->arraysize, sizeof(out->arraysize), "%lld", (long long)size);
	else if (m->sized == UP_TO && size > 0)
		snprintf(out->arraysize, sizeof(out->arraysize), "%lld*", (long long)size);
	else if (m->sized != SCALAR)
		memcpy(out->arraysize, "*", 2);
	return true;
}
