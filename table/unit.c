/* unit.c: see unit.h. */
#include "table/unit.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"

/* clang-format off */
/* Units as they stand in headers, those that have no prefixes … */
static const char *const units[] = {
    "%", "A", "AA", "AU", "Ang", "Angstrom", "Angstroms", "D", "J", "Lsun", "L_sun", "Msun", "M_sun", "Rsun", "R_sun",
    "Ry", "adu", "angstrom", "arcmin", "arcmins", "arcsecs", "au", "beam", "bin", "bit", "byte",
    "ct", "count", "counts", "d", "day", "days", "deg", "degree", "degrees", "dex", "electron",
    "electrons", "erg", "ergs", "g", "h", "hour", "hourangle", "hours", "hr", "kg", "ly", "mags",
    "magnitude", "mas", "micron", "min", "ph", "photon", "photons", "pix", "pixel", "pixels",
    "radian", "radians", "sec", "second", "seconds", "solLum", "solMass", "solRad", "sr", "uas",
    "year", "years",
};

/* … and with any of those below. */
static const char *const prefixable[] = {
    "Hz", "Jy", "K", "W", "arcsec", "eV", "lyr", "m", "mag", "pc", "rad", "s", "yr",
};

/* What stands for a unit and is not of letters: marks of angles, and sexagesimal values (VizieR). */
static const struct {
	const char *written, *plain;
} whole[] = {
    {"\"", "arcsec"}, {"''", "arcsec"}, {"'", "arcmin"},
    {"h:m:s", "h:m:s"}, {"hms", "h:m:s"}, {"h m s", "h:m:s"}, {"hh:mm:ss", "h:m:s"},
    {"hh mm ss", "h:m:s"}, {"d:m:s", "d:m:s"}, {"dms", "d:m:s"}, {"d m s", "d:m:s"},
    {"dd:mm:ss", "d:m:s"}, {"dd mm ss", "d:m:s"},
};

/* Characters that are not ASCII, and what they are in it. */
static const struct {
	const char *utf8, *ascii;
} letters[] = {
    {"\xc2\xb5", "u"}, {"\xce\xbc", "u"}, /* micro sign, mu */
    {"\xc2\xb0", "deg"}, {"\xc2\xba", "deg"}, /* degree sign, ordinal */
    {"\xc3\x85", "Angstrom"}, {"\xe2\x84\xab", "Angstrom"},
    {"\xe2\x80\xb2", "arcmin"}, {"\xe2\x80\xb3", "arcsec"}, /* prime, double prime */
    {"\xc2\xb7", "."}, {"\xe2\x8b\x85", "."}, {"\xe2\x88\x99", "."}, /* middle dots */
    {"\xc2\xb9", "1"}, {"\xc2\xb2", "2"}, {"\xc2\xb3", "3"}, {"\xe2\x81\xb0", "0"},
    {"\xe2\x81\xb4", "4"}, {"\xe2\x81\xb5", "5"}, {"\xe2\x81\xb6", "6"},
    {"\xe2\x81\xbb", "-"}, {"\xe2\x88\x92", "-"}, /* superscript minus, minus */
    {"M\xe2\x98\x89", "solMass"}, {"L\xe2\x98\x89", "solLum"}, {"R\xe2\x98\x89", "solRad"},
    {"M\xe2\x8a\x99", "solMass"}, {"L\xe2\x8a\x99", "solLum"}, {"R\xe2\x8a\x99", "solRad"},
    {"\xc2\xa0", " "},
};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static const char prefixes[] = "munpcdkMGT";

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* NULL: it is none of these. */
static const char *whole_unit(const char *s, size_t n)
{
	for (size_t i = 0; i < COUNT(whole); i++)
		if (strlen(whole[i].written) == n && strncasecmp(whole[i].written, s, n) == 0)
			return whole[i].plain;
	return NULL;
}

char *unit_plain(const char *s, size_t n)
{
	const char *unit = whole_unit(s, n);
	struct buf b = BUF_INIT;
	const char *end = s + n;

	buf_adds(&b, unit ? unit : "");
	while (!unit && s < end) {
		size_t i = 0, len = 0;

		for (; i < COUNT(letters); i++) {
			len = strlen(letters[i].utf8);
			if ((size_t)(end - s) >= len && memcmp(s, letters[i].utf8, len) == 0)
				break;
		}
		if (i < COUNT(letters)) {
			buf_adds(&b, letters[i].ascii);
			s += len;
		} else {
			buf_addc(&b, *s++);
		}
	}
	return buf_steal(&b);
}

#define LONG_WORD 6 /* letters of a word whose case does not matter: Degrees */

static bool is_in_list(const char *s, size_t n, const char *const *all, size_t of)
{
	for (size_t i = 0; i < of; i++)
		if (strlen(all[i]) == n &&
		    (n < LONG_WORD ? memcmp(all[i], s, n) == 0 : strncasecmp(all[i], s, n) == 0))
			return true;
	return false;
}

static bool is_unit_word(const char *s, size_t n)
{
	return is_in_list(s, n, units, COUNT(units)) ||
	       is_in_list(s, n, prefixable, COUNT(prefixable)) ||
	       (n > 1 && strchr(prefixes, *s) &&
		is_in_list(s + 1, n - 1, prefixable, COUNT(prefixable)));
}

static bool is_plain_unit(const char *s, size_t n)
{
	bool any = false;

	/* Alone these are no units: the band J, log (g), flux (min) */
	if ((n == 1 && !strchr("Kmsdh%", *s)) || (n == 3 && memcmp(s, "min", 3) == 0))
		return false;
	for (size_t i = 0; i < n;) {
		size_t from = i;

		if (s[i] == '%') {
			any = true;
			i++;
			continue;
		}
		while (i < n && (is_letter(s[i]) || (i > from && s[i] == '_')))
			i++;
		if (i == from) {
			if (!(s[i] >= '0' && s[i] <= '9') && !strchr(" ./*^+-()", s[i]))
				return false;
			i++;
			continue;
		}
		if (!is_unit_word(s + from, i - from))
			return false;
		any = true;
	}
	return any;
}

bool unit_is_known(const char *s, size_t n)
{
	char *plain = unit_plain(s, n);
	bool known = whole_unit(s, n) || is_plain_unit(plain, strlen(plain));

	free(plain);
	return known;
}
