/*
 * service.h: one TAP service: what it can do, what it holds, who we are there.
 *
 * service_prepare does what waits for the disk (folders, lock, token, journal);
 * service_begin then starts on the loop: what the catalog has is served at once
 * and refreshed behind when it is old. Everything that changes wakes
 * service->changed. Loop thread only, but for service_prepare.
 */
#ifndef TAPFS_TAP_SERVICE_SERVICE_H
#define TAPFS_TAP_SERVICE_SERVICE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/config.h"
#include "base/error.h"
#include "base/loop.h"
#include "base/wait.h"
#include "cache/catalog.h"
#include "cache/journal.h"
#include "cache/state.h"
#include "cache/stored.h"
#include "http/http.h"
#include "http/signin.h"
#include "tap/vosi/availability.h"
#include "tap/vosi/capabilities.h"

/* Documents kept as they were sent. */
enum document { DOC_CAPABILITIES, DOC_AVAILABILITY, DOC_TABLES, DOC_COUNT };

enum service_health { HEALTH_UNKNOWN, HEALTH_UP, HEALTH_DOWN };

struct queries;
struct upload_folder;
struct jobs;
struct positions;
struct metadata;
struct details_cache;

struct service {
	const struct settings *settings;
	char *name; /* as configured, or the URL */
	char *url;  /* canonical TAP base URL, no slash at the end */
	struct loop *loop;
	struct http *http;
	struct remotes *remotes; /* of remote.h; NULL where no file can be kept */

	/* service_prepare */
	struct state_dir dir;
	struct signin *signin;
	struct journal *journal;       /* LANE_STATE */
	struct journal_entry *entries; /* of the journal, until queries_new takes them */
	size_t nentries;
	struct catalog *catalog; /* LANE_CATALOG */
	bool read_only;
	atomic_bool ending; /* workers give up what is long */

	/* what is known; woken by changed */
	struct waitlist changed;
	struct capabilities *capabilities;  /* NULL until known */
	struct availability *availability;  /* NULL until known */
	struct catalog_names *names;        /* NULL until known */
	struct stored *document[DOC_COUNT]; /* as sent; NULL: not there */
	enum service_health health;
	struct error *health_error; /* the last thing that went wrong; NULL when up */
	struct error *names_error;  /* why there are no names; NULL while it is being tried */
	int64_t mounted;            /* ms */

	struct metadata *metadata; /* the refresh under way, or NULL */
	uint64_t refresh_failed;   /* loop time of the last refresh that failed, 0 */
	struct details_cache *details;
	struct queries *queries;              /* of query.h */
	const struct upload_folder *uploads;  /* of upload.h; whoever keeps the folder sets it */
	LIST_HEAD(, open_index) open_indexes; /* results whose links are in use; open_index.h */
	struct dataset *datasets;             /* in use; dataset.h */
	TAILQ_HEAD(, dataset) known; /* those whose links are in memory, the longest known first */
	unsigned nknown;
	struct cutout *cutouts;      /* in use; cutout.h */
	struct jobs *jobs;           /* of jobs.h */
	struct positions *positions; /* of position.h */
	LIST_HEAD(, survey) surveys; /* of hips.h */
};

/*
 * Opens and locks the service's folders. mountpoint is for the lock's text. Waits for the disk:
 * before the loop runs, or on a worker. NULL with *err (EBUSY: mounted elsewhere).
 */
struct service *service_prepare(const struct settings *, const char *url, const char *mountpoint,
				struct error **err);
void service_begin(struct service *, struct loop *, struct http *, struct remotes *);
/* Cancels what is under way. Call service_free when the loop has ended. */
void service_end(struct service *);
void service_free(struct service *);

/* Fetches everything anew; nothing if it is under way. */
void service_refresh(struct service *);
/* The same if what is known is older than catalog_age, or the last try failed a while ago. */
void service_refresh_if_old(struct service *);

/* It may be reached again: what failed, or waits for that, is tried again. */
void service_retry(struct service *);

/* The TAP version: 11 for 1.1; 10 where it is not known or older. */
int service_tap_version(const struct service *);

/* --- for the parts of the service --- */

/* A call with the service's settings and sign-in filled in. */
struct http_call service_call(const struct service *, const char *url);
/*
 * A URL that the service gave of a part of itself, in what came from base: joined, and put on the
 * configured scheme, host and port.
 */
char *service_url(const struct service *, const char *base, const char *ref);
/* A link that it gave, to a file or another service: joined (to files_base). NULL if it is none. */
char *service_link_url(const struct service *, const char *ref);
void service_set_health(struct service *, const struct error *err);

#endif
