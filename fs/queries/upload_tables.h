/* upload_tables.h: which file in uploads/ a query means by TAP_UPLOAD.NAME. */
#ifndef TAPFS_FS_QUERIES_UPLOAD_TABLES_H
#define TAPFS_FS_QUERIES_UPLOAD_TABLES_H

#include "fs/queries/own_files.h"

/* "targets" of targets.csv, and of a link of any name; NULL: no table has that name. Caller owns.
 */
char *upload_table_name(const struct entry *);
/* For service->uploads. */
struct upload_folder upload_tables(struct own_files *);

#endif
