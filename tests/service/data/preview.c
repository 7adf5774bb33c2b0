/* preview.c: see preview.h. PNG is simple enough to write: a header, one zlib stream, an end. */
#include "tests/service/data/preview.h"

#include <arpa/inet.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tests/service/data/sky.h"

static void add_number(struct buf *out, uint32_t n)
{
	n = htonl(n);
	buf_add(out, &n, sizeof(n));
}

static void add_chunk(struct buf *out, const char *type, const void *data, size_t n)
{
	size_t from;

	add_number(out, (uint32_t)n);
	from = out->len;
	buf_add(out, type, 4);
	buf_add(out, data, n);
	add_number(out, (uint32_t)crc32(0, (const unsigned char *)out->data + from,
					(unsigned)(out->len - from)));
}

void svc_png(const unsigned char *greys, uint32_t width, uint32_t height, struct buf *out)
{
	CLEANUP_BUF struct buf rows = BUF_INIT;
	CLEANUP_BUF struct buf head = BUF_INIT;
	CLEANUP_FREE unsigned char *packed = NULL;
	unsigned long n;

	for (uint32_t y = 0; y < height; y++) {
		buf_addc(&rows, 0); /* no filter */
		buf_add(&rows, greys + (size_t)y * width, width);
	}
	n = compressBound(rows.len);
	packed = xmalloc(n);
	compress2(packed, &n, (const unsigned char *)rows.data, rows.len, 6);
	add_number(&head, width);
	add_number(&head, height);
	buf_add(&head, "\x08\0\0\0", 5); /* 8 bits, grey, and nothing unusual */
	buf_add(out, "\x89PNG\r\n\x1a\n", 8);
	add_chunk(out, "IHDR", head.data, head.len);
	add_chunk(out, "IDAT", packed, n);
	add_chunk(out, "IEND", "", 0);
}

void svc_preview(const struct fits_source *s, struct buf *out)
{
	const struct image *im = s->image;
	const int side = PREVIEW_SIDE;
	int chips = svc_image_chips(im) == 4 ? 2 : 1;
	struct wcs w = svc_wcs(im->ra, im->dec, side / 2.0 + 0.5, side / 2.0 + 0.5,
			       im->scale * chips * im->width / side, im->rotation);
	CLEANUP_FREE float *pixels = xmalloc((size_t)(side * side) * sizeof(*pixels));
	CLEANUP_FREE unsigned char *greys = xmalloc((size_t)(side * side));
	struct image small = *im;
	struct fits_source source = *s;

	small.scale *= (double)chips * im->width / side;
	source.image = &small;
	svc_sky_render(&source, &w, side, side, pixels);
	for (int y = 0; y < side; y++)
		for (int x = 0; x < side; x++) {
			double v = (double)pixels[(side - 1 - y) * side + x] - SKY_BACKGROUND;

			v = 25 + 45 * asinh(v / (3 * SKY_NOISE));
			greys[y * side + x] = (unsigned char)fmax(0, fmin(255, v));
		}
	svc_png(greys, (uint32_t)side, (uint32_t)side, out);
}
