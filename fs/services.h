/* services.h: the services of a mount: one, or of `all` those that were entered. */
#ifndef TAPFS_FS_SERVICES_H
#define TAPFS_FS_SERVICES_H

#include "fs/core/kind.h"
#include "fs/core/mount.h"
#include "fs/queries/own_files.h"

/* Adds a service that was prepared, with the user's files there (takes both), and begins it. */
void mount_add_service(struct mount *, struct service *, struct own_files *);
/*
 * The folder of a service in an `all` mount is entered: the service is prepared by a worker and
 * begun at its first use.
 */
enum outcome service_enter(struct node *dir, struct ask *);
/* Ends all services; frees them after the loop has ended. */
void mount_end_services(struct mount *);
void mount_free_services(struct mount *);

#endif
