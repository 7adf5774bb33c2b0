/* metadata_test.c: what a service says of itself, where it says it badly. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tap/metadata/details.h"
#include "tap/metadata/metadata.h"
#include "tests/unit/tap/tap_fixture.h"

static struct tap_fixture f;

/* Begins with such a service, and turns the clock, at most so many ms, until its names are known
 * or not. */
static void begin(struct fake_tap tap, const char *option, unsigned ms)
{
	f = (struct tap_fixture){.tap = tap};
	tap_start_bare(&f, option);
	for (unsigned i = 0; i < ms && !f.service->names && !f.service->names_error; i += 100)
		loop_turn(f.loop, 100);
}

static void expect_tables(void)
{
	const char *why = f.service->names_error ? error_text(f.service->names_error) : "no end";

	cr_assert_not_null(f.service->names, "%s", why);
	cr_expect_eq(f.service->names->ntables, 1);
	cr_expect_eq(f.service->health, HEALTH_UP);
	tap_stop(&f);
}

static void expect_none(int errnum, const char *words)
{
	cr_expect_null(f.service->names);
	cr_assert_not_null(f.service->names_error);
	cr_expect_eq(error_errno(f.service->names_error), errnum);
	cr_expect_not_null(strstr(error_text(f.service->names_error), words), "%s",
			   error_text(f.service->names_error));
	tap_stop(&f);
}

Test(metadata, a_document_that_hangs_delays_nothing)
{
	begin((struct fake_tap){.availability_hangs = true}, NULL, 5000);
	expect_tables();
	begin((struct fake_tap){.capabilities_hang = true}, NULL, 5000);
	expect_tables();
	begin((struct fake_tap){.capabilities_hang = true, .availability_hangs = true}, NULL, 5000);
	expect_tables();
}

Test(metadata, tables_are_shown_whatever_the_capabilities_are)
{
	static const int statuses[] = {401, 403, 404, 500, 503, 504};

	for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses); i++) {
		begin((struct fake_tap){.capabilities_status = statuses[i]}, NULL, 5000);
		loop_turn(f.loop, 300000); /* until they were given up */
		expect_tables();
	}
}

Test(metadata, what_refuses_for_now_holds_nothing_back)
{
	static const int statuses[] = {429, 503};

	for (size_t i = 0; i < 8; i++) {
		int status = statuses[i % 2];
		struct fake_tap tap = {.error_headers = i & 2 ? "Retry-After: 120\n" : NULL};

		tap.availability_status = i & 4 ? status : 0;
		tap.capabilities_status = i & 4 ? 0 : status;
		begin(tap, NULL, 100);
		cr_expect_eq(fake_net_count(f.net, "GET", "/availability"), 1);
		cr_expect_eq(fake_net_count(f.net, "GET", "/capabilities"), 1);
		expect_tables();
	}
}

Test(metadata, documents_that_hang_take_no_slot_of_their_host)
{
	begin((struct fake_tap){.capabilities_hang = true, .availability_hangs = true},
	      "host_limit=1", 3000);
	expect_tables();
}

Test(metadata, a_connection_that_breaks_for_the_capabilities_says_nothing_of_the_tables)
{
	f = (struct tap_fixture){.tap = {.lost = "/capabilities"}};
	tap_start_bare(&f, NULL);
	loop_turn(f.loop, 1000);
	expect_tables();
}

Test(metadata, a_look_asks_again_for_capabilities_that_were_refused_for_now)
{
	begin((struct fake_tap){.capabilities_status = 503}, NULL, 1000);
	cr_expect_null(f.service->capabilities);
	f.tap.capabilities_status = 0;
	metadata_refresh_if_old(f.service);
	loop_turn(f.loop, 1000);
	cr_expect_null(f.service->capabilities, "not at once");
	loop_turn(f.loop, 30000);
	metadata_refresh_if_old(f.service);
	loop_turn(f.loop, 1000);
	cr_expect_not_null(f.service->capabilities);
	cr_expect_eq(fake_net_count(f.net, NULL, "/tables"), 1, "the tables are not old");
	expect_tables();
}

Test(metadata, each_way_to_the_tables_falls_to_the_next)
{
	begin((struct fake_tap){.has_tap_schema = true, .tables_status = 404}, NULL, 5000);
	expect_tables();
	begin((struct fake_tap){.has_tap_schema = true, .counts_not = true, .tables_status = 404},
	      NULL, 5000);
	expect_tables();
	begin((struct fake_tap){.has_tap_schema = true, .tap_schema = ""}, NULL, 5000);
	expect_tables();
	begin((struct fake_tap){.refuses_detail = true}, NULL, 5000);
	expect_tables();
	begin((struct fake_tap){.refuses_detail = true}, "metadata=vosi", 5000);
	expect_tables();
}

Test(metadata, a_service_without_tables_is_an_error_and_no_empty_folder)
{
	begin((struct fake_tap){.tables_status = 404}, NULL, 5000);
	cr_expect_not_null(strstr(error_text(f.service->names_error), "no such table"));
	expect_none(EIO, "the service lists no tables");
	begin((struct fake_tap){.tables_status = 404}, "metadata=tap_schema", 5000);
	expect_none(EIO, "the service lists no tables");
	begin((struct fake_tap){.tables_status = 403}, NULL, 5000);
	expect_none(EPERM, "403");
}

Test(metadata, what_is_no_service_is_said_to_be_none)
{
	begin((struct fake_tap){.capabilities_status = 404, .tables_status = 404}, NULL, 5000);
	expect_none(EIO, "there is no TAP service at " FAKE_TAP_URL);
}

Test(metadata, a_service_that_fails_is_said_to_fail)
{
	static const int statuses[] = {500, 501, 520};

	for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses); i++) {
		begin((struct fake_tap){.every_status = statuses[i]}, NULL, 5000);
		CLEANUP_FREE char *health = service_describe_health(f.service);
		CLEANUP_FREE char *words = xasprintf("HTTP %d: not today", statuses[i]);

		cr_expect_eq(f.service->health, HEALTH_FAILING);
		cr_expect_eq(strncmp(health, "failing since ", 14), 0, "%s", health);
		cr_expect_not_null(strstr(health, words), "%s", health);
		expect_none(EIO, words);
	}
}

Test(metadata, it_is_up_again_when_it_answers)
{
	begin((struct fake_tap){.every_status = 500}, NULL, 5000);
	f.tap.every_status = 0;
	loop_turn(f.loop, 30000);
	metadata_refresh_if_old(f.service);
	loop_turn(f.loop, 1000);
	expect_tables();
}

Test(metadata, known_tables_and_a_service_that_fails_now)
{
	begin((struct fake_tap){0}, NULL, 5000);
	f.tap.every_status = 500;
	tap_restart(&f);
	loop_turn(f.loop, 1000);
	cr_expect_not_null(f.service->names);
	cr_expect_eq(f.service->health, HEALTH_FAILING);
	tap_stop(&f);
}

Test(metadata, a_way_to_a_log_in_page_says_to_sign_in)
{
	begin((struct fake_tap){.login = "/login?rd=x"}, NULL, 5000);
	cr_expect_not_null(strstr(error_text(f.service->names_error), "/login"));
	cr_expect_eq(f.service->health, HEALTH_DOWN);
	expect_none(EACCES, "sign in with the options auth");
}

Test(metadata, what_answers_html_to_all_is_no_service)
{
	begin((struct fake_tap){.every_status = 200}, NULL, 5000);
	expect_none(EIO, "there is no TAP service at " FAKE_TAP_URL);
	begin((struct fake_tap){.every_status = 404}, NULL, 5000);
	expect_none(EIO, "there is no TAP service at " FAKE_TAP_URL);
	begin((struct fake_tap){.every_status = 403}, NULL, 5000);
	expect_none(EPERM, "403");
}

/* Asks for the columns of the one table. NULL with *err. */
static struct catalog_details *columns(struct error **err)
{
	struct waitlist *wait = NULL;
	struct catalog_details *d;

	cr_assert_not_null(f.service->names);
	for (unsigned i = 0; i < 100; i++) {
		d = details_get(f.service, f.service->names->tables[0].name, &wait, err);
		if (d || *err)
			return d;
		loop_turn(f.loop, 100);
	}
	return NULL;
}

static void expect_no_columns(int status, int errnum, const char *words)
{
	CLEANUP_ERROR struct error *err = NULL;

	begin((struct fake_tap){.has_tap_schema = true,
				.tables_status = 404,
				.columns_status = status},
	      NULL, 5000);
	cr_expect_null(columns(&err));
	cr_expect_eq(error_errno(err), errnum, "%d: %d", status, error_errno(err));
	cr_expect_not_null(strstr(error_text(err), words), "%s", error_text(err));
	tap_stop(&f);
}

Test(metadata, columns_that_cannot_be_had_are_a_failure_and_no_missing_file)
{
	expect_no_columns(400, EIO,
			  "lists no columns of s.t (TAP_SCHEMA: HTTP 400: not today; "
			  "tables/s.t: HTTP 404: ");
	expect_no_columns(404, EIO, "lists no columns of s.t (TAP_SCHEMA: HTTP 404");
	expect_no_columns(403, EPERM, "403");
	expect_no_columns(500, EIO, "the service fails, and lists no columns of s.t");
}

Test(metadata, who_looks_later_has_it_tried_again)
{
	begin((struct fake_tap){.tables_status = 500}, NULL, 5000);
	cr_assert_not_null(f.service->names_error);
	f.tap.tables_status = 0;
	metadata_refresh_if_old(f.service);
	cr_expect_not(metadata_is_refreshing(f.service), "not at once");
	loop_turn(f.loop, 30000);
	metadata_refresh_if_old(f.service);
	loop_turn(f.loop, 100);
	expect_tables();
}

/* Daiquiri: names without their schema, and the same in two of them. */
Test(metadata, a_name_that_two_schemas_have_is_told_with_its_schema)
{
	begin((struct fake_tap){.has_tap_schema = true,
				.tap_schema = "<TR><TD>dr3</TD><TD>process</TD></TR>"
					      "<TR><TD>dr4</TD><TD>process</TD></TR>"
					      "<TR><TD>dr4</TD><TD>J/A+A/1/t</TD></TR>"
					      "<TR><TD>dr4</TD><TD>dr4.order</TD></TR>"},
	      NULL, 5000);
	cr_assert_not_null(f.service->names);
	cr_assert_eq(f.service->names->ntables, 4);
	cr_expect_str_eq(f.service->names->tables[0].name, "dr3.process");
	cr_expect_str_eq(f.service->names->tables[0].path, "process");
	cr_expect_str_eq(f.service->names->tables[1].name, "\"J/A+A/1/t\"");
	cr_expect_str_eq(f.service->names->tables[1].path, "J/A+A/1/t");
	cr_expect_str_eq(f.service->names->tables[2].name, "dr4.\"order\"");
	cr_expect_str_eq(f.service->names->tables[3].name, "dr4.process");
	tap_stop(&f);
}
