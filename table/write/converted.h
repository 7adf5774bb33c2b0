/*
 * converted.h: a kept VOTable as one more file, in another format: whole or not at all.
 *
 * The file grows under another name (PATH.part), is synced and then renamed. What it reads may be
 * removed meanwhile. The names on disk are changed on the lane that the caller gives, which runs
 * one thing at a time and in order. Loop thread only.
 */
#ifndef TAPFS_TABLE_WRITE_CONVERTED_H
#define TAPFS_TABLE_WRITE_CONVERTED_H

#include <stdint.h>

#include "base/error.h"
#include "base/loop.h"
#include "table/write/format.h"

struct converted;

/* Behind the name of a VOTable: the file with its rows, where it names one (STREAM href). */
#define CONVERTED_BESIDE ".beside"

/*
 * done is called once, on the loop: bytes of the file that is there now, or why there is none. It
 * is gone then.
 */
struct converted *converted_start(struct loop *, enum lane, const char *from, const char *to,
				  const struct format *,
				  void (*done)(void *arg, uint64_t bytes, struct error *err),
				  void *arg);
/* done is not called any more, and nothing is left of the file. NULL is allowed. */
void converted_cancel(struct converted *);

#endif
