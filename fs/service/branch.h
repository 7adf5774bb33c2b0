/*
 * branch.h: what the service says: README.txt, status, service/, schemas/, .tapfs/, and `all`: the
 * functions that the tree's table names, by the file that holds them.
 */
#ifndef TAPFS_FS_SERVICE_BRANCH_H
#define TAPFS_FS_SERVICE_BRANCH_H

#include "fs/core/kind.h"

/* all.c: an `all` mount */
enum outcome all_list(struct node *, struct listing *, struct ask *);
enum outcome all_find(struct node *, const char *name, struct found *, struct ask *);
enum outcome all_readme_text(struct node *, struct buf *, struct ask *);

/* root.c: README.txt and status */
enum outcome service_attributes(struct node *, struct attributes *, struct ask *);
enum outcome readme_text(struct node *, struct buf *, struct ask *);
enum outcome status_text(struct node *, struct buf *, struct ask *);

/* about.c: service/ */
enum outcome documents_list(struct node *, struct listing *, struct ask *);
enum outcome documents_find(struct node *, const char *name, struct found *, struct ask *);
enum outcome document_attributes(struct node *, struct attributes *, struct ask *);
extern const struct file_ops document_file;
void document_release(void *object);
enum outcome limits_text(struct node *, struct buf *, struct ask *);
enum outcome functions_text(struct node *, struct buf *, struct ask *);
enum outcome languages_text(struct node *, struct buf *, struct ask *);
enum outcome formats_text(struct node *, struct buf *, struct ask *);

/* schemas.c: which folders are there */
enum outcome schemas_list(struct node *, struct listing *, struct ask *);
enum outcome schemas_find(struct node *, const char *name, struct found *, struct ask *);
enum outcome tables_list(struct node *, struct listing *, struct ask *);
enum outcome tables_find(struct node *, const char *name, struct found *, struct ask *);
enum outcome place_attributes(struct node *, struct attributes *, struct ask *);
uint64_t names_version(struct node *);

/* table_files.c: what a table's folder holds */
enum outcome schema_description(struct node *, struct buf *, struct ask *);
enum outcome table_readme(struct node *, struct buf *, struct ask *);
enum outcome table_description(struct node *, struct buf *, struct ask *);
enum outcome table_columns_csv(struct node *, struct buf *, struct ask *);
enum outcome table_columns_txt(struct node *, struct buf *, struct ask *);
enum outcome table_keys_csv(struct node *, struct buf *, struct ask *);
enum outcome table_select(struct node *, struct buf *, struct ask *);

/* cache_files.c: .tapfs/cache */
enum outcome cache_text(struct node *, struct buf *, struct ask *);

/* dot_tapfs.c: .tapfs/ */
enum outcome stats_text(struct node *, struct buf *, struct ask *);
enum outcome log_text(struct node *, struct buf *, struct ask *);
enum outcome errors_text(struct node *, struct buf *, struct ask *);
enum outcome config_text(struct node *, struct buf *, struct ask *);
enum outcome ctl_text(struct node *, struct buf *, struct ask *);
enum outcome ctl_command(struct node *, const char *text, size_t n, struct ask *);

#endif
