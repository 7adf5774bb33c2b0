/* cli.h: the command line: tapfs SOURCE MOUNTPOINT [-o opt,opt=value] [-f] [-d]. */
#ifndef TAPFS_FS_PROGRAM_CLI_H
#define TAPFS_FS_PROGRAM_CLI_H

#include <stdbool.h>

#include "base/config.h"
#include "base/error.h"

struct cli {
	const char *source, *mountpoint;
	bool foreground, debug;
	bool help, version, services; /* instead of a mount */
};

/*
 * Reads the arguments; -o goes to the configuration. Options of mount(8) that mean nothing to tapfs
 * (rw, noauto, _netdev, x-…) are passed over, so that fstab works.
 */
bool cli_read(struct cli *, int argc, char **argv, struct config *, struct error **err);
void cli_help(void);
void cli_services(const struct config *);

#endif
