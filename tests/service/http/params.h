/*
 * params.h: the parameters of a request or of a job, in the order they came.
 *
 * Names do not differ by case (DALI 1.1 §3). A params owns its strings.
 */
#ifndef TAPFS_SERVICE_HTTP_PARAMS_H
#define TAPFS_SERVICE_HTTP_PARAMS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct param {
	char *name, *value;
};

struct params {
	struct param *list;
	size_t n;
};

void svc_params_add(struct params *, const char *name, const char *value);
/* Takes away all of that name first. */
void svc_params_set(struct params *, const char *name, const char *value);
/* The last one of that name; NULL if there is none. */
const char *svc_params_get(const struct params *, const char *name);
/* Adds what a name=value&… text says, percent-encoded, as in a form or behind a '?'. */
void svc_params_decode(struct params *, const char *form, size_t n);
void svc_params_free(struct params *);

#endif
