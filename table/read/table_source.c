/* table_source.c: what the readers of all kinds of tables ask of a file; see table_source.h. */
#include "table/read/table_source.h"

#include <errno.h>
#include <string.h>

bool table_is_packed(const char *start, size_t n, struct error **err)
{
	static const struct {
		const char *mark;
		size_t at, n;
		const char *what;
	} all[] = {
	    {"\x1f\x8b", 0, 2, "the file is packed (gzip): unpack it first"},
	    {"1AY&SY", 4, 6, "the file is packed (bzip2): unpack it first"},
	    {"\xfd\x37zXZ", 0, 5, "the file is packed (xz): unpack it first"},
	    {"\x28\xb5\x2f\xfd", 0, 4, "the file is packed (zstd): unpack it first"},
	    {"\x1f\x9d", 0, 2, "the file is packed (compress): unpack it first"},
	    {"PK\3\4", 0, 4, "this is a zip file, as .xlsx and .ods are: save the table as CSV"},
	    {"\xd0\xcf\x11\xe0", 0, 4, "this is an .xls file: save the table as CSV"},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (n >= all[i].at + all[i].n &&
		    memcmp(start + all[i].at, all[i].mark, all[i].n) == 0)
			return !error_set(err, EIO, "%s", all[i].what);
	return false;
}

bool table_stopped(const atomic_bool *stop, struct error **err)
{
	if (!stop || !atomic_load_explicit(stop, memory_order_relaxed))
		return false;
	error_set(err, ECANCELED, "the reading of the table was given up");
	return true;
}
