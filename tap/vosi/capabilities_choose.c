/* capabilities_choose.c: what to use of what a service can do; see capabilities.h. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "tap/vosi/capabilities.h"

/* The standard itself, or a version of it. */
static bool is_of(const struct capability *cap, const char *standard_id)
{
	size_t n = strlen(standard_id);

	return strncasecmp(cap->standard_id, standard_id, n) == 0 &&
	       (!cap->standard_id[n] || strchr("#-.", cap->standard_id[n]));
}

const struct capability *capabilities_find(const struct capabilities *c, const char *standard_id)
{
	const struct capability *versioned = NULL;

	for (size_t i = 0; i < c->ncapabilities; i++) {
		const struct capability *cap = &c->capabilities[i];

		if (!is_of(cap, standard_id))
			continue;
		if (strlen(cap->standard_id) == strlen(standard_id))
			return cap;
		if (!versioned)
			versioned = cap;
	}
	return versioned;
}

static bool is_open(const struct interface *i)
{
	for (size_t k = 0; k < i->security_methods.n; k++)
		if (*i->security_methods.at[k] == '\0' ||
		    strcasecmp(i->security_methods.at[k], "ivo://ivoa.net/sso#anon") == 0)
			return true;
	return i->security_methods.n == 0;
}

/* Pages for people are no interface for us. */
static int rank(const struct interface *i)
{
	bool page = i->type && strcasecmp(i->type, "WebBrowser") == 0;
	bool standard = i->role && strncasecmp(i->role, "std", 3) == 0;

	return 4 * !page + 2 * is_open(i) + standard;
}

static const char *best_url(const struct capability *cap)
{
	const struct interface *best = NULL;

	for (size_t i = 0; cap && i < cap->ninterfaces; i++)
		if (*cap->interfaces[i].access_url &&
		    (!best || rank(&cap->interfaces[i]) > rank(best)))
			best = &cap->interfaces[i];
	return best ? best->access_url : NULL;
}

const char *capabilities_url(const struct capabilities *c, const char *standard_id)
{
	return best_url(capabilities_find(c, standard_id));
}

const char *capabilities_url_at(const struct capabilities *c, const char *standard_id, size_t i)
{
	for (size_t k = 0; k < c->ncapabilities; k++) {
		const struct capability *cap = &c->capabilities[k];

		if (is_of(cap, standard_id) && best_url(cap) && i-- == 0)
			return best_url(cap);
	}
	return NULL;
}

static bool says(const char *text, const char *word)
{
	return text && strcasestr(text, word);
}

static bool is_binary2(const struct output_format *f)
{
	return says(f->ivo_id, "#output-votable-binary2") ||
	       (says(f->mime, "votable") && says(f->mime, "serialization=binary2"));
}

/* TAP 1.1 §2.7.3: application/x-votable+xml without parameters, or text/xml. */
static bool is_plain_votable(const struct output_format *f)
{
	return strcasecmp(f->mime, "application/x-votable+xml") == 0 ||
	       strcasecmp(f->mime, "text/xml") == 0 ||
	       (says(f->mime, "votable") && says(f->mime, "serialization=tabledata") &&
		!says(f->mime, "version=")) ||
	       says(f->ivo_id, "#output-votable-td");
}

/* Its MIME type, unless another format has the same: then its alias tells them apart. */
static const char *spelling(const struct capabilities *c, const struct output_format *f)
{
	size_t same = 0;

	for (size_t i = 0; i < c->nformats; i++)
		same += strcmp(c->formats[i].mime, f->mime) == 0;
	if (f->aliases.n && (same > 1 || !*f->mime))
		return f->aliases.at[0];
	return f->mime;
}

const char *capabilities_choose_votable_format(const struct capabilities *c, bool prefer_binary2)
{
	const char *s;

	for (size_t i = 0; prefer_binary2 && i < c->nformats; i++)
		if (is_binary2(&c->formats[i]) && *(s = spelling(c, &c->formats[i])))
			return s;
	for (size_t i = 0; i < c->nformats; i++)
		if (is_plain_votable(&c->formats[i]) && !is_binary2(&c->formats[i]) &&
		    *(s = spelling(c, &c->formats[i])))
			return s;
	return "votable";
}

/* Equal but for case, blanks and quotes. */
static bool same_type(const char *a, const char *b)
{
	for (;; a++, b++) {
		a += strspn(a, " \"'");
		b += strspn(b, " \"'");
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return false;
		if (!*a)
			return true;
	}
}

/* Of a VOTable's media type, short name or ivo-id; NULL: none is told. */
static const char *serialization(const char *text)
{
	static const struct {
		const char *name, *word;
	} words[] = {{"td", "serialization=tabledata"},
		     {"td", "votable/td"},
		     {"td", "#output-votable-td"},
		     {"b2", "serialization=binary2"},
		     {"b2", "votable/b2"},
		     {"b2", "#output-votable-binary2"},
		     {"b", "serialization=binary"},
		     {"b", "votable/b"},
		     {"b", "#output-votable-binary"}};

	for (size_t i = 0; text && i < sizeof(words) / sizeof(*words); i++)
		if (strcasestr(text, words[i].word))
			return words[i].name;
	return NULL;
}

static const char *serialization_of(const struct output_format *f)
{
	const char *is = serialization(f->mime);

	for (size_t i = 0; !is && i < f->aliases.n; i++)
		is = serialization(f->aliases.at[i]);
	return is ? is : serialization(f->ivo_id);
}

const char *capabilities_format(const struct capabilities *c, const char *said)
{
	const char *wanted = serialization(said);

	for (size_t i = 0; i < c->nformats; i++) {
		const struct output_format *f = &c->formats[i];

		for (size_t k = 0; k < f->aliases.n; k++)
			if (same_type(f->aliases.at[k], said))
				return f->aliases.at[k];
		if (*f->mime && same_type(f->mime, said))
			return spelling(c, f);
	}
	for (size_t i = 0; wanted && i < c->nformats; i++) {
		const char *is = serialization_of(&c->formats[i]);

		if (is && strcmp(is, wanted) == 0)
			return spelling(c, &c->formats[i]);
	}
	return NULL;
}

bool capabilities_has_upload(const struct capabilities *c)
{
	for (size_t i = 0; i < c->upload_methods.n; i++)
		if (says(c->upload_methods.at[i], "upload-inline"))
			return true;
	return false;
}

const struct language *capabilities_language(const struct capabilities *c, const char *name)
{
	for (size_t i = 0; i < c->nlanguages; i++)
		if (strcasecmp(c->languages[i].name, name) == 0)
			return &c->languages[i];
	return NULL;
}
