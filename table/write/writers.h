/*
 * writers.h: several writers as one, so that a table is read once for all of them.
 *
 * Each gets what it would get alone. Rows are left out (table_sink.no_rows) where none wants them;
 * they come as texts (table_sink.texts, row_text) where each can take them so. A second time
 * (again) is for those alone that asked for it. The first error stops all.
 */
#ifndef TAPFS_TABLE_WRITE_WRITERS_H
#define TAPFS_TABLE_WRITE_WRITERS_H

#include <stddef.h>

#include "table/writer.h"

#define WRITERS_MAX TABLE_TEXTS

/* Takes the writers, from 1 to WRITERS_MAX; is freed with them. */
struct format_writer *writers_new(struct format_writer *const *each, size_t n);

#endif
