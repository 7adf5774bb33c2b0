/* state_test.c: one folder a service and user, held by one mount. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "cache/file.h"
#include "cache/state.h"

static void key_is(const char *url, const char *user, const char *key)
{
	char *k = state_key(url, user);

	cr_expect_str_eq(k, key);
	free(k);
}

Test(state, a_services_folder_is_named_for_url_and_user)
{
	key_is("https://gea.esac.esa.int/tap-server/tap", "", "gea.esac.esa.int_tap-server_tap");
	key_is("https://gea.esac.esa.int/tap-server/tap/", "jdoe",
	       "jdoe@gea.esac.esa.int_tap-server_tap");
	key_is("http://127.0.0.1:8080/tap", "", "http_127.0.0.1:8080_tap");
}

Test(state, a_second_process_is_told_who_holds_it)
{
	char root[] = "/tmp/state_test.XXXXXX";
	struct state_dir s;
	struct state_at at;
	pid_t pid;
	int status;

	cr_assert_not_null(mkdtemp(root));
	at = (struct state_at){root, root, "key", "/mnt/here", false};
	cr_assert(state_open(&s, &at, NULL));
	pid = fork();
	if (pid == 0) {
		struct error *err = NULL;
		struct state_dir second;

		at.mountpoint = "/mnt/there";
		if (state_open(&second, &at, &err))
			_exit(1);
		_exit(error_errno(err) == EBUSY && strstr(error_text(err), "mountpoint /mnt/here")
			  ? 0
			  : 2);
	}
	waitpid(pid, &status, 0);
	cr_expect_eq(WEXITSTATUS(status), 0);
	state_close(&s);
}

Test(file, a_file_is_put_whole_or_not_at_all)
{
	char dir[] = "/tmp/file_test.XXXXXX";
	char *path;
	size_t n;
	char *text;

	cr_assert_not_null(mkdtemp(dir));
	path = xasprintf("%s/x", dir);
	cr_assert(file_put(path, "one", 3, NULL));
	cr_assert(file_put(path, "second", 6, NULL));
	text = file_get(path, 100, &n, NULL);
	cr_expect_str_eq(text, "second");
	free(text);
	cr_expect_null(file_get(path, 3, &n, NULL), "more than was allowed");
	unlink(path);
	cr_expect_eq(rmdir(dir), 0, "something was left beside it");
	free(path);
}
