/* sweep.c: see sweep.h. */
#include "cache/sweep.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/mem.h"

static int by_id(const void *a, const void *b)
{
	int64_t x = ((const struct journal_entry *)a)->id,
		y = ((const struct journal_entry *)b)->id;

	return x < y ? -1 : x > y;
}

/* "7.csv" is of run 7 and in "vot 812 csv 97". */
static bool is_known(const struct journal_entry *e, const char *name)
{
	CLEANUP_FREE char *run = xasprintf("%" PRId64 ".", e->run);
	size_t n = strlen(run);
	const char *ext = name + n;

	if (strncmp(name, run, n) != 0)
		return false;
	for (const char *p = e->formats; p && *p;) {
		size_t word = strcspn(p, " ");

		if (strlen(ext) == word && strncmp(p, ext, word) == 0)
			return true;
		p += word;
		p += strspn(p, " 0123456789");
	}
	return false;
}

/* Of a run behind the one that the journal knows: it may be older than the results. */
static bool is_later(const struct journal_entry *e, const char *name)
{
	return strtoll(name, NULL, 10) > e->run;
}

/* e NULL: the query is gone. */
static void sweep_folder(int parent, const char *name, const struct journal_entry *e)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *de;

	while (d && (de = readdir(d))) {
		if (de->d_name[0] == '.' ||
		    (e && (is_known(e, de->d_name) || is_later(e, de->d_name))))
			continue;
		if (unlinkat(fd, de->d_name, 0) == 0)
			log_debug("removed results/%s/%s, which no query has", name, de->d_name);
	}
	if (d)
		closedir(d);
	if (!e || !e->formats || !*e->formats)
		unlinkat(parent, name, AT_REMOVEDIR);
}

void results_sweep(const char *results, const struct journal_entry *entries, size_t n, int64_t next)
{
	DIR *d = opendir(results);
	struct dirent *de;

	while (d && (de = readdir(d))) {
		struct journal_entry key = {.id = strtoll(de->d_name, NULL, 10)};
		const struct journal_entry *e; /* the journal is loaded in the order of ids */

		if (key.id <= 0 || key.id >= next)
			continue;
		e = n ? bsearch(&key, entries, n, sizeof(*entries), by_id) : NULL;
		sweep_folder(dirfd(d), de->d_name, e);
	}
	if (d)
		closedir(d);
}

size_t results_count(const char *results, int64_t *highest)
{
	DIR *d = opendir(results);
	struct dirent *de;
	size_t n = 0;

	*highest = 0;
	while (d && (de = readdir(d))) {
		int64_t id = strtoll(de->d_name, NULL, 10);

		n += id > 0;
		if (id > *highest)
			*highest = id;
	}
	if (d)
		closedir(d);
	return n;
}
