/*
 * kept.h: files of services that are kept on disk: whole or in parts, under a quota.
 *
 *	ROOT/files/ID      sparse: the bytes that are there stand where they are in the original
 *	ROOT/files.db      one row a file: key, validators, ranges, last use
 *
 * The folder is shared by all mounts of a user, and may be used by several at a
 * time. A file that somebody has open is locked (flock, shared) and is not thrown
 * away. What a row tells of is on the disk: bytes are synced before their ranges are
 * noted, so that a power cut loses some ranges at most. All of these wait for the
 * disk: workers only, one at a time (LANE_CACHE).
 */
#ifndef TAPFS_CACHE_KEPT_H
#define TAPFS_CACHE_KEPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "cache/ranges.h"

struct kept;

/* What a server says by which it can be told that a file is still the same (RFC 9110 §8.8). */
struct validators {
	char *etag;          /* as sent, quotes and W/ included; NULL: none */
	char *last_modified; /* as sent; NULL: none */
	int64_t length;      /* bytes; -1: not told */
};

struct kept_file {
	int64_t id;
	struct validators validators;
	char *content_type; /* NULL: none was told */
	struct ranges ranges;
	int fd; /* open for reading and writing, locked; -1: none */
};

struct kept_totals {
	int64_t files, bytes;                 /* that are kept */
	int64_t quota;                        /* bytes kept at most */
	int64_t disk_free, leave_free;        /* bytes: that are, and that are to stay */
	int64_t evicted_files, evicted_bytes; /* by this process */
};

struct kept_row {
	const char *key;
	int64_t bytes, length; /* that are there; of the whole, -1 if that is not known */
	int64_t used;          /* ms */
};

/* quota: bytes kept at most; free_percent: of the disk, that is to stay free. */
struct kept *kept_open(const char *root, int64_t quota, unsigned free_percent, struct error **err);
void kept_close(struct kept *);

/* The file of that key (a URL), opened. id 0: there is none. False with *err. */
bool kept_find(struct kept *, const char *key, struct kept_file *, struct error **err);
/* A new, empty one, in place of what the key had; who has that open goes on reading it. */
bool kept_make(struct kept *, const char *key, const struct validators *, const char *content_type,
	       struct kept_file *, struct error **err);
/*
 * Syncs it and adds these ranges to its row, and the length that came to be known (-1: none).
 * Nothing, where it was thrown away meanwhile.
 */
bool kept_note(struct kept *, int64_t id, int fd, const struct ranges *, int64_t length,
	       struct error **err);
/* Throws one away; who has it open goes on reading it. */
void kept_forget(struct kept *, int64_t id);
/*
 * Throws away what was not used for the longest time until so many bytes more fit; ENOSPC. Of the
 * wish, *more fits besides without that.
 */
bool kept_make_room(struct kept *, uint64_t bytes, uint64_t wish, uint64_t *more,
		    struct error **err);
/* Throws away all that nobody has open. */
bool kept_drop_all(struct kept *, struct error **err);
bool kept_count(struct kept *, struct kept_totals *, struct error **err);
/* Tells of max files, those used last first. */
bool kept_list(struct kept *, size_t max, void (*see)(void *arg, const struct kept_row *),
	       void *arg, struct error **err);
/* The ends of the keys that begin so, of files that are there as a whole; each with its NUL. */
void kept_names(struct kept *, const char *prefix, struct buf *out);
/* Removes files that a process that died left without a row. */
void kept_sweep(struct kept *);

/* A short answer of a service, beside the files: what it said is better than nothing when it cannot
 * be reached. */
struct kept_text {
	char *key;
	struct buf text;
};

/* That of t->key, into t->text; false if none is kept. */
bool kept_get_text(struct kept *, struct kept_text *t);
/* Keeps them all; when they are too many the oldest go. */
void kept_put_texts(struct kept *, const struct kept_text *, size_t n);

/* Closes and frees what is in it. */
void kept_file_clear(struct kept_file *);
void validators_clear(struct validators *);
struct validators validators_copy(const struct validators *);
/* False where they show that it is another file; where both tell nothing, the length must do. */
bool validators_match(const struct validators *, const struct validators *);

#endif
