/*
 * park.c: opens a file in many threads at once, and waits.
 *
 *	park FILE N      N opens; says "asked" when all are under way, and then for each that ends:
 *	                 nothing; at the end how many opened and how many failed
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static const char *path;
static atomic_int opened, failed;

static void *wait_for_it(void *arg)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		failed++;
	else
		opened++;
	if (fd >= 0)
		close(fd);
	return arg;
}

int main(int argc, char **argv)
{
	int n = argc == 3 ? atoi(argv[2]) : 0;
	pthread_t *threads = calloc((size_t)n + 1, sizeof(*threads));
	pthread_attr_t attributes;
	struct rlimit files;

	if (!n || !threads) {
		fprintf(stderr, "usage: park FILE N\n");
		return 2;
	}
	path = argv[1];
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) { /* an open takes its number before it waits */
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, (size_t)PTHREAD_STACK_MIN + 16384);
	for (int i = 0; i < n; i++) {
		if (pthread_create(&threads[i], &attributes, wait_for_it, NULL)) {
			fprintf(stderr, "cannot start thread %d\n", i);
			return 1;
		}
	}
	printf("asked\n");
	fflush(stdout);
	for (int i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	printf("%d opened, %d failed\n", opened, failed);
	free(threads);
	return 0;
}
