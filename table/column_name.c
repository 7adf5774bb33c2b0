/* column_name.c: names of columns, as ADQL takes them; see column_name.h. */
#include "table/column_name.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "table/adql_words.h"
#include "table/unit.h"

#define NOTES_MAX  (4u << 10) /* bytes; more changes are not told */
#define NAME_SHOWN 200        /* bytes of a name in a note */

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The micro sign, or mu, in front of another letter. */
static bool is_micro(const char *s)
{
	return (strncmp(s, "\xc2\xb5", 2) == 0 || strncmp(s, "\xce\xbc", 2) == 0) &&
	       is_letter(s[2]);
}

void column_name_add(struct buf *out, const char *name)
{
	size_t from = out->len;

	for (const char *s = name; *s; s++) {
		bool plain = is_letter(*s) || is_name_digit(*s) || *s == '_';

		if (is_micro(s)) { /* a flux_µJy is none in Jy */
			buf_addc(out, 'u');
			s++;
			continue;
		}

		if (out->len == from && !is_letter(*s)) {
			if (!is_name_digit(*s))
				continue; /* nothing but a letter may be in front */
			buf_adds(out, "col_");
		}
		if (plain)
			buf_addc(out, *s);
		else if (out->data[out->len - 1] != '_')
			buf_addc(out, '_');
	}
	while (out->len > from && out->data[out->len - 1] == '_' &&
	       !(name[0] && name[strlen(name) - 1] == '_'))
		out->data[--out->len] = '\0';
	if (out->len > from && adql_is_reserved(out->data + from))
		buf_addc(out, '_');
}

/* --- units --- */

/* Of what stands in brackets behind these no unit is told: log(K). */
static bool ends_with_function(const char *name, size_t n)
{
	static const char *const all[] = {"log", "log10", "ln",  "lg",     "exp",  "sin", "cos",
					  "tan", "sqrt",  "abs", "min",    "max",  "avg", "mean",
					  "sum", "std",   "var", "median", "count"};
	size_t from = n;

	while (from && (is_letter(name[from - 1]) || is_name_digit(name[from - 1])))
		from--;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (strlen(all[i]) == n - from && strncasecmp(all[i], name + from, n - from) == 0)
			return true;
	return false;
}

/* Takes a unit off the end of the name; NULL where it has none. Caller owns. */
static char *take_unit(char *name)
{
	size_t n = strlen(name);
	char close = n ? name[n - 1] : '\0';
	char *open = close == ')' ? strrchr(name, '(') : close == ']' ? strrchr(name, '[') : NULL;
	char *end = open, *unit;

	if (!open || !unit_is_known(open + 1, n - (size_t)(open - name) - 2))
		return NULL;
	while (end > name && end[-1] == ' ')
		end--;
	if (end == name || (close == ')' && ends_with_function(name, (size_t)(end - name))))
		return NULL;
	unit = unit_plain(open + 1, n - (size_t)(open - name) - 2);
	*end = '\0';
	return unit;
}

/* --- positions --- */

static bool is_one_of_names(const char *name, const char *const *all)
{
	for (; *all; all++)
		if (strcasecmp(name, *all) == 0)
			return true;
	return false;
}

static void give_ucd(struct table *t, const char *const *names, const char *ucd)
{
	size_t n = strlen(ucd);

	for (size_t i = 0; i < t->nfields; i++) /* the document says it already */
		if (t->fields[i].ucd && strncasecmp(t->fields[i].ucd, ucd, n) == 0)
			return;
	for (size_t i = 0; i < t->nfields; i++) {
		struct field *f = &t->fields[i];

		if (f->ucd || !field_is_number(f) || !is_one_of_names(f->name, names))
			continue;
		f->ucd = xasprintf("%s;meta.main", ucd);
		return;
	}
}

static void give_ucds(struct table *t)
{
	static const char *const ra[] = {
	    "ra",    "raj2000", "ra_j2000",    "ra_icrs",         "ra_deg",
	    "radeg", "raicrs",  "alpha_j2000", "right_ascension", NULL};
	static const char *const dec[] = {"dec",         "decj2000",    "dec_j2000", "dec_icrs",
					  "dec_deg",     "decdeg",      "decicrs",   "dej2000",
					  "de_icrs",     "deicrs",      "dedeg",     "de_deg",
					  "delta_j2000", "declination", NULL};

	give_ucd(t, ra, "pos.eq.ra");
	give_ucd(t, dec, "pos.eq.dec");
}

/* --- a table --- */

static void note_name(struct buf *notes, size_t column, const char *was, const char *is)
{
	size_t n = strlen(was), at;

	if (!notes || notes->len > NOTES_MAX)
		return;
	if (n > NAME_SHOWN)
		for (n = NAME_SHOWN; n && ((unsigned char)was[n] & 0xc0) == 0x80;)
			n--; /* not in the middle of a character */
	buf_addf(notes, "column %zu: \"", column);
	at = notes->len;
	buf_add(notes, was, n);
	for (; at < notes->len; at++)
		if ((unsigned char)notes->data[at] < 0x20)
			notes->data[at] = ' ';
	buf_addf(notes, "\" is named %.*s\n", NAME_SHOWN, is);
}

static void make_one(struct field *f, size_t column, bool units_too)
{
	struct buf name = BUF_INIT;
	char *unit = units_too && !f->unit ? take_unit(f->name) : NULL;

	if (unit)
		f->unit = unit;
	column_name_add(&name, f->name);
	if (!name.len)
		buf_addf(&name, "col%zu", column);
	free(f->name);
	f->name = buf_steal(&name);
}

void column_names_make(struct table *t, bool units_too, struct buf *notes)
{
	char **was = xcalloc(t->nfields + 1, sizeof(*was));
	CLEANUP_FREE bool *valid = xcalloc(t->nfields + 1, sizeof(*valid));
	char **names;

	for (size_t i = 0; i < t->nfields; i++) {
		was[i] = xstrdup(t->fields[i].name);
		make_one(&t->fields[i], i + 1, units_too);
		valid[i] = strcmp(was[i], t->fields[i].name) == 0;
	}
	names = table_names_beside(t, true, valid);
	for (size_t i = 0; i < t->nfields; i++) {
		struct field *f = &t->fields[i];

		free(f->name);
		f->name = steal(names[i]);
		if (strcmp(was[i], f->name) == 0)
			continue;
		note_name(notes, i + 1, was[i], f->name);
		if (!f->description)
			f->description = xstrdup(was[i]);
	}
	table_names_free(was, t->nfields);
	table_names_free(names, t->nfields);
	give_ucds(t);
}
