/*
 * dot_tapfs.c: .tapfs/: what a developer needs is what a user can read.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/stats.h"
#include "fs/core/mount.h"
#include "fs/core/node.h"
#include "fs/core/operation.h"
#include "fs/service/branch.h"
#include "fs/service/cache_files.h"
#include "http/http.h"
#include "tap/metadata/metadata.h"
#include "tap/remote/remote.h"
#include "tap/service/service.h"
#include "tap/service_open.h"

enum outcome stats_text(struct node *n, struct buf *out, struct ask *ask)
{
	(void)n;
	(void)ask;
	stats_render(out);
	return READY;
}

enum outcome log_text(struct node *n, struct buf *out, struct ask *ask)
{
	(void)n;
	(void)ask;
	log_render(out);
	return READY;
}

enum outcome errors_text(struct node *n, struct buf *out, struct ask *ask)
{
	(void)n;
	(void)ask;
	failures_render(out);
	return READY;
}

enum outcome config_text(struct node *n, struct buf *out, struct ask *ask)
{
	struct mount *m = n->mount;

	(void)ask;
	settings_render(config_global(m->config), out);
	for (size_t i = 0; i < m->nservices; i++)
		settings_render(m->services[i]->settings, out);
	return READY;
}

/* --- ctl --- */

static bool do_refresh(struct mount *m, const char *argument, struct ask *ask)
{
	(void)argument;
	(void)ask;
	for (size_t i = 0; i < m->nservices; i++)
		if (m->services[i]->service)
			metadata_refresh(m->services[i]->service);
	return true;
}

static bool do_log(struct mount *m, const char *argument, struct ask *ask)
{
	int level = log_level_by_name(argument);

	(void)m;
	if (level < 0)
		return error_set(&ask->error, EINVAL,
				 "log takes error, warn, info or debug, not \"%s\"", argument);
	log_set_level((enum log_level)level);
	return true;
}

static bool do_drop_cache(struct mount *m, const char *argument, struct ask *ask)
{
	(void)argument;
	return mount_drop_cache(m, ask);
}

static bool do_offline(struct mount *m, const char *argument, struct ask *ask)
{
	(void)argument;
	(void)ask;
	http_set_offline(m->http, true);
	log_info("offline: nothing is sent any more");
	return true;
}

static bool do_online(struct mount *m, const char *argument, struct ask *ask)
{
	(void)argument;
	(void)ask;
	http_set_offline(m->http, false);
	log_info("online");
	remotes_retry(m->remotes);
	for (size_t i = 0; i < m->nservices; i++)
		if (m->services[i]->service)
			service_retry(m->services[i]->service);
	return true;
}

static const struct {
	const char *word, *usage, *what;
	/* False with ask->error. */
	bool (*run)(struct mount *, const char *argument, struct ask *);
} commands[] = {
    {"refresh", "refresh", "fetch the service's tables and limits anew", do_refresh},
    {"drop-cache", "drop-cache", "throw away all kept files that nobody has open", do_drop_cache},
    {"offline", "offline", "send nothing any more: what is kept is read, queries wait", do_offline},
    {"online", "online", "end that", do_online},
    {"log", "log LEVEL", "keep error, warn, info or debug lines in .tapfs/log", do_log},
};

enum outcome ctl_text(struct node *n, struct buf *out, struct ask *ask)
{
	(void)n;
	(void)ask;
	buf_adds(out, "Write one of these into this file, as in: echo refresh > .tapfs/ctl\n");
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		buf_addf(out, "  %-12s %s\n", commands[i].usage, commands[i].what);
	return READY;
}

static bool run_line(struct mount *m, const char *line, struct ask *ask)
{
	size_t n = strcspn(line, " \t");
	const char *argument = line + n + strspn(line + n, " \t");

	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (strlen(commands[i].word) == n && strncasecmp(commands[i].word, line, n) == 0)
			return commands[i].run(m, argument, ask);
	return error_set(&ask->error, EINVAL,
			 "there is no command \"%.*s\"; `cat .tapfs/ctl` tells which there are",
			 (int)n, line);
}

enum outcome ctl_command(struct node *n, const char *text, size_t size, struct ask *ask)
{
	CLEANUP_FREE char *copy = xstrndup(text, size);
	char *rest = copy;
	char *line;

	if (ask->op) /* what was begun at the first call */
		return ask_operation(ask);
	while ((line = strsep(&rest, "\n"))) {
		size_t len = strlen(line);

		while (len && strchr(" \t\r", line[len - 1]))
			line[--len] = '\0';
		line += strspn(line, " \t");
		if (*line && !run_line(n->mount, line, ask))
			return FAILED;
	}
	return ask->op ? ask_operation(ask) : READY;
}
