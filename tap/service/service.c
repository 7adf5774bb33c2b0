/*
 * service.c: one TAP service: its calls, its URLs, its health; see service.h.
 */
#include "tap/service/service.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text/xml.h"
#include "http/url.h"
#include "tap/service/service_error.h"

int service_tap_version(const struct service *s)
{
	const char *v = s->capabilities ? s->capabilities->tap_version : NULL;

	return v && strncmp(v, "1.0", 3) != 0 && v[0] == '1' ? 11 : 10;
}

struct http_call service_call(const struct service *s, const char *url)
{
	return (struct http_call){.url = url,
				  .settings = s->settings,
				  .signin = s->signin,
				  .document = true,
				  .explain = service_error_message};
}

char *service_url(const struct service *s, const char *base, const char *ref)
{
	CLEANUP_FREE char *joined = url_join(base, ref);

	if (joined && url_same_origin(base, s->url))
		return url_rebased(joined, s->url);
	return steal(joined);
}

char *service_link_url(const struct service *s, const char *ref)
{
	const char *base = setting_str(s->settings, OPT_FILES_BASE);
	CLEANUP_FREE char *trimmed = NULL;
	CLEANUP_FREE char *joined = NULL;
	size_t n = ref ? strlen(ref) : 0;

	xml_trim(&ref, &n); /* some tables have blanks around addresses */
	trimmed = xstrndup(ref ? ref : "", n);
	joined = url_join(*base ? base : s->url, trimmed);
	return joined ? url_upgraded(joined, s->url) : NULL;
}

static void set_health(struct service *s, enum service_health h, const struct error *err)
{
	if (err && http_is_offline(s->http)) /* which does not tell anything of the service */
		return;
	error_clear(&s->health_error);
	s->health_error = error_copy(err);
	if (h != HEALTH_DOWN)
		s->answered = clock_now();
	if (h == s->health)
		return;
	s->health = h;
	s->health_since = clock_now();
	if (err)
		log_warn("%s %s: %s", s->name, h == HEALTH_DOWN ? "does not answer" : "fails",
			 error_text(err));
	else
		log_info("%s answers", s->name);
	waitlist_wake(&s->changed);
}

void service_set_health(struct service *s, const struct error *err)
{
	set_health(s, err ? HEALTH_DOWN : HEALTH_UP, err);
}

void service_set_failing(struct service *s, const struct error *err)
{
	set_health(s, HEALTH_FAILING, err);
}

char *service_describe_health(const struct service *s)
{
	char since[CLOCK_TEXT], last[CLOCK_TEXT];

	switch (s->health) {
	case HEALTH_UP: return xasprintf("up, last answer %s", clock_iso(s->answered, last));
	case HEALTH_DOWN:
	case HEALTH_FAILING: break;
	case HEALTH_UNKNOWN: return xstrdup("not asked yet");
	}
	return xasprintf("%s since %s%s%s: %s", s->health == HEALTH_DOWN ? "DOWN" : "failing",
			 clock_iso(s->health_since, since), s->answered ? ", last answer " : "",
			 s->answered ? clock_iso(s->answered, last) : "",
			 error_text(s->health_error));
}
