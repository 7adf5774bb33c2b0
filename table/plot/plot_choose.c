/*
 * plot_choose.c: which picture a table is, from its columns' UCDs and ranges; see plot.h.
 *
 *	positions that spread           a map of the sky, of a field or of all of it
 *	a time and a brightness         a light curve
 *	a brightness and a colour       a diagram (a colour may be two brightnesses)
 *	numbers                         histograms
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "table/plot/plot.h"

#define FIELD_MIN (4 / 3600.0) /* degrees: no field is less, nor its labels longer */
#define CAP       30.0         /* degrees around a pole that are a field */
#define AXIS_MAX  4e307        /* so that its length is a number */
#define ALL_SKY   60.0         /* degrees: what spreads more is no field */
#define GROUPED   32           /* characters of a number with its commas */
#define ONE_PLACE (2 / 3600.0) /* degrees: what spreads less is one object */

static bool has(const struct field *f, const char *word)
{
	return f->ucd && strcasestr(f->ucd, word);
}

static bool has_numbers(const struct plot *p, size_t i)
{
	return p->ranges[i].n > 0;
}

static bool begins(const char *s, const char *with)
{
	return s && strncasecmp(s, with, strlen(with)) == 0;
}

/* --- which column is what --- */

/* How much of what is asked for a column is; 0: not at all. */
typedef int rank_fn(const struct field *);

static int time_rank(const struct field *f)
{
	if (begins(f->ucd, "time.epoch") || begins(f->ucd, "time;"))
		return 3;
	if (begins(f->ucd, "time.start") || begins(f->ucd, "time.obs"))
		return 2;
	return strcasecmp(f->name, "mjd") == 0 || strcasecmp(f->name, "jd") == 0 ||
	       strcasecmp(f->name, "time") == 0;
}

/* Behind a factor ("0.001", "10**-3"), a bracket, a prefix and the name of a system. */
static const char *before_magnitude(const char *unit)
{
	static const char *const systems[] = {"AB", "ST", "Vega"};
	const char *s = unit + strspn(unit, "[( 0123456789.+-^*/");

	for (size_t i = 0; i < sizeof(systems) / sizeof(*systems); i++)
		if (begins(s, systems[i]) && begins(s + strlen(systems[i]), "mag"))
			s += strlen(systems[i]);
	return s + (*s == 'm' && begins(s + 1, "mag"));
}

/*
 * "mag", "mmag", "mag(AB)", "ABmag", "mag/arcsec2", "[mag]", "0.001mag"; not "mag/d", which is how
 * fast one changes.
 */
static bool is_magnitude_unit(const char *unit)
{
	const char *s = before_magnitude(unit);
	static const char *const behind[] = {"nitudes", "nitude", "s", ""};
	size_t i = 0;

	if (!begins(s, "mag"))
		return false;
	s += 3;
	while (!begins(s, behind[i]))
		i++;
	s += strlen(behind[i]);
	return !*s || strchr("(])", *s) || begins(s + strspn(s, "/. *"), "arcsec");
}

/* What has a unit is told by it: a flux is none, whatever its name or UCD. */
static int magnitude_rank(const struct field *f)
{
	bool has_unit = f->unit && f->unit[strspn(f->unit, " -")];

	if (has_unit && !is_magnitude_unit(f->unit))
		return 0;
	if (begins(f->ucd, "phot.mag"))
		return 3;
	if (has_unit && !has(f, "error") && !has(f, "color") && !has(f, "phys.absorption"))
		return 2;
	return strcasecmp(f->name, "mag") == 0;
}

static int flux_rank(const struct field *f)
{
	if (magnitude_rank(f))
		return 0;
	return begins(f->ucd, "phot.flux") || begins(f->ucd, "phot.count") ||
	       begins(f->ucd, "phot.mag");
}

static int colour_rank(const struct field *f)
{
	return begins(f->ucd, "phot.color");
}

static int error_rank(const struct field *f)
{
	if (begins(f->ucd, "stat.error") && (has(f, "phot") || !strchr(f->ucd, ';')))
		return 2;
	return strcasecmp(f->name, "mag_error") == 0 || strcasecmp(f->name, "mag_err") == 0 ||
	       strcasecmp(f->name, "e_mag") == 0;
}

/* The best number of that sort, not that one; NO_PLOT_COLUMN if there is none. */
static size_t best_column(const struct plot *p, rank_fn *rank, size_t but)
{
	size_t best = NO_PLOT_COLUMN;

	for (size_t i = 0; i < p->ncolumns; i++)
		if (i != but && has_numbers(p, i) && rank(&p->table->fields[i]) > 0 &&
		    (best == NO_PLOT_COLUMN ||
		     rank(&p->table->fields[i]) > rank(&p->table->fields[best])))
			best = i;
	return best;
}

static size_t find_band(const struct plot *p)
{
	for (size_t i = 0; i < p->ncolumns; i++) {
		const struct field *f = &p->table->fields[i];

		if (datatype_is_text(f->type) && !f->is_array &&
		    (has(f, "instr.bandpass") || strcasecmp(f->name, "band") == 0 ||
		     strcasecmp(f->name, "filter") == 0))
			return i;
	}
	return NO_PLOT_COLUMN;
}

/* --- axes --- */

static char *label_of(const struct field *f, const struct field *minus)
{
	const char *unit = f->unit && *f->unit ? f->unit : NULL;

	return xasprintf("%s%s%s%s%s%s", f->name, minus ? " − " : "", minus ? minus->name : "",
			 unit ? " [" : "", unit ? unit : "", unit ? "]" : "");
}

static void set_axis(const struct plot *p, struct plot_axis *a, size_t column, size_t minus)
{
	const struct plot_range *r = &p->ranges[column];
	double margin;

	*a = (struct plot_axis){.column = column, .minus = minus, .min = r->min, .max = r->max};
	if (minus != NO_PLOT_COLUMN) { /* of two brightnesses: what colours can be */
		a->min = fmax(r->min - p->ranges[minus].max, -3);
		a->max = fmin(r->max - p->ranges[minus].min, 7);
	}
	a->min = fmax(a->min, -AXIS_MAX);
	a->max = fmin(a->max, AXIS_MAX);
	margin = (a->max - a->min) * 0.04;
	if (!(margin > 0))
		margin = fabs(a->min) > 0 ? fabs(a->min) * 0.01 : 1;
	a->min -= margin;
	a->max += margin;
	a->label = label_of(&p->table->fields[column],
			    minus == NO_PLOT_COLUMN ? NULL : &p->table->fields[minus]);
}

/* --- the sky --- */

static double spread_of_ra(const struct plot_range *r, double *middle)
{
	double plain = r->max - r->min;
	double turned = r->turned_max - r->turned_min;

	*middle = turned < plain ? (r->turned_min + r->turned_max) / 2 : (r->min + r->max) / 2;
	if (*middle < 0)
		*middle += 360;
	return fmin(plain, turned);
}

/* A field's axes: degrees from its middle, as many as its edges need, the same scale on both. */
static void set_field(struct plot *p, double ra_spread)
{
	struct plot_box box = plot_box(p);
	const struct plot_range *dec = &p->place[1];
	double half_x = 0, half_y = 0, scale;

	for (int i = 0; i <= 20; i++) {
		for (int k = 0; k <= 20; k++) {
			double x, y;

			if (!plot_project(p, p->middle[0] + ra_spread * (i / 20.0 - 0.5),
					  dec->min + (dec->max - dec->min) * k / 20, &x, &y))
				continue;
			half_x = fmax(half_x, fabs(x));
			half_y = fmax(half_y, fabs(y));
		}
	}
	scale = fmax(half_x / box.width, half_y / box.height) * 2 * 1.08;
	scale = fmax(scale, FIELD_MIN / box.height);
	p->x.max = scale * box.width / 2;
	p->y.max = scale * box.height / 2;
	p->x.min = -p->x.max;
	p->y.min = -p->y.max;
}

/* All around a pole: that is the middle then, and what is narrow is the cap. */
static bool is_cap(struct plot *p, double ra_spread, double *narrow)
{
	const struct plot_range *dec = &p->place[1];
	double radius = 90 - (dec->min > 0 ? dec->min : -dec->max);

	if (ra_spread < 180 || radius > CAP || dec->min * dec->max < 0)
		return false;
	p->middle[1] = dec->min > 0 ? 90 : -90;
	*narrow = 2 * radius;
	return true;
}

/* one_too: also if all of them are one object. */
static bool choose_sky(struct plot *p, bool one_too)
{
	const struct plot_range *dec = &p->place[1];
	double ra_spread, dec_spread, narrow;

	/* else another unit than it says, or nothing of the kind */
	if (!dec->n || dec->n <= p->placed / 2)
		return false;
	ra_spread = spread_of_ra(&p->place[0], &p->middle[0]);
	dec_spread = dec->max - dec->min;
	p->middle[1] = (dec->min + dec->max) / 2;
	narrow = ra_spread * cos(p->middle[1] * M_PI / 180);
	if (!is_cap(p, ra_spread, &narrow) && !one_too && dec->n > 1 && narrow < ONE_PLACE &&
	    dec_spread < ONE_PLACE)
		return false;
	p->magnitude = best_column(p, magnitude_rank, NO_PLOT_COLUMN);
	p->kind = narrow > ALL_SKY || dec_spread > ALL_SKY ? PLOT_SKY : PLOT_FIELD;
	if (p->kind == PLOT_FIELD)
		set_field(p, ra_spread);
	return true;
}

/* --- the others --- */

static bool choose_light_curve(struct plot *p)
{
	size_t when = best_column(p, time_rank, NO_PLOT_COLUMN);
	size_t bright = best_column(p, magnitude_rank, NO_PLOT_COLUMN);
	bool flux = bright == NO_PLOT_COLUMN;

	if (flux)
		bright = best_column(p, flux_rank, NO_PLOT_COLUMN);
	if (when == NO_PLOT_COLUMN || bright == NO_PLOT_COLUMN)
		return false;
	p->kind = PLOT_LIGHT_CURVE;
	set_axis(p, &p->x, when, NO_PLOT_COLUMN);
	set_axis(p, &p->y, bright, NO_PLOT_COLUMN);
	p->y.downwards = !flux;
	p->error = best_column(p, error_rank, NO_PLOT_COLUMN);
	p->band = find_band(p);
	return true;
}

static bool choose_diagram(struct plot *p)
{
	size_t bright = best_column(p, magnitude_rank, NO_PLOT_COLUMN);
	size_t colour = best_column(p, colour_rank, NO_PLOT_COLUMN);
	size_t other = NO_PLOT_COLUMN, third = NO_PLOT_COLUMN;

	if (bright == NO_PLOT_COLUMN)
		return false;
	if (colour == NO_PLOT_COLUMN) {
		other = best_column(p, magnitude_rank, bright);
		for (size_t i = 0; i < p->ncolumns; i++)
			if (i != bright && i != other && has_numbers(p, i) &&
			    magnitude_rank(&p->table->fields[i]) == 3 && other != NO_PLOT_COLUMN)
				third = i;
	}
	if (colour == NO_PLOT_COLUMN && other == NO_PLOT_COLUMN)
		return false;
	p->kind = PLOT_DIAGRAM;
	if (colour != NO_PLOT_COLUMN)
		set_axis(p, &p->x, colour, NO_PLOT_COLUMN);
	else if (third != NO_PLOT_COLUMN) /* G, BP, RP: BP - RP */
		set_axis(p, &p->x, other, third);
	else
		set_axis(p, &p->x, bright, other);
	set_axis(p, &p->y, bright, NO_PLOT_COLUMN);
	p->y.downwards = true;
	return true;
}

static bool choose_histograms(struct plot *p)
{
	for (int pass = 0; pass < 2 && !p->npanels; pass++) {
		for (size_t i = 0; i < p->ncolumns; i++) {
			bool id = has(&p->table->fields[i], "meta.id");

			if (!has_numbers(p, i) || (id && !pass))
				continue;
			if (p->npanels < PLOT_PANELS)
				p->panels[p->npanels++] = i;
			else
				p->left_out = true;
		}
	}
	p->kind = PLOT_HISTOGRAMS;
	return p->npanels > 0;
}

/* "1,002": as people write numbers. */
static const char *grouped(uint64_t n, char out[GROUPED])
{
	char digits[GROUPED];
	size_t len = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, n), at = 0;

	for (size_t i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	out[at] = '\0';
	return out;
}

static char *subtitle_of(const struct plot *p)
{
	uint64_t lost = p->rows - p->place[1].n;
	char rows[GROUPED], some[GROUPED];

	grouped(p->rows, rows);
	if ((p->kind == PLOT_SKY || p->kind == PLOT_FIELD) && lost)
		return xasprintf("%s of %s rows %s no place in the sky", grouped(lost, some), rows,
				 lost == 1 ? "has" : "have");
	if (p->kind == PLOT_HISTOGRAMS && p->left_out)
		return xasprintf("%s row%s; %zu of %s columns", rows, p->rows == 1 ? "" : "s",
				 p->npanels, grouped(p->table->nfields, some));
	return xasprintf("%s row%s", rows, p->rows == 1 ? "" : "s");
}

void plot_choose(struct plot *p)
{
	p->magnitude = p->error = p->band = NO_PLOT_COLUMN;
	if (!choose_sky(p, false) && !choose_light_curve(p) && !choose_diagram(p) &&
	    !choose_sky(p, true) && !choose_histograms(p))
		p->kind = PLOT_NOTHING;
	if (p->magnitude != NO_PLOT_COLUMN) {
		p->magnitude_min = p->ranges[p->magnitude].min;
		p->magnitude_max = p->ranges[p->magnitude].max;
	}
	p->title = xstrdup(p->table->query  ? p->table->query
			   : p->table->name ? p->table->name
					    : "");
	p->subtitle = subtitle_of(p);
	if (p->kind != PLOT_HISTOGRAMS && p->kind != PLOT_NOTHING) {
		p->grid = xcalloc((size_t)PLOT_WIDTH * PLOT_HEIGHT, sizeof(*p->grid));
		p->marks = xcalloc(PLOT_MARKS, sizeof(*p->marks));
	}
}
