/* times.c: see times.h. */
#include "tests/service/http/times.h"

#include <stdlib.h>
#include <time.h>

void svc_add_time(struct buf *out, int64_t ms)
{
	time_t t = (time_t)(ms / 1000);
	struct tm tm;
	char s[32];

	gmtime_r(&t, &tm);
	strftime(s, sizeof(s), "%Y-%m-%dT%H:%M:%S", &tm);
	buf_addf(out, "%s.%03dZ", s, (int)(ms % 1000));
}

bool svc_parse_time(const char *text, int64_t *ms)
{
	struct tm tm = {.tm_isdst = 0};
	double fraction = 0;
	const char *rest;
	char *end;

	rest = strptime(text, "%Y-%m-%d", &tm);
	if (rest && (*rest == 'T' || *rest == ' '))
		rest = strptime(rest + 1, "%H:%M:%S", &tm);
	if (!rest)
		return false;
	if (*rest == '.') {
		fraction = strtod(rest, &end);
		rest = end;
	}
	if (*rest == 'Z')
		rest++;
	if (*rest)
		return false;
	*ms = (int64_t)timegm(&tm) * 1000 + (int64_t)(fraction * 1000 + 0.5);
	return true;
}
