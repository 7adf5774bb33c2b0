/* plot.c: what of a table is drawn: ranges first, then points; see plot.h. */
#include "table/plot/plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"

struct plot *plot_new(void)
{
	return xcalloc(1, sizeof(struct plot));
}

void plot_free(struct plot *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->nbands; i++)
		free(p->bands[i]);
	free(p->title);
	free(p->subtitle);
	free(p->x.label);
	free(p->y.label);
	free(p->grid);
	free(p->marks);
	free(p);
}

/* --- the first time --- */

static void add_to_range(struct plot_range *r, double v)
{
	double turned = v > 180 ? v - 360 : v;

	r->n++;
	r->min = fmin(r->min, v);
	r->max = fmax(r->max, v);
	r->turned_min = fmin(r->turned_min, turned);
	r->turned_max = fmax(r->turned_max, turned);
}

void plot_learn_begin(struct plot *p, const struct table *t)
{
	static const struct plot_range nothing = {INFINITY, -INFINITY, 0, INFINITY, -INFINITY};

	p->table = t;
	p->ncolumns = t->nfields < PLOT_COLUMNS ? t->nfields : PLOT_COLUMNS;
	for (size_t i = 0; i < p->ncolumns; i++)
		p->ranges[i] = nothing;
	p->place[0] = p->place[1] = nothing;
	plot_find_place(p);
}

void plot_learn(struct plot *p, const struct cell *cells)
{
	double ra, dec;

	p->rows++;
	for (size_t i = 0; i < p->ncolumns; i++) {
		double v = plot_number(&p->table->fields[i], &cells[i]);

		if (!isnan(v))
			add_to_range(&p->ranges[i], v);
	}
	p->placed += plot_has_place(p, cells);
	if (plot_place_of(p, cells, &ra, &dec)) {
		add_to_range(&p->place[0], ra);
		add_to_range(&p->place[1], dec);
	}
}

/* --- the second time --- */

static double axis_value(const struct plot *p, const struct plot_axis *a, const struct cell *cells)
{
	const struct field *f = p->table->fields;
	double v = plot_number(&f[a->column], &cells[a->column]);

	return a->minus == NO_PLOT_COLUMN ? v : v - plot_number(&f[a->minus], &cells[a->minus]);
}

static double optional_value(const struct plot *p, size_t column, const struct cell *cells)
{
	return column == NO_PLOT_COLUMN ? NAN
					: plot_number(&p->table->fields[column], &cells[column]);
}

/* Which of the bands the row's is; the last colour is shared by those that come late. */
static uint8_t band_of(struct plot *p, const struct cell *cells)
{
	const struct cell *c = p->band == NO_PLOT_COLUMN ? NULL : &cells[p->band];
	size_t i;

	if (!c || c->null)
		return 0;
	for (i = 0; i < p->nbands; i++)
		if (strlen(p->bands[i]) == c->len && memcmp(p->bands[i], c->s, c->len) == 0)
			return (uint8_t)i;
	if (p->nbands == PLOT_BANDS)
		return PLOT_BANDS - 1;
	p->bands[p->nbands++] = xstrndup(c->s, c->len);
	return (uint8_t)i;
}

static void add_point(struct plot *p, double x, double y, const struct cell *cells)
{
	double px, py;

	if (!plot_pixel(p, x, y, &px, &py) || px < 0 || py < 0 || px >= PLOT_WIDTH ||
	    py >= PLOT_HEIGHT)
		return;
	p->points++;
	p->grid[(size_t)py * PLOT_WIDTH + (size_t)px]++;
	if (p->nmarks == PLOT_MARKS)
		return;
	p->marks[p->nmarks++] = (struct plot_mark){
	    .x = (float)x,
	    .y = (float)y,
	    .size = (float)optional_value(p, p->magnitude, cells),
	    .error = (float)optional_value(p, p->error, cells),
	    .band = band_of(p, cells),
	};
}

static void add_to_histograms(struct plot *p, const struct cell *cells)
{
	for (size_t i = 0; i < p->npanels; i++) {
		size_t c = p->panels[i];
		const struct plot_range *r = &p->ranges[c];
		double v = plot_number(&p->table->fields[c], &cells[c]);
		double width = r->max / 2 - r->min / 2; /* the whole may be more than a double */
		size_t bin;

		if (isnan(v))
			continue;
		bin =
		    width > 0 ? (size_t)((v / 2 - r->min / 2) / width * PLOT_BINS) : PLOT_BINS / 2;
		p->bins[i][bin < PLOT_BINS ? bin : PLOT_BINS - 1]++;
	}
}

void plot_add(struct plot *p, const struct table *t, const struct cell *cells)
{
	double x, y;

	p->table = t;
	switch (p->kind) {
	case PLOT_NOTHING: return;
	case PLOT_HISTOGRAMS: add_to_histograms(p, cells); return;
	case PLOT_SKY:
	case PLOT_FIELD:
		if (!plot_place_of(p, cells, &x, &y) || !plot_project(p, x, y, &x, &y))
			return;
		break;
	default:
		x = axis_value(p, &p->x, cells);
		y = axis_value(p, &p->y, cells);
		if (isnan(x) || isnan(y))
			return;
	}
	add_point(p, x, y, cells);
}
