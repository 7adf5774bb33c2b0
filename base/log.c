/*
 * log.c: two rings of lines under one mutex; see log.h.
 *
 * A ring holds `used` lines, the oldest at `first`. Workers log too, hence the
 * mutex: it is held for a copy of one line only.
 */
#include "base/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"

#define LOG_LINES     1000
#define FAILURE_LINES 200

struct log_ring {
	char **lines;
	size_t size, first, used;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *log_lines[LOG_LINES];
static char *failure_lines[FAILURE_LINES];
static struct log_ring log_ring = {log_lines, LOG_LINES, 0, 0};
static struct log_ring failure_ring = {failure_lines, FAILURE_LINES, 0, 0};
static enum log_level level = LOG_INFO;
static bool to_stderr;

static const char *const names[] = {"error", "warn", "info", "debug"};

void log_set_level(enum log_level l)
{
	__atomic_store_n(&level, l, __ATOMIC_RELAXED);
}

int log_level_by_name(const char *name)
{
	for (int i = 0; i < 4; i++)
		if (strcasecmp(name, names[i]) == 0)
			return i;
	return -1;
}

void log_to_stderr(bool on)
{
	to_stderr = on;
}

/* Takes ownership of line. */
static void ring_add(struct log_ring *r, char *line)
{
	pthread_mutex_lock(&lock);
	if (r->used == r->size) {
		free(r->lines[r->first]);
		r->lines[r->first] = line;
		r->first = (r->first + 1) % r->size;
	} else {
		r->lines[(r->first + r->used++) % r->size] = line;
	}
	pthread_mutex_unlock(&lock);
}

static void ring_render(struct log_ring *r, struct buf *out)
{
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < r->used; i++) {
		buf_adds(out, r->lines[(r->first + i) % r->size]);
		buf_addc(out, '\n');
	}
	pthread_mutex_unlock(&lock);
}

/* One event is one line: what a server says must not forge others. */
static void flatten(char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			*s = ' ';
}

void log_line(enum log_level l, const char *fmt, ...)
{
	CLEANUP_FREE char *text = NULL;
	char when[CLOCK_TEXT];
	char *line;
	va_list ap;

	if (l > __atomic_load_n(&level, __ATOMIC_RELAXED))
		return;
	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	flatten(text);
	line = xasprintf("%s %-5s %s", clock_hms(clock_now(), when), names[l], text);
	if (to_stderr)
		fprintf(stderr, "%s\n", line);
	ring_add(&log_ring, line);
}

void failure_add(const char *path, const char *url, int http_status, const struct error *e)
{
	CLEANUP_BUF struct buf b = BUF_INIT;
	char when[CLOCK_TEXT];
	size_t stamp;

	buf_addf(&b, "%s", clock_iso(clock_now(), when));
	stamp = b.len + 1;
	if (path)
		buf_addf(&b, " %s", path);
	if (url)
		buf_addf(&b, " <%s>", url);
	if (http_status)
		buf_addf(&b, " HTTP %d", http_status);
	buf_addf(&b, ": %s (%s)", error_text(e), strerrorname_np(error_errno(e)));
	flatten(b.data);
	log_line(LOG_WARN, "%s", b.data + stamp);
	ring_add(&failure_ring, buf_steal(&b));
}

void log_render(struct buf *out)
{
	ring_render(&log_ring, out);
}

void failures_render(struct buf *out)
{
	ring_render(&failure_ring, out);
}
