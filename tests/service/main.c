/*
 * main.c: tapfs-demo, a small TAP service on this machine only, for `tapfs demo` and
 * for tests. Prints its URL as one line once it listens.
 *
 * The main thread waits for a signal, or for the end of standard input.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/error.h"
#include "tests/service/data/images.h"
#include "tests/service/service.h"
#include "tests/service/tap/uploads.h"

#define SLOW_START_S 3

static const char usage[] =
    "Usage: tapfs-demo [options]\n"
    "  --port N      listen on this port of 127.0.0.1 (default: any that is free)\n"
    "  --data DIR    where the catalogues' CSV files are\n"
    "  --log FILE    append a line for every request\n"
    "  --rows N      also make the table bench.stars with N rows\n"
    "  --images N    have images of N fields (default 110: the Messier objects)\n"
    "  --tables N    also make N small tables in the schema viz\n"
    "  --upload-limit BYTES  of the tables that come along with a query\n"
    "                (default 200000000)\n"
    "  --until-eof   end when standard input is closed\n"
    "  --slow-start  wait 3 s before listening\n"
    "  --help, --version\n";

struct arguments {
	struct service_options service;
	bool until_eof, slow_start;
};

static bool read_number(const char *text, long max, long *out)
{
	char *end;

	errno = 0;
	*out = strtol(text, &end, 10);
	return end != text && !*end && !errno && *out >= 0 && *out <= max;
}

enum {
	PORT = 1,
	DATA,
	LOG,
	ROWS,
	IMAGES,
	TABLES,
	UPLOAD_LIMIT,
	UNTIL_EOF,
	SLOW_START,
	HELP,
	VERSION
};

/* An option with its value; false if that is no number that fits. */
static bool take_option(struct arguments *a, int option, const char *value)
{
	struct content_options *content = &a->service.content;
	bool ok = true;
	long n = 0;

	switch (option) {
	case PORT:
		ok = read_number(value, 65535, &n);
		a->service.port = (uint16_t)n;
		break;
	case DATA: content->data_dir = value; break;
	case LOG: a->service.log_path = value; break;
	case ROWS: ok = read_number(value, 1000000000, &content->rows); break;
	case IMAGES: ok = read_number(value, 1000000, &content->images); break;
	case TABLES: ok = read_number(value, 1000000, &content->tables); break;
	case UPLOAD_LIMIT:
		ok = read_number(value, LONG_MAX, &n);
		a->service.upload_bytes = (uint64_t)n;
		break;
	case UNTIL_EOF: a->until_eof = true; break;
	case SLOW_START: a->slow_start = true; break;
	default: break;
	}
	return ok;
}

/* -1 to go on, else the exit status. */
static int read_arguments(int argc, char **argv, struct arguments *a)
{
	static const struct option options[] = {
	    {"port", required_argument, NULL, PORT},
	    {"data", required_argument, NULL, DATA},
	    {"log", required_argument, NULL, LOG},
	    {"rows", required_argument, NULL, ROWS},
	    {"images", required_argument, NULL, IMAGES},
	    {"tables", required_argument, NULL, TABLES},
	    {"upload-limit", required_argument, NULL, UPLOAD_LIMIT},
	    {"until-eof", no_argument, NULL, UNTIL_EOF},
	    {"slow-start", no_argument, NULL, SLOW_START},
	    {"help", no_argument, NULL, HELP},
	    {"version", no_argument, NULL, VERSION},
	    {NULL, 0, NULL, 0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == HELP || c == VERSION) {
			fputs(c == HELP ? usage : "tapfs-demo " TAPFS_VERSION "\n", stdout);
			return 0;
		}
		if (c == '?') {
			fputs(usage, stderr);
			return 2;
		}
		if (!take_option(a, c, optarg)) {
			fprintf(stderr, "tapfs-demo: \"%s\" is no number that fits here\n", optarg);
			return 2;
		}
	}
	if (optind < argc) {
		fputs(usage, stderr);
		return 2;
	}
	return -1;
}

/* Before any thread is made, so that only the main thread gets them. */
static int block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static void wait_for_end(int signals, bool until_eof)
{
	struct pollfd fds[] = {{.fd = signals, .events = POLLIN},
			       {.fd = until_eof ? STDIN_FILENO : -1, .events = POLLIN}};
	char dropped[512];

	for (;;) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return;
		if (fds[0].revents)
			return;
		if (fds[1].revents && read(STDIN_FILENO, dropped, sizeof(dropped)) <= 0)
			return;
	}
}

int main(int argc, char **argv)
{
	struct arguments a = {
	    .service = {.content.images = IMAGES_DEFAULT, .upload_bytes = SVC_UPLOAD_BYTES}};
	struct error *err = NULL;
	struct service *s;
	int signals, status = read_arguments(argc, argv, &a);

	if (status >= 0)
		return status;
	signals = block_signals();
	if (a.slow_start)
		sleep(SLOW_START_S);
	s = svc_start(&a.service, &err);
	if (!s) {
		fprintf(stderr, "tapfs-demo: %s\n", error_text(err));
		error_free(err);
		return 1;
	}
	printf("http://127.0.0.1:%u/tap\n", (unsigned)s->port);
	fflush(stdout);
	wait_for_end(signals, a.until_eof);
	svc_stop(s);
	close(signals);
	return 0;
}
