/*
 * plot_cairo.h: between plot_draw.c (the picture), plot_axes.c (what is around the points),
 * plot_histograms.c and plot_page.c, which the others draw with.
 */
#ifndef TAPFS_TABLE_PLOT_PLOT_CAIRO_H
#define TAPFS_TABLE_PLOT_PLOT_CAIRO_H

#include <cairo.h>

#include "table/plot/plot.h"

#define PLOT_LEFT  85 /* pixels beside the axes */
#define PLOT_RIGHT 25

/* align 0: x is where it begins, 0.5: its middle, 1: its end. */
void plot_text(cairo_t *, double x, double y, double size, double align, const char *text);
/* From 0, black, to 1, white. */
void plot_grey(cairo_t *, double v);
/* A step of 1, 2 or 5 and a power of ten, so that about n fit. */
double plot_step(double span, double n);
/* Its points are shown as one, not one by one. */
bool plot_is_density(const struct plot *);

/* The grid, with its labels: below marks, above a density. */
void plot_grid_lines(cairo_t *, const struct plot *);
/* Points are drawn only within. */
void plot_clip(cairo_t *, const struct plot *);
/* Above them: the frame and the names of the axes. */
void plot_frame(cairo_t *, const struct plot *);
void plot_histograms(cairo_t *, const struct plot *);

#endif
