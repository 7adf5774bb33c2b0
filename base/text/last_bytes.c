/*
 * last_bytes.c: see last_bytes.h.
 *
 * A server that closes the connection without Content-Length has sent all of it or not: only the
 * file itself tells.
 */
#include "base/text/last_bytes.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"

#define TAIL        ((64u << 10) + 22) /* bytes: a ZIP's last record and its comment */
#define BLOCK       2880u              /* bytes of FITS */
#define CARD        80u
#define HEADER_MOST 4096 /* blocks; a longer header is believed */

static size_t read_at(int fd, char *to, size_t n, uint64_t at)
{
	ssize_t got = pread(fd, to, n, (off_t)at);

	return got > 0 ? (size_t)got : 0;
}

/* --- FITS 4.0 §3, §4.4.1 --- */

struct fits_hdu {
	int64_t bitpix, naxis, pcount, gcount;
	uint64_t cells; /* of all axes */
	bool groups;    /* the first axis is 0, and counts as none */
};

static bool is_card(const char *card, const char *key)
{
	return strncmp(card, key, strlen(key)) == 0 && strncmp(card + 8, "= ", 2) == 0;
}

static int64_t card_number(const char *card)
{
	char value[CARD - 9];

	memcpy(value, card + 10, sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	return strtoll(value, NULL, 10);
}

/* NAXIS1 to NAXIS999. False: the number is too large to be one. */
static bool take_axis(struct fits_hdu *h, const char *card)
{
	int64_t n = card_number(card);

	if (n == 0 && is_card(card, "NAXIS1  "))
		h->groups = true;
	else if (n < 0 || __builtin_mul_overflow(h->cells, (uint64_t)n, &h->cells))
		return false;
	return true;
}

static bool take_card(struct fits_hdu *h, const char *card)
{
	if (is_card(card, "BITPIX  "))
		h->bitpix = card_number(card);
	else if (is_card(card, "NAXIS   "))
		h->naxis = card_number(card);
	else if (is_card(card, "PCOUNT  "))
		h->pcount = card_number(card);
	else if (is_card(card, "GCOUNT  "))
		h->gcount = card_number(card);
	else if (strncmp(card, "NAXIS", 5) == 0 && strncmp(card + 8, "= ", 2) == 0)
		return take_axis(h, card);
	return true;
}

/* Bytes of the data behind a header. False: not told in numbers that can be. */
static bool data_size(const struct fits_hdu *h, uint64_t *size)
{
	uint64_t n = h->cells;

	*size = 0;
	if (!h->naxis || (h->groups && (h->naxis == 1 || h->gcount <= 1)))
		return true;
	return h->pcount >= 0 && h->gcount >= 0 &&
	       !__builtin_add_overflow(n, (uint64_t)h->pcount, &n) &&
	       !__builtin_mul_overflow(n, (uint64_t)h->gcount, &n) &&
	       !__builtin_mul_overflow(n, (uint64_t)llabs(h->bitpix) / 8, size) &&
	       *size < INT64_MAX / 2;
}

enum fits_header { HEADER_READ, HEADER_CUT, HEADER_ODD };

/* Moves *at behind the header that begins there. */
static enum fits_header read_header(int fd, uint64_t *at, struct fits_hdu *h)
{
	char block[BLOCK];

	*h = (struct fits_hdu){.gcount = 1, .cells = 1};
	for (int i = 0; i < HEADER_MOST; i++) {
		if (read_at(fd, block, BLOCK, *at) < BLOCK)
			return HEADER_CUT;
		*at += BLOCK;
		for (const char *card = block; card < block + BLOCK; card += CARD) {
			if (strncmp(card, "END     ", 8) == 0)
				return HEADER_READ;
			if (!take_card(h, card))
				return HEADER_ODD;
		}
	}
	return HEADER_ODD;
}

static bool fits_is_cut(int fd, uint64_t size)
{
	char word[8];

	for (uint64_t at = 0; at < size;) {
		struct fits_hdu h;
		uint64_t data;

		if (at && (read_at(fd, word, 8, at) < 8 || memcmp(word, "XTENSION", 8) != 0))
			return false; /* padding, or special records */
		switch (read_header(fd, &at, &h)) {
		case HEADER_CUT: return true;
		case HEADER_ODD: return false;
		case HEADER_READ: break;
		}
		if (!data_size(&h, &data))
			return false;
		if (at + data > size) /* without the padding behind it: some leave that out */
			return true;
		at += (data + BLOCK - 1) / BLOCK * BLOCK;
	}
	return false;
}

/* --- the others --- */

/* What a file that begins so ends with, among its last `within` bytes. */
static const struct {
	const char *begin, *end;
	size_t within; /* 0: they are the last */
} ends[] = {
    {"PAR1", "PAR1", 0},
    {"PARE", "PARE", 0},
    {"ARROW1", "ARROW1", 0},
    {"\x89PNG", "IEND\xae\x42\x60\x82", 1024},
    {"\xff\xd8\xff", "\xff\xd9", 1024},
    {"%PDF", "%%EOF", 1024},
    {"PK\3\4", "PK\5\6", TAIL},
};

static bool ends_so(const char *tail, size_t n, const char *end, size_t within)
{
	size_t len = strlen(end), look = within ? within : len;

	if (look > n)
		look = n;
	return memmem(tail + n - look, look, end, len) != NULL;
}

/* A document, or a line of them each. */
static bool json_is_cut(const char *head, const char *tail, size_t n)
{
	while (n && isspace((unsigned char)tail[n - 1]))
		n--;
	head += strspn(head, " \t\r\n\xef\xbb\xbf");
	return n && (*head == '{' || *head == '[') && !strchr("}]", tail[n - 1]);
}

static bool is_votable(const char *head, size_t n)
{
	const char *p = head + strspn(head, " \t\r\n\xef\xbb\xbf");

	return *p == '<' && memmem(head, n, "VOTABLE", 7) && !strcasestr(head, "<html");
}

/* Its root, which may have a prefix, has no end. */
static bool votable_is_cut(const char *tail, size_t n)
{
	size_t look = n < 1024 ? n : 1024;

	tail += n - look;
	return !memmem(tail, look, "</VOTABLE", 9) && !memmem(tail, look, ":VOTABLE>", 9);
}

bool last_bytes_are_missing(int fd, uint64_t size, const char *extension)
{
	CLEANUP_FREE char *tail = xmalloc(TAIL);
	char head[1024] = "";
	size_t nhead = read_at(fd, head, sizeof(head) - 1, 0);
	size_t n = size < TAIL ? (size_t)size : TAIL;

	if (strncmp(head, "SIMPLE  =", 9) == 0)
		return fits_is_cut(fd, size);
	n = read_at(fd, tail, n, size - n);
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		size_t len = strlen(ends[i].begin);

		if (nhead >= len && memcmp(head, ends[i].begin, len) == 0)
			return size < len + strlen(ends[i].end) ||
			       !ends_so(tail, n, ends[i].end, ends[i].within);
	}
	if (is_votable(head, nhead))
		return votable_is_cut(tail, n);
	return extension && strstr(extension, "json") && json_is_cut(head, tail, n);
}
