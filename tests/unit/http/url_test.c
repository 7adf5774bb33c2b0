/* url_test.c: URLs as services give them. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "http/url.h"

static void is(char *got, const char *wanted)
{
	cr_expect_str_eq(got ? got : "(null)", wanted);
	free(got);
}

Test(url, the_canonical_form_has_no_default_port_and_no_slash_at_the_end)
{
	is(url_canonical("HTTPS://Gea.ESAC.esa.int:443/tap-server/tap/", NULL),
	   "https://gea.esac.esa.int/tap-server/tap");
	is(url_canonical("http://127.0.0.1:8080/tap", NULL), "http://127.0.0.1:8080/tap");
}

Test(url, other_schemes_and_passwords_are_refused)
{
	struct error *err = NULL;

	cr_expect_null(url_canonical("file:///etc/passwd", &err));
	cr_expect_not_null(err);
	error_clear(&err);
	cr_expect_null(url_canonical("https://jdoe:secret@host/tap", &err));
	cr_expect_null(strstr(error_text(err), "secret"));
	error_free(err);
}

Test(url, an_origin_is_scheme_host_and_port)
{
	is(url_origin("https://Host/a"), "https://host:443");
	cr_expect(url_same_origin("https://host/a", "https://HOST:443/b"));
	cr_expect_not(url_same_origin("https://host/a", "http://host/a"));
	cr_expect_not(url_same_origin("https://host/a", "https://host:444/a"));
	cr_expect_not(url_same_origin("https://host/a", "https://host.evil/a"));
}

Test(url, relative_references_are_joined)
{
	is(url_join("http://h/tap/async/7/", "results/result"),
	   "http://h/tap/async/7/results/result");
	is(url_join("http://h/tap/async", "/x"), "http://h/x");
	is(url_join("http://h/tap", "https://other/y"), "https://other/y");
	cr_expect_null(url_join("http://h/tap", "file:///etc/passwd"));
	is(url_join("http://h/tap", "http://h/a b/%41.fits?x=c%20d&y=e f"),
	   "http://h/a%20b/%41.fits?x=c%20d&y=e+f");
	is(url_join("http://h/tap", "https://other/\u00e9.fits"), "https://other/%c3%a9.fits");
}

Test(url, http_of_the_own_host_is_put_on_the_configured_scheme)
{
	is(url_rebased("http://gea.esac.esa.int/tap-server/tap/async/1",
		       "https://gea.esac.esa.int/tap"),
	   "https://gea.esac.esa.int/tap-server/tap/async/1");
	is(url_rebased("http://gea.esac.esa.int:80/x", "https://gea.esac.esa.int:8443/tap"),
	   "https://gea.esac.esa.int:8443/x");
	is(url_rebased("http://storage.example/x", "https://gea.esac.esa.int/tap"),
	   "http://storage.example/x");
}

Test(url, a_link_to_another_port_of_the_host_stays)
{
	is(url_upgraded("http://dc.example/x.fits", "https://dc.example/tap"),
	   "https://dc.example/x.fits");
	is(url_upgraded("http://other.example/x.fits", "https://dc.example/tap"),
	   "http://other.example/x.fits");
	is(url_upgraded("http://dc.example:9000/x.fits", "https://dc.example/tap"),
	   "http://dc.example:9000/x.fits");
	is(url_upgraded("https://dc.example/x.fits", "https://dc.example:8443/tap"),
	   "https://dc.example/x.fits");
	is(url_upgraded("https://dc.example/x.fits", "http://dc.example/tap"),
	   "https://dc.example/x.fits");
	is(url_upgraded("http://dc.example/x.fits", "http://dc.example:8080/tap"),
	   "http://dc.example/x.fits");
	is(url_upgraded("http://dc.example:8443/x.fits", "https://dc.example:8443/tap"),
	   "https://dc.example:8443/x.fits");
	is(url_upgraded("http://dc.example:8080/x.fits", "https://dc.example:8443/tap"),
	   "http://dc.example:8080/x.fits");
}

Test(url, secrets_are_not_shown)
{
	is(url_redact("https://u:p@h/x?a=1&X-Amz-Signature=abc&b=2"),
	   "https://h/x?a=1&X-Amz-Signature=…&b=2");
	is(url_redact("https://h/x?token=abc"), "https://h/x?token=…");
	is(url_redact("https://h/x"), "https://h/x");
}

Test(url, a_signed_address_is_kept_under_what_does_not_change)
{
	CLEANUP_FREE char *key = url_key("https://s3/b/m31.fits?X-Amz-Date=2026&versionId=3&"
					 "X-Amz-Signature=abc&Expires=1");

	cr_expect_str_eq(key, "https://s3/b/m31.fits?X-Amz-Date=…&versionId=3&X-Amz-Signature=…&"
			      "Expires=…");
}

Test(url, what_is_on_this_machine)
{
	cr_expect(url_is_local("http://localhost:8080/tap"));
	cr_expect(url_is_local("http://127.0.0.1/tap"));
	cr_expect(url_is_local("https://127.3.2.1:443/tap"));
	cr_expect(url_is_local("http://[::1]:80/tap"));
	cr_expect_not(url_is_local("http://localhost.example.org/tap"));
	cr_expect_not(url_is_local("http://gea.esac.esa.int/127.0.0.1"));
	cr_expect_not(url_is_local("http://127.0.0.1.example.org/"));
	cr_expect_not(url_is_local("http://1270.example.org/"));
}
