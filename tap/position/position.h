/*
 * position.h: what a service has at a position of the sky: searches by image (SIA 2) and by cone
 * (SCS), one answer a position.
 *
 *	nothing ──need──▶ fetch: VOTable to disk, converted on the way ──▶ made
 *	   ▲                  │ failed                                      │ forget, room is needed
 *	   └──────────────────┴─────────────────────────────────────────────┘
 *
 * An answer is a folder on disk, which appears whole (position_disk.h); it survives the mount.
 * One that is old is asked for anew when somebody needs it; if the service is away then, the old
 * one is shown. Those used longest ago go first, above POSITIONS_KEPT. Loop thread only.
 *
 * Invariants: a position that is made is on `kept`, which has one reference; one that is being
 * fetched is referred to by its fetch. Nobody else's: it goes when nobody looks at it.
 */
#ifndef TAPFS_TAP_POSITION_POSITION_H
#define TAPFS_TAP_POSITION_POSITION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/wait.h"
#include "cache/stored.h"
#include "table/write/format.h"
#include "tap/service/endpoint.h"
#include "tap/service/service.h"

#define POSITIONS_KEPT       1000
#define POSITIONS_KEPT_BYTES (INT64_C(1) << 30)

#define POSITION_OVERFLOW FORMATS_MAX /* the file that tells of missing rows */
#define POSITION_FILES    (FORMATS_MAX + 1)

struct open_index;
struct position_making;
struct position_fetch;

/* One of the service's searches: sia/, scs/, scs/NAME/. As long as the service. */
struct search {
	struct positions *all;
	enum endpoint_kind kind; /* SIA or SCS */
	char *folder;            /* in CACHE/positions/: "sia", "scs", "scs.NAME" */
	const char *name;        /* its endpoint's: "", "NAME" */
	LIST_HEAD(, position) positions;
	LIST_ENTRY(search) link;
};

struct position {
	unsigned refs;
	struct search *search;
	char *name;  /* "10.68,41.27,2" */
	uint64_t id; /* inode number of its first file; another for each answer */
	bool made;
	int64_t sizes[POSITION_FILES];               /* -1: there is no such file */
	int64_t bytes;                               /* of all */
	int64_t fetched;                             /* ms */
	struct stored *open[POSITION_FILES];         /* while somebody reads it; not counted */
	struct position_making *making[FORMATS_MAX]; /* as names were opened; a reference each */
	struct error *unmade[FORMATS_MAX];           /* why that failed the last time */
	struct open_index *linked; /* of this answer, once somebody looked; one reference */
	struct position_fetch *fetch;
	struct error *failure;
	uint64_t failed_at; /* loop time */
	struct waitlist changed;
	LIST_ENTRY(position) link;
	TAILQ_ENTRY(position) use; /* where it is made */
};

struct positions {
	struct service *service;
	/* A conversion is over: gives its reference back; err is borrowed. */
	void (*made)(struct position *, size_t file, uint64_t bytes, struct error *err);
	char *root;             /* CACHE/positions */
	bool known;             /* what is on disk was looked at */
	struct waitlist loaded; /* woken then */
	LIST_HEAD(, search) searches;
	TAILQ_HEAD(position_use, position) kept; /* used longest ago first */
	size_t nkept;
	int64_t kept_bytes;
	bool ended;
};

/* "10.68,41.27,2": right ascension, declination, size, in degrees. False with *err: how it must be.
 */
bool position_read(const char *name, double degrees[3], struct error **err);
/* What to append to the search's URL; caller owns. maxrec 0: as the service likes. */
char *position_query(enum endpoint_kind, const double degrees[3], int64_t maxrec);

/* What failed a moment ago is asked for again, at retry, when it is wanted. */
extern const struct service_part positions_part;

static inline struct positions *positions_of(const struct service *s)
{
	return s->parts[SERVICE_POSITIONS];
}

/* The search of that kind and name; borrowed. */
struct search *search_named(struct positions *, enum endpoint_kind, const char *name);
/* The position of that name, which must be a good one; a reference for the caller. */
struct position *position_get(struct search *, const char *name);
void position_unref(struct position *); /* NULL is allowed */

enum position_answer { POSITION_MADE, POSITION_WAIT, POSITION_FAILS };

/* Whether it is made, and new enough; asks the service where not. WAIT: on position->changed. */
enum position_answer position_need(struct position *, struct error **err);
/*
 * Whether a file that is made when it is opened is there; makes it where not. anew: also when that
 * has failed before. WAIT: on position->changed.
 */
enum position_answer position_make(struct position *, size_t file, bool anew, struct error **err);
/* Whether it is one that can be made of the answer. */
bool position_makes(const struct position *, size_t file);
/* Gives up what is being made; the caller has a reference. */
void position_make_cancel(struct position *);
/* Its links, if it has some; borrowed. It must be made. */
struct open_index *position_linked(struct position *);
/* Where one of its files is on disk; caller owns. */
char *position_path(const struct position *, size_t file);
/* "result.csv"; NULL for what has no name in the tree. Caller owns. */
char *position_file_name(size_t file);
/* Its answer is thrown away: who needs it asks anew. */
void position_forget(struct position *);
/* It was used: it goes last. */
void position_used(struct position *);

#endif
