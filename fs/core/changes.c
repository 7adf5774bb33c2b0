/* changes.c: what a user changes in the tree; see changes.h. */
#include "fs/core/changes.h"

#include <errno.h>

#include "fs/core/node.h"
#include "fs/core/operation.h"
#include "tap/service/service.h"

static enum outcome not_here(struct ask *ask)
{
	return ask_fail(ask, EACCES,
			"this cannot be created, renamed or removed here: drop queries into "
			"queries/");
}

/* The folder's operations, or NULL with the reason in ask. */
static const struct folder_ops *writable(const struct node *dir, struct ask *ask)
{
	if (dir->service && dir->service->read_only)
		ask_fail(ask, EROFS, "mounted read-only");
	else if (!dir->kind->folder)
		not_here(ask);
	else
		return dir->kind->folder;
	return NULL;
}

enum outcome change_create(struct node *dir, const char *name, mode_t mode, struct found *f,
			   struct ask *ask)
{
	if (dir->service && dir->service->read_only)
		return ask_fail(ask, EROFS, "mounted read-only");
	if (!dir->kind->folder || !dir->kind->folder->create)
		return ask_fail(ask, EACCES,
				"no file can be created here: drop queries into queries/");
	return dir->kind->folder->create(dir, name, mode, f, ask);
}

enum outcome change_mkdir(struct node *dir, const char *name, struct found *f, struct ask *ask)
{
	const struct folder_ops *ops = writable(dir, ask);

	if (!ops)
		return FAILED;
	return ops->mkdir ? ops->mkdir(dir, name, f, ask) : not_here(ask);
}

enum outcome change_symlink(struct node *dir, const char *name, const char *target, struct found *f,
			    struct ask *ask)
{
	const struct folder_ops *ops = writable(dir, ask);

	if (!ops)
		return FAILED;
	return ops->symlink ? ops->symlink(dir, name, target, f, ask) : ask_refuse(ask, EPERM);
}

enum outcome change_unlink(struct node *dir, const char *name, struct ask *ask)
{
	const struct folder_ops *ops = writable(dir, ask);

	if (!ops)
		return FAILED;
	return ops->unlink ? ops->unlink(dir, name, ask) : not_here(ask);
}

enum outcome change_rmdir(struct node *dir, const char *name, struct ask *ask)
{
	const struct folder_ops *ops = writable(dir, ask);

	if (!ops)
		return FAILED;
	return ops->rmdir ? ops->rmdir(dir, name, ask) : not_here(ask);
}

enum outcome change_rename(struct node *dir, const char *name, struct node *newdir,
			   const char *newname, unsigned flags, struct ask *ask)
{
	const struct folder_ops *ops = writable(dir, ask);

	if (!ops)
		return FAILED;
	if (newdir->kind->folder != ops || newdir->service != dir->service)
		return ask_refuse(ask, EXDEV); /* mv copies then */
	return ops->rename ? ops->rename(dir, name, newdir, newname, flags, ask) : not_here(ask);
}

enum outcome change_attributes(struct node *n, const struct change *c, struct ask *ask)
{
	if (n->kind->change)
		return n->kind->change(n, c, ask);
	if (n->kind->command && !c->mode) /* `echo refresh > ctl` truncates first */
		return READY;
	return ask_fail(ask, EPERM, "this cannot be changed: it is made by tapfs");
}
