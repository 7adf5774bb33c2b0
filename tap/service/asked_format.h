/*
 * asked_format.h: what `-- FORMAT = …` asks for, where that is no VOTable: a file that is kept as
 * the service sends it. Pure.
 */
#ifndef TAPFS_TAP_SERVICE_ASKED_FORMAT_H
#define TAPFS_TAP_SERVICE_ASKED_FORMAT_H

#include <stddef.h>

/*
 * The extension of such a file, by the format's short name or its media type; NULL for a VOTable,
 * in whichever serialization. Caller owns.
 */
char *asked_extension(const char *format);
/*
 * Why what came cannot be that, in words: the service's message, or what it is instead. NULL: it
 * may be. head is what it begins with, n bytes and a NUL. Caller owns.
 */
char *asked_refusal(const char *extension, const char *content_type, const char *head, size_t n);

#endif
