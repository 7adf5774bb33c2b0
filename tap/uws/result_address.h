/*
 * result_address.h: where a job's result may be (UWS 1.1 §2.1.3, DALI 1.1 §3.4.1), in the order in
 * which the places are tried.
 *
 * First the href as the document gives it: decoded where the whole of it is encoded (Gaia),
 * relative to the job and to the document's URL (CEFCA), on other ports of the host too (stores
 * behind the service), by https where the service is. Then on the scheme, host and port that the
 * service is configured with: many sit behind a proxy and name their inner host. Last
 * JOB/results/result, which TAP 1.1 §5.1 requires. Credentials go to the service's own origin only,
 * wherever that leads.
 */
#ifndef TAPFS_TAP_UWS_RESULT_ADDRESS_H
#define TAPFS_TAP_UWS_RESULT_ADDRESS_H

#include "tap/service/service.h"

#define RESULT_ADDRESSES_MAX 8

struct result_addresses {
	char *at[RESULT_ADDRESSES_MAX]; /* no two alike */
	size_t n;
	size_t next;   /* the one to try */
	unsigned busy; /* how often that had no time */
};

/* href NULL: the document tells none; main: it is the query's result, not another file's. */
struct result_addresses result_addresses(const struct service *, const char *job_url,
					 const char *href, bool main);
void result_addresses_clear(struct result_addresses *);
/* The one to try; NULL: none is left. */
const char *result_address(const struct result_addresses *);
/*
 * It failed with that: true if there is another, which result_address gives from now on. A server
 * that broke off is not left for another, and one that is busy only when it was so a few times: it
 * may be a gateway that knows no way to that address.
 */
bool result_address_fails(struct result_addresses *, const struct error *);

#endif
