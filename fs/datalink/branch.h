/*
 * branch.h: datalink/, sia/, scs/ and hips/: the functions that the tree's
 * table names, by the file that holds them.
 */
#ifndef TAPFS_FS_DATALINK_BRANCH_H
#define TAPFS_FS_DATALINK_BRANCH_H

#include "fs/core/kind.h"

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
extern const struct file_ops remote_file_ops;
enum outcome link_error_text(struct node *, struct buf *, struct ask *);
void link_release(void *object);

#endif
