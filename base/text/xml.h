/*
 * xml.h: XML documents of a service, read as they stream by.
 *
 * What comes from a network is not trusted: no DTD and no file is ever
 * fetched, entities other than XML's own five are refused, depth and text are
 * bounded. Names are local names: services differ in prefixes and namespaces.
 *
 * There are two ways to listen: struct xml_events gets characters as they
 * come (votable.c, where a text can be gigabytes), struct xml_handler gets
 * the whole text of each element.
 */
#ifndef TAPFS_BASE_TEXT_XML_H
#define TAPFS_BASE_TEXT_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define XML_MAX_DEPTH  256
#define XML_MAX_TEXT   (16u << 20) /* bytes of an element's own text, for struct xml_handler */
#define XML_MAX_MARKUP (24u << 20) /* bytes of one tag, comment or CDATA section */

struct xml;

/* Attributes of the element that starts; valid during that call. */
struct xml_attrs {
	int n;
	const unsigned char **raw; /* libxml2's: name, prefix, URI, value, end of value */
};

/*
 * An attribute's value; false if it is absent. One without prefix goes before
 * one with ("xlink:href"). "xsi:type" and "xsi:nil" name those alone; "type" is never "xsi:type".
 */
bool xml_attr(const struct xml_attrs *, const char *name, const char **value, size_t *len);
char *xml_attr_dup(const struct xml_attrs *, const char *name);  /* NULL if absent */
char *xml_attr_text(const struct xml_attrs *, const char *name); /* "" if absent */
bool xml_attr_is(const struct xml_attrs *, const char *name, const char *value); /* any case */

/*
 * Each may stop the parser with xml_fail. An end comes for each start of a well-formed document;
 * characters come in pieces of any size.
 */
struct xml_events {
	void (*start)(struct xml *, void *ctx, const char *name, const struct xml_attrs *);
	void (*text)(struct xml *, void *ctx, const char *s, size_t n);
	void (*end)(struct xml *, void *ctx, const char *name);
};

/*
 * The same with the text of each element collected: its own characters
 * without those of its children, blanks around cut off, a NUL behind.
 */
struct xml_handler {
	void (*start)(struct xml *, void *ctx, const char *name, const struct xml_attrs *);
	void (*end)(struct xml *, void *ctx, const char *name, const char *text, size_t len);
};

/* The tables are borrowed and must outlive the parser. */
struct xml *xml_new(const struct xml_events *, void *ctx);
struct xml *xml_new_collecting(const struct xml_handler *, void *ctx);
void xml_free(struct xml *); /* NULL is allowed */

/* False with *err once the document is bad or xml_fail was called; later calls fail too. */
bool xml_feed(struct xml *, const void *data, size_t n, struct error **err);
/* All bytes have come: fails if the document is not complete. */
bool xml_finish(struct xml *, struct error **err);

/*
 * Whether whoever feeds it may take over here: all that was fed is parsed, and the document's bytes
 * are its text (UTF-8). What he reads himself is not fed; its lines are added.
 */
bool xml_has_failed(const struct xml *);
bool xml_can_yield(const struct xml *);
void xml_add_lines(struct xml *, size_t lines);
size_t xml_lines(const char *s, size_t n); /* that end in s */

/* Stops the parser; takes ownership of why. Only the first reason is kept. */
void xml_fail(struct xml *, struct error *why);

int xml_line(const struct xml *);  /* counted from 1 */
int xml_depth(const struct xml *); /* elements that are open; the root's start is called at 1 */
/* In start and end: the element around it ("" for the root); whether one of those around it is so
 * named. */
const char *xml_parent(const struct xml *);
bool xml_within(const struct xml *, const char *name);
bool xml_is_complete(const struct xml *); /* the root element has ended */

/* Parses a whole document. */
bool xml_parse(const struct xml_handler *, void *ctx, const char *data, size_t n,
	       struct error **err);

/* Blanks as XML knows them cut off at both ends: moves *s and *n. */
void xml_trim(const char **s, size_t *n);

#endif
