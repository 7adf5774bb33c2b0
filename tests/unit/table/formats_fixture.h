/* formats_fixture.h: for tests: a VOTable in memory in any format. */
#ifndef TAPFS_UNIT_TABLE_FORMATS_FIXTURE_H
#define TAPFS_UNIT_TABLE_FORMATS_FIXTURE_H

#include <stddef.h>

#include "base/error.h"
#include "table/write/format.h"

/* Converts the document into that file. */
bool written_to(int fd, const struct format *, const char *doc, struct error **err);
/* The document converted; caller owns the *n bytes, which a NUL follows. NULL with *err. */
char *converted_to(const char *ext, const char *doc, size_t *n, struct error **err);
/* The same of a TABLEDATA document of these FIELDs and TRs, which must go well. */
char *written_as(const char *ext, const char *fields, const char *rows);
/* Fails the test unless the conversion is that text. */
void expect_written(const char *ext, const char *fields, const char *rows, const char *text);

#endif
