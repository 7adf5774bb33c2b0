/*
 * all.c: an `all` mount: every configured service in a folder of its own.
 *
 * Listing asks nobody: a service is opened when its folder is first entered.
 */
#include <errno.h>
#include <string.h>

#include "base/config.h"
#include "fs/core/listing.h"
#include "fs/core/mount.h"
#include "fs/core/node.h"
#include "fs/service/branch.h"

enum outcome all_list(struct node *dir, struct listing *l, struct ask *ask)
{
	const struct config *c = dir->mount->config;

	(void)ask;
	for (size_t i = 0; i < config_service_count(c); i++)
		listing_add(l, settings_name(config_service_at(c, i)), LINE_SERVICE, 0);
	return READY;
}

enum outcome all_find(struct node *dir, const char *name, struct found *f, struct ask *ask)
{
	(void)ask;
	if (config_service(dir->mount->config, name))
		f->line = LINE_SERVICE;
	return READY;
}

enum outcome all_readme_text(struct node *n, struct buf *out, struct ask *ask)
{
	const struct config *c = n->mount->config;

	(void)ask;
	buf_adds(out, "The astronomical query services (TAP) that tapfs knows, a folder each.\n"
		      "Enter one to use it: its README.txt tells how.\n\n");
	for (size_t i = 0; i < config_service_count(c); i++) {
		const struct settings *s = config_service_at(c, i);

		buf_addf(out, "  %-12s %s\n", settings_name(s), setting_str(s, OPT_TITLE));
	}
	return READY;
}
