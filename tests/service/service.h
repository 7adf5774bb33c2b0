/*
 * service.h: the demo service as a whole.
 */
#ifndef TAPFS_SERVICE_SERVICE_H
#define TAPFS_SERVICE_SERVICE_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "base/error.h"
#include "tests/service/adql/catalog.h"
#include "tests/service/data/content.h"

struct request;

struct service_options {
	struct content_options content;
	uint16_t port;         /* 0: any that is free */
	const char *log_path;  /* NULL: no log */
	uint64_t upload_bytes; /* of all tables that come along with a query */
};

struct service {
	const char *db_path; /* owned */
	int db_held;         /* keeps it from being taken away */
	struct catalog *catalog;
	struct jobs *jobs;
	struct faults *faults;
	struct files *files;
	struct MHD_Daemon *daemon;
	FILE *log; /* NULL: none */
	uint16_t port;
	uint64_t upload_bytes;
	time_t started;
	/* What http/ asks of what is above it: */
	enum MHD_Result (*route)(struct request *);  /* answers a request that came whole */
	bool (*pause)(struct request *, int64_t ms); /* svc_pause */
	void (*leave)(struct request *);             /* svc_leave: where the request has a job */
};

/* route.c */
enum MHD_Result svc_route(struct request *);

/* Builds the data if need be and listens on 127.0.0.1. NULL with *err. */
struct service *svc_start(const struct service_options *, struct error **err);
/* Ends all queries and connections, and frees it. */
void svc_stop(struct service *);

#endif
