/*
 * adql_types.c: which values go together, and what the functions give.
 *
 * A value is a number, a text, a truth, a geometry (an array of doubles with a
 * DALI xtype), another array, or NULL, which goes with all.
 */
#include <string.h>
#include <strings.h>

#include "tests/service/adql/adql_sql.h"
#include "tests/service/adql/functions.h"

static const char *const type_names[] = {"boolean", "unsignedByte", "short", "int",        "long",
					 "float",   "double",       "char",  "unicodeChar"};

enum svc_type svc_type_by_name(const char *name)
{
	for (size_t i = 0; i < sizeof(type_names) / sizeof(*type_names); i++)
		if (!strcmp(name, type_names[i]))
			return (enum svc_type)i;
	return SVC_CHAR;
}

const char *svc_type_name(enum svc_type t)
{
	return type_names[t];
}

bool svc_type_is_integer(enum svc_type t)
{
	return t >= SVC_UNSIGNED_BYTE && t <= SVC_LONG;
}

bool adql_is_text(const struct adql_value *v)
{
	return !v->is_null && !v->condition && svc_column_is_text(&v->col);
}

bool adql_is_number(const struct adql_value *v)
{
	return v->is_null || (!v->condition && !v->col.arraysize && v->col.type > SVC_BOOLEAN &&
			      v->col.type <= SVC_DOUBLE);
}

const char *adql_family(const struct adql_value *v)
{
	if (v->is_null)
		return "NULL";
	if (v->condition)
		return "a condition";
	if (adql_is_text(v))
		return "a text";
	if (v->col.arraysize)
		return v->col.xtype ? "a position or region" : "an array";
	return v->col.type == SVC_BOOLEAN ? "a truth value" : "a number";
}

void adql_check_comparable(struct translator *t, struct adql_place at, const struct adql_value *a,
			   const struct adql_value *b)
{
	const char *fa = adql_family(a), *fb = adql_family(b);

	if (a->is_null || b->is_null || (fa == fb && !strcmp(fa, "a text")))
		return;
	if (strcmp(fa, fb) != 0)
		adql_fail(t->adql, at, "%s cannot be compared with %s", fa, fb);
	if (a->col.arraysize || b->col.arraysize)
		adql_fail(t->adql, at, "%s cannot be compared", fa);
}

static bool same_size(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

struct adql_value adql_common_type(struct translator *t, struct adql_place at, struct adql_value a,
				   struct adql_value b)
{
	struct adql_value v = a;

	if (a.is_null)
		return b;
	if (b.is_null)
		return a;
	if (strcmp(adql_family(&a), adql_family(&b)) != 0)
		adql_fail(t->adql, at, "%s and %s cannot be values of one column", adql_family(&a),
			  adql_family(&b));
	if (b.col.type > a.col.type)
		v.col.type = b.col.type;
	/* A long does not fit a float, an int neither. */
	if (v.col.type == SVC_FLOAT && (a.col.type != b.col.type) &&
	    (a.col.type == SVC_INT || a.col.type == SVC_LONG || b.col.type == SVC_INT ||
	     b.col.type == SVC_LONG))
		v.col.type = SVC_DOUBLE;
	if (!same_size(a.col.arraysize, b.col.arraysize))
		v.col.arraysize = "*";
	if (!same_size(a.col.xtype, b.col.xtype))
		v.col.xtype = NULL;
	if (!same_size(a.col.unit, b.col.unit))
		v.col.unit = NULL;
	if (!same_size(a.col.ucd, b.col.ucd))
		v.col.ucd = NULL;
	return v;
}

/* What a call gives. */
enum gives {
	GIVES_DOUBLE,
	GIVES_INT,
	GIVES_LONG,
	GIVES_TEXT,
	GIVES_FIRST, /* the type of the first argument, with its unit */
	GIVES_SUM,   /* long or double; the unit of the argument */
	GIVES_POINT,
	GIVES_CIRCLE,
	GIVES_POLYGON,
};

/*
 * `takes`: a letter an argument: n number, s text, g geometry, p number or geometry, a anything;
 * the last repeats. geometry: a coordinate system in front is accepted and left out
 * (ADQL 2.1 §4.2.5).
 */
static const struct function {
	const char *name, *sql, *takes;
	size_t min, max;
	enum gives gives;
	bool aggregate, geometry;
} functions[] = {
    {"COUNT", "count", "a", 1, 1, GIVES_LONG, true, false},
    {"SUM", "adql_sum", "n", 1, 1, GIVES_SUM, true, false},
    {"AVG", "avg", "n", 1, 1, GIVES_DOUBLE, true, false},
    {"MIN", "min", "a", 1, 1, GIVES_FIRST, true, false},
    {"MAX", "max", "a", 1, 1, GIVES_FIRST, true, false},
    {"ABS", "adql_abs", "n", 1, 1, GIVES_FIRST, false, false},
    {"CEILING", "ceil", "n", 1, 1, GIVES_DOUBLE, false, false},
    {"DEGREES", "degrees", "n", 1, 1, GIVES_DOUBLE, false, false},
    {"EXP", "exp", "n", 1, 1, GIVES_DOUBLE, false, false},
    {"FLOOR", "floor", "n", 1, 1, GIVES_DOUBLE, false, false},
    {"LOG", "ln", "n", 1, 1, GIVES_DOUBLE, false, false},
    {"LOG10", "adql_log10", "n", 1, 1, GIVES_DOUBLE, false, false},
    {"MOD", "adql_mod", "n", 2, 2, GIVES_FIRST, false, false},
    {"PI", "pi", "", 0, 0, GIVES_DOUBLE, false, false},
    {"POWER", "power", "n", 2, 2, GIVES_DOUBLE, false, false},
    {"RADIANS", "radians", "n", 1, 1, GIVES_DOUBLE, false, false},
    {"RAND", "adql_rand", "n", 0, 1, GIVES_DOUBLE, false, false},
    {"ROUND", "adql_round", "n", 1, 2, GIVES_DOUBLE, false, false},
    {"SQRT", "sqrt", "n", 1, 1, GIVES_DOUBLE, false, false},
    {"TRUNCATE", "adql_truncate", "n", 1, 2, GIVES_DOUBLE, false, false},
    {"SIN", "sin", "n", 1, 1, GIVES_DOUBLE, false, false},
    {"COS", "cos", "n", 1, 1, GIVES_DOUBLE, false, false},
    {"TAN", "tan", "n", 1, 1, GIVES_DOUBLE, false, false},
    {"COT", "adql_cot", "n", 1, 1, GIVES_DOUBLE, false, false},
    {"ASIN", "asin", "n", 1, 1, GIVES_DOUBLE, false, false},
    {"ACOS", "acos", "n", 1, 1, GIVES_DOUBLE, false, false},
    {"ATAN", "atan", "n", 1, 1, GIVES_DOUBLE, false, false},
    {"ATAN2", "atan2", "n", 2, 2, GIVES_DOUBLE, false, false},
    {"LOWER", "lower", "s", 1, 1, GIVES_TEXT, false, false},
    {"UPPER", "upper", "s", 1, 1, GIVES_TEXT, false, false},
    {"POINT", "adql_point", "n", 2, 2, GIVES_POINT, false, true},
    {"CIRCLE", "adql_circle", "pn", 2, 3, GIVES_CIRCLE, false, true},
    {"BOX", "adql_box", "pn", 3, 4, GIVES_POLYGON, false, true},
    {"POLYGON", "adql_polygon", "p", 3, 100, GIVES_POLYGON, false, true},
    {"REGION", "adql_region", "s", 1, 1, GIVES_POLYGON, false, false},
    {"CONTAINS", "adql_contains", "g", 2, 2, GIVES_INT, false, false},
    {"INTERSECTS", "adql_intersects", "g", 2, 2, GIVES_INT, false, false},
    {"DISTANCE", "adql_distance", "p", 2, 4, GIVES_DOUBLE, false, false},
    {"COORD1", "adql_coord1", "g", 1, 1, GIVES_DOUBLE, false, false},
    {"COORD2", "adql_coord2", "g", 1, 1, GIVES_DOUBLE, false, false},
    {"COORDSYS", "adql_coordsys", "g", 1, 1, GIVES_TEXT, false, false},
    {"AREA", "adql_area", "g", 1, 1, GIVES_DOUBLE, false, false},
    {"CENTROID", "adql_centroid", "g", 1, 1, GIVES_POINT, false, false},
    {"DEMO_SLEEP", "demo_sleep", "n", 1, 1, GIVES_INT, false, false},
};

static const struct function *find_function(const char *name)
{
	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++)
		if (!strcmp(functions[i].name, name))
			return &functions[i];
	return NULL;
}

static bool takes(char letter, const struct adql_value *v)
{
	bool geometry = v->col.arraysize && v->col.xtype && v->col.type == SVC_DOUBLE;
	/* ObsCore 1.1's s_region. */
	bool region =
	    v->col.type == SVC_CHAR && v->col.xtype && !strcasecmp(v->col.xtype, "adql:REGION");

	switch (letter) {
	case 'n': return adql_is_number(v);
	case 's': return v->is_null || adql_is_text(v);
	case 'g': return v->is_null || geometry || region;
	case 'p': return adql_is_number(v) || geometry;
	default: return true;
	}
}

static const char *takes_words(char letter)
{
	switch (letter) {
	case 'n': return "a number";
	case 's': return "a text";
	case 'g': return "a position or region";
	default: return "a number or a position";
	}
}

static struct adql_value geometry_value(const char *xtype, const char *size)
{
	struct adql_value v = {.col = {.type = SVC_DOUBLE, .arraysize = size, .xtype = xtype}};

	v.col.unit = "deg";
	return v;
}

static struct adql_value call_value(const struct function *f, const struct adql_value *first)
{
	struct adql_value v = {.col = {.type = SVC_DOUBLE}};

	switch (f->gives) {
	case GIVES_DOUBLE:
		if (!strcmp(f->name, "AVG") || !strcmp(f->name, "ROUND") ||
		    !strcmp(f->name, "TRUNCATE"))
			v.col.unit = first->col.unit;
		if (!strcmp(f->name, "DISTANCE") || !strncmp(f->name, "COORD", 5))
			v.col.unit = "deg";
		if (!strcmp(f->name, "AREA"))
			v.col.unit = "deg**2";
		break;
	case GIVES_INT: v.col.type = SVC_INT; break;
	case GIVES_LONG: v.col.type = SVC_LONG; break;
	case GIVES_TEXT:
		v.col.type = SVC_CHAR;
		if (adql_is_text(first))
			v.col.type = first->col.type;
		v.col.arraysize = "*";
		break;
	case GIVES_FIRST:
		v = *first;
		v.col.name = v.col.description = v.col.utype = NULL;
		break;
	case GIVES_SUM:
		if (svc_type_is_integer(first->col.type))
			v.col.type = SVC_LONG;
		v.col.unit = first->col.unit;
		break;
	case GIVES_POINT: return geometry_value("point", "2");
	case GIVES_CIRCLE: return geometry_value("circle", "3");
	case GIVES_POLYGON: return geometry_value("polygon", "*");
	}
	return v;
}

static void check_count(struct translator *t, const struct adql_expr *e, const struct function *f,
			size_t n)
{
	if (n >= f->min && n <= f->max)
		return;
	if (f->min == f->max)
		adql_fail(t->adql, e->at, "%s takes %zu argument%s, not %zu", f->name, f->min,
			  f->min == 1 ? "" : "s", n);
	adql_fail(t->adql, e->at, "%s takes %zu to %zu arguments, not %zu", f->name, f->min, f->max,
		  n);
}

/* The arguments' SQL; returns the first one's value. */
static struct adql_value arguments(struct translator *t, struct scope *s, const struct adql_expr *e,
				   const struct function *f, size_t skip, struct text *out)
{
	struct adql_value first = {.col = {.type = SVC_DOUBLE}};
	size_t letters = strlen(f->takes);

	for (size_t i = skip; i < e->nargs; i++) {
		char letter = f->takes[i - skip < letters ? i - skip : letters - 1];
		struct adql_value v;

		text_add(out, i > skip ? ", " : "");
		v = adql_value_sql(t, s, e->args[i], out);
		if (!takes(letter, &v))
			adql_fail(t->adql, e->args[i]->at, "%s takes %s here, not %s", f->name,
				  takes_words(letter), adql_family(&v));
		if (i == skip)
			first = v;
		else if (!strcmp(f->name, "MOD"))
			first = adql_common_type(t, e->at, first, v);
	}
	return first;
}

static struct adql_value coalesce(struct translator *t, struct scope *s, const struct adql_expr *e,
				  struct text *out)
{
	struct adql_value v = {.is_null = true};

	if (e->nargs < 2 || e->nargs > 100)
		adql_fail(t->adql, e->at, "COALESCE takes 2 to 100 arguments, not %zu", e->nargs);
	text_add(out, "COALESCE(");
	for (size_t i = 0; i < e->nargs; i++) {
		struct adql_value next;

		text_add(out, i ? ", " : "");
		next = adql_value_sql(t, s, e->args[i], out);
		v = adql_common_type(t, e->args[i]->at, v, next);
	}
	text_add(out, ")");
	v.col.name = NULL;
	return v;
}

/* What can fail while the query runs tells then where. */
static bool wants_place(const struct function *f)
{
	return f->geometry || strpbrk(f->takes, "gp") || !strcmp(f->name, "REGION") ||
	       !strcmp(f->name, "ABS");
}

void adql_place_sql(struct text *out, struct adql_place at)
{
	text_addf(out, ", '" PLACE_MARK "Line %d, column %d: ')", at.line, at.column);
}

struct adql_value adql_call_sql(struct translator *t, struct scope *s, const struct adql_expr *e,
				struct text *out)
{
	const struct function *f = find_function(e->text);
	struct adql_value first;
	size_t skip = 0;

	if (!strcmp(e->text, "COALESCE"))
		return coalesce(t, s, e, out);
	if (!strcmp(e->text, "IN_UNIT"))
		return adql_in_unit_sql(t, s, e, out);
	if (!f)
		adql_fail(t->adql, e->at, "unknown function \"%s\"", e->text);
	if (e->distinct && !f->aggregate)
		adql_fail(t->adql, e->at, "DISTINCT can stand only in an aggregate, %s is none",
			  f->name);
	if (f->aggregate)
		s = adql_aggregate_begin(t, s, e);
	if (e->star) {
		text_add(out, "count(*)");
		adql_aggregate_end(t, s, e);
		return call_value(f, NULL);
	}
	if (f->geometry && e->nargs && e->args[0]->kind == EXPR_STRING)
		skip = 1;
	check_count(t, e, f, e->nargs - skip);
	text_addf(out, "%s%s(%s", f->gives == GIVES_SUM ? "adql_fits(" : "", f->sql,
		  e->distinct ? "DISTINCT " : "");
	first = arguments(t, s, e, f, skip, out);
	if (wants_place(f))
		adql_place_sql(out, e->at);
	else
		text_add(out, ")");
	if (f->gives == GIVES_SUM)
		adql_place_sql(out, e->at);
	if (f->aggregate)
		adql_aggregate_end(t, s, e);
	return call_value(f, &first);
}
