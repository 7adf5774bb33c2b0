/* soda.c: names of cut-outs, as parameters; see soda.h. */
#include "tap/datalink/soda.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/mime.h"
#include "base/text/number.h"
#include "base/text/url_query.h"

#define ITEMS_MAX 400 /* parts of a name: a polygon has two a corner */

/* A name, taken apart at its commas. */
struct name {
	char *text;             /* owned: the items point into it */
	char *items[ITEMS_MAX]; /* before the first NAME=VALUE */
	size_t nitems;
	char *params[ITEMS_MAX]; /* NAME=VALUE */
	size_t nparams;
	const char *ext;
};

const struct descriptor *soda_service(const struct descriptor_list *l)
{
	const struct descriptor *async = NULL;

	for (size_t i = 0; i < l->n; i++) {
		enum descriptor_standard s = descriptor_standard(&l->at[i]);

		if (s == STANDARD_SODA_SYNC)
			return &l->at[i];
		if (s == STANDARD_SODA_ASYNC && !async)
			async = &l->at[i];
	}
	return async;
}

static const struct descriptor *async_service(const struct descriptor_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (descriptor_standard(&l->at[i]) == STANDARD_SODA_ASYNC)
			return &l->at[i];
	return NULL;
}

/* --- the name --- */

/* 10.5,41.2,0.1.fits: the extension is behind the last dot, and begins with a letter. */
static bool cut_extension(struct name *n)
{
	char *dot = strrchr(n->text, '.');

	if (!dot || dot == n->text || !isalpha((unsigned char)dot[1]))
		return false;
	*dot = '\0';
	n->ext = dot + 1;
	return true;
}

static bool take_apart(struct name *n)
{
	bool polygon = strncmp(n->text, "poly_", 5) == 0;
	char *rest = n->text + (polygon ? 5 : 0);
	char *item;

	while ((item = strsep(&rest, ","))) {
		if (n->nitems + n->nparams >= ITEMS_MAX - 1)
			return false;
		if (strchr(item, '='))
			n->params[n->nparams++] = item;
		else if (n->nparams)
			return false; /* places come first */
		else if (polygon)
			while (item && n->nitems < ITEMS_MAX - 1)
				n->items[n->nitems++] = strsep(&item, "_");
		else
			n->items[n->nitems++] = item;
	}
	return true;
}

/* --- places --- */

static bool is_number(const char *s, double min, double max, double *out)
{
	const char *first = s + (*s == '-' || *s == '+');

	return (isdigit((unsigned char)*first) || *first == '.') &&
	       number_parse_double(s, strlen(s), out) && isfinite(*out) && *out >= min &&
	       *out <= max;
}

static bool is_ra(const char *s)
{
	double v;

	return is_number(s, 0, 360, &v);
}

static bool is_dec(const char *s)
{
	double v;

	return is_number(s, -90, 90, &v);
}

/* "A..B" as two; false if it is no such thing, or they are the wrong way round. */
static bool split_range(char *s, char **from, char **to)
{
	char *dots = strstr(s, "..");
	double a, b;

	if (!dots)
		return false;
	*dots = '\0';
	*from = s;
	*to = dots + 2;
	return is_number(*from, -HUGE_VAL, HUGE_VAL, &a) &&
	       is_number(*to, -HUGE_VAL, HUGE_VAL, &b) && a <= b;
}

static bool add_circle(const struct descriptor *d, char *const *v, struct buf *form,
		       struct error **err)
{
	CLEANUP_FREE char *circle = NULL;
	double radius;

	if (!is_ra(v[0]) || !is_dec(v[1]) || !is_number(v[2], 0, 180, &radius) || radius <= 0)
		return error_set(err, ENOENT,
				 "a circle is RA,DEC,RADIUS in degrees: RA from 0 to 360, DEC from "
				 "-90 to 90, a radius above 0");
	if (descriptor_param(d, "CIRCLE")) {
		circle = xasprintf("%s %s %s", v[0], v[1], v[2]);
		url_add_param(form, "CIRCLE", circle);
	} else if (descriptor_param(d, "POS")) {
		circle = xasprintf("CIRCLE %s %s %s", v[0], v[1], v[2]);
		url_add_param(form, "POS", circle);
	} else {
		return error_set(err, ENOENT, "this service cuts no circles: see README.txt");
	}
	return true;
}

static bool add_corners(const struct descriptor *d, const char *corners, struct buf *form,
			struct error **err)
{
	CLEANUP_FREE char *pos = xasprintf("POLYGON %s", corners);

	if (descriptor_param(d, "POLYGON"))
		url_add_param(form, "POLYGON", corners);
	else if (descriptor_param(d, "POS"))
		url_add_param(form, "POS", pos);
	else
		return error_set(err, ENOENT, "this service cuts no polygons: see README.txt");
	return true;
}

static bool add_range(const struct descriptor *d, char *const *v, struct buf *form,
		      struct error **err)
{
	char *ra[2], *dec[2];
	CLEANUP_FREE char *text = NULL;
	CLEANUP_FREE char *other = NULL;

	if (!split_range(v[0], &ra[0], &ra[1]) || !split_range(v[1], &dec[0], &dec[1]) ||
	    !is_ra(ra[0]) || !is_ra(ra[1]) || !is_dec(dec[0]) || !is_dec(dec[1]))
		return error_set(
		    err, ENOENT,
		    "a range is RA1..RA2,DEC1..DEC2 in degrees, the smaller one first");
	if (descriptor_param(d, "POS")) {
		text = xasprintf("RANGE %s %s %s %s", ra[0], ra[1], dec[0], dec[1]);
		url_add_param(form, "POS", text);
		return true;
	}
	if (descriptor_param(d, "RA") && descriptor_param(d, "DEC")) {
		text = xasprintf("%s %s", ra[0], ra[1]);
		other = xasprintf("%s %s", dec[0], dec[1]);
		url_add_param(form, "RA", text);
		url_add_param(form, "DEC", other);
		return true;
	}
	text = xasprintf("%s %s %s %s %s %s %s %s", ra[0], dec[0], ra[1], dec[0], ra[1], dec[1],
			 ra[0], dec[1]);
	return add_corners(d, text, form, err);
}

static bool add_polygon(const struct descriptor *d, const struct name *n, struct buf *form,
			struct error **err)
{
	CLEANUP_BUF struct buf corners = BUF_INIT;
	bool good = n->nitems >= 6 && n->nitems % 2 == 0;

	for (size_t i = 0; good && i < n->nitems; i++) {
		good = i % 2 ? is_dec(n->items[i]) : is_ra(n->items[i]);
		buf_addf(&corners, "%s%s", i ? " " : "", n->items[i]);
	}
	if (!good)
		return error_set(err, ENOENT,
				 "a polygon is poly_RA,DEC_RA,DEC_RA,DEC in degrees, three corners "
				 "at least");
	return add_corners(d, buf_str(&corners), form, err);
}

static bool add_place(const struct descriptor *d, const struct name *n, bool polygon,
		      struct buf *form, struct error **err)
{
	if (polygon)
		return add_polygon(d, n, form, err);
	if (n->nitems == 3)
		return add_circle(d, n->items, form, err);
	if (n->nitems == 2)
		return add_range(d, n->items, form, err);
	if (n->nitems == 0 || (n->nitems == 1 && strcmp(n->items[0], "all") == 0))
		return true;
	return error_set(err, ENOENT,
			 "a cut-out is named RA,DEC,RADIUS.fits, RA1..RA2,DEC1..DEC2.fits or "
			 "poly_RA,DEC_RA,DEC_RA,DEC.fits: see README.txt");
}

/* --- other parameters --- */

static bool add_param(const struct descriptor *d, const char *text, struct buf *form,
		      struct error **err)
{
	size_t n = strcspn(text, "=");
	CLEANUP_FREE char *name = xstrndup(text, n);
	CLEANUP_FREE char *value = xstrdup(text + n + 1);
	const struct input_param *p = descriptor_param(d, name);
	char *dots = strstr(value, "..");

	if (!p || p == descriptor_id_param(d))
		return error_set(err, ENOENT, "this service takes no parameter %s: see README.txt",
				 name);
	if (dots) { /* an interval is two values with a blank between (DALI 1.1 §3.3.5) */
		*dots = ' ';
		memmove(dots + 1, dots + 2, strlen(dots + 2) + 1);
	}
	url_add_param(form, p->name, value);
	return true;
}

/* The parameter that chooses a format, with the option of that extension. */
static bool add_format(const struct descriptor *d, const char *ext, struct buf *form,
		       struct error **err)
{
	static const char *const names[] = {"RESPONSEFORMAT", "FORMAT"};
	const char *own = d->content_type ? mime_extension(d->content_type) : NULL;

	if (strcasecmp(ext, own ? own : "fits") == 0)
		return true;
	for (size_t k = 0; k < sizeof(names) / sizeof(*names); k++) {
		const struct input_param *p = descriptor_param(d, names[k]);

		for (size_t i = 0; p && i < p->noptions; i++) {
			const char *other = mime_extension(p->options[i]);

			if (!other || strcasecmp(other, ext) != 0)
				continue;
			url_add_param(form, p->name, p->options[i]);
			return true;
		}
	}
	return error_set(err, ENOENT, "this service makes .%s, not .%s", own ? own : "fits", ext);
}

/* --- the request --- */

/* MODE=async is ours, where the service has no such parameter. */
static bool take_mode(struct name *n)
{
	bool async = false;

	for (size_t i = 0; i < n->nparams; i++) {
		if (strcasecmp(n->params[i], "MODE=async") != 0)
			continue;
		async = true;
		n->params[i--] = n->params[--n->nparams];
	}
	return async;
}

static bool fill(const struct descriptor *d, const char *id, struct name *n, bool polygon,
		 struct buf *form, struct error **err)
{
	const struct input_param *main = descriptor_id_param(d);

	if (main)
		url_add_param(form, main->name, main->value ? main->value : id);
	for (size_t i = 0; i < d->nparams; i++)
		if (&d->params[i] != main && d->params[i].value)
			url_add_param(form, d->params[i].name, d->params[i].value);
	if (!add_place(d, n, polygon, form, err) || !add_format(d, n->ext, form, err))
		return false;
	for (size_t i = 0; i < n->nparams; i++)
		if (!add_param(d, n->params[i], form, err))
			return false;
	return true;
}

bool soda_request(const struct descriptor_list *l, const char *id, const char *name,
		  struct soda_request *r, struct error **err)
{
	CLEANUP_FREE char *text = xstrdup(name);
	CLEANUP_FREE struct name *n = xcalloc(1, sizeof(*n));
	bool polygon = strncmp(name, "poly_", 5) == 0;
	const struct descriptor *d = soda_service(l);

	*r = (struct soda_request){0};
	n->text = text;
	if (!d || !cut_extension(n) || !take_apart(n))
		return error_set(err, ENOENT,
				 "%s is no name of a cut-out, as RA,DEC,RADIUS.fits is: see "
				 "README.txt",
				 name);
	if (take_mode(n)) {
		d = async_service(l);
		if (!d)
			return error_set(err, ENOENT, "this service cuts out at once only");
	}
	r->async = descriptor_standard(d) == STANDARD_SODA_ASYNC;
	r->url = xstrdup(d->access_url);
	if (fill(d, id, n, polygon, &r->form, err))
		return true;
	soda_request_clear(r);
	return false;
}

void soda_request_clear(struct soda_request *r)
{
	free(r->url);
	buf_free(&r->form);
	*r = (struct soda_request){0};
}
