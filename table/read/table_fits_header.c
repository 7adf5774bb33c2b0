/*
 * table_fits_header.c: the headers of a FITS file up to its first table, read by ourselves before
 * cfitsio sees them, which believes what they say; see table_fits.h.
 *
 * An HDU is cards of 80 bytes up to END, in blocks of 2880, and data whose size follows from
 * BITPIX, NAXISn, PCOUNT and GCOUNT (FITS 4.0 §4.4.1.1, §4.4.1.2), filled up to whole blocks.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "table/read/table_fits.h"

#define CARD       80
#define BLOCK      2880
#define HEADER_MAX (16u << 20) /* bytes */
#define AXES_MAX   999         /* FITS 4.0 §4.4.1.1 */
#define FIELDS_MAX 999         /* §7.2.1, §7.3.1 */

/* What is known of an HDU while its cards come by. Of two cards alike the first counts. */
struct hdu {
	int number; /* from 1 */
	char extension[9];
	int64_t bitpix, axes, parameters, groups, fields; /* -1 as long as they are not known */
	int64_t first, rows;                              /* NAXIS1, NAXIS2 */
	int64_t product;                                  /* of all but NAXIS1 */
	bool is_image;  /* a compressed one, that looks like a table */
	bool is_packed; /* a compressed table */
	bool random_groups;
};

/* Up to n bytes; fewer at the end of the file, -1 with *err. */
static ssize_t read_at(int fd, void *at, size_t n, off_t offset, struct error **err)
{
	size_t got = 0;

	while (got < n) {
		ssize_t part = pread(fd, (char *)at + got, n - got, offset + (off_t)got);

		if (part < 0 && errno == EINTR)
			continue;
		if (part < 0) {
			error_set(err, errno, "cannot read the table: %s", strerror(errno));
			return -1;
		}
		if (part == 0)
			break;
		got += (size_t)part;
	}
	return (ssize_t)got;
}

/* --- cards --- */

static bool is_key(const char *card, const char *key)
{
	size_t n = strlen(key);

	return memcmp(card, key, n) == 0 && strspn(card + n, " ") >= 8 - n && card[8] == '=';
}

static bool is_true(const char *card)
{
	const char *s = card + 9;

	return s[strspn(s, " ")] == 'T';
}

/* The number of a card, which has a NUL behind it. False: there is none, or it cannot be one. */
static bool whole(const char *card, int64_t least, int64_t most, int64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoll(card + 9, &end, 10);
	return !errno && end > card + 9 && *value >= least && *value <= most;
}

static bool damaged(const struct hdu *h, const char *card, struct error **err)
{
	return error_set(err, EIO,
			 "the FITS file is damaged: its header %d has a %.*s that cannot be",
			 h->number, (int)strcspn(card, " ="), card);
}

/* NAXISn. All of them but the first are multiplied: that may be 0 (random groups, §6). */
static bool take_axis(struct hdu *h, const char *card, struct error **err)
{
	long axis = strtol(card + 5, NULL, 10);
	int64_t size;

	if (axis < 1 || axis > h->axes || (axis == 1 && h->first >= 0) ||
	    (axis == 2 && h->rows >= 0))
		return true;
	if (!whole(card, 0, INT64_MAX, &size))
		return damaged(h, card, err);
	if (axis == 1)
		h->first = size;
	else if (__builtin_mul_overflow(h->product, size, &h->product))
		return damaged(h, card, err);
	if (axis == 2)
		h->rows = size;
	return true;
}

static bool take_card(struct hdu *h, const char *card, struct error **err)
{
	const struct {
		const char *key;
		int64_t least, most, *value;
	} numbers[] = {
	    {"BITPIX", -64, 64, &h->bitpix},          {"NAXIS", 0, AXES_MAX, &h->axes},
	    {"PCOUNT", 0, INT64_MAX, &h->parameters}, {"GCOUNT", 1, INT64_MAX, &h->groups},
	    {"TFIELDS", 0, INT64_MAX, &h->fields},
	};

	if (memcmp(card, "NAXIS", 5) == 0 && card[5] >= '1' && card[5] <= '9' && card[8] == '=')
		return take_axis(h, card, err);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		if (is_key(card, numbers[i].key) && *numbers[i].value == -1)
			return whole(card, numbers[i].least, numbers[i].most, numbers[i].value) ||
			       damaged(h, card, err);
	if (is_key(card, "GROUPS"))
		h->random_groups = is_true(card);
	else if (is_key(card, "ZIMAGE"))
		h->is_image = is_true(card);
	else if (is_key(card, "ZTABLE"))
		h->is_packed = is_true(card);
	return true;
}

static void begin_hdu(struct hdu *h, const char *card)
{
	const char *s = card + 9;

	*h = (struct hdu){.number = h->number + 1,
			  .bitpix = -1,
			  .axes = -1,
			  .parameters = -1,
			  .groups = -1,
			  .fields = -1,
			  .first = -1,
			  .rows = -1,
			  .product = 1};
	if (is_key(card, "XTENSION") && (s = strchr(s, '\''))) {
		size_t n = strcspn(++s, "' ");

		memcpy(h->extension, s, n < 8 ? n : 8);
	}
}

/*
 * The header at *at, which is behind it then. *is_one: there is a header at all; what is no HDU at
 * the end of a file is nobody's (§3.5).
 */
static bool read_header(int fd, struct hdu *h, off_t *at, bool *is_one, struct error **err)
{
	char block[BLOCK], card[CARD + 1] = "";
	off_t from = *at;

	for (*is_one = true; *at - from <= (off_t)HEADER_MAX; *at += BLOCK) {
		ssize_t n = read_at(fd, block, sizeof(block), *at, err);

		if (n < 0)
			return false;
		if (*at == from) {
			*is_one =
			    n >= CARD && memcmp(block, from ? "XTENSION" : "SIMPLE  ", 8) == 0;
			if (!*is_one)
				return true;
			memcpy(card, block, CARD);
			begin_hdu(h, card);
		}
		if (n < BLOCK)
			return error_set(err, EIO,
					 "the FITS file is cut off: its header %d does not end",
					 h->number);
		for (const char *s = block; s < block + BLOCK; s += CARD) {
			memcpy(card, s, CARD);
			if (memcmp(card, "END     ", 8) == 0) {
				*at += BLOCK;
				return true;
			}
			if (!take_card(h, card, err))
				return false;
		}
	}
	return error_set(
	    err, EFBIG, "the FITS file is damaged: its header %d is longer than 16 MiB", h->number);
}

/* --- the file --- */

/* Bytes of the data, without what fills them up; -1: no file has so many. */
static int64_t data_size(const struct hdu *h)
{
	int64_t size = h->random_groups && h->first == 0 ? 1 : h->first;

	if (h->axes < 1)
		return 0;
	if (size < 0 || (h->axes > 1 && h->rows < 0)) /* they are not told */
		return -1;
	if (__builtin_mul_overflow(size, h->product, &size) ||
	    __builtin_add_overflow(size, h->parameters < 0 ? 0 : h->parameters, &size) ||
	    __builtin_mul_overflow(size, h->groups < 0 ? 1 : h->groups, &size) ||
	    __builtin_mul_overflow(size, (h->bitpix < 0 ? -h->bitpix : h->bitpix) / 8, &size) ||
	    size > INT64_MAX / 2)
		return -1;
	return size;
}

static bool is_table(const struct hdu *h)
{
	const char *s = h->extension;

	return !h->is_image && (strcmp(s, "BINTABLE") == 0 || strcmp(s, "TABLE") == 0 ||
				strcmp(s, "A3DTABLE") == 0);
}

static bool check_table(const struct hdu *h, struct error **err)
{
	if (h->fields > FIELDS_MAX)
		return error_set(err, EFBIG, "the FITS table has %lld columns: FITS allows %d",
				 (long long)h->fields, FIELDS_MAX);
	if (h->fields < 1)
		return error_set(err, EIO, "the FITS table has no columns");
	if (h->axes != 2 || (h->first < 1 && h->rows))
		return error_set(err, EIO,
				 "the FITS file is damaged: its table has rows without bytes");
	if (h->is_packed)
		return error_set(
		    err, EIO,
		    "the FITS table is compressed (ZTABLE): unpack it first, as by funpack");
	return true;
}

/* The data, which begin there, are all there. */
static bool check_size(const struct hdu *h, int64_t size, off_t at, off_t end, struct error **err)
{
	char there[CLOCK_TEXT], wanted[CLOCK_TEXT];

	if (size < 0)
		return error_set(
		    err, EIO,
		    "the FITS file is damaged: its header %d does not tell how many bytes follow",
		    h->number);
	if (size > end - at)
		return error_set(
		    err, EIO,
		    "the FITS file is cut off: it has %s, and by its header %d it must have %s",
		    clock_bytes((uint64_t)end, there), h->number,
		    clock_bytes((uint64_t)(at + size), wanted));
	return true;
}

bool fits_find_table(int fd, int *number, struct error **err)
{
	off_t at = 0, end = lseek(fd, 0, SEEK_END);
	struct hdu h = {0};
	bool is_one;

	for (;;) {
		int64_t size;

		if (!read_header(fd, &h, &at, &is_one, err))
			return false;
		if (!is_one)
			return error_set(err, EIO, "the FITS file holds no table");
		size = data_size(&h);
		if ((is_table(&h) && !check_table(&h, err)) || !check_size(&h, size, at, end, err))
			return false;
		if (is_table(&h)) {
			*number = h.number;
			return true;
		}
		at += (size + BLOCK - 1) / BLOCK * BLOCK;
	}
}
