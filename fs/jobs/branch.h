/*
 * branch.h: jobs/: the functions that the tree's
 * table names, by the file that holds them.
 */
#ifndef TAPFS_FS_JOBS_BRANCH_H
#define TAPFS_FS_JOBS_BRANCH_H

#include "fs/core/kind.h"

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

#endif
