/*
 * service.h: one TAP service: who we are there, what it can do, how it is called, how it is.
 *
 * What tapfs keeps of a service (its queries, jobs, datasets, ...) is in parts, which know the
 * service; the service does not know them. tap/service_open.h opens and closes all of it.
 * Everything that changes wakes service->changed. Loop thread only.
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

#define LONG_POLLS 2 /* WAITs of a service at a time: others poll */

enum service_health {
	HEALTH_UNKNOWN,
	HEALTH_UP,
	HEALTH_DOWN,    /* it does not answer, or not to us */
	HEALTH_FAILING, /* it answers that it failed (5xx) */
};

/*
 * What hangs on a service. Each is one struct service_part, which opens and closes it; its header
 * has the function that gives what it keeps (queries_of, jobs_of, ...).
 */
enum service_part_id {
	SERVICE_DELETIONS, /* uws/deletion.h */
	SERVICE_QUERIES,   /* query/query.h */
	SERVICE_JOBS,      /* uws/jobs.h */
	SERVICE_INDEXES,   /* datalink/open_index.h */
	SERVICE_DATASETS,  /* datalink/dataset.h */
	SERVICE_CUTOUTS,   /* datalink/cutout.h */
	SERVICE_POSITIONS, /* position/position.h */
	SERVICE_SURVEYS,   /* remote/hips.h */
	SERVICE_DETAILS,   /* metadata/details.h */
	SERVICE_METADATA,  /* metadata/metadata.h */
	SERVICE_PARTS
};

struct service;

/* Each may be NULL. Loop thread only, but for prepare. */
struct service_part {
	/* Before the service begins: may wait for the disk. */
	bool (*prepare)(struct service *, struct error **err);
	void (*begin)(struct service *);
	/* The service may be reached again: what failed, or waits for that, is tried again. */
	void (*retry)(struct service *);
	/* Cancels what is under way. */
	void (*end)(struct service *);
	/* The loop has ended. What prepare or begin made may be missing. */
	void (*free)(struct service *);
};

struct service {
	const struct settings *settings;
	char *name;     /* as configured, or the URL */
	char *url;      /* canonical TAP base URL, no slash at the end */
	char *jobs_url; /* where our jobs are, if not below url/async; NULL: there */
	struct loop *loop;
	struct http *http;
	struct remotes *remotes; /* of remote.h; NULL where no file can be kept */

	/* service_prepare */
	struct state_dir dir;
	struct signin *signin;
	struct journal *journal; /* LANE_STATE */
	unsigned habits;         /* habits.h: 1u << enum habit */
	struct catalog *catalog; /* LANE_CATALOG */
	bool read_only;
	atomic_bool ending; /* workers give up what is long */

	/* what is known; woken by changed */
	struct waitlist changed;
	struct capabilities *capabilities;  /* NULL until known */
	struct availability *availability;  /* NULL until known */
	struct catalog_names *names;        /* NULL until known */
	struct stored *document[DOC_COUNT]; /* as sent; NULL: not there */
#define LONG_POLLS 2                        /* WAITs of a service at a time: others poll */

	enum service_health health;
	struct error *health_error; /* the last thing that went wrong; NULL when up */
	int64_t health_since;       /* ms: since when it is up, or down */
	int64_t answered;           /* ms: its last answer, as far as health was told; 0 */
	struct error *names_error;  /* why there are no names; NULL while it is being tried */
	int64_t mounted;            /* ms */

	void *parts[SERVICE_PARTS]; /* each part's own */
	unsigned long_polls;        /* WAITs under way, LONG_POLLS at most */
};

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
/* Up, or down (err is borrowed). */
void service_set_health(struct service *, const struct error *err);
void service_set_failing(struct service *, const struct error *err);
/* "up, …", "DOWN since …: why", "failing since …: why", "not asked yet". Caller owns. */
char *service_describe_health(const struct service *);

#endif
