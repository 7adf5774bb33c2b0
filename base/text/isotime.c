/* isotime.c: times as services write them; see isotime.h. */
#include "base/text/isotime.h"

#include <stdbool.h>

#include "base/text/xml.h"

struct isotime_cursor {
	const char *s, *end;
};

/* Exactly n digits. */
static bool fixed_number(struct isotime_cursor *c, int n, int64_t *out)
{
	int64_t v = 0;

	for (int i = 0; i < n; i++, c->s++) {
		if (c->s == c->end || *c->s < '0' || *c->s > '9')
			return false;
		v = v * 10 + (*c->s - '0');
	}
	*out = v;
	return true;
}

static bool skip_char(struct isotime_cursor *c, char wanted)
{
	if (c->s == c->end || *c->s != wanted)
		return false;
	c->s++;
	return true;
}

/* Days since 1970 in the Gregorian calendar; the year begins in March, so that leap days end it. */
static int64_t days(int64_t y, int64_t m, int64_t d)
{
	int64_t shifted = m > 2 ? m - 3 : m + 9;
	int64_t year = m > 2 ? y : y - 1;

	return 365 * year + year / 4 - year / 100 + year / 400 + (153 * shifted + 2) / 5 + d - 1 -
	       719468;
}

static bool date(struct isotime_cursor *c, int64_t *ms)
{
	int64_t y, m, d;

	if (!fixed_number(c, 4, &y) || !skip_char(c, '-') || !fixed_number(c, 2, &m) ||
	    !skip_char(c, '-') || !fixed_number(c, 2, &d) || m < 1 || m > 12 || d < 1 || d > 31)
		return false;
	*ms = days(y, m, d) * 86400000;
	return true;
}

static bool time_of_day(struct isotime_cursor *c, int64_t *ms)
{
	int64_t h, m;
	int64_t s = 0;
	int64_t scale = 100;

	if (!fixed_number(c, 2, &h) || !skip_char(c, ':') || !fixed_number(c, 2, &m) || h > 24 ||
	    m > 59)
		return false;
	if (skip_char(c, ':') && (!fixed_number(c, 2, &s) || s > 60))
		return false;
	*ms += (h * 3600 + m * 60 + s) * 1000;
	if (skip_char(c, '.') || skip_char(c, ','))
		for (; c->s < c->end && *c->s >= '0' && *c->s <= '9'; c->s++, scale /= 10)
			*ms += (*c->s - '0') * scale;
	return true;
}

static bool zone(struct isotime_cursor *c, int64_t *ms)
{
	int64_t sign, h;
	int64_t m = 0;

	if (c->s == c->end || skip_char(c, 'Z') || skip_char(c, 'z'))
		return c->s == c->end;
	if (*c->s != '+' && *c->s != '-')
		return false;
	sign = *c->s++ == '-' ? -1 : 1;
	if (!fixed_number(c, 2, &h))
		return false;
	skip_char(c, ':');
	if (c->s < c->end && !fixed_number(c, 2, &m))
		return false;
	*ms -= sign * (h * 60 + m) * 60000;
	return c->s == c->end;
}

int64_t isotime_parse(const char *s, size_t n)
{
	struct isotime_cursor c;
	int64_t ms;

	xml_trim(&s, &n);
	c = (struct isotime_cursor){s, s + n};
	if (!date(&c, &ms))
		return -1;
	if (c.s < c.end && *c.s != 'Z' && *c.s != 'z') {
		if (!skip_char(&c, 'T') && !skip_char(&c, 't') && !skip_char(&c, ' '))
			return -1;
		if (!time_of_day(&c, &ms))
			return -1;
	}
	return zone(&c, &ms) ? ms : -1;
}
