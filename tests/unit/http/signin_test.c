/* signin_test.c: credentials go to their origin, from files that only the user can read. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "http/signin.h"

#define SERVICE "https://data.lsst.cloud/api/tap"

static char path[64];
static struct config *c;

static void write_token(const char *text, mode_t mode)
{
	FILE *f;

	snprintf(path, sizeof(path), "/tmp/signin_test.%d", (int)getpid());
	f = fopen(path, "w");
	cr_assert_not_null(f);
	fputs(text, f);
	fclose(f);
	chmod(path, mode);
}

static struct signin *make(const char *auth, const char *user, struct error **err)
{
	char option[128];

	config_free(c);
	c = config_new();
	snprintf(option, sizeof(option), "auth=%s", auth);
	config_override(c, option, NULL);
	snprintf(option, sizeof(option), "user=%s", user);
	config_override(c, option, NULL);
	snprintf(option, sizeof(option), "token_file=%s", path);
	config_override(c, option, NULL);
	return signin_new(config_global(c), SERVICE, err);
}

static void header_is(struct signin *s, const char *url, const char *wanted)
{
	struct http_headers h = {0};

	signin_apply(s, url, &h);
	if (wanted)
		cr_expect_str_eq(h.n ? h.at[0] : "(none)", wanted);
	else
		cr_expect_eq(h.n, 0, "the secret goes to %s", url);
	http_headers_clear(&h);
}

static void remove_token(void)
{
	unlink(path);
	config_free(c);
	c = NULL;
}

TestSuite(signin, .fini = remove_token);

Test(signin, each_way_makes_its_header)
{
	struct signin *s;

	write_token("  s3cret \n", 0600);
	s = make("bearer", "", NULL);
	header_is(s, SERVICE "/async", "Authorization: Bearer s3cret");
	signin_free(s);
	s = make("token", "", NULL);
	header_is(s, SERVICE, "Authorization: Token s3cret");
	signin_free(s);
	s = make("basic", "jdoe", NULL);
	header_is(s, SERVICE, "Authorization: Basic amRvZTpzM2NyZXQ=");
	signin_free(s);
}

Test(signin, no_other_origin_gets_it)
{
	struct signin *s;

	write_token("s3cret", 0600);
	s = make("bearer", "", NULL);
	header_is(s, "http://data.lsst.cloud/api/tap", NULL);
	header_is(s, "https://data.lsst.cloud:8443/api/tap", NULL);
	header_is(s, "https://storage.googleapis.com/x", NULL);
	header_is(s, "https://data.lsst.cloud.evil.example/", NULL);
	header_is(s, "https://evil.example/?https://data.lsst.cloud/", NULL);
	signin_free(s);
}

static void refused(const char *auth, const char *user, const char *wanted)
{
	struct error *err = NULL;

	cr_expect_null(make(auth, user, &err));
	cr_expect_not_null(strstr(error_text(err), wanted), "\"%s\" does not say \"%s\"",
			   error_text(err), wanted);
	cr_expect_null(strstr(error_text(err), "s3cret"));
	error_free(err);
}

Test(signin, files_that_others_can_read_are_refused)
{
	write_token("s3cret", 0644);
	refused("bearer", "", "chmod 600");
	write_token("", 0600);
	refused("bearer", "", "empty");
	write_token("s3cret", 0600);
	refused("basic", "", "needs user and token_file");
}

static void describes(const struct signin *s, const char *begin, const char *end)
{
	CLEANUP_FREE char *is = signin_describe(s);
	size_t n = strlen(is), m = strlen(end);

	cr_expect_eq(strncmp(is, begin, strlen(begin)), 0, "%s", is);
	cr_expect(n >= m && strcmp(is + n - m, end) == 0, "%s", is);
}

Test(signin, what_the_service_answered_last_is_told, .fini = remove_token)
{
	struct signin *s;

	write_token("secret", 0600);
	s = make("basic", "me", NULL);
	describes(s, "signed in as me", "as me");
	signin_answered(s, SERVICE "/async", 200);
	describes(s, "signed in as me; accepted (20", "Z)");
	signin_answered(s, SERVICE "/async", 401);
	describes(s, "signed in as me; REFUSED (HTTP 401, 20",
		  "check the user and the content of token_file");
	signin_answered(s, SERVICE "/async", 503);
	signin_answered(s, "https://elsewhere.test/", 200);
	describes(s, "signed in as me; REFUSED", "token_file");
	signin_answered(s, SERVICE "/async", 403);
	describes(s, "signed in as me; the last answer (20", "was HTTP 403: not allowed");
	signin_answered(s, SERVICE "/async", 303);
	describes(s, "signed in as me; accepted", "Z)");
	signin_free(s);
	s = make("none", "", NULL);
	signin_answered(s, SERVICE, 200);
	describes(s, "not signed in", "signed in");
	signin_answered(s, SERVICE, 401);
	describes(s, "not signed in; the service wants a sign-in (HTTP 401, 20",
		  "set auth, user and token_file");
	signin_free(s);
}
