/* row_pipe_test.c: rows that another thread takes are the same, in order, and what it refuses is
 * told. */
#include <criterion/criterion.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "tap/row_pipe.h"

#define LONG_TEXT (1u << 20) /* more than a batch holds */

/* Takes rows that row_of makes, and compares. */
struct witness {
	struct table_sink sink; /* first */
	uint64_t rows, refuse;  /* refuse: the number of a row, 0: none */
	bool ended;
};

static struct field fields[] = {{.type = DT_LONG},          {.type = DT_DOUBLE},
				{.type = DT_CHAR},          {.type = DT_INT, .is_array = true},
				{.type = DT_FLOAT_COMPLEX}, {.type = DT_FLOAT}};
static const struct table table = {.nfields = 6, .fields = fields};
static char long_text[LONG_TEXT];

struct values {
	int64_t n, a[5];
	double x, z[2];
	bool nulls[5];
	char text[32];
};

static void row_of(uint64_t i, struct values *v, struct cell *c)
{
	size_t count = i % 5;

	*v = (struct values){.n = (int64_t)i, .x = (double)i / 7, .z = {1.5, (double)i}};
	for (size_t k = 0; k < count; k++) {
		v->a[k] = (int64_t)(i * k);
		v->nulls[k] = k == 2;
	}
	snprintf(v->text, sizeof(v->text), "row %" PRIu64, i);
	c[0] = (struct cell){.count = 1, .i = &v->n};
	c[1] = (struct cell){.count = 1, .d = &v->x, .null = i % 3 == 0};
	c[2] = i == 777 ? (struct cell){.count = 1, .s = long_text, .len = LONG_TEXT}
			: (struct cell){.count = 1, .s = v->text, .len = strlen(v->text)};
	c[3] =
	    (struct cell){.count = count, .i = v->a, .element_null = count > 2 ? v->nulls : NULL};
	c[4] = (struct cell){.count = 1, .d = v->z};
	c[5] = (struct cell){.count = 1, .as_text = true, .s = "1.25", .len = 4};
}

static bool on_begin(struct table_sink *s, const struct table *t, struct error **err)
{
	(void)s, (void)err;
	return t == &table;
}

static bool on_row(struct table_sink *s, const struct cell *c, struct error **err)
{
	struct witness *w = (struct witness *)s;
	struct values v;
	struct cell is[6];

	if (++w->rows == w->refuse)
		return error_set(err, ENOSPC, "row %" PRIu64 " is one too many", w->rows);
	row_of(w->rows, &v, is);
	for (size_t i = 0; i < 6; i++) {
		cr_assert_eq(c[i].null, is[i].null);
		cr_assert_eq(c[i].count, is[i].count);
		cr_assert_eq(c[i].len, is[i].len);
		cr_assert_eq(c[i].as_text, is[i].as_text);
	}
	cr_assert_eq(c[0].i[0], v.n);
	cr_assert(c[1].null || *c[1].d == v.x);
	cr_assert_eq(memcmp(c[2].s, is[2].s, c[2].len), 0);
	cr_assert_eq(memcmp(c[3].i, v.a, c[3].count * 8), 0);
	cr_assert_eq(c[3].element_null != NULL, c[3].count > 2);
	cr_assert(!c[3].element_null || memcmp(c[3].element_null, v.nulls, c[3].count) == 0);
	cr_assert_eq(memcmp(c[4].d, v.z, 16), 0);
	cr_assert_eq(memcmp(c[5].s, "1.25", 4), 0);
	return true;
}

static bool on_end(struct table_sink *s, const struct table_end *end, struct error **err)
{
	struct witness *w = (struct witness *)s;

	(void)err;
	cr_assert_eq(w->rows, end->rows);
	return w->ended = true;
}

static struct row_pipe *pipe_to(struct witness *w, uint64_t refuse)
{
	*w = (struct witness){.sink = {on_begin, on_row, on_end, .texts = true}, .refuse = refuse};
	return row_pipe_new(&w->sink);
}

/* Rows from `from` to `to` into the pipe; false if one was refused. */
static bool put(struct row_pipe *p, uint64_t from, uint64_t to, struct error **err)
{
	struct table_sink *s = row_pipe_sink(p);
	struct values v;
	struct cell cells[6];

	if (from == 1)
		cr_assert(s->begin(s, &table, NULL));
	for (uint64_t i = from; i <= to; i++) {
		row_of(i, &v, cells);
		if (!s->row(s, cells, err))
			return false;
		memset(&v, 0xff, sizeof(v)); /* the reader's memory is its own again */
	}
	return true;
}

static void expect_all(uint64_t rows)
{
	struct witness w;
	struct row_pipe *p = pipe_to(&w, 0);
	struct table_sink *s = row_pipe_sink(p);

	cr_assert(s->texts);
	cr_assert(put(p, 1, rows, NULL));
	cr_assert(s->end(s, &(struct table_end){.rows = rows}, NULL));
	cr_expect(w.ended);
	cr_expect_eq(w.rows, rows);
	row_pipe_free(p);
}

Test(row_pipe, rows_arrive_as_they_are_and_in_order)
{
	expect_all(0);
	expect_all(1);
	expect_all(100000); /* with a row that is larger than a batch */
}

Test(row_pipe, once_it_is_settled_all_rows_have_arrived)
{
	struct witness w;
	struct row_pipe *p = pipe_to(&w, 0);

	for (uint64_t i = 0; i < 20; i++) {
		cr_assert(put(p, i * 3000 + 1, (i + 1) * 3000, NULL));
		cr_assert(row_pipe_settle(p, NULL));
		cr_expect_eq(w.rows, (i + 1) * 3000);
	}
	row_pipe_free(p);
}

static void expect_refused(uint64_t refuse, uint64_t rows)
{
	CLEANUP_ERROR struct error *err = NULL;
	struct witness w;
	struct row_pipe *p = pipe_to(&w, refuse);

	cr_expect(!put(p, 1, rows, &err) || !row_pipe_settle(p, &err));
	cr_expect_eq(error_errno(err), ENOSPC);
	cr_expect(strstr(error_text(err), "one too many"));
	cr_expect_not(row_pipe_settle(p, NULL));
	cr_expect_eq(w.rows, refuse, "no row comes after the one that was refused");
	row_pipe_free(p);
}

Test(row_pipe, a_row_that_is_refused_is_told_and_is_the_last_one)
{
	expect_refused(1, 1);
	expect_refused(5, 100000);
	expect_refused(50000, 100000);
}

Test(row_pipe, what_has_not_arrived_may_be_dropped)
{
	struct witness w;
	struct row_pipe *p = pipe_to(&w, 0);

	cr_assert(put(p, 1, 20000, NULL));
	row_pipe_free(p);
	row_pipe_free(NULL);
	cr_expect_leq(w.rows, 20000);
}
