/*
 * plot.h: a table as a picture, chosen from what its columns are (UCD1+).
 *
 * A table comes twice. The first time each column's range is learnt (plot_learn), then the plot is
 * chosen (plot_choose), and the second time its points are added (plot_add) to a grid of counts
 *and, of the first PLOT_MARKS, to a list that is drawn one by one. So memory does not grow with
 *rows.
 *
 *	sky          positions: all of the sky (Aitoff) or a field (tangent plane), east to the left
 *	light curve  brightness against time, of one object
 *	diagram      brightness against colour
 *	histograms   of what numbers there are
 */
#ifndef TAPFS_TABLE_PLOT_PLOT_H
#define TAPFS_TABLE_PLOT_PLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "table/table.h"

#define PLOT_WIDTH     1000 /* pixels of the picture */
#define PLOT_HEIGHT    750
#define PLOT_MARKS     20000 /* points drawn one by one; above, a density */
#define PLOT_COLUMNS   200   /* whose ranges are learnt */
#define PLOT_PANELS    9     /* histograms */
#define PLOT_BINS      60    /* of one */
#define PLOT_BANDS     8     /* that have a colour of their own */
#define NO_PLOT_COLUMN SIZE_MAX

enum plot_kind {
	PLOT_NOTHING,
	PLOT_SKY,
	PLOT_FIELD,
	PLOT_LIGHT_CURVE,
	PLOT_DIAGRAM,
	PLOT_HISTOGRAMS
};

/* What a column's values are: of those that are numbers. */
struct plot_range {
	double min, max;
	uint64_t n;
	double turned_min, turned_max; /* of an angle: the same from -180 to 180 */
};

/* An axis: a column, or the difference of two (a colour). */
struct plot_axis {
	size_t column, minus; /* NO_PLOT_COLUMN: none */
	double min, max;      /* what is drawn, with a margin */
	bool downwards;       /* magnitudes: bright is up */
	char *label;          /* "phot_g_mean_mag [mag]" */
};

/* Degrees of a number, and of the first part of a text that has minutes and seconds. */
struct plot_angle {
	double number, parts; /* 0: it cannot be */
};

struct plot_mark {
	float x, y;   /* in the units of the axes; of the sky: in its plane */
	float size;   /* a magnitude; NaN: none */
	float error;  /* of y; NaN: none */
	uint8_t band; /* its colour */
};

struct plot {
	enum plot_kind kind;
	const struct table *table; /* borrowed while the table comes */
	size_t ncolumns;
	struct plot_range ranges[PLOT_COLUMNS];
	uint64_t rows;
	char *title, *subtitle;

	struct plot_axis x, y;       /* of a field: degrees from its middle */
	size_t ra, dec;              /* columns, NO_PLOT_COLUMN where there are none */
	struct plot_angle angles[2]; /* what their values are */
	uint64_t placed;             /* rows that have both */
	struct plot_range
	    place[2];     /* of the rows that have a place in the sky: RA (0 to 360), Dec */
	double middle[2]; /* of a field: RA and Dec, degrees */
	double magnitude_min, magnitude_max;
	size_t magnitude, error, band;
	char *bands[PLOT_BANDS]; /* their names, as they come */
	size_t nbands;

	uint32_t *grid; /* PLOT_WIDTH × PLOT_HEIGHT, rows from the top: points in each pixel */
	struct plot_mark *marks;
	size_t nmarks;
	uint64_t points; /* that were added */

	size_t panels[PLOT_PANELS]; /* columns of the histograms */
	size_t npanels;
	bool left_out; /* there are more columns of numbers */
	uint32_t bins[PLOT_PANELS][PLOT_BINS];
};

struct plot *plot_new(void);
void plot_free(struct plot *);
void plot_learn_begin(struct plot *, const struct table *);
/* plot_place.c: which columns are positions, by what is said of them. */
void plot_find_place(struct plot *);
/* The row has something there; and where that is, in degrees, RA from 0 to 360. False: nowhere, as
 * at -999. */
bool plot_has_place(const struct plot *, const struct cell *);
bool plot_place_of(const struct plot *, const struct cell *, double *ra, double *dec);
/* The number in a cell; NaN if there is none. */
double plot_number(const struct field *, const struct cell *);
void plot_learn(struct plot *, const struct cell *);
/* After the first time. */
void plot_choose(struct plot *);
void plot_add(struct plot *, const struct table *, const struct cell *);

/* plot_sky.c: degrees to a plane, x to the left (east), both in degrees; false: it is not on it. */
bool plot_project(const struct plot *, double ra, double dec, double *x, double *y);
/* plot_page.c: where the axes are in the picture, and where a value is in it (pixels). */
struct plot_box {
	double left, top, width, height;
};
struct plot_box plot_box(const struct plot *);
bool plot_pixel(const struct plot *, double x, double y, double *px, double *py);

/* Writes it as PNG (RFC 2083). */
bool plot_write_png(const struct plot *, int fd, struct error **err);

#endif
