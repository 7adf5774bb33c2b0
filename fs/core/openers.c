/* openers.c: see openers.h. */
#include "fs/core/openers.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "fs/core/mount.h"
#include "fs/core/node.h"

pid_t process_of(pid_t tid)
{
	char path[64], text[1024];
	CLEANUP_CLOSE int fd = -1;
	const char *tgid;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;
	if (n <= 0)
		return 0;
	text[n] = '\0';
	tgid = strstr(text, "\nTgid:");
	return tgid ? (pid_t)strtol(tgid + 6, NULL, 10) : 0;
}

static bool is_over(const struct opener *o, uint64_t now)
{
	return !o->open && now >= o->closed + OPENERS_MS;
}

static void drop_old(struct mount *m)
{
	uint64_t now = loop_now(m->loop);
	struct opener *o, *next;

	for (o = LIST_FIRST(&m->openers); o; o = next) {
		next = LIST_NEXT(o, link);
		if (!is_over(o, now))
			continue;
		LIST_REMOVE(o, link);
		free(o);
	}
}

static struct opener *opener_by_thread(const struct node *folder, pid_t tid)
{
	struct opener *o;

	LIST_FOREACH (o, &folder->mount->openers, link)
		if (o->folder == folder->id && o->thread == tid)
			return o;
	return NULL;
}

void opener_add(struct node *folder, pid_t tid)
{
	struct opener *o;

	if (!(folder->kind->flags & KIND_HELD))
		return;
	drop_old(folder->mount);
	o = opener_by_thread(folder, tid);
	if (!o) {
		o = xcalloc(1, sizeof(*o));
		o->folder = folder->id;
		o->thread = tid;
		LIST_INSERT_HEAD(&folder->mount->openers, o, link);
	}
	o->process = process_of(tid); /* a number may be another's by now */
	o->open++;
}

void opener_closed(struct node *folder, pid_t tid)
{
	struct opener *o = opener_by_thread(folder, tid);

	if (!o)
		return;
	o->open--;
	o->closed = loop_now(folder->mount->loop);
}

struct opener *opener_of(const struct node *folder, pid_t tid)
{
	uint64_t now = loop_now(folder->mount->loop);
	pid_t process = process_of(tid);
	struct opener *o;

	LIST_FOREACH (o, &folder->mount->openers, link) {
		if (o->folder != folder->id || is_over(o, now))
			continue;
		if (!process || !o->process || process == o->process)
			return o;
	}
	return NULL;
}

void openers_free(struct mount *m)
{
	struct opener *o;

	while ((o = LIST_FIRST(&m->openers))) {
		LIST_REMOVE(o, link);
		free(o);
	}
}
