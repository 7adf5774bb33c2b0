/* position_disk.c: answers for positions on disk; see position_disk.h. */
#include "tap/position/position_disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text/list.h"
#include "cache/file.h"

#define TMP "tmp."

char *position_disk_name(size_t file)
{
	if (file == POSITION_OVERFLOW)
		return xstrdup("result.overflow.txt");
	return xasprintf("result.%s", format_at(file)->ext);
}

static bool is_file(size_t file)
{
	return file == POSITION_OVERFLOW || file < format_count();
}

/* Calls fn for each folder in a folder. */
static void each_folder(const char *path, void (*fn)(void *arg, const char *path, const char *name),
			void *arg)
{
	DIR *d = opendir(path);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		CLEANUP_FREE char *sub = NULL;
		struct stat st;

		if (e->d_name[0] == '.')
			continue;
		sub = xasprintf("%s/%s", path, e->d_name);
		if (lstat(sub, &st) == 0 && S_ISDIR(st.st_mode))
			fn(arg, sub, e->d_name);
	}
	if (d)
		closedir(d);
}

/* --- what there is --- */

struct scan {
	struct position_list *list;
	const char *search;
	bool sweep;
};

static void scan_position(void *arg, const char *path, const char *name)
{
	struct scan *s = arg;
	struct position_found f = {.fetched = -1};
	struct position_found *new;
	struct stat st;

	for (size_t i = 0; i < POSITION_FILES; i++) {
		CLEANUP_FREE char *file = is_file(i) ? position_disk_name(i) : NULL;
		CLEANUP_FREE char *whole = xasprintf("%s/%s", path, file ? file : "");
		CLEANUP_FREE char *part = xasprintf("%s.part", whole);

		if (s->sweep)
			unlink(part); /* that a crash left (converted.h) */
		f.sizes[i] = -1;
		if (!file || stat(whole, &st) < 0)
			continue;
		f.sizes[i] = st.st_size;
		if (i == 0)
			f.fetched = clock_of(&st.st_mtim);
	}
	if (f.fetched < 0 || stat(path, &st) < 0)
		return;
	f.used = clock_of(&st.st_mtim);
	f.search = xstrdup(s->search);
	f.name = xstrdup(name);
	new = LIST_ADD(s->list->at, s->list->n);
	*new = f;
}

static void remove_folder(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;

	while (d && (e = readdir(d)))
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			unlinkat(dirfd(d), e->d_name, 0);
	if (d)
		closedir(d);
	rmdir(path);
}

static void scan_search(void *arg, const char *path, const char *name)
{
	struct scan *s = arg;

	if (strncmp(name, TMP, strlen(TMP)) != 0) {
		s->search = name;
		each_folder(path, scan_position, s);
	} else if (s->sweep) {
		remove_folder(path);
	}
}

static int by_use(const void *a, const void *b)
{
	int64_t x = ((const struct position_found *)a)->used;
	int64_t y = ((const struct position_found *)b)->used;

	return x < y ? -1 : x > y;
}

void position_disk_scan(const char *root, bool sweep, struct position_list *list)
{
	struct scan s = {.list = list, .sweep = sweep};

	each_folder(root, scan_search, &s);
	if (list->n)
		qsort(list->at, list->n, sizeof(*list->at), by_use);
}

void position_list_clear(struct position_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->at[i].search);
		free(list->at[i].name);
	}
	free(list->at);
	*list = (struct position_list){0};
}

/* --- changes --- */

char *position_disk_new(const char *root, struct error **err)
{
	CLEANUP_FREE char *path = xasprintf("%s/" TMP "XXXXXX", root);

	if (!dir_make(root, err))
		return NULL;
	if (mkdtemp(path))
		return steal(path);
	error_set(err, errno, "cannot make a folder in %s: %s", root, strerror(errno));
	return NULL;
}

bool position_disk_publish(const char *root, const char *tmp, const char *folder,
			   struct error **err)
{
	CLEANUP_FREE char *path = xasprintf("%s/%s", root, folder);
	CLEANUP_FREE char *parent = xstrndup(path, (size_t)(strrchr(path, '/') - path));

	position_disk_remove(root, folder);
	if (!dir_make(parent, err))
		return false;
	if (rename(tmp, path) == 0)
		return true;
	return error_set(err, errno, "cannot keep the answer as %s: %s", path, strerror(errno));
}

/* It goes from its place at once, whole: what dies in between leaves a tmp folder. */
void position_disk_remove(const char *root, const char *folder)
{
	CLEANUP_FREE char *path = xasprintf("%s/%s", root, folder);
	CLEANUP_FREE char *tmp = NULL;

	if (access(path, F_OK) != 0)
		return;
	tmp = position_disk_new(root, NULL);
	if (tmp && rename(path, tmp) == 0)
		remove_folder(tmp);
	else
		remove_folder(path);
}
