/* told_table.c: see told_table.h. */
#include "tap/metadata/told_table.h"

#include "base/cleanup.h"
#include "table/adql_name.h"

bool told_table_add(struct catalog *c, const char *schema, const struct catalog_table *told,
		    struct error **err)
{
	CLEANUP_BUF struct buf name = BUF_INIT;
	CLEANUP_BUF struct buf qualified = BUF_INIT;
	struct catalog_table t = *told;

	if (!adql_table_add(&name, schema, told->told) && *schema) {
		adql_table_add(&qualified, NULL, schema);
		buf_addc(&qualified, '.');
	}
	buf_add(&qualified, name.data, name.len);
	t.name = name.data;
	return catalog_add_table(c, schema, &t, buf_str(&qualified), err);
}
