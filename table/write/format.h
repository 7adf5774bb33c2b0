/*
 * format.h: the formats that results can have, one line each in format.c.
 *
 * A format is a writer (table/writer.h). A new one is a file table/write/format_NAME.c and a line
 * in the table of format.c; all else (names in queries/, listing, conversion on a worker) follows
 * from it.
 */
#ifndef TAPFS_TABLE_WRITE_FORMAT_H
#define TAPFS_TABLE_WRITE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "table/writer.h"

#define FORMATS_MAX 16 /* a query keeps a place for each */
/* What a query asked for by a name that is in no line: as the service sends it, never converted. */
#define FORMAT_ASKED (FORMATS_MAX - 1)
/* The rows of a VOTable that names a file for them (STREAM href): its VOTable's name and .beside.
 */
#define FORMAT_BESIDE (FORMATS_MAX - 3)
/* Rows that came before the damage of a table: NAME.csv.part. */
#define FORMAT_PARTIAL (FORMATS_MAX - 2)

struct format {
	const char *ext;   /* "csv", without the dot; lower case */
	const char *mime;  /* "text/csv" */
	const char *what;  /* for README.txt: what it is good for */
	bool hidden;       /* no name in queries/: for our own use; not kept where it is empty */
	bool made_at_once; /* made with the result, not only when its name is opened */
	/* NULL for the format the service sends ("vot"), which is never converted. */
	struct format_writer *(*writer)(int fd);
};

/* The VOTable as sent. */
#define FORMAT_SENT 0
/* The number of formats, and one by number. */
size_t format_count(void);
const struct format *format_at(size_t i);
/* The index of links (link_index.h). */
#define FORMAT_LINKS 2
/* By extension without dot, as it is written there; -1 if there is none. */
int format_by_ext(const char *ext, size_t len);

struct format_writer *csv_writer_new(int fd);
struct format_writer *tsv_writer_new(int fd);
struct format_writer *ecsv_writer_new(int fd);
struct format_writer *fits_writer_new(int fd);
struct format_writer *json_writer_new(int fd);
struct format_writer *jsonl_writer_new(int fd);
struct format_writer *txt_writer_new(int fd);
struct format_writer *html_writer_new(int fd);
struct format_writer *png_writer_new(int fd);
/* A VOTable to be sent: no result's format, and so not in the table. */
struct format_writer *votable_writer_new(int fd);
/* The same; a text of any length has the length that is given for its column, borrowed. */
struct format_writer *votable_writer_new_sized(int fd, const size_t *longest);

#endif
