/*
 * xml.c: libxml2's push parser behind a fence; see xml.h.
 *
 * A parser is reading, complete (the root has ended) or failed. Once `why` is
 * set it is failed for good: libxml2 is stopped and every later call returns
 * that error again.
 *
 * Invariants: open[0..depth) are the names of the elements that are open,
 * owned by libxml2's dictionary. When text is collected, text_at[i] is where
 * the text of open[i] begins in `text`; an element's end cuts the buffer back
 * to there, so that the buffer never holds more than the open elements' own.
 */
#include "base/text/xml.h"

#include <errno.h>
#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/mem.h"
#include "base/text/xml_mend.h"

#define PIECE     (1u << 20)  /* libxml2 counts in int, and copies what it gets */
#define HOLD_FROM (64u << 10) /* see hold */

#if LIBXML_VERSION >= 21200
typedef const xmlError parser_error;
#else
typedef xmlError parser_error;
#endif

struct xml {
	xmlParserCtxtPtr parser;
	const struct xml_events *events; /* one of these two is set */
	const struct xml_handler *handler;
	void *ctx;
	struct error *why;
	bool complete;
	bool finishing;  /* no more bytes will come: what is wrong now is that they do not */
	struct buf held; /* bytes that libxml2 has not been given yet */
	struct xml_mend mend;
	int depth;
	const char *open[XML_MAX_DEPTH];
	size_t text_at[XML_MAX_DEPTH];
	struct buf text;
};

/* libxml2's own tables, before there are threads that would make them at the same time. */
__attribute__((constructor)) static void init(void)
{
	xmlInitParser();
}

void xml_trim(const char **s, size_t *n)
{
	while (*n && strchr(" \t\r\n", **s) && **s)
		(*s)++, (*n)--;
	while (*n && strchr(" \t\r\n", (*s)[*n - 1]) && (*s)[*n - 1])
		(*n)--;
}

/* Attributes: five pointers each (libxml2, SAX2.h). */

bool xml_attr(const struct xml_attrs *attrs, const char *name, const char **value, size_t *len)
{
	bool instance = strncmp(name, "xsi:", 4) == 0;
	const char *local = instance ? name + 4 : name;
	const unsigned char **found = NULL;

	for (int i = 0; i < attrs->n; i++) {
		const unsigned char **a = attrs->raw + 5 * i;
		bool xsi = a[1] && (strcmp((const char *)a[1], "xsi") == 0 ||
				    (a[2] && strstr((const char *)a[2], "XMLSchema-instance")));

		if (strcmp((const char *)a[0], local) != 0 || xsi != instance)
			continue;
		if (!found || !a[1])
			found = a;
	}
	if (!found)
		return false;
	*value = (const char *)found[3];
	*len = (size_t)(found[4] - found[3]);
	return true;
}

char *xml_attr_dup(const struct xml_attrs *attrs, const char *name)
{
	const char *value;
	size_t len;

	return xml_attr(attrs, name, &value, &len) ? xstrndup(value, len) : NULL;
}

char *xml_attr_text(const struct xml_attrs *attrs, const char *name)
{
	char *s = xml_attr_dup(attrs, name);

	return s ? s : xstrdup("");
}

bool xml_attr_is(const struct xml_attrs *attrs, const char *name, const char *value)
{
	const char *is;
	size_t len;

	return xml_attr(attrs, name, &is, &len) && len == strlen(value) &&
	       strncasecmp(is, value, len) == 0;
}

void xml_fail(struct xml *x, struct error *why)
{
	if (x->why) {
		error_free(why);
		return;
	}
	x->why = why;
	/* Not xmlStopParser, which frees the attributes that a caller may be in the middle of. */
	x->parser->disableSAX = 1;
}

static void fail_at_line(struct xml *x, int errnum, const char *what)
{
	struct error *why = NULL;

	error_set(&why, errnum, "line %d: %s", xml_line(x), what);
	xml_fail(x, why);
}

/* What libxml2 calls. */

static void sax_start(void *p, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
		      int nns, const xmlChar **ns, int nattrs, int ndefaulted,
		      const xmlChar **attrs)
{
	struct xml *x = p;
	struct xml_attrs a = {nattrs, attrs};

	(void)prefix, (void)uri, (void)nns, (void)ns, (void)ndefaulted;
	if (x->why)
		return;
	if (x->depth == XML_MAX_DEPTH || x->finishing) { /* a whole tag would have come before */
		fail_at_line(x, EIO,
			     x->finishing ? "the document ends too early"
					  : "elements are nested too deeply");
		return;
	}
	x->text_at[x->depth] = x->text.len;
	x->open[x->depth++] = (const char *)name;
	if (x->events)
		x->events->start(x, x->ctx, (const char *)name, &a);
	else
		x->handler->start(x, x->ctx, (const char *)name, &a);
}

static void sax_text(void *p, const xmlChar *s, int n)
{
	struct xml *x = p;

	if (x->why || n <= 0)
		return;
	if (x->events)
		x->events->text(x, x->ctx, (const char *)s, (size_t)n);
	else if (x->text.len + (size_t)n > XML_MAX_TEXT)
		fail_at_line(x, EIO, "a text is longer than 16 MiB");
	else
		buf_add(&x->text, s, (size_t)n);
}

static void end_collected(struct xml *x, const char *name)
{
	size_t at = x->text_at[x->depth - 1];
	size_t len = x->text.len - at;
	const char *s = len ? x->text.data + at : "";

	xml_trim(&s, &len);
	if (len)
		x->text.data[s - x->text.data + (ptrdiff_t)len] = '\0';
	x->handler->end(x, x->ctx, name, len ? s : "", len);
	x->text.len = at;
}

static void sax_end(void *p, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct xml *x = p;

	(void)prefix, (void)uri;
	if (x->why || !x->depth)
		return;
	if (x->events)
		x->events->end(x, x->ctx, (const char *)name);
	else
		end_collected(x, (const char *)name);
	if (--x->depth == 0)
		x->complete = true;
}

/* An entity that only a DTD could tell: it stays as it was written. */
static void on_reference(void *p, const xmlChar *name)
{
	sax_text(p, (const xmlChar *)"&", 1);
	sax_text(p, name, xmlStrlen(name));
	sax_text(p, (const xmlChar *)";", 1);
}

static void on_entity(void *p, const xmlChar *name, int type, const xmlChar *public_id,
		      const xmlChar *system_id, xmlChar *content)
{
	(void)name, (void)type, (void)public_id, (void)system_id, (void)content;
	fail_at_line(p, EIO, "the document declares entities, which are not accepted");
}

static void on_attribute(void *p, const xmlChar *element, const xmlChar *name, int type, int def,
			 const xmlChar *value, xmlEnumerationPtr tree)
{
	(void)element, (void)name, (void)type, (void)def;
	xmlFreeEnumeration(tree); /* libxml2 gives it away */
	if (value)
		fail_at_line(p, EIO, "the document declares attributes, which is not accepted");
}

static void on_error(void *p, parser_error *e)
{
	struct xml *x = p;
	struct error *why = NULL;
	const char *s = e->message ? e->message : "bad XML";
	size_t n = strlen(s);

	xml_trim(&s, &n);
	if (e->level != XML_ERR_FATAL || x->why)
		return;
	if (x->finishing)
		error_set(&why, EIO, "line %d: the document ends too early", xml_line(x));
	else
		error_set(&why, EIO, "line %d: %.*s", e->line, (int)n, s);
	x->why = why; /* not xml_fail: libxml2 stops by itself, and must not be stopped in here */
}

static void be_silent(void *ctx, const char *message, ...)
{
	(void)ctx, (void)message;
}

static struct xml *parser_new(void *ctx)
{
	struct xml *x = xcalloc(1, sizeof(*x));
	xmlSAXHandler sax = {
	    .initialized = XML_SAX2_MAGIC,
	    .startElementNs = sax_start,
	    .endElementNs = sax_end,
	    .characters = sax_text,
	    .ignorableWhitespace = sax_text,
	    .cdataBlock = sax_text,
	    .reference = on_reference,
	    .entityDecl = on_entity,
	    .attributeDecl = on_attribute,
	    .serror = on_error,
	};

	x->ctx = ctx;
	/* For this thread; libxml2 would write to stderr. */
	xmlSetGenericErrorFunc(NULL, be_silent);
	x->parser = xmlCreatePushParserCtxt(&sax, x, NULL, 0, NULL);
	if (!x->parser)
		abort(); /* out of memory: mem.h */
	/*
	 * HUGE lifts libxml2's limits, which are too small for tables; ours hold instead. NOENT
	 * makes the "&amp;" of an attribute a "&" (else it comes as "&#38;"); other entities cannot
	 * be declared here.
	 */
	xmlCtxtUseOptions(x->parser, XML_PARSE_NONET | XML_PARSE_HUGE | XML_PARSE_NOENT);
	return x;
}

struct xml *xml_new(const struct xml_events *events, void *ctx)
{
	struct xml *x = parser_new(ctx);

	x->events = events;
	return x;
}

struct xml *xml_new_collecting(const struct xml_handler *handler, void *ctx)
{
	struct xml *x = parser_new(ctx);

	x->handler = handler;
	return x;
}

void xml_free(struct xml *x)
{
	if (!x)
		return;
	xmlFreeDoc(x->parser->myDoc);
	xmlFreeParserCtxt(x->parser);
	error_free(x->why);
	buf_free(&x->text);
	buf_free(&x->held);
	xml_mend_clear(&x->mend);
	free(x);
}

int xml_line(const struct xml *x)
{
	return x->parser->input ? x->parser->input->line : 0;
}

int xml_depth(const struct xml *x)
{
	return x->depth;
}

const char *xml_parent(const struct xml *x)
{
	return x->depth > 1 ? x->open[x->depth - 2] : "";
}

bool xml_within(const struct xml *x, const char *name)
{
	for (int i = 0; i < x->depth - 1; i++)
		if (strcmp(x->open[i], name) == 0)
			return true;
	return false;
}

bool xml_is_complete(const struct xml *x)
{
	return x->complete;
}

static bool xml_result(struct xml *x, struct error **err)
{
	if (x->why)
		error_move(err, error_copy(x->why));
	return !x->why;
}

/* Bytes that libxml2 has and can do nothing with: the rest of a tag, comment or CDATA is missing.
 */
static size_t backlog(const struct xml *x)
{
	const xmlParserInput *in = x->parser->input;

	return in ? (size_t)(in->end - in->cur) : 0;
}

bool xml_has_failed(const struct xml *x)
{
	return x->why;
}

bool xml_can_yield(const struct xml *x)
{
	const xmlParserInput *in = x->parser->input;

	return !x->why && in && in->cur == in->end && !x->held.len && !x->mend.carry.len &&
	       in->buf && !in->buf->encoder &&
	       x->parser->instate == XML_PARSER_CONTENT; /* not within CDATA, say */
}

void xml_add_lines(struct xml *x, size_t lines)
{
	if (x->parser->input)
		x->parser->input->line += (int)lines;
}

size_t xml_lines(const char *s, size_t n)
{
	size_t lines = 0;

	while (n >= 16) {
		bytes16 ends = {0}; /* in each of sixteen places, no more than a byte can count */

		for (size_t i = 0; i < UINT8_MAX && n >= 16; i++, s += 16, n -= 16)
			ends -= bytes_load(s) == '\n';
		for (size_t i = 0; i < 16; i++)
			lines += ends[i];
	}
	for (; n; s++, n--)
		lines += *s == '\n';
	return lines;
}

static void push(struct xml *x, const char *s, size_t n, bool last)
{
	s = xml_mend(&x->mend, s, n, last, &n);
	if (n && !x->why)
		xmlParseChunk(x->parser, s, (int)n, 0);
	if (!x->why && x->parser->disableSAX) /* it tells nobody when decoding fails */
		fail_at_line(x, EIO, "the text is not in the encoding that it declares");
}

/*
 * libxml2 looks through its backlog anew with each piece. So the pieces grow with it: then the time
 * for a long comment does not grow with the square of its length.
 */
static void hold(struct xml *x, const char *s, size_t n)
{
	if (backlog(x) + x->held.len + n > XML_MAX_MARKUP) {
		fail_at_line(x, EIO, "a tag, comment or CDATA section is longer than 24 MiB");
		return;
	}
	buf_add(&x->held, s, n);
	if (x->held.len < backlog(x) / 2)
		return;
	push(x, x->held.data, x->held.len, false);
	buf_free(&x->held);
}

bool xml_feed(struct xml *x, const void *data, size_t n, struct error **err)
{
	const char *s = data;

	while (n && !x->why) {
		size_t piece = n < PIECE ? n : PIECE;

		if (backlog(x) > HOLD_FROM)
			hold(x, s, piece);
		else
			push(x, s, piece, false);
		s += piece;
		n -= piece;
	}
	return xml_result(x, err);
}

bool xml_finish(struct xml *x, struct error **err)
{
	push(x, x->held.data, x->held.len, true);
	x->finishing = true;
	if (!x->why)
		xmlParseChunk(x->parser, NULL, 0, 1);
	if (!x->why && !x->complete)
		fail_at_line(x, EIO, "the document ends too early");
	return xml_result(x, err);
}

bool xml_parse(const struct xml_handler *handler, void *ctx, const char *data, size_t n,
	       struct error **err)
{
	struct xml *x = xml_new_collecting(handler, ctx);
	bool ok = xml_feed(x, data, n, err) && xml_finish(x, err);

	xml_free(x);
	return ok;
}
