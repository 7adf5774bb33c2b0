/* cli.c: the command line; see cli.h. */
#include "fs/program/cli.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"

static bool is_for_mount(const char *option)
{
	static const char *const words[] = {
	    "rw",         "auto",     "noauto",   "user",       "nouser",      "users",
	    "dev",        "nodev",    "suid",     "nosuid",     "exec",        "noexec",
	    "async",      "nofail",   "_netdev",  "atime",      "noatime",     "diratime",
	    "nodiratime", "defaults", "relatime", "norelatime", "strictatime", "lazytime",
	    "sync",       "owner",    "group",    "mand",       "nomand",      "silent",
	    "loud"};

	if (strncmp(option, "x-", 2) == 0 || strncmp(option, "comment=", 8) == 0 ||
	    strncmp(option, "uhelper=", 8) == 0)
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(option, words[i]) == 0)
			return true;
	return false;
}

static bool take_options(const char *list, struct config *c, struct error **err)
{
	CLEANUP_FREE char *copy = xstrdup(list);
	char *rest = copy;
	char *option;

	while ((option = strsep(&rest, ",")))
		if (*option && !is_for_mount(option) && !config_override(c, option, err))
			return false;
	return true;
}

static bool take_flag(struct cli *cli, const char *arg)
{
	if (strcmp(arg, "-f") == 0)
		cli->foreground = true;
	else if (strcmp(arg, "-d") == 0)
		cli->foreground = cli->debug = true;
	else if (strcmp(arg, "-h") == 0 || strcmp(arg, "--help") == 0)
		cli->help = true;
	else if (strcmp(arg, "-V") == 0 || strcmp(arg, "--version") == 0)
		cli->version = true;
	else if (strcmp(arg, "--services") == 0)
		cli->services = true;
	else if (strcmp(arg, "-n") == 0 || strcmp(arg, "-s") == 0 || strcmp(arg, "-v") == 0)
		return true; /* as mount(8) passes them to its helpers */
	else
		return false;
	return true;
}

bool cli_read(struct cli *cli, int argc, char **argv, struct config *c, struct error **err)
{
	for (int i = 1; i < argc; i++) {
		const char *arg = argv[i];

		if (strncmp(arg, "-o", 2) == 0) {
			const char *list = arg[2] ? arg + 2 : i + 1 < argc ? argv[++i] : NULL;

			if (!list)
				return error_set(err, EINVAL, "-o needs a list of options");
			if (!take_options(list, c, err))
				return false;
		} else if (arg[0] == '-' && arg[1]) {
			if (!take_flag(cli, arg))
				return error_set(
				    err, EINVAL,
				    "there is no option %s; tapfs --help tells which there are",
				    arg);
		} else if (!cli->source) {
			cli->source = arg;
		} else if (!cli->mountpoint) {
			cli->mountpoint = arg;
		} else {
			return error_set(err, EINVAL,
					 "one source and one mountpoint, not also \"%s\"", arg);
		}
	}
	if (cli->help || cli->version || cli->services || cli->mountpoint)
		return true;
	return error_set(
	    err, EINVAL,
	    "usage: tapfs SOURCE MOUNTPOINT [-o opt,opt=value] [-f] [-d]; try: tapfs demo ~/sky");
}

void cli_help(void)
{
	puts("usage: tapfs SOURCE MOUNTPOINT [-o opt,opt=value] [-f] [-d]\n"
	     "\n"
	     "Mounts an astronomical query service (IVOA TAP) as a folder.\n"
	     "\n"
	     "SOURCE is\n"
	     "  a name       one of `tapfs --services`, for instance gaia\n"
	     "  a URL        of a TAP service, for instance "
	     "https://gea.esac.esa.int/tap-server/tap\n"
	     "  demo         the embedded service; needs no network\n"
	     "  all          every configured service, each in a folder of its own\n"
	     "\n"
	     "  -f           stay in the foreground; log to standard error\n"
	     "  -d           the same, with debug messages\n"
	     "  --services   the names that are configured\n"
	     "  --version, --help\n"
	     "\n"
	     "Unmount with: fusermount3 -u MOUNTPOINT\n"
	     "\n"
	     "Options (-o, and in tapfs.ini; see tapfs.ini(5)):");
	for (int i = 0; i < OPT_COUNT; i++)
		printf("  %-18s %s\n", option_name((enum option)i), option_what((enum option)i));
}

void cli_services(const struct config *c)
{
	printf("%-12s %-45s %s\n", "demo", "(started by tapfs, needs no network)",
	       "the embedded service: Messier, NGC/IC, bright stars");
	for (size_t i = 0; i < config_service_count(c); i++) {
		const struct settings *s = config_service_at(c, i);

		printf("%-12s %-45s %s\n", settings_name(s), setting_str(s, OPT_URL),
		       setting_str(s, OPT_TITLE));
	}
}
