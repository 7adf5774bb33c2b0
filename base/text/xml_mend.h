/*
 * xml_mend.h: XML as services send it, made such that a parser takes it, as it streams by.
 *
 * What is mended: blanks and a byte order mark before the declaration; bytes that are no UTF-8
 * where the document is said to be (vollt; read as Windows-1252); an `&` that begins none of XML's
 * own entities; a
 * `<` that begins no tag; characters that XML has no place for, as themselves or as `&#N;` (U+FFFD
 * stands for them). All else is handed on as it is, and most of it in place.
 */
#ifndef TAPFS_BASE_TEXT_XML_MEND_H
#define TAPFS_BASE_TEXT_XML_MEND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Zero is a new one. */
struct xml_mend {
	enum {
		XML_BEGINNING, /* the declaration has not come whole */
		XML_TEXT,
		XML_COMMENT,
		XML_CDATA,
		XML_AS_IS, /* an encoding that has no bytes for `<` and `&` */
	} state;
	bool is_bytes;    /* another encoding, whose bytes are the parser's to read */
	struct buf carry; /* what cannot be judged before more comes */
	struct buf out;
};

/*
 * The next bytes of the document; last: no more will come. Returns what the parser is to be given,
 * and how much: in place, or the mender's own until the next call.
 */
const char *xml_mend(struct xml_mend *, const char *s, size_t n, bool last, size_t *given);
void xml_mend_clear(struct xml_mend *);

#endif
