/* utf8.h: text that is said to be UTF-8, and may not be. */
#ifndef TAPFS_TAP_UTF8_H
#define TAPFS_TAP_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* RFC 3629 §4; a NUL is as good as any other byte. */
bool utf8_is_valid(const void *s, size_t n);
/* One character; what is none (a surrogate) becomes U+FFFD. */
void utf8_add(struct buf *, uint32_t code);
/* The text as it is if it is UTF-8, else from Latin-1. */
void utf8_add_text(struct buf *, const void *s, size_t n);

#endif
