/* service_images_test.c: the demo service's images: where pixels are, how large files are. */
#include <criterion/criterion.h>
#include <fitsio.h>
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tests/service/data/fits.h"
#include "tests/service/data/preview.h"
#include "tests/unit/demo/adql_fixture.h"

/* cfitsio's own arithmetic is the judge. */
static void compare_with_cfitsio(double ra, double dec, double rotation)
{
	struct wcs w = svc_wcs(ra, dec, 256.5, 256.5, 0.001, rotation);
	char tan[] = "-TAN";

	for (int i = 0; i < 25; i++) {
		double x = i % 5 * 128, y = i / 5.0 * 128, lon, lat, px, py, theirs_x, theirs_y;
		int status = 0;

		svc_wcs_sky(&w, x, y, &lon, &lat);
		cr_assert(svc_wcs_pixel(&w, lon, lat, &px, &py));
		cr_assert_float_eq(px, x, 1e-6);
		cr_assert_float_eq(py, y, 1e-6);
		fits_world_to_pix(lon, lat, ra, dec, 256.5, 256.5, -0.001, 0.001, -rotation, tan,
				  &theirs_x, &theirs_y, &status);
		cr_assert_eq(status, 0);
		cr_assert_float_eq(theirs_x, x, 1e-4, "%g %g: %g, not %g", ra, dec, theirs_x, x);
		cr_assert_float_eq(theirs_y, y, 1e-4, "%g %g: %g, not %g", ra, dec, theirs_y, y);
	}
}

Test(service_images, pixels_are_where_cfitsio_has_them)
{
	compare_with_cfitsio(10.68, 41.27, 0);
	compare_with_cfitsio(0.01, -5, 0);
	compare_with_cfitsio(120, 80, 0);
	compare_with_cfitsio(83, -70, 30);
}

Test(service_images, what_is_behind_the_horizon_is_no_pixel)
{
	struct wcs w = svc_wcs(10, 20, 1, 1, 0.001, 0);
	double x, y;

	cr_assert_not(svc_wcs_pixel(&w, 190, -20, &x, &y));
	cr_assert_not(svc_wcs_pixel(&w, 100, 0, &x, &y));
}

static struct image image(const char *name)
{
	sqlite3 *db;
	struct image im;

	cr_assert_eq(sqlite3_open_v2(fixture_db_path(), &db, SQLITE_OPEN_READONLY, NULL),
		     SQLITE_OK);
	cr_assert(svc_image_find(db, name, &im), "%s", name);
	sqlite3_close(db);
	return im;
}

Test(service_images, an_outline_is_around_the_middle)
{
	static const char *const names[] = {"m31", "m45", "mosaic", "giant"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct image im = image(names[i]);
		struct shape outline, middle = {SHAPE_POINT, 2, {im.ra, im.dec}};
		struct wcs w = svc_image_wcs(&im, 0);
		double ra, dec;

		svc_image_outline(&im, &outline);
		cr_assert(svc_shape_contains(&middle, &outline), "%s", names[i]);
		svc_wcs_sky(&w, 1, 1, &ra, &dec);
		cr_assert(svc_shape_contains(&(struct shape){SHAPE_POINT, 2, {ra, dec}}, &outline));
		svc_wcs_sky(&w, -1, 1, &ra, &dec);
		cr_assert_not(
		    svc_shape_contains(&(struct shape){SHAPE_POINT, 2, {ra, dec}}, &outline));
	}
}

static void check_size(const char *name, int generation)
{
	struct image im = image(name);
	CLEANUP_FREE char *path = xasprintf("/tmp/tapfs-unit-%d.fits", (int)getpid());
	CLEANUP_ERROR struct error *err = NULL;
	struct fits_source source = {NULL, &im, generation};
	struct stat st;

	cr_assert_eq(sqlite3_open_v2(fixture_db_path(), &source.db, SQLITE_OPEN_READONLY, NULL),
		     SQLITE_OK);
	unlink(path);
	cr_assert(svc_fits_image(&source, path, &err), "%s", error_text(err));
	cr_assert_eq(stat(path, &st), 0);
	cr_assert_eq((uint64_t)st.st_size, svc_image_size(&im, generation), "%s %d: %lld, not %llu",
		     name, generation, (long long)st.st_size,
		     (unsigned long long)svc_image_size(&im, generation));
	cr_assert_lt(st.st_blocks, 80000 * 2);
	unlink(path);
	sqlite3_close(source.db);
}

Test(service_images, the_size_of_a_file_is_known_before_there_is_one)
{
	check_size("m1", 0);
	check_size("m3", 0);
	check_size("m3", 2);
	check_size("mosaic", 0);
	check_size("mosaic", 1);
	check_size("giant", 0);
	check_size("giant", 1);
}

Test(service_images, a_png_has_its_pixels)
{
	const unsigned char greys[6] = {0, 50, 100, 150, 200, 250};
	CLEANUP_BUF struct buf png = BUF_INIT;
	unsigned char rows[8] = {0};
	unsigned long n = sizeof(rows);

	svc_png(greys, 3, 2, &png);
	cr_assert_arr_eq(png.data, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\3\0\0\0\2\x08\0\0\0\0", 29);
	cr_assert_arr_eq(png.data + png.len - 8, "IEND\xae\x42\x60\x82", 8);
	cr_assert_eq(uncompress(rows, &n, (unsigned char *)png.data + 41, png.len - 41 - 16), Z_OK);
	cr_assert_arr_eq(rows, "\0\x00\x32\x64\0\x96\xc8\xfa", 8);
}
