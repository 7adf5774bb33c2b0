/*
 * tree.c: the whole namespace, one line a kind of node, indented as the tree is.
 *
 * The children of a line are the lines below it that are one deeper. Names in
 * capitals stand for what the parent's find() makes. What each function does is
 * in the file of its branch, declared in branches.h.
 */
#include "fs/tree.h"

#include <stdlib.h>
#include <string.h>

#include "fs/branches.h"

#define DIR_    S_IFDIR | 0555
#define DROP_   S_IFDIR | 0755
#define FILE_   S_IFREG | 0444
#define USER_   S_IFREG | 0644
#define CTL_    S_IFREG | 0644
#define TABLE_  .version = names_version, .flags = KIND_STATIC

/* clang-format off */
static const struct kind tree[] = {
{0, "ALL",                  DIR_,  KIND_STATIC, .list = all_list, .find = all_find},
{1,   "SERVICE",            DIR_,  0, .release = service_entry_release},
{2,     "README.txt",       FILE_, KIND_LIVE, .text = readme_text},
{2,     "status",           FILE_, KIND_LIVE, .text = status_text},
{2,     "service",          DIR_,  0, .list = service_list, .find = service_find},
{3,       "DOCUMENT",       FILE_, KIND_LIVE, .text = document_text},
{3,       "limits.txt",     FILE_, KIND_LIVE, .text = limits_text},
{3,       "functions.txt",  FILE_, KIND_LIVE, .text = functions_text},
{3,       "languages.txt",  FILE_, KIND_LIVE, .text = languages_text},
{3,       "formats.txt",    FILE_, KIND_LIVE, .text = formats_text},
{2,     "schemas",          DIR_,  KIND_STATIC, .list = schemas_list, .find = schemas_find},
{3,       "SCHEMA",         DIR_,  KIND_STATIC, .list = tables_list, .find = tables_find, .release = place_release},
{4,         "description.txt", FILE_, TABLE_, .text = schema_description},
{4,         "FOLDER",       DIR_,  KIND_STATIC, .list = tables_list, .find = tables_find, .release = place_release},
{4,         "TABLE",        DIR_,  KIND_STATIC, .list = tables_list, .find = tables_find, .release = place_release},
{5,           "README.txt",      FILE_, TABLE_, .text = table_readme},
{5,           "description.txt", FILE_, TABLE_, .text = table_description},
{5,           "columns.csv",     FILE_, TABLE_, .text = table_columns_csv},
{5,           "columns.txt",     FILE_, TABLE_, .text = table_columns_txt},
{5,           "keys.csv",        FILE_, TABLE_, .text = table_keys_csv},
{5,           "select.adql",     FILE_, TABLE_, .text = table_select},
{2,     "queries",          DROP_, 0, .list = queries_list, .find = queries_find, .folder = &queries_folder, .attributes = queries_attributes},
{3,       "QUERY_FOLDER",   DROP_, 0, .list = queries_list, .find = queries_find, .folder = &queries_folder, .attributes = queries_attributes, .change = queries_change, .release = entry_release},
{3,       "QUERY_FILE",     USER_, 0, .attributes = queries_attributes, .change = queries_change, .file = &queries_file, .release = entry_release},
{3,       "RESULT",         FILE_, 0, .attributes = result_attributes, .file = &result_file, .release = result_release},
{3,       "QUERY_LOG",      FILE_, KIND_LIVE, .text = query_log_text, .release = query_release},
{3,       "QUERY_ERROR",    FILE_, KIND_LIVE, .text = query_error_text, .release = query_release},
{3,       "QUERY_OVERFLOW", FILE_, KIND_LIVE, .text = query_overflow_text, .release = query_release},
{2,     ".tapfs",           DIR_,  KIND_AT_ROOT},
{3,       "stats",          FILE_, KIND_LIVE, .text = stats_text},
{3,       "log",            FILE_, KIND_LIVE, .text = log_text},
{3,       "errors",         FILE_, KIND_LIVE, .text = errors_text},
{3,       "config",         FILE_, KIND_LIVE, .text = config_text},
{3,       "ctl",            CTL_,  KIND_LIVE, .text = ctl_text, .command = ctl_command},
};
/* clang-format on */

#define TREE_SIZE (sizeof(tree) / sizeof(*tree))

const struct kind *tree_all_root(void)
{
	return &tree[0];
}

const struct kind *tree_service_root(void)
{
	return &tree[1];
}

static bool is_made_by_find(const struct kind *k)
{
	return k->name[0] >= 'A' && k->name[0] <= 'Z' && !strchr(k->name, '.');
}

const struct kind *tree_fixed(const struct kind *dir, size_t i)
{
	for (const struct kind *k = dir + 1; k < tree + TREE_SIZE && k->depth > dir->depth; k++)
		if (k->depth == dir->depth + 1 && !is_made_by_find(k) && i-- == 0)
			return k;
	return NULL;
}

const struct kind *tree_below(const struct kind *dir, const char *name)
{
	for (const struct kind *k = dir + 1; k < tree + TREE_SIZE && k->depth > dir->depth; k++)
		if (k->depth == dir->depth + 1 && strcmp(k->name, name) == 0)
			return k;
	abort(); /* a branch asks for a line that the table does not have */
}
