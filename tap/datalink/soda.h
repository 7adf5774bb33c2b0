/*
 * soda.h: cut-outs by name: what a file's name asks of a SODA service (SODA 1.0 §3).
 *
 *	RA,DEC,RADIUS.fits               a circle (degrees, ICRS)
 *	RA1..RA2,DEC1..DEC2.fits         a range of coordinates
 *	poly_RA,DEC_RA,DEC_RA,DEC.fits   a polygon
 *	all.fits                         the whole: nothing but the dataset is told
 *	…,BAND=1e-7..2e-7.fits           any parameter of the service; `..` stands between two
 *values …,MODE=async.fits                by a job, where the service has both
 *
 * Pure: no files, no network.
 */
#ifndef TAPFS_TAP_DATALINK_SODA_H
#define TAPFS_TAP_DATALINK_SODA_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"
#include "table/votable/descriptor.h"

/* Where a cut-out is asked for, and with what. */
struct soda_request {
	bool async;
	char *url;       /* of the service */
	struct buf form; /* its parameters, "ID=…&CIRCLE=…" */
};

/*
 * What a name asks of the services among these (one of SODA at least), for the dataset of that id.
 * ENOENT with what is wrong with the name.
 */
bool soda_request(const struct descriptor_list *, const char *id, const char *name,
		  struct soda_request *, struct error **err);
void soda_request_clear(struct soda_request *);

/* The SODA service among these, sync before async; NULL if there is none. */
const struct descriptor *soda_service(const struct descriptor_list *);
/* README.txt: how names are made, the parameters with their units and ranges, examples. */
void soda_readme(const struct descriptor_list *, struct buf *out);

#endif
