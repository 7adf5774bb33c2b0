/* advice_match.c: patterns in what services say; see advice_inside.h. */
#include <regex.h>
#include <stdlib.h>

#include "tap/query/advice_inside.h"

bool match_numbers(const char *text, const char *pattern, unsigned out[2])
{
	regmatch_t m[3];
	regex_t re;
	bool ok;

	if (regcomp(&re, pattern, REG_EXTENDED | REG_ICASE))
		return false;
	ok = regexec(&re, text, 3, m, 0) == 0;
	for (int i = 0; ok && i < 2; i++)
		out[i] =
		    m[i + 1].rm_so < 0 ? 0 : (unsigned)strtoul(text + m[i + 1].rm_so, NULL, 10);
	regfree(&re);
	return ok;
}

bool text_matches(const char *text, const char *pattern)
{
	unsigned ignored[2];

	return match_numbers(text, pattern, ignored);
}
