/* column_guess.c: what a column of texts is; see column_guess.h. */
#include "table/column_guess.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text/isotime.h"
#include "base/text/number.h"
#include "base/text/xml.h"
#include "base/utf8.h"
#include "table/cell_text.h"

void column_guess_begin(struct column_guess *g)
{
	*g = (struct column_guess){.may = MAY_BOOLEAN | MAY_INTEGER | MAY_REAL | MAY_TIME,
				   .min = INT64_MAX,
				   .max = INT64_MIN};
}

static size_t digits(const char *s, const char *end)
{
	const char *from = s;

	while (s < end && *s >= '0' && *s <= '9')
		s++;
	return (size_t)(s - from);
}

bool column_guess_is_whole(const char *s, size_t n)
{
	xml_trim(&s, &n);
	if (n && (*s == '+' || *s == '-'))
		s++, n--;
	return n && digits(s, s + n) == n;
}

/* e+05; d stands for e only behind a point, so that 3D12 is no number. */
static bool is_exponent(const char *s, const char *end, bool point)
{
	if (*s != 'e' && *s != 'E' && !(point && (*s == 'd' || *s == 'D')))
		return false;
	s++;
	if (s < end && (*s == '+' || *s == '-'))
		s++;
	return s < end && digits(s, end) == (size_t)(end - s);
}

/* So many in front of the point are in the range of a double. */
#define MOST_DIGITS 300

static unsigned range_of(const char *s, size_t n)
{
	double d;

	return number_parse_double(s, n, &d) && isfinite(d) ? 0 : TOO_LARGE;
}

static unsigned guess_number(const char *s, size_t n, int64_t *value)
{
	const char *end = s + n, *at = s;
	size_t whole, fraction = 0;
	bool point;

	at += at < end && (*at == '+' || *at == '-');
	whole = digits(at, end);
	if (whole == (size_t)(end - at)) {
		if (!whole || (whole > 1 && *at == '0'))
			return 0;
		if (number_parse_int(s, n, value))
			return MAY_INTEGER | MAY_REAL;
		return MAY_INTEGER | MAY_REAL | TOO_LONG | range_of(s, n);
	}
	point = at[whole] == '.';
	if (point)
		fraction = digits(at + whole + 1, end);
	if (whole + fraction == 0 || (!point && whole > 1 && *at == '0'))
		return 0;
	at += whole + point + fraction;
	if (at < end && !is_exponent(at, end, point))
		return 0;
	return MAY_REAL | (at == end && whole < MOST_DIGITS ? 0 : range_of(s, n));
}

/* As DALI 1.1 §3.3.3 has it: without a zone but Z, seconds and all. */
static bool is_time(const char *s, size_t n)
{
	if (n < 10 || s[0] < '0' || s[0] > '9' || s[4] != '-')
		return false;
	if (n > 10 &&
	    (n < 19 || s[10] != 'T' || memchr(s + 10, '-', n - 10) || memchr(s + 10, '+', n - 10) ||
	     memchr(s + 10, ',', n - 10) || memchr(s + 10, 'z', n - 10)))
		return false;
	return isotime_parse(s, n) != -1 && s[n - 1] != '.';
}

static unsigned kinds(const char *s, size_t n, int64_t *value)
{
	unsigned may = 0;

	if (!n)
		return 0;
	if ((*s >= '0' && *s <= '9') || *s == '+' || *s == '-' || *s == '.')
		may = guess_number(s, n, value);
	if (may)
		return may;
	if (text_is_word(s, n, "true") || text_is_word(s, n, "false"))
		return MAY_BOOLEAN;
	if (is_time(s, n))
		return MAY_TIME;
	if (*s == '+' || *s == '-')
		s++, n--;
	return text_is_word(s, n, "inf") || text_is_word(s, n, "infinity") ? MAY_REAL : 0;
}

unsigned column_guess_of(const char *s, size_t n)
{
	int64_t value;

	xml_trim(&s, &n);
	return kinds(s, n, &value);
}

/* One in so many may be no number, for a column of numbers. */
#define NUMBERS_EACH 10
/* More of them at the head of a column, and it is one of texts. */
#define OTHERS_FEW 64

bool column_guess_has_null_words(const struct column_guess *g)
{
	return g->has_words && (g->any || g->nan) && g->may;
}

static bool is_nearly_numbers(const struct column_guess *g)
{
	return g->numbers / NUMBERS_EACH >= g->others.count;
}

static void note_value(struct guess_values *v, size_t line, const char *s, size_t n)
{
	if (v->count++)
		return;
	v->line = line;
	if (n > GUESS_SHOWN)
		for (n = GUESS_SHOWN; n && ((unsigned char)s[n] & 0xc0) == 0x80;)
			n--; /* not in the middle of a character */
	for (size_t i = 0; i < n; i++)
		v->first[i] = (unsigned char)s[i] < 0x20 ? ' ' : s[i];
}

static bool note_null_word(struct column_guess *g, size_t line, const char *s, size_t n)
{
	int word = null_word(s, n);

	if (word < 0)
		return false;
	g->words[word] = g->words[word] ? g->words[word] : line;
	g->has_words = true;
	return true;
}

void column_guess_word(struct column_guess *g, size_t line, const char *s, size_t n)
{
	if (note_null_word(g, line, s, n))
		g->any = g->missing = true;
}

void column_guess_add(struct column_guess *g, size_t line, const char *s, size_t n)
{
	int64_t value = 0;
	unsigned may;

	for (size_t i = 0; !g->wide && i < n; i++)
		g->wide = (unsigned char)s[i] >= 0x80;
	if (!g->may && g->others.count > OTHERS_FEW && !is_nearly_numbers(g)) {
		g->missing = g->missing || !n;
		return;
	}
	xml_trim(&s, &n);
	if (!n) {
		g->missing = true;
		return;
	}
	if (text_is_word(s, n, "nan")) {
		g->nan = g->missing = true;
		g->may &= MAY_INTEGER | MAY_REAL;
		return;
	}
	if (note_null_word(g, line, s, n))
		return;
	may = kinds(s, n, &value);
	g->any = true;
	g->may &= may;
	if (may & MAY_REAL)
		g->numbers++;
	else
		note_value(&g->others, line, s, n);
	if (may & TOO_LONG)
		note_value(&g->too_long, line, s, n);
	if (may & TOO_LARGE)
		note_value(&g->too_large, line, s, n);
	if ((may & MAY_INTEGER) && !(may & TOO_LONG)) {
		g->min = value < g->min ? value : g->min;
		g->max = value > g->max ? value : g->max;
	}
}

const struct guess_values *column_guess_odd(const struct column_guess *g)
{
	return !g->may && g->others.count && is_nearly_numbers(g) ? &g->others : NULL;
}

void column_guess_lost_add(struct column_guess *g, enum datatype type, size_t line, const char *s,
			   size_t n)
{
	note_value(datatype_is_integer(type) ? &g->too_long : &g->too_large, line, s, n);
}

const struct guess_values *column_guess_lost(const struct column_guess *g, enum datatype type)
{
	const struct guess_values *lost = datatype_is_integer(type) ? &g->too_long
					  : datatype_is_real(type)  ? &g->too_large
								    : NULL;

	return lost && lost->count ? lost : NULL;
}

/* A number of the field's type that no value has. */
static bool free_number(const struct column_guess *g, enum datatype type, int64_t *number)
{
	static const int64_t least[] = {
	    [DT_SHORT] = INT16_MIN, [DT_INT] = INT32_MIN, [DT_LONG] = INT64_MIN};

	*number = type == DT_UNSIGNED_BYTE ? 255 : least[type];
	if (type == DT_UNSIGNED_BYTE)
		return g->max < *number;
	if (g->min > *number)
		return true;
	*number = INT64_MAX;
	return type == DT_LONG && g->hole && g->max < *number;
}

void column_guess_null(const struct column_guess *g, struct field *f)
{
	f->has_null = false;
	f->null_value = 0;
	if (!g->missing || !datatype_is_integer(f->type))
		return;
	f->has_null = free_number(g, f->type, &f->null_value);
	while (!f->has_null && g->hole && f->type < DT_LONG) {
		f->type++;
		f->has_null = free_number(g, f->type, &f->null_value);
	}
	if (!f->has_null)
		f->null_value = 0;
}

void column_guess_field(const struct column_guess *g, struct field *f)
{
	struct column_guess with_words = *g;
	const char *arraysize = NULL;

	with_words.missing = g->missing || g->has_words || g->too_long.count;
	if (g->any && (g->may & MAY_BOOLEAN)) {
		f->type = DT_BOOLEAN;
	} else if (g->any && (g->may & MAY_INTEGER)) {
		f->type = g->max <= INT32_MAX && g->min > INT32_MIN && !g->too_long.count ? DT_INT
											  : DT_LONG;
	} else if ((g->any || g->nan) && (g->may & MAY_REAL)) {
		f->type = DT_DOUBLE;
	} else {
		f->type = g->wide ? DT_UNICODE_CHAR : DT_CHAR;
		arraysize = "*";
	}
	if (g->any && (g->may & MAY_TIME))
		f->xtype = xstrdup("timestamp");
	f->arraysize = xstrdup_or_null(arraysize);
	field_set_arraysize(f, arraysize);
	column_guess_null(&with_words, f);
}
