/*
 * votable_base64.c: base64 as it streams by (RFC 4648).
 *
 * State: `bits` holds nbits (0, 2, 4 or 6 … always below 8 between bytes) of
 * the byte that is not complete yet. '=' ends a group: what is left then is
 * padding. Some writers pad every line, so decoding goes on behind it.
 */
#include <endian.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif
#include <string.h>

#include "table/votable/votable_row.h"

enum { BAD = 64, BLANK = 65, PAD = 66 };

static unsigned char values[256];
/* The same where it stands in a group of four: bits 23 to 0; BAD_GROUP: it is none. */
static uint32_t places[4][256];

#define BAD_GROUP (1u << 31)

__attribute__((constructor)) static void fill_values(void)
{
	static const char alphabet[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	memset(values, BAD, sizeof(values));
	for (unsigned i = 0; i < 64; i++)
		values[(unsigned char)alphabet[i]] = (unsigned char)i;
	values[' '] = values['\t'] = values['\r'] = values['\n'] = BLANK;
	values['='] = PAD;
	for (unsigned c = 0; c < 256; c++)
		for (unsigned k = 0; k < 4; k++)
			places[k][c] =
			    values[c] < 64 ? (uint32_t)values[c] << (18 - 6 * k) : BAD_GROUP;
}

#ifdef __x86_64__
/*
 * Groups of sixteen, to twelve bytes each and four more written behind them (Muła and Lemire,
 * "Faster Base64 Encoding and Decoding using AVX2 Instructions", 2018). Both halves of a character
 * look up which classes of characters they may be of; no class in common and it is none that is
 * bad. Another lookup has what is to be added to make its value of it; then six bits are put to
 * six.
 */
__attribute__((target("ssse3"))) static size_t decode_sixteens(unsigned char **out,
							       const unsigned char *s, size_t n)
{
	const __m128i low_classes = _mm_setr_epi8(0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
						  0x11, 0x11, 0x13, 0x1a, 0x1b, 0x1b, 0x1b, 0x1a);
	const __m128i high_classes = _mm_setr_epi8(0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08,
						   0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10);
	const __m128i offsets =
	    _mm_setr_epi8(0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0);
	const __m128i order = _mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1);
	const __m128i slash = _mm_set1_epi8('/'); /* whose bits do for a mask of halves, too */
	size_t i = 0;

	for (; i + 16 <= n; i += 16, *out += 12) {
		__m128i v = _mm_loadu_si128((const __m128i *)(s + i));
		__m128i high = _mm_and_si128(_mm_srli_epi32(v, 4), slash);
		__m128i bad = _mm_and_si128(_mm_shuffle_epi8(low_classes, _mm_and_si128(v, slash)),
					    _mm_shuffle_epi8(high_classes, high));
		__m128i which = _mm_add_epi8(_mm_cmpeq_epi8(v, slash), high);

		if (_mm_movemask_epi8(_mm_cmpgt_epi8(bad, _mm_setzero_si128())))
			break;
		v = _mm_add_epi8(v, _mm_shuffle_epi8(offsets, which));
		v = _mm_maddubs_epi16(v, _mm_set1_epi32(0x01400140));
		v = _mm_madd_epi16(v, _mm_set1_epi32(0x00011000));
		_mm_storeu_si128((__m128i *)*out, _mm_shuffle_epi8(v, order));
	}
	return i;
}

static bool has_sixteens(void)
{
	return __builtin_cpu_supports("ssse3");
}
#else
static size_t decode_sixteens(unsigned char **out, const unsigned char *s, size_t n)
{
	(void)out, (void)s, (void)n;
	return 0;
}

static bool has_sixteens(void)
{
	return false;
}
#endif

/* Whole groups of four while nothing is left over: most of a document. */
static size_t decode_groups(unsigned char **out, const unsigned char *s, size_t n)
{
	size_t i = has_sixteens() ? decode_sixteens(out, s, n) : 0;
	unsigned char *p = *out;

	for (; i + 4 <= n; i += 4, p += 3) {
		uint32_t group = places[0][s[i]] | places[1][s[i + 1]] | places[2][s[i + 2]] |
				 places[3][s[i + 3]];

		if (group & BAD_GROUP)
			break;
		group = htobe32(group << 8);
		memcpy(p, &group, 4); /* the fourth byte is written over, or beyond the end */
	}
	*out = p;
	return i;
}

bool base64_decode(struct base64 *b, struct buf *out, const char *text, size_t n)
{
	const unsigned char *s = (const unsigned char *)text;
	unsigned char *p = (unsigned char *)buf_reserve(out, n / 4 * 3 + 8);
	bool ok = true;
	size_t i = 0;

	while (i < n && ok) {
		unsigned v;

		if (b->nbits == 0 && (i += decode_groups(&p, s + i, n - i)) == n)
			break;
		v = values[s[i++]];
		if (v < 64) {
			b->bits = (b->bits << 6 | v) & 0xffff;
			b->nbits += 6;
			if (b->nbits >= 8) {
				b->nbits -= 8;
				*p++ = (unsigned char)(b->bits >> b->nbits);
			}
		} else if (v == PAD) {
			ok = b->nbits < 6; /* six bits alone are no byte */
			b->nbits = 0;
		} else {
			ok = v == BLANK;
		}
	}
	out->len = (size_t)((char *)p - out->data);
	out->data[out->len] = '\0';
	return ok;
}

bool base64_is_complete(const struct base64 *b)
{
	return b->nbits < 6;
}
