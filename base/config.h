/*
 * config.h: the configuration: tapfs.ini, services.ini, and -o.
 *
 * Every option is one line of the table OPTIONS in base/options.h: its name,
 * kind, default and meaning. Files are read in this order, later ones winning:
 * services.ini and tapfs.ini as installed, both in /etc/tapfs/, the user's
 * tapfs.ini. From weakest to strongest: the default, what [tapfs] says, what the
 * service's own section says, -o.
 *
 * Errors name the file, the line, and what would be allowed.
 */
#ifndef TAPFS_BASE_CONFIG_H
#define TAPFS_BASE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/options.h"

struct config;

/* The settings in force for one service (or, with no service, for the mount). */
struct settings;

/* An empty configuration: all defaults. */
struct config *config_new(void);
void config_free(struct config *);

/* Reads one ini file; a missing one is no error when `optional`. */
bool config_read(struct config *, const char *path, bool optional, struct error **);
/* The system's files (services.ini, tapfs.ini, found beside the program or installed), then the
 * user's. */
bool config_read_all(struct config *, struct error **);
/* One "key=value" or "key" (a boolean, true) of -o. */
bool config_override(struct config *, const char *assignment, struct error **);

/* The names of all configured services, in the order of the files. */
size_t config_service_count(const struct config *);
const struct settings *config_service_at(const struct config *, size_t i);
/* NULL if there is none of that name. */
const struct settings *config_service(const struct config *, const char *name);
/* A service that is named by its URL only; made once a URL. */
const struct settings *config_service_for_url(struct config *, const char *url);
/* A service whose URL is known only now (the demo). */
const struct settings *config_service_named(struct config *, const char *name, const char *url,
					    const char *title);
/* The settings that are no service's. */
const struct settings *config_global(const struct config *);

/* "" for the global settings. */
const char *settings_name(const struct settings *);
/* Never NULL; "" where nothing is set. Lives as long as the config. */
const char *setting_str(const struct settings *, enum option);
int64_t setting_int(const struct settings *, enum option);
bool setting_bool(const struct settings *, enum option);
/* The word that is set, in any case. */
bool setting_is(const struct settings *, enum option, const char *word);

/* All settings in force, as an ini file; secrets masked. For `.tapfs/config`. */
void settings_render(const struct settings *, struct buf *out);

/* The name of an option, and back (-1). */
const char *option_name(enum option);
const char *option_what(enum option);
const char *option_default(enum option);
int option_by_name(const char *name, size_t n);

/* The directory of this program, "" if it cannot be told; where an uninstalled tapfs finds etc/ and
 * tapfs-demo. */
const char *program_dir(void);

#endif
