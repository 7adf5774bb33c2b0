/*
 * write_csv.c: CSV (RFC 4180) and TSV (IANA text/tab-separated-values).
 *
 * TSV has no way to write a tab or a line break in a value: a blank stands for it.
 */
#include <string.h>

#include "base/quote.h"
#include "tests/service/tap/writer.h"

static void add_tsv(struct buf *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_addc(out, s[i] == '\t' || s[i] == '\n' || s[i] == '\r' ? ' ' : s[i]);
}

typedef void add_fn(struct buf *out, const char *s, size_t n);

static void flush_row(struct svc_table_out *t)
{
	fwrite(buf_str(&t->row), 1, t->row.len, t->out);
	buf_reset(&t->row);
}

static void names(struct svc_table_out *t, add_fn *add, const char *between, const char *after)
{
	for (size_t i = 0; i < t->ncolumns; i++) {
		buf_adds(&t->row, i ? between : "");
		add(&t->row, t->columns[i].name, strlen(t->columns[i].name));
	}
	buf_adds(&t->row, after);
	flush_row(t);
}

static void cells(struct svc_table_out *t, sqlite3_stmt *stmt, add_fn *add, const char *between,
		  const char *after)
{
	for (size_t k = 0; k < t->ncolumns; k++) {
		int i = (int)k;

		buf_adds(&t->row, k ? between : "");
		if (sqlite3_column_type(stmt, i) == SQLITE_NULL)
			continue;
		if (svc_column_is_text(&t->columns[k]))
			add(&t->row, (const char *)sqlite3_column_text(stmt, i),
			    (size_t)sqlite3_column_bytes(stmt, i));
		else
			svc_add_value(&t->row, stmt, i, &t->columns[k]);
	}
	buf_adds(&t->row, after);
	flush_row(t);
}

void svc_csv_begin(struct svc_table_out *t)
{
	names(t, buf_add_csv, ",", "\r\n");
}

void svc_csv_row(struct svc_table_out *t, sqlite3_stmt *stmt)
{
	cells(t, stmt, buf_add_csv, ",", "\r\n");
}

void svc_tsv_begin(struct svc_table_out *t)
{
	names(t, add_tsv, "\t", "\n");
}

void svc_tsv_row(struct svc_table_out *t, sqlite3_stmt *stmt)
{
	cells(t, stmt, add_tsv, "\t", "\n");
}

/* There is no place to tell of missing rows. */
void svc_csv_end(struct svc_table_out *t, bool overflow)
{
	(void)t;
	(void)overflow;
}
