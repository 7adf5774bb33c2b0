/*
 * adql_units.c: ADQL 2.1's IN_UNIT: a column's value in another unit than its own.
 *
 * A unit (VOUnits 1.0) is a factor and a dimension: the exponents of a few base units. Units of
 * equal dimension convert by a factor that is known before the query runs.
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/service/adql/adql_sql.h"

#define MAX_POWER 9

enum { METRE, SECOND, GRAM, AMPERE, KELVIN, RADIAN, MAGNITUDE, PHOTON, COUNT, PIXEL, DIMENSIONS };

struct unit {
	double factor;
	int exponents[DIMENSIONS];
};

/* clang-format off */
static const struct {
	const char *name;
	double factor;
	bool prefixed; /* may have one, as in "mas" and "kpc" */
	signed char exponents[DIMENSIONS];
} units[] = {
    {"m", 1, true, {[METRE] = 1}},
    {"pc", 3.0856775814913673e16, true, {[METRE] = 1}},
    {"lyr", 9.4607304725808e15, true, {[METRE] = 1}},
    {"AU", 149597870700, false, {[METRE] = 1}},
    {"au", 149597870700, false, {[METRE] = 1}},
    {"Angstrom", 1e-10, true, {[METRE] = 1}},
    {"angstrom", 1e-10, true, {[METRE] = 1}},
    {"s", 1, true, {[SECOND] = 1}},
    {"min", 60, false, {[SECOND] = 1}},
    {"h", 3600, false, {[SECOND] = 1}},
    {"d", 86400, false, {[SECOND] = 1}},
    {"a", 31557600, true, {[SECOND] = 1}},
    {"yr", 31557600, true, {[SECOND] = 1}},
    {"Hz", 1, true, {[SECOND] = -1}},
    {"g", 1, true, {[GRAM] = 1}},
    {"A", 1, true, {[AMPERE] = 1}},
    {"K", 1, true, {[KELVIN] = 1}},
    {"rad", 1, true, {[RADIAN] = 1}},
    {"deg", M_PI / 180, true, {[RADIAN] = 1}},
    {"arcmin", M_PI / 10800, true, {[RADIAN] = 1}},
    {"arcsec", M_PI / 648000, true, {[RADIAN] = 1}},
    {"as", M_PI / 648000, true, {[RADIAN] = 1}},
    {"sr", 1, true, {[RADIAN] = 2}},
    {"N", 1e3, true, {[METRE] = 1, [SECOND] = -2, [GRAM] = 1}},
    {"Pa", 1e3, true, {[METRE] = -1, [SECOND] = -2, [GRAM] = 1}},
    {"J", 1e3, true, {[METRE] = 2, [SECOND] = -2, [GRAM] = 1}},
    {"erg", 1e-4, true, {[METRE] = 2, [SECOND] = -2, [GRAM] = 1}},
    {"eV", 1.602176634e-16, true, {[METRE] = 2, [SECOND] = -2, [GRAM] = 1}},
    {"W", 1e3, true, {[METRE] = 2, [SECOND] = -3, [GRAM] = 1}},
    {"Jy", 1e-23, true, {[SECOND] = -2, [GRAM] = 1}},
    {"mag", 1, true, {[MAGNITUDE] = 1}},
    {"ph", 1, true, {[PHOTON] = 1}},
    {"photon", 1, true, {[PHOTON] = 1}},
    {"ct", 1, true, {[COUNT] = 1}},
    {"count", 1, true, {[COUNT] = 1}},
    {"pix", 1, true, {[PIXEL] = 1}},
    {"pixel", 1, true, {[PIXEL] = 1}},
};

static const struct {
	const char *name;
	double factor;
} prefixes[] = {
    {"", 1}, {"da", 1e1}, {"h", 1e2}, {"k", 1e3}, {"M", 1e6}, {"G", 1e9}, {"T", 1e12},
    {"P", 1e15}, {"E", 1e18}, {"Z", 1e21}, {"Y", 1e24}, {"d", 1e-1}, {"c", 1e-2}, {"m", 1e-3},
    {"u", 1e-6}, {"n", 1e-9}, {"p", 1e-12}, {"f", 1e-15}, {"a", 1e-18}, {"z", 1e-21},
    {"y", 1e-24},
};
/* clang-format on */

/* Multiplies by the unit of that name to that power; false if there is none. */
static bool multiply(struct unit *u, const char *name, size_t n, int power)
{
	/* Without a prefix first: "min" is no milli-inch. */
	for (size_t p = 0; p < sizeof(prefixes) / sizeof(*prefixes); p++) {
		size_t skip = strlen(prefixes[p].name);

		if (skip >= n || strncmp(name, prefixes[p].name, skip) != 0)
			continue;
		for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
			if (strlen(units[i].name) != n - skip ||
			    strncmp(units[i].name, name + skip, n - skip) != 0 ||
			    (skip && !units[i].prefixed))
				continue;
			u->factor *= pow(prefixes[p].factor * units[i].factor, power);
			for (int d = 0; d < DIMENSIONS; d++)
				u->exponents[d] += power * units[i].exponents[d];
			return true;
		}
	}
	return false;
}

/* Behind a unit: "**2", "**-1", "^2" or nothing. NULL if it is no power. */
static const char *read_power(const char *s, int *power)
{
	bool stars = !strncmp(s, "**", 2);
	char *end;
	long n;

	*power = 1;
	if (!stars && *s != '^')
		return s;
	n = strtol(s + (stars ? 2 : 1), &end, 10);
	*power = (int)n;
	return n < -MAX_POWER || n > MAX_POWER || !isdigit((unsigned char)end[-1]) ? NULL : end;
}

/* As in "km.s**-1" or "km/s"; "" has no dimension. */
static bool read_unit(const char *s, struct unit *u)
{
	int power, sign = 1;

	*u = (struct unit){.factor = 1};
	if (!*s)
		return true;
	for (int terms = 0; terms < MAX_POWER; terms++) {
		const char *name = s;
		size_t n = 0;

		while (isalpha((unsigned char)name[n]))
			n++;
		s = read_power(name + n, &power);
		if (!s || !multiply(u, name, n, sign * power))
			return false;
		if (!*s)
			return true;
		if (!strchr("./*", *s))
			return false;
		sign = *s++ == '/' ? -1 : 1;
	}
	return false;
}

static struct unit unit_or_fail(struct translator *t, struct adql_place at, const char *name)
{
	struct unit u;

	if (!read_unit(name, &u))
		adql_fail(t->adql, at, "IN_UNIT does not know the unit \"%s\"", name);
	return u;
}

struct adql_value adql_in_unit_sql(struct translator *t, struct scope *s, const struct adql_expr *e,
				   struct text *out)
{
	struct adql_value v;
	struct unit from, to;
	const char *name;

	if (e->nargs != 2 || e->args[1]->kind != EXPR_STRING)
		adql_fail(t->adql, e->at,
			  "IN_UNIT takes a number and the name of a unit, as in "
			  "IN_UNIT(ra, 'rad')");
	name = e->args[1]->text;
	text_add(out, "(");
	v = adql_value_sql(t, s, e->args[0], out);
	if (v.is_null || !adql_is_number(&v))
		adql_fail(t->adql, e->args[0]->at, "IN_UNIT takes a number here, not %s",
			  adql_family(&v));
	from = unit_or_fail(t, e->args[0]->at, v.col.unit ? v.col.unit : "");
	to = unit_or_fail(t, e->args[1]->at, name);
	if (memcmp(from.exponents, to.exponents, sizeof(to.exponents)) != 0)
		adql_fail(t->adql, e->at, "IN_UNIT cannot make \"%s\" of \"%s\"", name,
			  v.col.unit ? v.col.unit : "");
	text_addf(out, " * %.17g)", from.factor / to.factor);
	v.col = (struct svc_column){.type = SVC_DOUBLE, .ucd = v.col.ucd, .unit = name};
	return v;
}
