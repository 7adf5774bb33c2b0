/*
 * own_files.h: the user's own files of a service: queries/ and uploads/ as a whole.
 */
#ifndef TAPFS_FS_QUERIES_OWN_FILES_H
#define TAPFS_FS_QUERIES_OWN_FILES_H

#include "fs/queries/entry.h"
#include "tap/query/upload.h"

struct own_files {
	struct entry *queries, *uploads; /* the roots */
	struct upload_folder tables;     /* how a query finds its tables */
	bool readme_hidden;              /* the user removed uploads/README.txt */
	/* In uploads/ a NAME.error.txt has come or gone. May be NULL. */
	void (*noted)(void *arg, const char *name, bool there);
	void *noted_arg;
};

/* Reads both trees from disk. Waits for that: before the loop or on a worker. NULL with *err. */
struct own_files *own_files_scan(const struct service *, struct error **err);
/* Frees them; the loop has ended. NULL is allowed. */
void own_files_free(struct own_files *);
/*
 * The service has begun: ties files and the journal's queries together, and takes up what was under
 * way. A query whose file is gone is removed, unless a file of the same inode and hash is there.
 * Queries find their tables in uploads/ from now on, and those that are there are read. The files
 * stay the caller's, until the service has ended.
 */
void own_files_begin(struct own_files *, struct service *);
/* Those of a service that has begun. */
struct own_files *own_files_of(const struct service *);

#endif
