/* config_test.c: options by layer, and what is said of mistakes. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/config.h"
#include "cache/file.h"

static char path[64];

static struct config *read_text(const char *text, struct error **err)
{
	struct config *c = config_new();

	snprintf(path, sizeof(path), "/tmp/config_test.%d.ini", (int)getpid());
	cr_assert(file_put(path, text, strlen(text), NULL));
	config_read(c, path, false, err);
	unlink(path);
	return c;
}

Test(config, a_services_section_goes_before_the_global_one)
{
	struct config *c =
	    read_text("[tapfs]\nretries = 2\nmaxrec = 5k\n[service x]\nurl = http://x/tap\n"
		      "retries = 7\n",
		      NULL);
	const struct settings *x = config_service(c, "x");

	cr_assert_not_null(x);
	cr_expect_eq(setting_int(x, OPT_RETRIES), 7);
	cr_expect_eq(setting_int(x, OPT_MAXREC), 5120);
	cr_expect_eq(setting_int(config_global(c), OPT_RETRIES), 2);
	cr_expect_eq(setting_int(x, OPT_CONNECT_TIMEOUT), 10);
	config_free(c);
}

Test(config, the_command_line_goes_before_all)
{
	struct config *c = read_text("[service x]\nretries = 7\n", NULL);

	cr_expect(config_override(c, "retries=1", NULL));
	cr_expect(config_override(c, "xattr", NULL));
	cr_expect_eq(setting_int(config_service(c, "x"), OPT_RETRIES), 1);
	cr_expect(setting_bool(config_global(c), OPT_XATTR));
	config_free(c);
}

static void says(const char *text, const char *wanted)
{
	struct error *err = NULL;
	struct config *c = read_text(text, &err);

	cr_expect_not_null(err, "no error for: %s", text);
	if (err)
		cr_expect_not_null(strstr(error_text(err), wanted), "\"%s\" does not say \"%s\"",
				   error_text(err), wanted);
	error_free(err);
	config_free(c);
}

Test(config, errors_name_line_and_what_is_allowed)
{
	says("[tapfs]\nretries = many\n", ":2: retries must be a whole number");
	says("[tapfs]\n\nauth = magic\n", ":3: auth must be one of none|basic|bearer|token");
	says("[tapfs]\nxattr = perhaps\n", "true or false");
	says("[tapfs]\ncolour = red\n", "there is no option \"colour\"; there are: url");
	says("[services]\nurl = x\n", "a section is [tapfs] or [service NAME]");
	says("[tapfs]\nretries\n", ":2");
	says("[service x]\nxattr = true\n", "xattr belongs under [tapfs]");
}

Test(config, a_url_finds_the_service_that_has_it)
{
	struct config *c = read_text("[service x]\nurl = http://x/tap/\n", NULL);

	cr_expect_eq(config_service_for_url(c, "http://x/tap"), config_service(c, "x"));
	cr_expect_str_eq(settings_name(config_service_for_url(c, "http://y/tap")), "http://y/tap");
	config_free(c);
}

/* etc/tapfs.ini shows every option with its default, and none that is not there. */
Test(config, the_shipped_file_agrees_with_the_options)
{
	size_t n;
	char *text = file_get("etc/tapfs.ini", 1 << 20, &n, NULL);
	int lines = 0;

	cr_assert_not_null(text);
	for (int i = 0; i < OPT_COUNT; i++) {
		char line[128];
		const char *def = option_default((enum option)i);

		snprintf(line, sizeof(line), "\n;%s =%s%s\n", option_name((enum option)i),
			 *def ? " " : "", def);
		cr_expect_not_null(strstr(text, line), "etc/tapfs.ini lacks%s", line);
	}
	for (const char *p = text; (p = strstr(p, "\n;")); p++)
		lines += p[2] >= 'a' && p[2] <= 'z';
	cr_expect_eq(lines, OPT_COUNT);
	free(text);
}

Test(config, the_shipped_services_can_be_read)
{
	struct error *err = NULL;
	struct config *c = config_new();

	cr_assert(config_read(c, "etc/services.ini", false, &err), "%s", error_text(err));
	cr_expect_geq(config_service_count(c), 15);
	for (size_t i = 0; i < config_service_count(c); i++)
		cr_expect(strncmp(setting_str(config_service_at(c, i), OPT_URL), "https://", 8) ==
			  0);
	config_free(c);
}
