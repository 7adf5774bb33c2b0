/* http_test.c: one request from start to end: retries, redirects, time-outs, hosts, sign-in. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "http/http.h"
#include "http/signin.h"
#include "tests/unit/http/fake_net.h"

#define A "http://a.test"
#define B "https://b.test"

static struct loop *loop;
static struct fake_net *net;
static struct http *http;
static struct config *config;

/* What a request came to. */
struct outcome_of {
	unsigned done;
	int status, errnum;
	char *text, *url;
	char *body;
	struct transfer *transfer;
};

static void start(void)
{
	loop = loop_new_turned();
	net = fake_net_new(loop);
	http = http_new(loop, fake_net_transport(net));
	config = config_new();
}

static void stop(void)
{
	http_free(http);
	fake_net_free(net);
	loop_free(loop);
	config_free(config);
}

TestSuite(http, .init = start, .fini = stop);

static void done(void *arg, struct http_reply *r, struct error *err)
{
	struct outcome_of *o = arg;

	o->done++;
	o->transfer = NULL;
	o->status = r->status;
	o->errnum = err ? error_errno(err) : 0;
	o->text = xstrdup(err ? error_text(err) : "");
	o->url = xstrdup(r->url ? r->url : "");
	o->body = xstrdup(buf_str(&r->body));
}

static void clear(struct outcome_of *o)
{
	free(o->text);
	free(o->url);
	free(o->body);
	*o = (struct outcome_of){0};
}

static struct http_call call_of(const char *method, const char *url, struct outcome_of *o)
{
	return (struct http_call){.url = url,
				  .method = method,
				  .settings = config_global(config),
				  .body = strcmp(method, "POST") == 0 ? "a=b" : NULL,
				  .body_len = strcmp(method, "POST") == 0 ? 3 : 0,
				  .arg = o,
				  .on_done = done};
}

/* Sends it, and lets that much time pass. */
static struct outcome_of ask(const char *method, const char *url, uint64_t ms)
{
	struct outcome_of o = {0};
	struct http_call call = call_of(method, url, &o);

	o.transfer = http_start(http, &call);
	loop_turn(loop, ms);
	if (!o.done)
		transfer_cancel(o.transfer);
	return o;
}

Test(http, an_answer_comes_with_its_body)
{
	struct outcome_of o;

	fake_net_answer(net, "GET", "/x", 1, 200, "Content-Type: text/plain", "hello");
	o = ask("GET", A "/x", 0);
	cr_expect_eq(o.done, 1);
	cr_expect_eq(o.status, 200);
	cr_expect_str_eq(o.body, "hello");
	cr_expect_eq(fake_net_open(net), 0);
	clear(&o);
}

Test(http, a_503_is_followed_by_another_try)
{
	struct outcome_of o;

	fake_net_answer(net, "GET", "/x", 1, 503, NULL, "");
	fake_net_answer(net, "GET", "/x", 1, 200, NULL, "now");
	o = ask("GET", A "/x", 2000);
	cr_expect_eq(o.status, 200);
	cr_expect_eq(fake_net_count(net, "GET", "/x"), 2);
	clear(&o);
}

Test(http, a_post_that_got_503_is_sent_again)
{
	struct outcome_of o;

	fake_net_answer(net, "POST", "/x", 1, 503, NULL, "");
	fake_net_answer(net, "POST", "/x", 1, 200, NULL, "");
	o = ask("POST", A "/x", 2000);
	cr_expect_eq(o.status, 200);
	clear(&o);
}

Test(http, retry_after_is_waited_for)
{
	struct outcome_of o = {0};
	struct http_call call = call_of("GET", A "/x", &o);

	fake_net_answer(net, "GET", "/x", 1, 429, "Retry-After: 7", "");
	fake_net_answer(net, "GET", "/x", 1, 200, NULL, "");
	http_start(http, &call);
	loop_turn(loop, 6900);
	cr_expect_eq(fake_net_count(net, "GET", "/x"), 1);
	loop_turn(loop, 200);
	cr_expect_eq(o.status, 200);
	clear(&o);
}

Test(http, retry_after_holds_back_all_of_the_host)
{
	struct outcome_of o = {0}, other = {0};
	struct http_call call = call_of("GET", A "/x", &o), next = call_of("GET", A "/y", &other);

	fake_net_answer(net, "GET", "/x", 1, 503, "Retry-After: 5", "");
	fake_net_answer(net, NULL, "/x", 1, 200, NULL, "");
	fake_net_answer(net, NULL, "/y", 1, 200, NULL, "");
	http_start(http, &call);
	loop_turn(loop, 10);
	http_start(http, &next);
	loop_turn(loop, 4000);
	cr_expect_eq(fake_net_count(net, NULL, "/y"), 0);
	loop_turn(loop, 1100);
	cr_expect_eq(other.status, 200);
	clear(&o);
	clear(&other);
}

Test(http, retry_after_may_be_a_date)
{
	struct outcome_of o = {0};
	struct http_call call = call_of("GET", A "/x", &o);

	clock_fix(INT64_C(1445412480000)); /* Wed, 21 Oct 2015 07:28:00 GMT */
	fake_net_answer(net, "GET", "/x", 1, 503, "Retry-After: Wed, 21 Oct 2015 07:28:20 GMT", "");
	fake_net_answer(net, "GET", "/x", 1, 200, NULL, "");
	http_start(http, &call);
	loop_turn(loop, 19000);
	cr_expect_eq(fake_net_count(net, "GET", "/x"), 1);
	loop_turn(loop, 1100);
	cr_expect_eq(o.status, 200);
	clear(&o);
	clock_fix(0);
}

Test(http, a_busy_host_is_not_met_by_a_burst)
{
	struct outcome_of o[6] = {0};

	fake_net_answer(net, "GET", "/x", 1, 503, "Retry-After: 5", "");
	fake_net_delay(net, "GET", "/x", FAKE_ALWAYS, 100);
	fake_net_answer(net, "GET", "/x", FAKE_ALWAYS, 200, NULL, "");
	for (int i = 0; i < 6; i++) {
		struct http_call call = call_of("GET", A "/x", &o[i]);

		http_start(http, &call);
		if (i == 0)
			loop_turn(loop, 10);
	}
	loop_turn(loop, 5000);
	cr_expect_eq(fake_net_open(net), 1, "one at first");
	loop_turn(loop, 105);
	cr_expect_eq(fake_net_open(net), 2);
	loop_turn(loop, 1000);
	for (int i = 0; i < 6; i++) {
		cr_expect_eq(o[i].status, 200);
		clear(&o[i]);
	}
}

Test(http, a_post_that_is_moved_goes_there_with_its_body)
{
	struct outcome_of o = {0};
	struct http_call call = call_of("POST", A "/x", &o);

	call.stop_at_redirect = call.may_move = true;
	fake_net_answer(net, "POST", "/x", 1, 308, "Location: /y", "");
	fake_net_answer(net, "POST", "/y", 1, 303, "Location: /z", "");
	http_start(http, &call);
	loop_turn(loop, 0);
	cr_expect_eq(o.status, 303);
	clear(&o);
}

Test(http, a_post_is_not_moved_to_another_origin)
{
	struct outcome_of o = {0};
	struct http_call call = call_of("POST", A "/x", &o);

	call.stop_at_redirect = call.may_move = true;
	fake_net_answer(net, "POST", "/x", 1, 307, "Location: http://other.test/x", "");
	http_start(http, &call);
	loop_turn(loop, 0);
	cr_expect_eq(o.status, 307);
	cr_expect_eq(fake_net_count(net, NULL, NULL), 1);
	clear(&o);
}

Test(http, nothing_else_is_moved)
{
	static const int statuses[] = {307, 308};
	static const char *const methods[] = {"DELETE", "POST"};

	for (size_t i = 0; i < 4; i++) {
		struct outcome_of o = {0};
		struct http_call call = call_of(methods[i / 2], A "/x", &o);

		call.stop_at_redirect = call.safe = true;
		fake_net_answer(net, NULL, "/x", 1, statuses[i % 2], "Location: /async", "");
		http_start(http, &call);
		loop_turn(loop, 1000);
		cr_expect_eq(o.status, statuses[i % 2]);
		cr_expect_neq(o.errnum, 0, "nothing was done");
		cr_expect_eq(fake_net_count(net, NULL, "/async"), 0);
		clear(&o);
	}
}

Test(http, a_proxy_that_says_http_of_its_own_host_means_https)
{
	struct outcome_of o;

	fake_net_answer(net, "GET", "/x", 1, 303, "Location: http://b.test/y", "");
	fake_net_answer(net, "GET", "https://b.test/y", 1, 200, NULL, "");
	o = ask("GET", B "/x", 1000);
	cr_expect_eq(o.status, 200);
	clear(&o);
}

Test(http, a_long_retry_after_is_the_answer)
{
	struct outcome_of o;

	fake_net_answer(net, "GET", "/x", 1, 503, "Retry-After: 3600", "");
	o = ask("GET", A "/x", 1000);
	cr_expect_eq(o.errnum, EAGAIN);
	cr_expect_eq(fake_net_count(net, NULL, NULL), 1);
	clear(&o);
}

Test(http, tries_have_an_end)
{
	struct outcome_of o;

	fake_net_answer(net, "GET", "/x", FAKE_ALWAYS, 503, NULL, "");
	o = ask("GET", A "/x", 600000);
	cr_expect_eq(o.errnum, EAGAIN);
	cr_expect_eq(fake_net_count(net, NULL, NULL), 5, "one, and the option retries = 4");
	clear(&o);
}

Test(http, a_get_whose_connection_breaks_is_sent_again)
{
	struct outcome_of o;

	fake_net_lose(net, "GET", "/x", 1);
	fake_net_answer(net, "GET", "/x", 1, 200, NULL, "");
	o = ask("GET", A "/x", 2000);
	cr_expect_eq(o.status, 200);
	clear(&o);
}

Test(http, a_post_whose_connection_breaks_is_never_sent_again)
{
	struct outcome_of o;

	fake_net_lose(net, "POST", "/x", 1);
	o = ask("POST", A "/x", 600000);
	cr_expect_eq(o.errnum, ECONNRESET);
	cr_expect_eq(fake_net_count(net, "POST", "/x"), 1);
	clear(&o);
}

Test(http, a_post_that_did_not_reach_the_server_is_sent_again)
{
	struct outcome_of o;

	fake_net_refuse(net, "POST", "/x", 2);
	fake_net_answer(net, "POST", "/x", 1, 200, NULL, "");
	o = ask("POST", A "/x", 5000);
	cr_expect_eq(o.status, 200);
	clear(&o);
}

Test(http, who_waits_to_know_is_told_at_once_that_a_host_is_not_reached)
{
	struct outcome_of o = {0};
	struct http_call call = call_of("GET", A "/x", &o);

	call.unreached_is_answer = true;
	fake_net_refuse(net, "GET", "/x", 1);
	http_start(http, &call);
	loop_turn(loop, 10);
	cr_expect_eq(o.errnum, EHOSTUNREACH);
	clear(&o);
	fake_net_answer(net, "GET", "/x", 1, 503, NULL, "");
	fake_net_answer(net, "GET", "/x", 1, 200, NULL, "");
	http_start(http, &call);
	loop_turn(loop, 2000);
	cr_expect_eq(o.status, 200, "what is busy is tried again");
	clear(&o);
}

Test(http, a_host_that_is_not_reached_is_told_so)
{
	struct outcome_of o;

	fake_net_refuse(net, "GET", "/x", FAKE_ALWAYS);
	o = ask("GET", A "/x", 600000);
	cr_expect_eq(o.errnum, EHOSTUNREACH);
	clear(&o);
}

Test(http, what_is_refused_is_not_asked_again)
{
	struct outcome_of o;

	fake_net_answer(net, "GET", "/x", FAKE_ALWAYS, 404, NULL, "");
	o = ask("GET", A "/x", 600000);
	cr_expect_eq(o.errnum, ENOENT);
	cr_expect_eq(fake_net_count(net, NULL, NULL), 1);
	clear(&o);
}

static char *explain(int status, const char *type, const char *body, size_t n)
{
	(void)type;
	return xasprintf("%d says %.*s", status, (int)n, body);
}

Test(http, the_body_of_an_error_is_explained_by_the_caller)
{
	struct outcome_of o = {0};
	struct http_call call = call_of("GET", A "/x", &o);

	call.explain = explain;
	fake_net_answer(net, "GET", "/x", 1, 400, NULL, "no");
	http_start(http, &call);
	loop_turn(loop, 0);
	cr_expect_str_eq(o.text, "HTTP 400: 400 says no");
	clear(&o);
}

Test(http, a_server_that_says_nothing_times_out)
{
	struct outcome_of o = {0};
	struct http_call call = call_of("POST", A "/x", &o);

	call.first_byte_s = 40;
	fake_net_hang(net, NULL, "/x", FAKE_ALWAYS);
	http_start(http, &call);
	loop_turn(loop, 39000);
	cr_expect_eq(o.done, 0);
	loop_turn(loop, 1001);
	cr_expect_eq(o.errnum, ETIMEDOUT);
	cr_expect_eq(fake_net_open(net), 0);
	clear(&o);
}

Test(http, a_redirect_is_followed)
{
	struct outcome_of o;

	fake_net_answer(net, "GET", "/x", 1, 302, "Location: /y?a=1", "");
	fake_net_answer(net, "GET", "/y?a=1", 1, 200, NULL, "there");
	o = ask("GET", A "/x", 0);
	cr_expect_str_eq(o.body, "there");
	cr_expect_str_eq(o.url, A "/y?a=1");
	clear(&o);
}

Test(http, a_303_after_a_post_is_got)
{
	struct outcome_of o;

	fake_net_answer(net, "POST", "/x", 1, 303, "Location: " A "/y", "");
	fake_net_answer(net, "GET", "/y", 1, 200, NULL, "");
	o = ask("POST", A "/x", 0);
	cr_expect_eq(o.status, 200);
	clear(&o);
}

Test(http, a_307_after_a_post_is_a_post)
{
	struct outcome_of o;

	fake_net_answer(net, "POST", "/x", 1, 307, "Location: /y", "");
	fake_net_answer(net, "POST", "/y", 1, 200, NULL, "");
	o = ask("POST", A "/x", 0);
	cr_expect_eq(o.status, 200);
	clear(&o);
}

Test(http, a_redirect_from_https_to_http_is_not_followed)
{
	struct outcome_of o;

	fake_net_answer(net, "GET", "/x", 1, 301, "Location: " A "/y", "");
	o = ask("GET", B "/x", 1000);
	cr_expect_eq(o.errnum, EPROTO);
	cr_expect_eq(fake_net_count(net, NULL, NULL), 1);
	clear(&o);
}

Test(http, redirects_in_a_circle_have_an_end)
{
	struct outcome_of o;

	fake_net_answer(net, "GET", "/x", FAKE_ALWAYS, 302, "Location: /x", "");
	o = ask("GET", A "/x", 1000);
	cr_expect_eq(o.errnum, ELOOP);
	clear(&o);
}

Test(http, a_redirect_that_is_the_answer_is_not_followed)
{
	struct outcome_of o = {0};
	struct http_call call = call_of("POST", A "/x", &o);

	call.stop_at_redirect = true;
	fake_net_answer(net, "POST", "/x", 1, 303, "Location: jobs/1", "");
	http_start(http, &call);
	loop_turn(loop, 0);
	cr_expect_eq(o.status, 303);
	cr_expect_eq(o.errnum, 0);
	clear(&o);
}

Test(http, a_host_has_six_requests_at_a_time)
{
	struct outcome_of o[8] = {0};
	struct transfer *t[8];

	fake_net_hang(net, NULL, "/x", FAKE_ALWAYS);
	for (int i = 0; i < 8; i++) {
		struct http_call call = call_of("GET", A "/x", &o[i]);

		t[i] = http_start(http, &call);
	}
	loop_turn(loop, 1);
	cr_expect_eq(fake_net_open(net), 6);
	transfer_cancel(t[0]);
	loop_turn(loop, 1);
	cr_expect_eq(fake_net_count(net, NULL, NULL), 7);
	for (int i = 1; i < 8; i++)
		transfer_cancel(t[i]);
	cr_expect_eq(fake_net_open(net), 0);
}

Test(http, long_polls_are_not_counted)
{
	struct outcome_of o[8] = {0};
	struct transfer *t[8];

	fake_net_hang(net, NULL, "/x", FAKE_ALWAYS);
	for (int i = 0; i < 8; i++) {
		struct http_call call = call_of("GET", A "/x", &o[i]);

		call.long_poll = true;
		t[i] = http_start(http, &call);
	}
	loop_turn(loop, 1);
	cr_expect_eq(fake_net_open(net), 8);
	for (int i = 0; i < 8; i++)
		transfer_cancel(t[i]);
}

Test(http, what_is_asked_aside_gets_one_try_and_holds_nothing_back)
{
	struct outcome_of o = {0}, other;
	struct http_call call = call_of("GET", A "/x", &o);

	call.aside = true;
	fake_net_answer(net, NULL, "/x", FAKE_ALWAYS, 503, "Retry-After: 60", "");
	fake_net_answer(net, NULL, "/y", 1, 200, NULL, "");
	http_start(http, &call);
	loop_turn(loop, 10);
	cr_expect_eq(o.errnum, EAGAIN);
	other = ask("GET", A "/y", 10);
	cr_expect_eq(other.status, 200);
	cr_expect_eq(fake_net_count(net, NULL, "/x"), 1);
	clear(&o);
	clear(&other);
}

Test(http, what_is_asked_aside_waits_as_the_others_do_when_the_host_is_busy)
{
	struct outcome_of o = {0}, other = {0};
	struct http_call call = call_of("GET", A "/x", &other), aside = call_of("GET", A "/y", &o);

	aside.aside = true;
	fake_net_answer(net, NULL, "/x", 1, 503, "Retry-After: 5", "");
	fake_net_answer(net, NULL, "/x", 1, 200, NULL, "");
	fake_net_answer(net, NULL, "/y", 1, 200, NULL, "");
	http_start(http, &call);
	loop_turn(loop, 10);
	http_start(http, &aside);
	loop_turn(loop, 4000);
	cr_expect_eq(fake_net_count(net, NULL, "/y"), 0);
	loop_turn(loop, 1100);
	cr_expect_eq(o.status, 200);
	clear(&o);
	clear(&other);
}

Test(http, offline_nothing_is_sent)
{
	struct outcome_of o;

	http_set_offline(http, true);
	o = ask("GET", A "/x", 10);
	cr_expect_eq(o.errnum, EHOSTUNREACH);
	cr_expect_eq(fake_net_count(net, NULL, NULL), 0);
	clear(&o);
}

Test(http, what_is_under_way_ends_when_it_goes_offline)
{
	struct outcome_of o = {0};
	struct http_call call = call_of("GET", A "/x", &o);

	fake_net_hang(net, NULL, "/x", 1);
	http_start(http, &call);
	loop_turn(loop, 10);
	http_set_offline(http, true);
	loop_turn(loop, 10);
	cr_expect_eq(o.errnum, EHOSTUNREACH);
	cr_expect_eq(fake_net_open(net), 0);
	clear(&o);
}

/* --- a body in pieces --- */

struct pieces {
	size_t n, pause_at;
	bool stop;
	unsigned done;
	int errnum;
	struct transfer *transfer;
};

static enum body_verdict piece(void *arg, const void *data, size_t n)
{
	struct pieces *p = arg;

	(void)data;
	if (p->stop)
		return BODY_STOP;
	if (p->pause_at && p->n >= p->pause_at)
		return BODY_PAUSE;
	p->n += n;
	return BODY_TAKEN;
}

static void pieces_done(void *arg, struct http_reply *r, struct error *err)
{
	struct pieces *p = arg;

	(void)r;
	p->done++;
	p->errnum = err ? error_errno(err) : 0;
}

static void ask_pieces(struct pieces *p)
{
	struct http_call call = {.url = A "/x",
				 .settings = config_global(config),
				 .arg = p,
				 .on_body = piece,
				 .on_done = pieces_done};
	char *body = xcalloc(1, 100001);

	memset(body, 'x', 100000);
	fake_net_answer(net, "GET", "/x", 1, 200, NULL, body);
	free(body);
	p->transfer = http_start(http, &call);
	loop_turn(loop, 0);
}

Test(http, a_paused_body_goes_on_where_it_stood)
{
	struct pieces p = {.pause_at = 40000};

	ask_pieces(&p);
	cr_expect_eq(p.n, 49152);
	cr_expect_eq(p.done, 0);
	p.pause_at = 0;
	transfer_resume(p.transfer);
	loop_turn(loop, 0);
	cr_expect_eq(p.n, 100000);
	cr_expect_eq(p.done, 1);
	cr_expect_eq(p.errnum, 0);
}

Test(http, a_paused_body_does_not_time_out)
{
	struct pieces p = {.pause_at = 40000};

	ask_pieces(&p);
	loop_turn(loop, 300000);
	cr_expect_eq(p.done, 0);
	transfer_cancel(p.transfer);
}

Test(http, a_body_that_was_begun_is_not_asked_for_again)
{
	struct pieces p = {0};

	fake_net_cut(net, "GET", "/x", 1, 1000);
	ask_pieces(&p);
	loop_turn(loop, 600000);
	cr_expect_eq(p.done, 1);
	cr_expect_eq(fake_net_count(net, NULL, NULL), 1);
}

Test(http, who_has_had_enough_stops_it)
{
	struct pieces p = {.stop = true};

	ask_pieces(&p);
	cr_expect_eq(p.errnum, ECANCELED);
	cr_expect_eq(fake_net_open(net), 0);
}

/* --- sign-in by a log-in --- */

struct session {
	unsigned logins;
	bool fails;
	struct signin *signin;
};

static void logged_in(void *arg, struct http_reply *r, struct error *err)
{
	struct session *s = arg;
	struct error *e = err ? error_copy(err) : NULL;

	(void)r;
	signin_over(s->signin, e ? NULL : xasprintf("Cookie: session=%u", s->logins), e);
}

static void login(void *arg, struct signin *signin, struct http *h)
{
	struct session *s = arg;
	struct http_call call = {.url = A "/login",
				 .method = "POST",
				 .body = "user=x",
				 .body_len = 6,
				 .arg = s,
				 .on_done = logged_in};

	s->logins++;
	s->signin = signin;
	http_start(h, &call);
}

static const struct signin_session by_login = {login, NULL};

static struct outcome_of ask_signed(struct signin *signin, const char *url, uint64_t ms)
{
	struct outcome_of o = {0};
	struct http_call call = call_of("GET", url, &o);

	call.signin = signin;
	o.transfer = http_start(http, &call);
	loop_turn(loop, ms);
	return o;
}

Test(http, the_first_request_waits_for_the_log_in)
{
	struct session s = {0};
	struct signin *signin = signin_new_session(A "/tap", "signed in as x", &by_login, &s);
	struct outcome_of o;

	fake_net_answer(net, "POST", "/login", 1, 200, NULL, "");
	fake_net_answer(net, "GET", "/tap/x", 1, 200, NULL, "");
	o = ask_signed(signin, A "/tap/x", 10);
	cr_expect_eq(o.status, 200);
	cr_expect_str_eq(fake_net_log(net), "POST " A "/login\nGET " A "/tap/x\n");
	cr_expect_not_null(fake_net_header(net, "Cookie: session=1"));
	clear(&o);
	signin_free(signin);
}

Test(http, many_requests_wait_for_one_log_in)
{
	struct session s = {0};
	struct signin *signin = signin_new_session(A, "signed in as x", &by_login, &s);
	struct outcome_of o[3] = {0};

	fake_net_answer(net, "POST", "/login", 1, 200, NULL, "");
	fake_net_answer(net, "GET", "/x", 3, 200, NULL, "");
	for (int i = 0; i < 3; i++) {
		struct http_call call = call_of("GET", A "/x", &o[i]);

		call.signin = signin;
		http_start(http, &call);
	}
	loop_turn(loop, 10);
	cr_expect_eq(s.logins, 1);
	for (int i = 0; i < 3; i++) {
		cr_expect_eq(o[i].status, 200);
		clear(&o[i]);
	}
	signin_free(signin);
}

Test(http, a_401_is_followed_by_one_log_in_and_the_same_request)
{
	struct session s = {0};
	struct signin *signin = signin_new_session(A, "signed in as x", &by_login, &s);
	struct outcome_of o;

	fake_net_answer(net, "POST", "/login", FAKE_ALWAYS, 200, NULL, "");
	fake_net_answer(net, "GET", "/x", 1, 401, NULL, "");
	fake_net_answer(net, "GET", "/x", 1, 200, NULL, "mine");
	o = ask_signed(signin, A "/x", 10);
	cr_expect_str_eq(o.body, "mine");
	cr_expect_eq(s.logins, 2);
	cr_expect_not_null(fake_net_header(net, "Cookie: session=2"));
	clear(&o);
	signin_free(signin);
}

Test(http, a_second_401_is_the_answer)
{
	struct session s = {0};
	struct signin *signin = signin_new_session(A, "signed in as x", &by_login, &s);
	struct outcome_of o;

	fake_net_answer(net, "POST", "/login", FAKE_ALWAYS, 200, NULL, "");
	fake_net_answer(net, "GET", "/x", FAKE_ALWAYS, 401, NULL, "");
	o = ask_signed(signin, A "/x", 1000);
	cr_expect_eq(o.errnum, EACCES);
	cr_expect_eq(fake_net_count(net, "GET", "/x"), 2);
	cr_expect_eq(s.logins, 2);
	clear(&o);
	signin_free(signin);
}

Test(http, two_requests_with_401_renew_the_session_once)
{
	struct session s = {0};
	struct signin *signin = signin_new_session(A, "signed in as x", &by_login, &s);
	struct outcome_of o[2] = {0};

	fake_net_answer(net, "POST", "/login", FAKE_ALWAYS, 200, NULL, "");
	fake_net_answer(net, "GET", "/x", 2, 401, NULL, "");
	fake_net_answer(net, "GET", "/x", 2, 200, NULL, "");
	for (int i = 0; i < 2; i++) {
		struct http_call call = call_of("GET", A "/x", &o[i]);

		call.signin = signin;
		http_start(http, &call);
	}
	loop_turn(loop, 10);
	cr_expect_eq(s.logins, 2);
	for (int i = 0; i < 2; i++) {
		cr_expect_eq(o[i].status, 200);
		clear(&o[i]);
	}
	signin_free(signin);
}

Test(http, a_log_in_that_is_refused_is_the_answer)
{
	struct session s = {0};
	struct signin *signin = signin_new_session(A, "signed in as x", &by_login, &s);
	struct outcome_of o;

	fake_net_answer(net, "POST", "/login", 1, 403, NULL, "");
	o = ask_signed(signin, A "/x", 10);
	cr_expect_eq(o.errnum, EPERM);
	cr_expect_eq(fake_net_count(net, "GET", "/x"), 0);
	clear(&o);
	signin_free(signin);
}

Test(http, a_refused_log_in_is_not_sent_again_at_once)
{
	struct session s = {0};
	struct signin *signin = signin_new_session(A, "signed in as x", &by_login, &s);
	struct outcome_of o;

	clock_fix(INT64_C(1800000000000));
	fake_net_answer(net, "POST", "/login", FAKE_ALWAYS, 403, NULL, "");
	for (int i = 0; i < 5; i++) {
		o = ask_signed(signin, A "/x", 10);
		cr_expect_eq(o.errnum, EPERM);
		clear(&o);
	}
	cr_expect_eq(s.logins, 1);
	loop_turn(loop, 10000);
	o = ask_signed(signin, A "/x", 10);
	cr_expect_eq(s.logins, 2);
	clear(&o);
	signin_free(signin);
	clock_fix(0);
}

Test(http, a_session_goes_to_its_origin_only)
{
	struct session s = {0};
	struct signin *signin = signin_new_session(A, "signed in as x", &by_login, &s);
	struct outcome_of o;

	fake_net_answer(net, "GET", "/x", 1, 200, NULL, "");
	o = ask_signed(signin, "http://other.test/x", 10);
	cr_expect_eq(o.status, 200);
	cr_expect_eq(s.logins, 0);
	cr_expect_null(fake_net_header(net, "Cookie"));
	clear(&o);
	signin_free(signin);
}

Test(http, a_request_that_waits_for_a_log_in_can_be_cancelled)
{
	struct session s = {0};
	struct signin *signin = signin_new_session(A, "signed in as x", &by_login, &s);
	struct outcome_of o;

	fake_net_delay(net, "POST", "/login", 1, 500);
	fake_net_answer(net, "POST", "/login", 1, 200, NULL, "");
	o = ask_signed(signin, A "/x", 10);
	transfer_cancel(o.transfer);
	loop_turn(loop, 2000);
	cr_expect_eq(o.done, 0);
	cr_expect_eq(fake_net_count(net, "GET", "/x"), 0);
	signin_free(signin);
}
