/* home.h: the home of the user that tapfs runs as. */
#ifndef TAPFS_BASE_HOME_H
#define TAPFS_BASE_HOME_H

/*
 * $HOME if this user may write there, else what the password database says: for an entry of fstab,
 * mount(8) leaves root's in the environment, and cron or a daemon may leave none. "/" if there is
 * no other. Borrowed. Before there are
 * threads.
 */
const char *home_directory(void);

#endif
