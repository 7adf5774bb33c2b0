/*
 * plot_place.c: which columns are positions in the sky, and where a row is, in degrees; see plot.h.
 *
 * By VOUnits 1.1 angles may come in degrees, radians, hours, and parts of degrees, and by old
 * custom as texts of degrees or hours with minutes and seconds behind. What has another unit is no
 * position.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text/number.h"
#include "base/text/xml.h"
#include "table/plot/plot.h"
#include "table/unit.h"

#define DEGREES_AN_HOUR 15.0
#define NUMBER_LONGEST  40 /* characters of a number in a text */

/* --- units --- */

/*
 * What a unit makes of numbers, and of texts of three parts; 0: no position. A right ascension in
 * three parts that says degrees may as well be one in hours.
 */
static struct plot_angle angle_of_unit(const char *unit, bool ra)
{
	const struct {
		const char *unit;
		double number, parts;
		bool of_time; /* right ascensions alone */
	} all[] = {
	    {"deg", 1, ra ? 0 : 1, false},
	    {"degree", 1, ra ? 0 : 1, false},
	    {"degrees", 1, ra ? 0 : 1, false},
	    {"rad", 180 / M_PI, 0, false},
	    {"radian", 180 / M_PI, 0, false},
	    {"radians", 180 / M_PI, 0, false},
	    {"mrad", 0.18 / M_PI, 0, false},
	    {"arcmin", 1 / 60.0, 0, false},
	    {"arcsec", 1 / 3600.0, 0, false},
	    {"mas", 1 / 3.6e6, 0, false},
	    {"uas", 1 / 3.6e9, 0, false},
	    {"h", DEGREES_AN_HOUR, DEGREES_AN_HOUR, true},
	    {"hr", DEGREES_AN_HOUR, DEGREES_AN_HOUR, true},
	    {"hour", DEGREES_AN_HOUR, DEGREES_AN_HOUR, true},
	    {"hours", DEGREES_AN_HOUR, DEGREES_AN_HOUR, true},
	    {"hourangle", DEGREES_AN_HOUR, DEGREES_AN_HOUR, true},
	    {"h:m:s", 0, DEGREES_AN_HOUR, true},
	    {"hms", 0, DEGREES_AN_HOUR, true},
	    {"d:m:s", 0, 1, false},
	    {"dms", 0, 1, false},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (strcasecmp(all[i].unit, unit) == 0)
			return all[i].of_time && !ra
				   ? (struct plot_angle){0}
				   : (struct plot_angle){all[i].number, all[i].parts};
	if (!*unit || strspn(unit, "-") == strlen(unit)) /* none is told: as most have it */
		return (struct plot_angle){1, ra ? DEGREES_AN_HOUR : 1};
	return (struct plot_angle){0};
}

/* VizieR writes "h:m:s", with the quotation marks. */
static struct plot_angle angle_of(const struct field *f, bool ra)
{
	const char *s = f->unit ? f->unit : "";
	size_t n = strlen(s);
	struct plot_angle a;
	char *plain;

	xml_trim(&s, &n);
	if (n > 1 && *s == '"' && s[n - 1] == '"')
		s++, n -= 2;
	plain = unit_plain(s, n);
	a = angle_of_unit(plain, ra);
	free(plain);
	return a;
}

/* --- columns --- */

static bool has(const struct field *f, const char *word)
{
	return f->ucd && strcasestr(f->ucd, word);
}

/* How much of a right ascension or declination a column is; 0: it is none. */
static int place_rank(const struct field *f, bool ra)
{
	const char *ucd = ra ? "pos.eq.ra" : "pos.eq.dec", *old = ra ? "POS_EQ_RA" : "POS_EQ_DEC";

	if (f->ucd && (strncasecmp(f->ucd, ucd, strlen(ucd)) == 0 ||
		       strncasecmp(f->ucd, old, strlen(old)) == 0))
		return has(f, "main") ? 3 : 2;
	return strcasecmp(f->name, ra ? "ra" : "dec") == 0 ||
	       strcasecmp(f->name, ra ? "raj2000" : "dej2000") == 0;
}

static bool is_part_letter(char c)
{
	return c && strchr("hdmsHDMS", c);
}

/*
 * One of the columns that have the hours or degrees, minutes and seconds of a place each (VizieR's
 * RAh, RAm and RAs): it is none by itself.
 */
static bool is_part(const struct table *t, size_t col, bool ra)
{
	const char *name = t->fields[col].name;
	size_t n = strlen(name);

	if (n < 2 || !is_part_letter(name[n - 1]))
		return false;
	for (size_t i = 0; i < t->nfields; i++) {
		const char *other = t->fields[i].name;

		if (i != col && place_rank(&t->fields[i], ra) && strlen(other) == n &&
		    strncasecmp(other, name, n - 1) == 0 && is_part_letter(other[n - 1]))
			return true;
	}
	return false;
}

/* Numbers before texts. */
static int usable_rank(const struct table *t, size_t col, bool ra, struct plot_angle *a)
{
	const struct field *f = &t->fields[col];
	int rank = place_rank(f, ra);

	if (!rank || is_part(t, col, ra))
		return 0;
	*a = angle_of(f, ra);
	if (field_is_number(f))
		return a->number > 0 ? rank + 3 : 0;
	return datatype_is_text(f->type) && !f->is_array && (a->number > 0 || a->parts > 0) ? rank
											    : 0;
}

void plot_find_place(struct plot *p)
{
	size_t *const places[] = {&p->ra, &p->dec};

	for (int k = 0; k < 2; k++) {
		int best = 0;

		*places[k] = NO_PLOT_COLUMN;
		for (size_t i = 0; i < p->ncolumns; i++) {
			struct plot_angle a;
			int rank = usable_rank(p->table, i, k == 0, &a);

			if (rank <= best)
				continue;
			best = rank;
			*places[k] = i;
			p->angles[k] = a;
		}
	}
}

/* --- values --- */

double plot_number(const struct field *f, const struct cell *c)
{
	if (c->null || f->is_array || datatype_is_text(f->type) || datatype_is_complex(f->type))
		return NAN;
	if (datatype_is_real(f->type))
		return isfinite(*c->d) ? *c->d : NAN;
	return f->type == DT_BOOLEAN ? NAN : (double)*c->i;
}

static const char *skip(const char *s, const char *end, const char *which)
{
	while (s < end && strchr(which, *s))
		s++;
	return s;
}

/* "05 34 31.94", "5h34m31.94s", "+22:00:52": parts of sixty each; a number alone is no such. */
static double text_degrees(const struct plot_angle *a, const char *s, size_t n)
{
	static const double sizes[] = {1, 1 / 60.0, 1 / 3600.0};
	const char *end = s + n, *from;
	double sum = 0, part, each = a->parts;
	bool negative;
	int parts = 0;

	s = skip(s, end, " \t");
	negative = s < end && *s == '-';
	s += s < end && (*s == '-' || *s == '+');
	for (; s < end && parts < 3; parts++) {
		from = s = skip(s, end, " ");
		s = skip(s, end, "0123456789.");
		if (s == from || s - from > NUMBER_LONGEST ||
		    !number_parse_double(from, (size_t)(s - from), &part) || (parts && part > 60))
			return NAN;
		sum += part * sizes[parts];
		if (!parts && s < end && (*s == 'h' || *s == 'd'))
			each = *s == 'h' ? DEGREES_AN_HOUR : 1;
		s = skip(s, end, " :hdms'\"");
	}
	if (s < end || !parts)
		return NAN;
	if (parts == 1)
		each = a->number;
	return each > 0 ? (negative ? -sum : sum) * each : NAN;
}

static double degrees_of(const struct plot_angle *a, const struct field *f, const struct cell *c)
{
	if (datatype_is_text(f->type))
		return c->null ? NAN : text_degrees(a, c->s, c->len);
	return plot_number(f, c) * a->number;
}

bool plot_has_place(const struct plot *p, const struct cell *cells)
{
	return p->ra != NO_PLOT_COLUMN && p->dec != NO_PLOT_COLUMN && !cells[p->ra].null &&
	       !cells[p->dec].null;
}

bool plot_place_of(const struct plot *p, const struct cell *cells, double *ra, double *dec)
{
	const struct field *f = p->table->fields;

	if (!plot_has_place(p, cells))
		return false;
	*ra = degrees_of(&p->angles[0], &f[p->ra], &cells[p->ra]);
	*dec = degrees_of(&p->angles[1], &f[p->dec], &cells[p->dec]);
	if (!(*ra >= -360 && *ra <= 720 && fabs(*dec) <= 90.0001))
		return false;
	*ra = fmod(*ra, 360);
	*ra += *ra < 0 ? 360 : 0;
	return true;
}
