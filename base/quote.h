/* quote.h: text as it must stand within CSV, TSV or XML. */
#ifndef TAPFS_BASE_QUOTE_H
#define TAPFS_BASE_QUOTE_H

#include <stddef.h>

#include "base/buf.h"

/*
 * Adds s as one CSV cell (RFC 4180): quoted only where it must be, or where a reader would take it
 * for a comment or for two lines, or cut its blanks.
 */
void buf_add_csv(struct buf *b, const char *s, size_t n);
/* The same between tabs, where blanks are text. */
void buf_add_tsv(struct buf *b, const char *s, size_t n);
/* Adds s between quotation marks, those within doubled. */
void buf_add_quoted(struct buf *b, const char *s, size_t n);
/* Adds s as text or attribute of an XML 1.0 document; what cannot stand there becomes "?". */
void buf_add_xml(struct buf *b, const char *s, size_t n);
/* Adds ` name="value"` of an element, with its line breaks; nothing for NULL. */
void buf_add_xml_attribute(struct buf *b, const char *name, const char *value);

#endif
