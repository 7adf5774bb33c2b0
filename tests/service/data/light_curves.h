/* light_curves.h: tables of stars that vary, and the CSV file of each. */
#ifndef TAPFS_SERVICE_DATA_LIGHT_CURVES_H
#define TAPFS_SERVICE_DATA_LIGHT_CURVES_H

#include <sqlite3.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"

bool svc_light_curves_build(sqlite3 *, struct error **err);
/* False if there is none of that name. */
bool svc_light_curve_csv(sqlite3 *, const char *name, struct buf *out);

#endif
