/*
 * branches.h: the functions that the tree's table names, by the file that holds them.
 */
#ifndef TAPFS_FS_BRANCHES_H
#define TAPFS_FS_BRANCHES_H

#include "fs/tree.h"

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

/* uploads.c: tables that go along with queries */
enum outcome uploads_list(struct node *, struct listing *, struct ask *);
enum outcome uploads_find(struct node *, const char *name, struct found *, struct ask *);
extern const struct folder_ops uploads_folder;
enum outcome uploads_readme(struct node *, struct buf *, struct ask *);
enum outcome upload_link_text(struct node *, struct buf *, struct ask *);
enum outcome upload_error_text(struct node *, struct buf *, struct ask *);

/* jobs.c: names in jobs/ */
enum outcome jobs_attributes(struct node *, struct attributes *, struct ask *);
enum outcome jobs_list(struct node *, struct listing *, struct ask *);
enum outcome jobs_find(struct node *, const char *name, struct found *, struct ask *);
enum outcome jobs_look(struct node *, struct ask *);
extern const struct folder_ops jobs_folder;
void job_release(void *object);
enum outcome job_phases_list(struct node *, struct listing *, struct ask *);
enum outcome job_phases_find(struct node *, const char *name, struct found *, struct ask *);
enum outcome job_phases_look(struct node *, struct ask *);
enum outcome job_runids_list(struct node *, struct listing *, struct ask *);
enum outcome job_runids_find(struct node *, const char *name, struct found *, struct ask *);
extern const struct folder_ops job_groups_folder;
enum outcome job_group_list(struct node *, struct listing *, struct ask *);
enum outcome job_group_find(struct node *, const char *name, struct found *, struct ask *);
enum outcome job_group_look(struct node *, struct ask *);
extern const struct folder_ops job_group_folder;
void job_name_release(void *object);
enum outcome job_link_text(struct node *, struct buf *, struct ask *);

/* job_files.c: what a job's folder holds */
enum outcome job_attributes(struct node *, struct attributes *, struct ask *);
enum outcome job_files_list(struct node *, struct listing *, struct ask *);
enum outcome job_files_find(struct node *, const char *name, struct found *, struct ask *);
enum outcome job_look(struct node *, struct ask *);
extern const struct folder_ops job_folder;
enum outcome job_text(struct node *, struct buf *, struct ask *);
enum outcome job_command(struct node *, const char *text, size_t n, struct ask *);
enum outcome job_error_text(struct node *, struct buf *, struct ask *);
enum outcome job_wait_text(struct node *, struct buf *, struct ask *);

/* job_results.c: a job's results */
enum outcome job_results_list(struct node *, struct listing *, struct ask *);
enum outcome job_results_find(struct node *, const char *name, struct found *, struct ask *);
enum outcome job_results_look(struct node *, struct ask *);
extern const struct folder_ops job_results_folder;
enum outcome job_result_attributes(struct node *, struct attributes *, struct ask *);
extern const struct file_ops job_result_file;
void job_result_release(void *object);

/* datalink.c: which files are behind the results */
enum outcome datalink_list(struct node *, struct listing *, struct ask *);
enum outcome datalink_find(struct node *, const char *name, struct found *, struct ask *);
void open_index_release(void *object);
enum outcome rows_page(struct node *, size_t from, struct listing *, struct ask *);
enum outcome rows_find(struct node *, const char *name, struct found *, struct ask *);

/* datasets.c: the folder of a dataset */
void dataset_release(void *object);
enum outcome dataset_attributes(struct node *, struct attributes *, struct ask *);
enum outcome dataset_look(struct node *, struct ask *);
enum outcome dataset_list(struct node *, struct listing *, struct ask *);
enum outcome dataset_find_link(struct node *, const char *name, struct found *, struct ask *);
enum outcome dataset_csv(struct node *, struct buf *, struct ask *);
extern const struct folder_ops dataset_folder;
enum outcome by_id_find(struct node *, const char *name, struct found *, struct ask *);
enum outcome by_id_readme(struct node *, struct buf *, struct ask *);

/* cutouts.c: parts of a dataset */
enum outcome cutouts_list(struct node *, struct listing *, struct ask *);
enum outcome cutouts_find(struct node *, const char *name, struct found *, struct ask *);
enum outcome cutouts_readme(struct node *, struct buf *, struct ask *);
enum outcome cutout_attributes(struct node *, struct attributes *, struct ask *);
extern const struct file_ops cutout_file;
void cutout_release(void *object);

/* places.c: which of sia/, scs/, hips/ a service has */
enum outcome places_list(struct node *, struct listing *, struct ask *);
enum outcome places_find(struct node *, const char *name, struct found *, struct ask *);
enum outcome named_places_list(struct node *, struct listing *, struct ask *);
enum outcome named_places_find(struct node *, const char *name, struct found *, struct ask *);

/* positions.c: sia/ and scs/: what there is at positions of the sky */
enum outcome search_list(struct node *, struct listing *, struct ask *);
enum outcome search_find(struct node *, const char *name, struct found *, struct ask *);
extern const struct folder_ops search_folder;
enum outcome position_attributes(struct node *, struct attributes *, struct ask *);
enum outcome position_look(struct node *, struct ask *);
enum outcome position_page(struct node *, size_t from, struct listing *, struct ask *);
enum outcome position_find(struct node *, const char *name, struct found *, struct ask *);
extern const struct folder_ops position_folder;
void position_release(void *object);
enum outcome position_file_attributes(struct node *, struct attributes *, struct ask *);
extern const struct file_ops position_file;

/* hips.c: hips/: a survey's tiles */
enum outcome survey_look(struct node *, struct ask *);
enum outcome survey_list(struct node *, struct listing *, struct ask *);
enum outcome survey_find(struct node *, const char *name, struct found *, struct ask *);
enum outcome order_look(struct node *, struct ask *);
enum outcome order_list(struct node *, struct listing *, struct ask *);
enum outcome order_find(struct node *, const char *name, struct found *, struct ask *);
enum outcome tiles_list(struct node *, struct listing *, struct ask *);
enum outcome tiles_find(struct node *, const char *name, struct found *, struct ask *);

/* remote_file.c: files on servers */
enum outcome link_attributes(struct node *, struct attributes *, struct ask *);
/* The same of a file of which it is not sure that the server has it; and of one that is: asks
 * nothing. */
enum outcome link_attributes_if_there(struct node *, struct attributes *, struct ask *);
enum outcome link_attributes_known(struct node *, struct attributes *, struct ask *);
extern const struct file_ops link_file;
enum outcome link_error_text(struct node *, struct buf *, struct ask *);
void link_release(void *object);

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
