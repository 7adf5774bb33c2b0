/* home.c: see home.h. */
#include "base/home.h"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

const char *home_directory(void)
{
	const char *home = getenv("HOME");
	const struct passwd *user;

	if (home && *home == '/' && access(home, W_OK | X_OK) == 0)
		return home;
	user = getpwuid(getuid());
	return user && user->pw_dir && *user->pw_dir == '/' ? user->pw_dir : "/";
}
