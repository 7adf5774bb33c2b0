/* text_head.h: the lines of a text, before it is known what is between the columns. */
#ifndef TAPFS_TABLE_READ_TEXT_HEAD_H
#define TAPFS_TABLE_READ_TEXT_HEAD_H

#include <stdbool.h>
#include <stddef.h>

struct text_line {
	const char *s, *next; /* where it begins, and the next one */
	size_t n, line;
};

/* What stands above the rows. */
struct text_head {
	const char *text, *end;
	char separator;  /* of a line sep=; NUL: there is none */
	size_t comments; /* lines that begin with # */
	bool marked;     /* the first of them is SDSS's #Table1 */
	struct text_line
	    names; /* the first comment without a blank behind its #, if no row comes */
	struct text_line first; /* of the rows; s NULL: there is none */
	size_t ipac;            /* the line where an IPAC table begins; 0: it is none */
};

/* The line at s, which is not the end. */
struct text_line text_line_at(const char *s, const char *end, size_t line);
void text_head_of(struct text_head *, const char *text, size_t n);
/* "#name", not "# text" or "#". */
bool text_line_is_tight(const struct text_line *);
/* SDSS writes #Table1 above what it sends. */
bool text_is_table_mark(const char *s, size_t n);

#endif
