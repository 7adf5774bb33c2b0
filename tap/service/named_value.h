/* named_value.h: what a query is sent with, by name: PARAM's NAME = value, UPLOAD's NAME = path. */
#ifndef TAPFS_TAP_SERVICE_NAMED_VALUE_H
#define TAPFS_TAP_SERVICE_NAMED_VALUE_H

#include <stddef.h>

struct named_value {
	char *name, *value;
};

struct named_values {
	struct named_value *at;
	size_t n;
};

#endif
