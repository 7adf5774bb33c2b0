/* match.c: see match.h. */
#include "base/text/match.h"

#include <regex.h>
#include <stdlib.h>

bool text_match_numbers(const char *text, const char *pattern, unsigned out[2])
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

	return text_match_numbers(text, pattern, ignored);
}
