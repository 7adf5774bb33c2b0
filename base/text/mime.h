/* mime.h: file name extensions of media types, as services send them. */
#ifndef TAPFS_BASE_TEXT_MIME_H
#define TAPFS_BASE_TEXT_MIME_H

/*
 * "vot" for application/x-votable+xml;serialization=binary2 and its kin, also for the short names
 * that TAP has for result formats (TAP 1.1 §2.7.3). NULL where it tells no extension.
 */
const char *mime_extension(const char *type);

#endif
