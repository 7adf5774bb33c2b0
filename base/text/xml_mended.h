/*
 * xml_mended.h: XML as services send it, made such that a parser takes it.
 */
#ifndef TAPFS_BASE_TEXT_XML_MENDED_H
#define TAPFS_BASE_TEXT_XML_MENDED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * Takes blank lines and a byte order mark before the declaration away, reads what is no UTF-8 as
 * Latin-1 (vollt), and escapes an `&` that begins no entity. False if there is nothing to mend, or
 * it does not begin with `<` then: what came is no XML.
 */
bool xml_mended(const char *text, size_t n, struct buf *out);

#endif
