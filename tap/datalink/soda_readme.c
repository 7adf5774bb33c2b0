/* soda_readme.c: what a service can cut out of a dataset, in words; see soda.h. */
#include <stdlib.h>
#include <string.h>

#include "base/text/number.h"
#include "tap/datalink/soda.h"

/* The first numbers of a list; how many there are, max at most. */
static size_t read_numbers(const char *s, double *v, size_t max)
{
	size_t n = 0;

	while (s && n < max) {
		size_t len;

		s += strspn(s, " \t\n");
		len = strcspn(s, " \t\n");
		if (!len || !number_parse_double(s, len, &v[n]))
			break;
		n++;
		s += len;
	}
	return n;
}

/* A name that fits this dataset: a tenth of the largest circle, else the form alone. */
static void add_example(const struct descriptor *d, struct buf *out)
{
	const struct input_param *circle = descriptor_param(d, "CIRCLE");
	double v[3];

	if (circle && read_numbers(circle->max, v, 3) == 3)
		buf_addf(out, "For instance:\n\n    %.6g,%.6g,%.2g.fits\n\n", v[0], v[1],
			 v[2] / 10);
}

static void describe_range(const struct input_param *p, struct buf *out)
{
	if (p->min && p->max)
		buf_addf(out, "    from %s to %s", p->min, p->max);
	else if (p->max)
		buf_addf(out, "    at most %s", p->max);
	else if (p->min)
		buf_addf(out, "    from %s", p->min);
	else
		return;
	buf_addf(out, "%s%s\n", p->unit ? " " : "", p->unit ? p->unit : "");
}

static void add_options(const struct input_param *p, struct buf *out)
{
	if (!p->noptions)
		return;
	buf_adds(out, "    one of:");
	for (size_t i = 0; i < p->noptions; i++)
		buf_addf(out, "%s %s", i ? "," : "", p->options[i]);
	buf_addc(out, '\n');
}

static void tell_param(const struct input_param *p, struct buf *out)
{
	buf_adds(out, p->name);
	if (p->unit)
		buf_addf(out, " (%s)", p->unit);
	if (p->description)
		buf_addf(out, ": %s", p->description);
	buf_addc(out, '\n');
	describe_range(p, out);
	add_options(p, out);
}

void soda_readme(const struct descriptor_list *l, struct buf *out)
{
	const struct descriptor *d = soda_service(l);

	if (!d)
		return;
	buf_adds(out, "Cut-outs: open a name that says what you want, and it is made.\n\n");
	if (d->description)
		buf_addf(out, "%s\n\n", d->description);
	buf_adds(out, "    RA,DEC,RADIUS.fits               a circle, in degrees (ICRS)\n"
		      "    RA1..RA2,DEC1..DEC2.fits         a range\n"
		      "    poly_RA,DEC_RA,DEC_RA,DEC.fits   a polygon, by its corners\n"
		      "    all.fits                         the whole, as the service gives it\n\n"
		      "Behind a place, or alone, any parameter of the service as ,NAME=VALUE; an "
		      "interval is\nLOW..HIGH. Behind what takes long, ,MODE=async asks for it by "
		      "a job. Where nothing of the\nimage lies there is no such file, and "
		      ".tapfs/errors tells.\n\n");
	add_example(d, out);
	buf_adds(out, "Parameters of this service:\n\n");
	for (size_t i = 0; i < d->nparams; i++)
		if (&d->params[i] != descriptor_id_param(d) && !d->params[i].value)
			tell_param(&d->params[i], out);
	buf_addf(out, "\nIt is asked at %s\n", d->access_url);
}
