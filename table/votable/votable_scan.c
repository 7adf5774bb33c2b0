/*
 * votable_scan.c: the rows of a VOTable, scanned by ourselves.
 *
 * libxml2 gets the document around the rows. It is fed tag by tag until it has seen <TABLEDATA> or
 * the <STREAM> of binary rows; from there on the bytes are ours until something comes that is
 * not plain. TABLEDATA is scanned row by row (votable_tr.c). A row that is odd is read by libxml2,
 * and the next one is ours again. So what is right and what is wrong is decided by libxml2 alone,
 * and the values are made by the same code. Where there are batches (votable_batches.c) they take
 * the bytes of the rows, and those that they give back are read here.
 *
 * A document in another encoding than UTF-8 goes through libxml2 as a whole.
 */
#include <string.h>

#include "table/votable/votable_batches.h"
#include "table/votable/votable_inside.h"

#define ROW_MAX (1u << 20) /* bytes: a longer row is left to libxml2 */

/* Scans rows as long as they are plain and whole; *s is behind the last one. */
static enum scanned scan_rows(struct votable *v, const char **s, const char *end)
{
	const char *from = *s;
	enum scanned row;

	do
		row = tabledata_row(&v->row, s, end);
	while (row == ROW_WHOLE && votable_push_row(v));
	xml_add_lines(v->xml, xml_lines(from, (size_t)(*s - from)));
	return row;
}

/* --- between libxml2 and us --- */

/* libxml2 reads an odd row, or the end of the rows; what is no row at all, and all behind it. */
static const char *give_odd(struct votable *v, const char *s, const char *end)
{
	const char *p = skip_blanks(s, end);
	const char *to = NULL;

	if (BEGINS(p, end, "<TR")) {
		to = memmem(p, (size_t)(end - p), "</TR>", 5);
		to = to ? to + 5 : end;
	} else if (BEGINS(p, end, "</")) {
		to = memchr(p, '>', (size_t)(end - p));
		to = to ? to + 1 : end;
	} else {
		v->scan.off = true;
		to = end;
	}
	xml_feed(v->xml, s, (size_t)(to - s), NULL);
	return to;
}

static void give_rest(struct votable *v)
{
	xml_feed(v->xml, v->scan.row.data, v->scan.row.len, NULL);
	buf_reset(&v->scan.row);
}

/* The row that began in an earlier piece, with as much of this one as its end needs. */
static const char *scan_begun(struct votable *v, const char *s, const char *end)
{
	struct buf *begun = &v->scan.row;
	const char *to = memmem(s, (size_t)(end - s), "</TR>", 5);
	const char *p;
	enum scanned row;

	to = to ? to + 5 : end;
	buf_add(begun, s, (size_t)(to - s));
	p = begun->data;
	row = scan_rows(v, &p, begun->data + begun->len);
	buf_consume(begun, (size_t)(p - begun->data));
	if (row == ROW_ODD || begun->len > ROW_MAX)
		give_rest(v);
	return to;
}

static const char *scan_tabledata(struct votable *v, const char *s, const char *end)
{
	enum scanned row;

	if (v->scan.row.len)
		return scan_begun(v, s, end);
	if (batches_want(v->batches))
		return s + batches_add(v->batches, s, (size_t)(end - s));
	row = scan_rows(v, &s, end);
	if (row == ROW_ODD)
		return give_odd(v, s, end);
	if (row == ROW_PARTIAL)
		buf_add(&v->scan.row, s, (size_t)(end - s));
	return row == ROW_PARTIAL ? end : s;
}

/* Base64 up to the next tag. */
static const char *scan_stream(struct votable *v, const char *s, const char *end)
{
	const char *to = memchr(s, '<', (size_t)(end - s));
	const char *tag = to ? to : end;

	if (tag == s)
		batches_read(v->batches);
	if (memchr(s, '&', (size_t)(tag - s)) || (end - tag >= 2 && tag[1] != '/')) {
		batches_read(v->batches);
		v->scan.off = true; /* a reference, CDATA, a comment */
		return s;
	}
	if (tag > s && votable_stream_is_odd(v, s, (size_t)(tag - s)))
		return s; /* libxml2 brings the text of it */
	if (tag > s) {
		if (batches_want(v->batches))
			batches_add_base64(v->batches, s, (size_t)(tag - s));
		else
			votable_stream_text(v, s, (size_t)(tag - s));
		xml_add_lines(v->xml, xml_lines(s, (size_t)(tag - s)));
		return tag;
	}
	to = memchr(s, '>', (size_t)(end - s));
	to = to ? to + 1 : end;
	xml_feed(v->xml, s, (size_t)(to - s), NULL);
	return to;
}

/* libxml2 reads one tag, or text. */
static const char *scan_document(struct votable *v, const char *s, const char *end)
{
	const char *to = memchr(s, '>', (size_t)(end - s));
	enum votable_element here;

	to = to ? to + 1 : end;
	xml_feed(v->xml, s, (size_t)(to - s), NULL);
	here = *votable_place(v);
	v->scan.off = (here == TABLEDATA || here == STREAM) && to[-1] == '>' &&
		      !xml_can_yield(v->xml); /* another encoding */
	return to;
}

bool votable_scan(struct votable *v, const char *s, size_t n, struct error **err)
{
	const char *end = s + n;

	while (s < end && !v->scan.off && v->stage != DONE && !xml_has_failed(v->xml)) {
		enum votable_element here = *votable_place(v);

		if (here == TABLEDATA && xml_can_yield(v->xml))
			s = scan_tabledata(v, s, end);
		else if (here == STREAM && xml_can_yield(v->xml))
			s = scan_stream(v, s, end);
		else
			s = scan_document(v, s, end);
	}
	return xml_feed(v->xml, s, (size_t)(end - s), err);
}

bool votable_scan_finish(struct votable *v, struct error **err)
{
	give_rest(v);
	return xml_finish(v->xml, err);
}
