/* hips_test.c: what the properties of a HiPS say, and names of its files. */
#include <criterion/criterion.h>
#include <string.h>

#include "tap/remote/hips.h"

static struct hips_properties read_good(const char *text)
{
	struct hips_properties p;
	struct error *err = NULL;

	cr_assert(hips_properties_read(text, strlen(text), &p, &err), "%s", error_text(err));
	return p;
}

Test(hips, properties_tell_orders_and_formats)
{
	struct hips_properties p = read_good("# hips_order = 5\n"
					     "hips_order          = 9\r\n"
					     "  hips_order_min=3\n"
					     "hips_tile_format = jpeg fits  png\n"
					     "moc_sky_fraction = 1.0\n"
					     "hips_order_of_nothing = 12\n");

	cr_expect_eq(p.order, 9);
	cr_expect_eq(p.order_min, 3);
	cr_expect_str_eq(p.formats[0], "jpg");
	cr_expect_str_eq(p.formats[1], "fits");
	cr_expect_str_eq(p.formats[2], "png");
	cr_expect_str_eq(p.formats[3], "");
	cr_expect(p.whole_sky);
}

Test(hips, what_is_not_told_is_not_guessed)
{
	struct hips_properties p = read_good("hips_order=3\nhips_tile_format=png\n");

	cr_expect_eq(p.order_min, 0);
	cr_expect_not(p.whole_sky);
	p = read_good("hips_order=3\nhips_tile_format=png\nmoc_sky_fraction=0.999\n");
	cr_expect_not(p.whole_sky);
}

Test(hips, what_is_none_is_refused)
{
	static const char *const bad[] = {"",
					  "<html></html>",
					  "hips_order=3",
					  "hips_tile_format=png",
					  "hips_order=30\nhips_tile_format=png",
					  "hips_order=-1\nhips_tile_format=png",
					  "hips_order=3\nhips_tile_format=../x"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct hips_properties p;
		struct error *err = NULL;

		cr_expect_not(hips_properties_read(bad[i], strlen(bad[i]), &p, &err), "%s", bad[i]);
		error_free(err);
	}
}

Test(hips, any_blanks_and_ends_of_lines_are_read_to_an_end)
{
	static const char *const texts[] = {
	    "hips_order=3\rhips_tile_format=png\rjpeg\r",
	    "hips_order=3\r\nhips_tile_format=png jpeg\r\n",
	    "hips_tile_format = png\v\fjpeg\f \nhips_order\t=\t3\r\r\n",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct hips_properties p = read_good(texts[i]);

		cr_expect_eq(p.order, 3);
		cr_expect_str_eq(p.formats[0], "png");
	}
}

Test(hips, names_are_written_in_one_way)
{
	struct hips_properties p = read_good("hips_order=3\nhips_tile_format=png jpeg\n");
	uint64_t n;

	cr_expect(hips_number("Norder12", "Norder", &n) && n == 12);
	cr_expect(hips_number("Dir0", "Dir", &n) && n == 0);
	cr_expect_not(hips_number("Dir00", "Dir", &n));
	cr_expect_not(hips_number("Dir", "Dir", &n));
	cr_expect_not(hips_number("Dir-1", "Dir", &n));
	cr_expect_not(hips_number("Dir99999999999999999999", "Dir", &n));
	cr_expect(hips_tile(&p, "Npix417.png", &n) && n == 417);
	cr_expect(hips_tile(&p, "Npix0.jpg", &n) && n == 0);
	cr_expect_not(hips_tile(&p, "Npix417.jpeg", &n));
	cr_expect_not(hips_tile(&p, "Npix417.fits", &n));
	cr_expect_not(hips_tile(&p, "Npix417", &n));
	cr_expect_not(hips_tile(&p, "Npix.png", &n));
	cr_expect_eq(hips_tiles(3), 768);
	cr_expect_eq(hips_tiles(HIPS_ORDER_MAX), UINT64_C(3458764513820540928));
}
