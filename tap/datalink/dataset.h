/*
 * dataset.h: what has links: a row of a result, another DataLink document, an identifier.
 *
 * One struct dataset a thing in use, shared by all who look at it. Where it leads to is a struct
 * linked_row, read from the index when somebody wants to know (of a row; of others it is there from
 * the beginning). Its links are known at once where those are files, and asked of the service where
 * one is a DataLink document. Of many datasets the links of those that were wanted last are kept.
 * Loop thread only.
 */
#ifndef TAPFS_TAP_DATALINK_DATASET_H
#define TAPFS_TAP_DATALINK_DATASET_H

#include <uthash.h>

#include "tap/datalink/open_index.h"

struct dataset {
	unsigned refs;
	struct service *service;
	struct open_index *of;  /* the result whose row it is; one reference, or NULL */
	struct dataset *parent; /* whose link leads to it; one reference, or NULL */
	char *key;              /* what it is found by */
	const char *name;       /* of the row, of the link; the identifier */
	int64_t number;         /* of the row; 0: it is none */
	int64_t mtime;          /* ms: of the result; 0: none */
	struct linked_row row;  /* where it leads to, once that was read */
	bool read;
	struct link_list links; /* when known */
	bool known;
	uint64_t known_at; /* loop time */
	uint64_t fresh_ms; /* that its document said it holds; 0: it said nothing */
	struct waitlist changed;
	struct transfer *transfer;   /* its document is asked for */
	bool looking;                /* a worker looks for the document that was kept */
	struct error *failure;       /* why it did not come, for a while */
	uint64_t failed_at;          /* loop time */
	UT_hash_handle hh;           /* of those in use */
	TAILQ_ENTRY(dataset) recent; /* while known */
};

/* The one in use of that name in a result, below another, or (both NULL) an identifier's; borrowed,
 * or NULL. */
struct dataset *dataset_find(struct service *, const struct open_index *,
			     const struct dataset *parent, const char *name);
/* A new one of a row; a reference for the caller. */
struct dataset *dataset_of_row(struct open_index *, const char *name, int64_t number);
/* The one that a nested link leads to; a reference for the caller. */
struct dataset *dataset_nested(struct dataset *, const struct link *);
/*
 * An identifier's, at the service's DataLink endpoint; a reference for the caller. NULL with *err
 * (ENOENT) if it has none.
 */
struct dataset *dataset_by_id(struct service *, const char *id, struct error **err);
struct dataset *dataset_ref(struct dataset *);
void dataset_unref(struct dataset *);

enum dataset_answer { DATASET_KNOWN, DATASET_WAIT, DATASET_FAIL };

/*
 * Whether dataset->links are there; asks for them where not. WAIT: on **wait. FAIL with *err.
 */
enum dataset_answer dataset_ready(struct dataset *, struct waitlist **wait, struct error **err);
/* What failed a moment ago is asked for again, at retry, when it is wanted. */
extern const struct service_part datasets_part;
/* What is known for long is asked anew: addresses may be signed, for a short time. */
void dataset_refresh(struct dataset *);
/* Its addresses have expired: they are asked for when they are wanted. */
void dataset_forget(struct dataset *);
/* The absolute URL of a link; caller owns; NULL if it is none. */
char *dataset_url(const struct dataset *, const char *url);
/* A folder within itself would have no end: the document is one that leads here. */
bool dataset_is_within(const struct dataset *, const char *url);

/* --- for dataset_ask.c, dataset_batch.c and link_cache.c --- */

/*
 * Relative addresses in a document are below it (RFC 3986 §5), unless the option files_base says
 * what paths are below: they are made absolute.
 */
void dataset_resolve(const struct service *, struct link_list *, const char *document);

/* The row was read; takes what is in it. */
void dataset_read(struct dataset *, struct linked_row *);
/* The document's links with those that the row has itself; takes what is in the list. */
void dataset_told(struct dataset *, struct link_list *);
void dataset_failed(struct dataset *, struct error *taken);

#endif
