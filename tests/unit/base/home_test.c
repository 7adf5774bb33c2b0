/* home_test.c: whose home it is. */
#include <criterion/criterion.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/home.h"

TestSuite(home);

Test(home, that_of_the_environment_where_this_user_may_write)
{
	setenv("HOME", "/tmp", 1);
	cr_expect_str_eq(home_directory(), "/tmp");
}

Test(home, else_what_the_password_database_says)
{
	static const char *const others[] = {"/proc/1/nothing", "relative", ""};
	const struct passwd *user = getpwuid(getuid());

	if (!user)
		cr_skip_test("this user is in no password database");
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		setenv("HOME", others[i], 1);
		cr_expect_str_eq(home_directory(), user->pw_dir, "%s", others[i]);
	}
	unsetenv("HOME");
	cr_expect_str_eq(home_directory(), user->pw_dir);
}
