/*
 * tree.c: the whole namespace, one line a kind of node, indented as the tree is.
 *
 * The children of a line are the lines below it that are one deeper. MADE stands
 * for what the parent's find() makes. What each function does is
 * in the file of its branch, declared in the branch.h of its folder.
 */
#include "fs/tree.h"

#include "fs/datalink/branch.h"
#include "fs/jobs/branch.h"
#include "fs/queries/branch.h"
#include "fs/service/branch.h"
#include "fs/services.h"

/* A line that find() or list() makes, and a fixed name that functions tell apart. */
#define MADE(l)        .line = LINE_##l, .is_made = true, .name = #l
#define NAMED(l, text) .line = LINE_##l, .name = text

/* clang-format off */
#define DIR_    S_IFDIR | 0555
#define DROP_   S_IFDIR | 0755
/* What is the user's own, with all below it: nobody else's by -o allow_other. */
#define MINE_   S_IFDIR | 0500
#define MY_DROP S_IFDIR | 0700
#define MY_FILE S_IFREG | 0400
#define FILE_   S_IFREG | 0444
#define USER_   S_IFREG | 0644
#define CTL_    S_IFREG | 0644
#define LINK_   S_IFLNK | 0777
#define STATIC_ KIND_STATIC, .version = names_version
#define JOB_    KIND_LIVE | KIND_ASKED, .attributes = job_attributes, .text = job_text
#define SENDS_  KIND_SENDS | JOB_, .command = job_command

const struct kind tree[] = {
{0, MADE(ALL),                                            DIR_,  KIND_STATIC, .list = all_list, .find = all_find},
{1,   "README.txt",                                       FILE_, KIND_LIVE, .text = all_readme_text},
/* at every mountpoint, also where that is a single service (names.c) */
{1,   NAMED(DOT_TAPFS, ".tapfs"),                         MINE_,  0, .list = NULL},
{2,     "stats",                                          FILE_, KIND_LIVE, .text = stats_text},
{2,     "cache",                                          FILE_, KIND_LIVE | KIND_ASKED, .text = cache_text},
{2,     "log",                                            FILE_, KIND_LIVE, .text = log_text},
{2,     "errors",                                         FILE_, KIND_LIVE, .text = errors_text},
{2,     "config",                                         FILE_, KIND_LIVE, .text = config_text},
{2,     "ctl",                                            CTL_,  KIND_LIVE, .text = ctl_text, .command = ctl_command},
{1,   MADE(SERVICE),                                      DIR_,  0, .list = places_list, .enter = service_enter, .find = places_find, .attributes = service_attributes},
{2,     "README.txt",                                     FILE_, KIND_LIVE, .text = readme_text},
{2,     "status",                                         MY_FILE, KIND_LIVE, .text = status_text},
{2,     "service",                                        DIR_,  0, .list = documents_list, .find = documents_find},
{3,       MADE(DOCUMENT),                                 FILE_, 0, .attributes = document_attributes, .file = &document_file, .release = document_release},
{3,       "limits.txt",                                   FILE_, KIND_LIVE, .text = limits_text},
{3,       "functions.txt",                                FILE_, KIND_LIVE, .text = functions_text},
{3,       "languages.txt",                                FILE_, KIND_LIVE, .text = languages_text},
{3,       "formats.txt",                                  FILE_, KIND_LIVE, .text = formats_text},
{2,     "schemas",                                        DIR_,  KIND_STATIC, .list = schemas_list, .find = schemas_find},
{3,       MADE(SCHEMA),                                   DIR_,  KIND_STATIC, .list = tables_list, .find = tables_find, .attributes = place_attributes},
{4,         "description.txt",                            FILE_, STATIC_, .text = schema_description},
{4,         MADE(FOLDER),                                 DIR_,  KIND_STATIC, .list = tables_list, .find = tables_find, .attributes = place_attributes},
{4,         MADE(TABLE),                                  DIR_,  KIND_STATIC, .list = tables_list, .find = tables_find, .attributes = place_attributes},
{5,           "README.txt",                               FILE_, STATIC_, .text = table_readme},
{5,           "description.txt",                          FILE_, STATIC_, .text = table_description},
{5,           "columns.csv",                              FILE_, STATIC_, .text = table_columns_csv},
{5,           "columns.txt",                              FILE_, STATIC_, .text = table_columns_txt},
{5,           "keys.csv",                                 FILE_, STATIC_, .text = table_keys_csv},
{5,           "select.adql",                              FILE_, STATIC_, .text = table_select},
{2,     NAMED(QUERIES, "queries"),                        MY_DROP, 0, .list = queries_list, .find = queries_find, .folder = &queries_folder, .attributes = entry_attributes, .change = entry_change},
{3,       MADE(QUERY_FOLDER),                             DROP_, 0, .list = queries_list, .find = queries_find, .folder = &queries_folder, .attributes = entry_attributes, .change = entry_change, .release = entry_release},
{3,       MADE(QUERY_FILE),                               USER_, 0, .attributes = entry_attributes, .change = entry_change, .file = &entry_file, .release = entry_release},
{3,       MADE(RESULT),                                   FILE_, 0, .attributes = result_attributes, .file = &result_file, .release = result_release},
{3,       MADE(PART),                                     FILE_, 0, .attributes = part_attributes, .file = &part_file, .release = part_release},
{3,       MADE(GHOST),                                    FILE_, 0, .attributes = ghost_attributes, .file = &ghost_file, .release = ghost_release},
{3,       MADE(QUERY_LOG),                                FILE_, KIND_LIVE, .text = query_log_text, .release = query_release},
{3,       MADE(QUERY_ERROR),                              FILE_, KIND_LIVE, .text = query_error_text, .release = query_release},
{3,       MADE(QUERY_OVERFLOW),                           FILE_, KIND_LIVE, .text = query_overflow_text, .release = query_release},
{3,       MADE(QUERY_WARNING),                            FILE_, KIND_LIVE, .text = query_warning_text, .release = query_release},
{2,     NAMED(UPLOADS, "uploads"),                        MY_DROP, 0, .list = uploads_list, .find = uploads_find, .folder = &uploads_folder, .attributes = entry_attributes, .change = entry_change},
{3,       MADE(UPLOADS_README),                           FILE_, KIND_LIVE, .text = uploads_readme},
{3,       MADE(UPLOAD),                                   USER_, 0, .attributes = entry_attributes, .change = entry_change, .file = &entry_file, .release = entry_release},
{3,       MADE(UPLOAD_LINK),                              LINK_, 0, .attributes = entry_attributes, .change = entry_change, .text = upload_link_text, .release = entry_release},
{3,       MADE(UPLOAD_ERROR),                             FILE_, KIND_LIVE, .text = upload_error_text, .release = entry_release},
{3,       MADE(UPLOAD_CHECKED),                           FILE_, KIND_LIVE | KIND_ASKED, .text = upload_error_text, .release = entry_release},
{2,     "datalink",                                       MINE_,  0, .list = datalink_list, .find = datalink_find},
{3,       "by-id",                                        DIR_,  0, .find = by_id_find},
{4,         "README.txt",                                 FILE_, KIND_LIVE, .text = by_id_readme},
{3,       MADE(LINKED_FOLDER),                            DIR_,  0, .list = datalink_list, .find = datalink_find, .release = entry_release},
{3,       MADE(LINKED_QUERY),                             DIR_,  0, .page = rows_page, .find = rows_find, .release = open_index_release},
{4,         MADE(DATASET),                                DIR_,  0, .attributes = dataset_attributes, .list = dataset_list, .find = dataset_find_link, .look = dataset_look, .folder = &dataset_folder, .release = dataset_release},
{5,           "links.csv",                                FILE_, KIND_LIVE | KIND_ASKED, .text = dataset_csv},
{5,           MADE(CUTOUTS),                              DIR_,  0, .attributes = dataset_attributes, .list = cutouts_list, .find = cutouts_find, .folder = &dataset_folder, .release = dataset_release},
{6,             "README.txt",                             FILE_, KIND_LIVE | KIND_ASKED, .text = cutouts_readme},
{6,             MADE(CUTOUT),                             FILE_, KIND_COLD, .attributes = cutout_attributes, .file = &cutout_file, .release = cutout_release},
{5,           MADE(LINK),                                 FILE_, KIND_COLD, .attributes = link_attributes, .file = &remote_file_ops, .release = link_release},
{5,           MADE(LINK_ERROR),                           FILE_, KIND_LIVE, .text = link_error_text, .release = link_release},
{2,     MADE(PLACES),                                     DIR_,  0, .list = named_places_list, .find = named_places_find},
{2,     MADE(SEARCH),                                     MY_DROP, 0, .list = search_list, .find = search_find, .folder = &search_folder},
{3,       MADE(POSITION),                                 DROP_, 0, .page = position_page, .find = position_find, .look = position_look, .attributes = position_attributes, .folder = &position_folder, .release = position_release},
{4,         MADE(POSITION_FILE),                          FILE_, 0, .attributes = position_file_attributes, .file = &position_file, .release = position_release},
{2,     MADE(SURVEY),                                     DIR_,  0, .list = survey_list, .find = survey_find, .look = survey_look},
{3,       MADE(ORDER),                                    DIR_,  0, .list = order_list, .find = order_find, .look = order_look},
{4,         MADE(TILES),                                  DIR_,  0, .list = tiles_list, .find = tiles_find},
{5,           MADE(TILE),                                 FILE_, KIND_COLD, .attributes = link_attributes_known, .file = &remote_file_ops, .release = link_release},
{5,           MADE(HIPS_FILE),                            FILE_, KIND_COLD, .attributes = link_attributes_if_there, .file = &remote_file_ops, .release = link_release},
{2,     NAMED(JOBS, "jobs"),                              MY_DROP, KIND_HELD, .list = jobs_list, .find = jobs_find, .look = jobs_look, .attributes = jobs_attributes, .folder = &jobs_folder},
{3,       MADE(JOB),                                      DROP_, 0, .list = job_files_list, .find = job_files_find, .look = job_look, .attributes = job_attributes, .folder = &job_folder, .release = job_release},
{4,         NAMED(JOB_FILE_PHASE, "phase"),               CTL_,  SENDS_},
{4,         NAMED(JOB_FILE_DESTRUCTION, "destruction"),   CTL_,  SENDS_},
{4,         NAMED(JOB_FILE_DURATION, "executionduration"),CTL_,  SENDS_},
{4,         NAMED(JOB_FILE_QUERY, "query.adql"),          FILE_, JOB_},
{4,         NAMED(JOB_FILE_PARAMETERS, "parameters.csv"), FILE_, JOB_},
{4,         NAMED(JOB_FILE_OWNER, "owner"),               FILE_, JOB_},
{4,         NAMED(JOB_FILE_RUNID, "runid"),               FILE_, JOB_},
{4,         NAMED(JOB_FILE_QUOTE, "quote"),               FILE_, JOB_},
{4,         NAMED(JOB_FILE_START, "starttime"),           FILE_, JOB_},
{4,         NAMED(JOB_FILE_END, "endtime"),               FILE_, JOB_},
{4,         NAMED(JOB_FILE_XML, "job.xml"),               FILE_, JOB_},
{4,         MADE(JOB_ERROR),                              FILE_, KIND_LIVE | KIND_ASKED, .attributes = job_attributes, .text = job_error_text, .release = job_name_release},
{4,         MADE(JOB_WAIT),                               FILE_, KIND_LIVE | KIND_ASKED, .attributes = job_attributes, .text = job_wait_text},
{4,         "results",                                    DROP_, 0, .list = job_results_list, .find = job_results_find, .look = job_results_look, .attributes = job_attributes, .folder = &job_results_folder},
{5,           MADE(JOB_RESULT),                           FILE_, 0, .attributes = job_result_attributes, .file = &job_result_file, .release = job_result_release},
{3,       NAMED(JOBS_BY_PHASE, "by-phase"),               DROP_, 0, .list = job_phases_list, .find = job_phases_find, .look = job_phases_look, .attributes = jobs_attributes, .folder = &job_groups_folder},
{4,         MADE(JOB_PHASE),                              DROP_, 0, .list = job_group_list, .find = job_group_find, .look = job_group_look, .attributes = jobs_attributes, .folder = &job_group_folder, .release = job_name_release},
{5,           MADE(JOB_LINK),                             LINK_, 0, .attributes = job_attributes, .text = job_link_text, .release = job_release},
{3,       "by-runid",                                     DROP_, 0, .list = job_runids_list, .find = job_runids_find, .look = jobs_look, .attributes = jobs_attributes, .folder = &job_groups_folder},
{4,         MADE(JOB_RUNID),                              DROP_, 0, .list = job_group_list, .find = job_group_find, .look = job_group_look, .attributes = jobs_attributes, .folder = &job_group_folder, .release = job_name_release},
};
/* clang-format on */

const size_t tree_size = sizeof(tree) / sizeof(*tree);
