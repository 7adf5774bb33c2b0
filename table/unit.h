/*
 * unit.h: units as people write them (VOUnits 1.1 §2), told from other words, and in ASCII.
 */
#ifndef TAPFS_TABLE_UNIT_H
#define TAPFS_TABLE_UNIT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * "km s-1", "mag/arcsec^2", "µJy", "°", "h:m:s": all of its words are units, and there is one. What
 * is more often something else alone (J, min) is none.
 */
bool unit_is_known(const char *s, size_t n);
/* The same unit in ASCII, as FITS and VOUnits spell it: "uJy" for "µJy". Caller owns. */
char *unit_plain(const char *s, size_t n);

#endif
