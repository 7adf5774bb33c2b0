/*
 * config.c: settings by layer; see config.h.
 *
 * A settings holds, for each option, the string that was set or NULL. A
 * service's settings fall back to the global ones, those to the defaults; what
 * -o set stands in config.over and wins over all.
 */
#include "base/config.h"

#include <errno.h>
#include <ini.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/home.h"
#include "base/mem.h"

struct settings {
	const struct config *config;
	char *name;
	char *value[OPT_COUNT];
};

struct config {
	struct settings global;
	struct settings over;
	struct settings **services;
	size_t nservices;
};

static const struct {
	const char *name, *kind, *def, *what;
} options[OPT_COUNT] = {
#define X(id, name, kind, def, what) [id] = {name, kind, def, what},
    OPTIONS(X)
#undef X
};

const char *option_name(enum option o)
{
	return options[o].name;
}

const char *option_what(enum option o)
{
	return options[o].what;
}

const char *option_default(enum option o)
{
	return options[o].def;
}

int option_by_name(const char *name, size_t n)
{
	for (int i = 0; i < OPT_COUNT; i++)
		if (strlen(options[i].name) == n && strncasecmp(options[i].name, name, n) == 0)
			return i;
	return -1;
}

static void settings_clear(struct settings *s)
{
	for (int i = 0; i < OPT_COUNT; i++)
		free(s->value[i]);
	free(s->name);
}

struct config *config_new(void)
{
	struct config *c = xcalloc(1, sizeof(*c));

	c->global.config = c;
	c->global.name = xstrdup("");
	c->over.config = c;
	return c;
}

void config_free(struct config *c)
{
	if (!c)
		return;
	settings_clear(&c->global);
	settings_clear(&c->over);
	for (size_t i = 0; i < c->nservices; i++) {
		settings_clear(c->services[i]);
		free(c->services[i]);
	}
	free(c->services);
	free(c);
}

static struct settings *service_section(struct config *c, const char *name)
{
	struct settings *s = (struct settings *)config_service(c, name);

	if (s)
		return s;
	s = xcalloc(1, sizeof(*s));
	s->config = c;
	s->name = xstrdup(name);
	c->services = xrealloc(c->services, (c->nservices + 1) * sizeof(struct settings *));
	c->services[c->nservices++] = s;
	return s;
}

/* "64k" → 65536; false if it is no such number. */
static bool parse_int(const char *v, int64_t *out)
{
	char *end;
	int64_t unit = 1;

	errno = 0;
	*out = strtoll(v, &end, 10);
	if (end == v || errno || *out < 0)
		return false;
	switch (*end) {
	case 'k':
	case 'K':
		unit = 1 << 10;
		end++;
		break;
	case 'M':
		unit = 1 << 20;
		end++;
		break;
	case 'G':
		unit = 1 << 30;
		end++;
		break;
	default: break;
	}
	return *end == '\0' && !__builtin_mul_overflow(*out, unit, out);
}

static int parse_bool(const char *v)
{
	static const char *const yes[] = {"true", "yes", "on", "1"};
	static const char *const no[] = {"false", "no", "off", "0"};

	for (size_t i = 0; i < 4; i++) {
		if (strcasecmp(v, yes[i]) == 0)
			return 1;
		if (strcasecmp(v, no[i]) == 0)
			return 0;
	}
	return -1;
}

static bool is_one_of_words(const char *words, const char *v)
{
	size_t n = strlen(v);

	for (const char *w = words; *w;) {
		size_t len = strcspn(w, "|");

		if (len == n && strncasecmp(w, v, n) == 0)
			return true;
		w += len + (w[len] == '|');
	}
	return false;
}

static bool option_check(int o, const char *v, struct error **err)
{
	const char *kind = options[o].kind;
	int64_t n;

	if (strcmp(kind, "INT") == 0 && !parse_int(v, &n))
		return error_set(err, EINVAL,
				 "%s must be a whole number (k, M, G may follow), not \"%s\"",
				 options[o].name, v);
	if (strcmp(kind, "BOOL") == 0 && parse_bool(v) < 0)
		return error_set(err, EINVAL, "%s must be true or false, not \"%s\"",
				 options[o].name, v);
	if (strchr(kind, '|') && !is_one_of_words(kind, v))
		return error_set(err, EINVAL, "%s must be one of %s, not \"%s\"", options[o].name,
				 kind, v);
	return true;
}

/* ~/x is in the user's home. */
static char *option_value(int o, const char *v)
{
	if (strcmp(options[o].kind, "PATH") == 0 && v[0] == '~' && (v[1] == '/' || !v[1]))
		return xasprintf("%s%s", home_directory(), v + 1);
	return xstrdup(v);
}

static bool unknown_option(const char *name, struct error **err)
{
	CLEANUP_BUF struct buf b = BUF_INIT;

	for (int i = 0; i < OPT_COUNT; i++)
		buf_addf(&b, "%s%s", i ? ", " : "", options[i].name);
	return error_set(err, EINVAL, "there is no option \"%s\"; there are: %s", name, b.data);
}

static bool settings_set(struct settings *s, const char *key, const char *v, struct error **err)
{
	int o = option_by_name(key, strlen(key));

	if (o < 0)
		return unknown_option(key, err);
	if (!option_check(o, v, err))
		return false;
	free(s->value[o]);
	s->value[o] = option_value(o, v);
	return true;
}

/* What is the mount's and cannot differ from service to service. */
static bool is_of_the_mount(const char *key)
{
	static const enum option of_mount[] = {OPT_XATTR, OPT_ALLOW_OTHER, OPT_AUTO_RECOVER,
					       OPT_LOG_LEVEL};
	int o = option_by_name(key, strlen(key));

	for (size_t i = 0; i < sizeof(of_mount) / sizeof(*of_mount); i++)
		if (o == (int)of_mount[i])
			return true;
	return false;
}

struct config_reading {
	struct config *config;
	struct error *err;
};

static int ini_line(void *arg, const char *section, const char *key, const char *value)
{
	struct config_reading *r = arg;
	struct settings *s;

	if (strcmp(section, "tapfs") == 0) {
		s = &r->config->global;
	} else if (strncmp(section, "service ", 8) == 0 && section[8]) {
		s = service_section(r->config, section + 8 + strspn(section + 8, " "));
	} else {
		error_set(&r->err, EINVAL, "a section is [tapfs] or [service NAME], not [%s]",
			  section);
		return 0;
	}
	if (s != &r->config->global && is_of_the_mount(key)) {
		error_set(&r->err, EINVAL,
			  "%s belongs under [tapfs]: it is the same for all services", key);
		return 0;
	}
	return settings_set(s, key, value ? value : "", &r->err) ? 1 : 0;
}

bool config_read(struct config *c, const char *path, bool optional, struct error **err)
{
	struct config_reading r = {c, NULL};
	int line = ini_parse(path, ini_line, &r);

	if (line == 0)
		return true;
	if (line < 0) {
		if (optional && (errno == ENOENT || errno == ENOTDIR))
			return true;
		return error_set(err, errno, "%s: %s", path, strerror(errno));
	}
	if (!r.err)
		error_set(&r.err, EINVAL, "a line is \"key = value\" or \"[section]\"");
	error_prefix(&r.err, "%s:%d", path, line);
	error_move(err, r.err);
	return false;
}

const char *program_dir(void)
{
	static char dir[PATH_MAX];
	ssize_t n;
	char *slash;

	if (dir[0])
		return dir;
	n = readlink("/proc/self/exe", dir, sizeof(dir) - 1);
	if (n <= 0)
		return "";
	dir[n] = '\0';
	slash = strrchr(dir, '/');
	*slash = '\0';
	return dir;
}

/* An uninstalled tapfs (build/tapfs) reads etc/ beside its source. */
static char *system_file(const char *name)
{
	CLEANUP_FREE char *beside = xasprintf("%s/../etc/%s", program_dir(), name);
	CLEANUP_FREE char *deeper = xasprintf("%s/../../etc/%s", program_dir(), name);
	CLEANUP_FREE char *source = xasprintf("%s/../fs/main.c", program_dir());
	CLEANUP_FREE char *source2 = xasprintf("%s/../../fs/main.c", program_dir());

	if (access(source, R_OK) == 0 && access(beside, R_OK) == 0)
		return steal(beside);
	if (access(source2, R_OK) == 0 && access(deeper, R_OK) == 0)
		return steal(deeper);
	return xasprintf("%s/%s", TAPFS_ETC, name);
}

bool config_read_all(struct config *c, struct error **err)
{
	static const char *const names[] = {"services.ini", "tapfs.ini"};
	const char *xdg = getenv("XDG_CONFIG_HOME");
	CLEANUP_FREE char *user = NULL;

	for (size_t i = 0; i < 2; i++) {
		CLEANUP_FREE char *system = system_file(names[i]);
		CLEANUP_FREE char *local = xasprintf("/etc/tapfs/%s", names[i]);

		if (!config_read(c, system, true, err) || !config_read(c, local, true, err))
			return false;
	}
	if (xdg && *xdg)
		user = xasprintf("%s/tapfs/tapfs.ini", xdg);
	else
		user = xasprintf("%s/.config/tapfs/tapfs.ini", home_directory());
	return config_read(c, user, true, err);
}

bool config_override(struct config *c, const char *assignment, struct error **err)
{
	size_t n = strcspn(assignment, "=");
	CLEANUP_FREE char *key = xstrndup(assignment, n);
	int o = option_by_name(key, n);
	bool bare = assignment[n] != '=';

	if (bare && o >= 0 && strcmp(options[o].kind, "BOOL") != 0)
		return error_set(err, EINVAL, "-o %s needs a value: -o %s=…", key, key);
	if (!settings_set(&c->over, key, bare ? "true" : assignment + n + 1, err)) {
		error_prefix(err, "-o %s", key);
		return false;
	}
	return true;
}

size_t config_service_count(const struct config *c)
{
	return c->nservices;
}

const struct settings *config_service_at(const struct config *c, size_t i)
{
	return c->services[i];
}

const struct settings *config_service(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->nservices; i++)
		if (strcmp(c->services[i]->name, name) == 0)
			return c->services[i];
	return NULL;
}

const struct settings *config_service_for_url(struct config *c, const char *url)
{
	struct settings *s;
	size_t n = strlen(url);

	while (n && url[n - 1] == '/')
		n--;
	for (size_t i = 0; i < c->nservices; i++) {
		const char *known = c->services[i]->value[OPT_URL];

		if (known && strncmp(known, url, n) == 0 &&
		    strspn(known + n, "/") == strlen(known + n))
			return c->services[i];
	}
	s = service_section(c, url);
	free(s->value[OPT_URL]);
	s->value[OPT_URL] = xstrndup(url, n);
	return s;
}

const struct settings *config_service_named(struct config *c, const char *name, const char *url,
					    const char *title)
{
	struct settings *s = service_section(c, name);

	free(s->value[OPT_URL]);
	s->value[OPT_URL] = xstrdup(url);
	free(s->value[OPT_TITLE]);
	s->value[OPT_TITLE] = xstrdup(title);
	return s;
}

const struct settings *config_global(const struct config *c)
{
	return &c->global;
}

const char *settings_name(const struct settings *s)
{
	return s->name ? s->name : "";
}

const char *setting_str(const struct settings *s, enum option o)
{
	const struct config *c = s->config;

	if (c->over.value[o])
		return c->over.value[o];
	if (s->value[o])
		return s->value[o];
	return c->global.value[o] ? c->global.value[o] : options[o].def;
}

int64_t setting_int(const struct settings *s, enum option o)
{
	int64_t n = 0;

	parse_int(setting_str(s, o), &n);
	return n;
}

bool setting_bool(const struct settings *s, enum option o)
{
	return parse_bool(setting_str(s, o)) == 1;
}

bool setting_is(const struct settings *s, enum option o, const char *word)
{
	return strcasecmp(setting_str(s, o), word) == 0;
}

void settings_render(const struct settings *s, struct buf *out)
{
	if (s->name && *s->name)
		buf_addf(out, "[service %s]\n", s->name);
	else
		buf_adds(out, "[tapfs]\n");
	for (int i = 0; i < OPT_COUNT; i++)
		buf_addf(out, "; %s\n%s = %s\n", options[i].what, options[i].name,
			 setting_str(s, (enum option)i));
	buf_addc(out, '\n');
}
