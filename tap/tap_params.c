/* tap_params.c: see tap_params.h. */
#include "tap/tap_params.h"

#include <inttypes.h>
#include <stdio.h>

#include "tap/url.h"

/*
 * TAP 1.0 wants REQUEST, 1.1 ignores it. Never FORMAT and RESPONSEFORMAT together: the latter is of
 * TAP 1.1. The format is spelled as the service spells it (CADC refuses mixed case).
 */
void tap_params(struct buf *b, const struct service *s, const struct query_spec *q)
{
	const char *format =
	    s->capabilities ? capabilities_choose_votable_format(s->capabilities, true) : "votable";
	char number[24];

	url_add_param(b, "REQUEST", "doQuery");
	url_add_param(b, "LANG", q->language);
	url_add_param(b, service_tap_version(s) >= 11 ? "RESPONSEFORMAT" : "FORMAT", format);
	if (q->maxrec > 0) {
		snprintf(number, sizeof(number), "%" PRId64, q->maxrec);
		url_add_param(b, "MAXREC", number);
	}
	if (q->runid)
		url_add_param(b, "RUNID", q->runid);
	if (q->queue)
		url_add_param(b, "QUEUE", q->queue);
	for (size_t i = 0; q->params && i < q->params->n; i++)
		url_add_param(b, q->params->at[i].name, q->params->at[i].value);
	url_add_param(b, "QUERY", q->query);
}
