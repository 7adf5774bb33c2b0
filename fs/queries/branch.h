/*
 * branch.h: queries/ and uploads/: the functions that the tree's
 * table names, by the file that holds them.
 */
#ifndef TAPFS_FS_QUERIES_BRANCH_H
#define TAPFS_FS_QUERIES_BRANCH_H

#include "fs/core/kind.h"

/* queries.c: names in queries/ */
enum outcome queries_list(struct node *, struct listing *, struct ask *);
enum outcome queries_find(struct node *, const char *name, struct found *, struct ask *);
extern const struct folder_ops queries_folder;

/* queries_file.c: the user's own files in queries/ */
enum outcome entry_attributes(struct node *, struct attributes *, struct ask *);
enum outcome entry_change(struct node *, const struct change *, struct ask *);
extern const struct file_ops entry_file;
void entry_release(void *object);

/* results.c: what tapfs puts beside a query */
enum outcome result_attributes(struct node *, struct attributes *, struct ask *);
extern const struct file_ops result_file;
void result_release(void *object);
void query_release(void *object);
enum outcome part_attributes(struct node *, struct attributes *, struct ask *);
extern const struct file_ops part_file;
void part_release(void *object);
enum outcome ghost_attributes(struct node *, struct attributes *, struct ask *);
extern const struct file_ops ghost_file;
void ghost_release(void *object);

/* notes.c: what tapfs writes about a query */
enum outcome query_log_text(struct node *, struct buf *, struct ask *);
enum outcome query_error_text(struct node *, struct buf *, struct ask *);
enum outcome query_overflow_text(struct node *, struct buf *, struct ask *);
enum outcome query_warning_text(struct node *, struct buf *, struct ask *);

/* uploads.c: tables that go along with queries */
enum outcome uploads_list(struct node *, struct listing *, struct ask *);
enum outcome uploads_find(struct node *, const char *name, struct found *, struct ask *);
extern const struct folder_ops uploads_folder;
enum outcome uploads_readme(struct node *, struct buf *, struct ask *);
enum outcome upload_link_text(struct node *, struct buf *, struct ask *);
enum outcome upload_error_text(struct node *, struct buf *, struct ask *);

#endif
