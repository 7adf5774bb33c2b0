/*
 * tap_schema.h: TAP_SCHEMA (TAP 1.1 §4) into the catalog.
 *
 * The questions to ask, and what to do with the answers, VOTable files. The
 * latter wait for the disk: LANE_CATALOG.
 */
#ifndef TAPFS_TAP_METADATA_TAP_SCHEMA_H
#define TAPFS_TAP_METADATA_TAP_SCHEMA_H

#include <stdint.h>

#include "base/error.h"
#include "cache/catalog.h"

/* Above this many columns they are asked for table by table. */
#define TAP_SCHEMA_ALL_COLUMNS 5000

enum tap_schema_part { PART_COUNT, PART_SCHEMAS, PART_TABLES, PART_COLUMNS, PART_KEYS, PARTS };

/* The ADQL for a part; table NULL: of all tables. Caller owns. */
char *tap_schema_query(enum tap_schema_part, const char *table);

/* The number in the answer to PART_COUNT; -1 with *err. */
int64_t tap_schema_count(const char *path, struct error **err);

/*
 * Fills the whole catalog from the answers; paths of parts that were not asked for are NULL.
 * Fails if schemas or tables were cut off by the service's limit, or none are listed.
 */
bool tap_schema_fill(struct catalog *, const char *const paths[PARTS], struct error **err);
/* Fills in one table from its PART_COLUMNS and PART_KEYS (may be NULL). */
bool tap_schema_fill_table(struct catalog *, const char *table, const char *const paths[PARTS],
			   struct error **err);

#endif
