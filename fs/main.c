/*
 * main.c: tapfs from start to end.
 *
 * The order matters: configuration and mountpoint are checked while there is
 * a terminal to complain to; then the fork; then, in the child, the helper
 * process
 * (before there is a /dev/fuse to inherit), the service's folders and lock, the
 * loop, and last the mount.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "cache/kept.h"
#include "cache/state.h"
#include "fs/announce.h"
#include "fs/core/handle.h"
#include "fs/core/node.h"
#include "fs/fuse/mountpoint.h"
#include "fs/fuse/session.h"
#include "fs/program/cli.h"
#include "fs/program/daemon.h"
#include "fs/program/demo.h"
#include "fs/program/helper.h"
#include "fs/program/process.h"
#include "fs/services.h"
#include "fs/tree.h"
#include "fs/xattr.h"
#include "http/curl_transport.h"
#include "http/http.h"
#include "tap/remote/remote.h"
#include "tap/service/service.h"
#include "tap/service_open.h"

static void asked_to_end(void *arg)
{
	session_exit(arg);
}

/* The settings and the URL of SOURCE; NULL with *err. */
static const struct settings *source_settings(struct mount *m, char **url, struct error **err)
{
	const struct settings *s = config_service(m->config, m->source);

	if (strcmp(m->source, "demo") == 0) {
		*url = demo_start(err);
		return *url ? config_service_named(
				  m->config, "demo", *url,
				  "the service that comes with tapfs: Messier, NGC/IC, "
				  "bright stars (its jobs end with the mount)")
			    : NULL;
	}
	if (!s && strstr(m->source, "://"))
		s = config_service_for_url(m->config, m->source);
	if (!s) {
		error_set(
		    err, EINVAL,
		    "there is no service \"%s\": `tapfs --services` lists names; or give a URL",
		    m->source);
		return NULL;
	}
	if (!*setting_str(s, OPT_URL)) {
		error_set(err, EINVAL, "service %s has no url in the configuration", m->source);
		return NULL;
	}
	*url = xstrdup(setting_str(s, OPT_URL));
	return s;
}

static bool open_service(struct mount *m, struct service **service, struct own_files **own,
			 struct error **err)
{
	CLEANUP_FREE char *url = NULL;
	const struct settings *s;

	if (m->all)
		return true;
	s = source_settings(m, &url, err);
	if (!s)
		return false;
	*service = service_prepare(s, url, m->mountpoint, err);
	if (!*service)
		return false;
	*own = own_files_scan(*service, err);
	return *own != NULL;
}

/* Without it there are no linked files; all else goes on. */
static void kept_files_open(struct mount *m)
{
	const struct settings *s = config_global(m->config);
	CLEANUP_FREE char *root = state_cache_root(setting_str(s, OPT_CACHE_DIR));
	CLEANUP_ERROR struct error *err = NULL;

	m->kept = kept_open(root, setting_int(s, OPT_CACHE_SIZE),
			    (unsigned)setting_int(s, OPT_CACHE_FREE), &err);
	if (!m->kept)
		log_warn("no file can be kept in %s: %s", root, error_text(err));
}

static void run_mount(struct mount *m)
{
	struct error *err = NULL;
	struct service *service = NULL;
	struct own_files *own = NULL;
	struct session session;

	if (!helper_start(m->mountpoint, &err) || !open_service(m, &service, &own, &err)) {
		helper_goodbye();
		daemon_failed(err);
	}
	kept_files_open(m);
	m->loop = loop_new();
	m->http = http_new(m->loop, curl_transport_new(m->loop));
	if (m->kept)
		m->remotes = remotes_new(m->loop, m->http, m->kept);
	session_init(&session, m, daemon_ready);
	announce_start(m);
	if (service)
		mount_add_service(m, service, own);
	m->root = node_root(m, kind_of(m->all ? LINE_ALL : LINE_SERVICE), service);
	if (!session_start(&session, &err)) {
		helper_goodbye();
		daemon_failed(err);
	}
	signal_watch(m->loop, SIGINT, asked_to_end, &session);
	signal_watch(m->loop, SIGTERM, asked_to_end, &session);
	signal_watch(m->loop, SIGHUP, asked_to_end, &session);
	log_info("%s mounted at %s", m->source, m->mountpoint);
	loop_run(m->loop);

	log_info("ending");
	mount_end_services(m);
	remotes_end(m->remotes);
	session_stop(&session);
	helper_goodbye();
	announce_end(m);
	loop_drain(m->loop);
	handles_free(m);
	nodes_free(m);
	loop_drain(m->loop); /* what they had open is closed */
	mount_free_services(m);
	remotes_free(m->remotes);
	http_free(m->http);
	kept_close(m->kept);
	loop_free(m->loop);
}

static void settings_apply(struct mount *m, const struct cli *cli)
{
	const struct settings *s = config_global(m->config);

	log_set_level((enum log_level)log_level_by_name(setting_str(s, OPT_LOG_LEVEL)));
	if (cli->debug)
		log_set_level(LOG_DEBUG);
	log_to_stderr(cli->foreground);
	m->xattrs = setting_bool(s, OPT_XATTR) ? &xattrs : NULL;
	m->all = strcmp(m->source, "all") == 0;
	m->mounted = clock_now();
	m->uid = getuid();
	m->gid = getgid();
}

static int complain(const struct error *err)
{
	fprintf(stderr, "tapfs: %s\n", error_text(err));
	return 1;
}

static void cleanup_config(struct config **c)
{
	config_free(*c);
}

int main(int argc, char **argv)
{
	struct config *config __attribute__((cleanup(cleanup_config))) = config_new();
	struct mount m = {.config = config};
	CLEANUP_ERROR struct error *err = NULL;
	CLEANUP_FREE char *path = NULL;
	struct cli cli = {0};

	process_begin();
	if (!kinds_use(tree, tree_size, &err) || !config_read_all(config, &err) ||
	    !cli_read(&cli, argc, argv, config, &err))
		return complain(err);
	if (cli.help)
		cli_help();
	else if (cli.version)
		puts("tapfs " TAPFS_VERSION);
	else if (cli.services)
		cli_services(config);
	if (cli.help || cli.version || cli.services)
		return 0;
	if (!mountpoint_check(cli.mountpoint, setting_bool(config_global(config), OPT_AUTO_RECOVER),
			      &err))
		return complain(err);
	path = realpath(cli.mountpoint, NULL);
	if (!path)
		return fprintf(stderr, "tapfs: %s: %s\n", cli.mountpoint, strerror(errno)), 1;
	m.source = cli.source;
	m.mountpoint = path;
	settings_apply(&m, &cli);
	process_keep_secrets(cli.debug);
	daemon_start(cli.foreground);
	run_mount(&m);
	return 0;
}
