/*
 * position_name.c: a position as a name, RA,DEC,SIZE in degrees, and as a query; see position.h.
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text/number.h"
#include "base/text/url_query.h"
#include "tap/position/position.h"
#include "tap/position/position_disk.h"

static bool is_plain(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strchr("0123456789+-.eE", s[i]))
			return false;
	return n > 0;
}

bool position_read(const char *name, double degrees[3], struct error **err)
{
	static const double limits[3][2] = {{0, 360}, {-90, 90}, {0, 180}};
	const char *p = name;

	for (int i = 0; i < 3; i++) {
		size_t n = strcspn(p, ",");
		bool last = i == 2;

		if (!is_plain(p, n) || !number_parse_double(p, n, &degrees[i]) ||
		    !(degrees[i] >= limits[i][0] && degrees[i] <= limits[i][1]) ||
		    (p[n] == '\0') != last || (last && degrees[i] == 0))
			return error_set(
			    err, ENOENT,
			    "a position is RA,DEC,SIZE in degrees, as 10.68,41.27,0.5: RA from 0 "
			    "to 360, DEC from -90 to 90, SIZE above 0, at most 180");
		p += n + !last;
	}
	return true;
}

static void add_number(struct buf *b, const char *name, double v)
{
	char text[NUMBER_MAX + 1];

	text[number_format_double(text, v)] = '\0';
	url_add_param(b, name, text);
}

/* SIA 2.0 §2.1.1; SCS 1.03 §2.1. */
char *position_query(enum endpoint_kind kind, const double degrees[3], int64_t maxrec)
{
	struct buf b = BUF_INIT;

	if (kind == ENDPOINT_SIA) {
		CLEANUP_BUF struct buf circle = BUF_INIT;
		char text[NUMBER_MAX];

		buf_adds(&circle, "CIRCLE");
		for (int i = 0; i < 3; i++) {
			buf_addc(&circle, ' ');
			buf_add(&circle, text, number_format_double(text, degrees[i]));
		}
		url_add_param(&b, "POS", buf_str(&circle));
		if (maxrec > 0)
			add_number(&b, "MAXREC", (double)maxrec);
	} else {
		add_number(&b, "RA", degrees[0]);
		add_number(&b, "DEC", degrees[1]);
		add_number(&b, "SR", degrees[2]);
	}
	return buf_steal(&b);
}

char *position_file_name(size_t file)
{
	if (file < POSITION_OVERFLOW && (file >= format_count() || format_at(file)->hidden))
		return NULL;
	return position_disk_name(file);
}
