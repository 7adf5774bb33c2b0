/* null_word.c: see null_word.h. */
#include "table/null_word.h"

#include "base/text/xml.h"
#include "table/cell_text.h"

/* As R, Gaia, SQL, Excel, pandas, IRAF and astropy write what is missing. */
static const char *const null_words[NULL_WORDS] = {"NA",   "null", "N/A",  "-", "--",    "\\N",
						   "None", "#N/A", "<NA>", "?", "INDEF", "masked"};

int null_word(const char *s, size_t n)
{
	xml_trim(&s, &n);
	if (!n || n > 6)
		return -1;
	for (int i = 0; i < NULL_WORDS; i++)
		if (text_is_word(s, n, null_words[i]))
			return i;
	return -1;
}

const char *null_word_text(int word)
{
	return null_words[word];
}
