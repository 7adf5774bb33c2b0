/*
 * fsx.c: does random things to a few files in queries/ and compares with a model in memory.
 *
 *	fsx DIR SECONDS [SEED]     prints the seed; ends with 0, or tells what differed and the last
 *steps
 *
 * Files are scratch files, queries and files in folders; they are written, truncated, appended to,
 * mapped, renamed (over others, in folders that are renamed themselves), removed while they are
 *open, closed and opened again. A file has the bytes of its model, however many descriptors it has
 *and whether it has a name or none.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAX_SIZE 300000
#define MAX_FDS  12
#define STEPS    60 /* told after a failure */

struct file {
	size_t size;
	unsigned fds;
	bool named;
	uint8_t data[MAX_SIZE];
};

struct name {
	int folder;
	const char *text;
	struct file *file;
};

struct handle {
	int fd;
	int flags;
	struct file *file;
};

/* folder 0 is DIR itself; 1 and 2 are there or not */
static struct name names[] = {
    {0, "s.txt", NULL},   {0, "q.adql", NULL}, {0, "r.sql", NULL},  {0, ".hidden", NULL},
    {0, "q.adql~", NULL}, {1, "s.txt", NULL},  {1, "q.adql", NULL}, {1, "#t#", NULL},
    {2, "p.sql", NULL},   {2, "t.txt", NULL},
};
#define NAMES (sizeof(names) / sizeof(*names))
static bool folder_there[3] = {true};
static struct handle handles[MAX_FDS];
static int handle_count;
static uint64_t state;
static unsigned long steps;
static char told[STEPS][200];

static uint32_t rnd(uint32_t below)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return below ? (uint32_t)(state >> 33) % below : 0;
}

__attribute__((format(printf, 1, 2))) static void tell(const char *text, ...)
{
	va_list args;

	va_start(args, text);
	vsnprintf(told[steps++ % STEPS], sizeof(told[0]), text, args);
	va_end(args);
}

__attribute__((format(printf, 1, 2), noreturn)) static void fail(const char *text, ...)
{
	int was = errno;
	va_list args;

	va_start(args, text);
	printf("failed at step %lu: ", steps);
	vprintf(text, args);
	printf(" (errno %s)\nthe last steps:\n", strerror(was));
	for (unsigned long i = steps > STEPS ? steps - STEPS : 0; i < steps; i++)
		printf("%6lu %s\n", i + 1, told[i % STEPS]);
	va_end(args);
	exit(1);
}

static const char *path_of(const struct name *n)
{
	static char paths[4][64];
	static int next;
	char *path = paths[next++ % 4];

	if (n->folder)
		snprintf(path, sizeof(paths[0]), "folder%d/%s", n->folder, n->text);
	else
		snprintf(path, sizeof(paths[0]), "%s", n->text);
	return path;
}

static void file_put(struct file *f)
{
	if (!f->named && !f->fds)
		free(f);
}

static void file_unname(struct name *n)
{
	n->file->named = false;
	file_put(n->file);
	n->file = NULL;
}

/* --- looking --- */

static void compare(const struct file *f, const void *got, size_t from, size_t n, const char *what)
{
	const uint8_t *g = got;

	for (size_t i = 0; i < n; i++)
		if (g[i] != f->data[from + i])
			fail("%s: byte %zu of %zu is %02x and should be %02x", what, from + i,
			     f->size, g[i], f->data[from + i]);
}

static void check_size(const struct file *f, off_t size, const char *what)
{
	if ((size_t)size != f->size)
		fail("%s: the size is %lld and should be %zu", what, (long long)size, f->size);
}

static void do_read(struct handle *h)
{
	static uint8_t got[MAX_SIZE + 100];
	size_t from = rnd((uint32_t)h->file->size + 1), n = rnd(MAX_SIZE) + 1;
	size_t want = n < h->file->size - from ? n : h->file->size - from;
	ssize_t have;

	tell("fd %d: read %zu at %zu", h->fd, n, from);
	have = pread(h->fd, got, n, (off_t)from);
	if (have != (ssize_t)want)
		fail("read gave %zd of %zu bytes", have, want);
	compare(h->file, got, from, want, "read");
}

static void do_stat(struct handle *h)
{
	struct stat st;

	tell("fd %d: fstat", h->fd);
	if (fstat(h->fd, &st) < 0)
		fail("fstat");
	check_size(h->file, st.st_size, "fstat");
	if (!h->file->named && st.st_nlink != 0)
		fail("fstat: a file without a name has %u links", (unsigned)st.st_nlink);
}

static void look_at(struct name *n)
{
	struct stat st;
	int failed;

	tell("stat %s", path_of(n));
	failed = stat(path_of(n), &st) < 0;
	if (failed != !n->file)
		fail("it is %s", failed ? "not there" : "there");
	if (n->file)
		check_size(n->file, st.st_size, "stat");
}

static void do_map(struct handle *h, bool writes)
{
	size_t from, n;
	uint8_t *m;

	if (!h->file->size || (writes && (h->flags & O_ACCMODE) != O_RDWR) ||
	    (h->flags & O_ACCMODE) == O_WRONLY)
		return;
	from = rnd((uint32_t)h->file->size);
	n = rnd((uint32_t)(h->file->size - from)) + 1;
	tell("fd %d: mmap, %s %zu at %zu", h->fd, writes ? "write" : "read", n, from);
	m = mmap(NULL, h->file->size, writes ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED,
		 h->fd, 0);
	if (m == MAP_FAILED)
		fail("mmap");
	for (size_t i = from; writes && i < from + n; i++)
		h->file->data[i] = m[i] = (uint8_t)('a' + rnd(26));
	compare(h->file, m + from, from, n, "mmap");
	if (rnd(2) && msync(m, h->file->size, MS_SYNC) < 0)
		fail("msync");
	munmap(m, h->file->size);
}

/* --- changing --- */

static void do_write(struct handle *h)
{
	static uint8_t data[MAX_SIZE];
	struct file *f = h->file;
	size_t n = rnd(rnd(3) ? 3000 : 70000) + 1, from = rnd(MAX_SIZE - 70000);

	if (rnd(2) && f->size < from)
		from = f->size;
	if (h->flags & O_APPEND)
		from = f->size;
	if (from + n > MAX_SIZE)
		return;
	tell("fd %d: write %zu at %zu%s", h->fd, n, from, h->flags & O_APPEND ? " (append)" : "");
	for (size_t i = 0; i < n; i++)
		data[i] = (uint8_t)('A' + rnd(26));
	if (pwrite(h->fd, data, n, (off_t)from) != (ssize_t)n)
		fail("write");
	if (from > f->size)
		memset(f->data + f->size, 0, from - f->size);
	memcpy(f->data + from, data, n);
	f->size = from + n > f->size ? from + n : f->size;
}

static void resized(struct file *f, size_t size)
{
	if (size > f->size)
		memset(f->data + f->size, 0, size - f->size);
	f->size = size;
}

static void do_truncate(struct handle *h)
{
	size_t size = rnd(3) ? rnd((uint32_t)h->file->size + 1) : rnd(MAX_SIZE);

	tell("fd %d: ftruncate to %zu", h->fd, size);
	if (ftruncate(h->fd, (off_t)size) < 0)
		fail("ftruncate");
	resized(h->file, size);
}

static void truncate_path(struct name *n)
{
	size_t size = rnd(MAX_SIZE);

	if (!n->file)
		return;
	tell("truncate %s to %zu", path_of(n), size);
	if (truncate(path_of(n), (off_t)size) < 0)
		fail("truncate");
	resized(n->file, size);
}

static void do_open(struct name *n)
{
	static const int kinds[] = {O_RDWR,
				    O_RDWR,
				    O_RDWR,
				    O_WRONLY,
				    O_RDONLY,
				    O_RDWR | O_TRUNC,
				    O_RDWR | O_APPEND,
				    O_WRONLY | O_APPEND};
	int flags = kinds[rnd(sizeof(kinds) / sizeof(*kinds))], fd;

	if (handle_count == MAX_FDS || !folder_there[n->folder])
		return;
	fd = open(path_of(n), flags | (n->file ? 0 : O_CREAT), 0644);
	tell("open %s: fd %d%s%s", path_of(n), fd, flags & O_TRUNC ? " O_TRUNC" : "",
	     n->file ? "" : ", new");
	if (fd < 0)
		fail("open");
	if (!n->file) {
		n->file = calloc(1, sizeof(*n->file));
		n->file->named = true;
	}
	if (flags & O_TRUNC)
		n->file->size = 0;
	n->file->fds++;
	handles[handle_count++] = (struct handle){fd, flags, n->file};
}

static void do_close(int i)
{
	struct handle h = handles[i];

	tell("fd %d: close", h.fd);
	if (close(h.fd) < 0)
		fail("close");
	handles[i] = handles[--handle_count];
	h.file->fds--;
	file_put(h.file);
}

static void do_rename(struct name *from, struct name *to)
{
	if (!from->file || from == to || !folder_there[to->folder])
		return;
	tell("rename %s %s", path_of(from), path_of(to));
	if (rename(path_of(from), path_of(to)) < 0)
		fail("rename");
	if (to->file)
		file_unname(to);
	to->file = from->file;
	from->file = NULL;
}

static void do_unlink(struct name *n)
{
	if (!n->file)
		return;
	tell("unlink %s", path_of(n));
	if (unlink(path_of(n)) < 0)
		fail("unlink");
	file_unname(n);
}

static bool folder_is_empty(int folder)
{
	for (size_t i = 0; i < NAMES; i++)
		if (names[i].folder == folder && names[i].file)
			return false;
	return true;
}

/* Folders are made and removed, and renamed away and back with what is in them. */
static void do_folder(int folder)
{
	char path[32];

	snprintf(path, sizeof(path), "folder%d", folder);
	if (!folder_there[folder]) {
		tell("mkdir %s", path);
		if (mkdir(path, 0755) < 0)
			fail("mkdir");
		folder_there[folder] = true;
	} else if (folder_is_empty(folder)) {
		tell("rmdir %s", path);
		if (rmdir(path) < 0)
			fail("rmdir");
		folder_there[folder] = false;
	} else {
		tell("rename %s away and back", path);
		if (rename(path, "away") < 0 || rename("away", path) < 0)
			fail("rename of a folder");
	}
}

static void step(void)
{
	struct name *n = &names[rnd(NAMES)];
	int i = handle_count ? (int)rnd((uint32_t)handle_count) : -1;
	struct handle *h = i >= 0 ? &handles[i] : NULL;
	bool reads = h && (h->flags & O_ACCMODE) != O_WRONLY;
	bool writes = h && (h->flags & O_ACCMODE) != O_RDONLY;

	switch (rnd(40)) {
	case 0:
	case 1:
	case 2:
	case 3: do_open(n); break;
	case 4:
	case 5:
	case 6:
		if (h)
			do_close(i);
		break;
	case 7: do_rename(n, &names[rnd(NAMES)]); break;
	case 8:
		if (!rnd(3))
			do_unlink(n);
		break;
	case 9: truncate_path(n); break;
	case 10:
		if (!rnd(3))
			do_folder(1 + (int)rnd(2));
		break;
	case 11:
		if (h && fsync(h->fd) < 0)
			fail("fsync");
		break;
	case 12:
	case 13: look_at(n); break;
	case 14:
	case 15:
		if (h)
			do_stat(h);
		break;
	case 16:
	case 17:
	case 18:
		if (writes)
			do_truncate(h);
		break;
	case 19:
	case 20:
	case 21:
		if (h)
			do_map(h, true);
		break;
	case 22:
	case 23:
		if (h)
			do_map(h, false);
		break;
	case 24:
	case 25:
	case 26:
	case 27:
	case 28:
	case 29:
	case 30:
		if (reads)
			do_read(h);
		break;
	default:
		if (writes)
			do_write(h);
		break;
	}
}

int main(int argc, char **argv)
{
	time_t end;

	if (argc < 3 || chdir(argv[1]) < 0) {
		fprintf(stderr, "usage: fsx DIR SECONDS [SEED]\n");
		return 2;
	}
	end = time(NULL) + strtol(argv[2], NULL, 10);
	state = argc > 3 ? strtoull(argv[3], NULL, 10)
			 : (uint64_t)time(NULL) * 1000 + (uint64_t)getpid() % 1000;
	printf("seed %llu\n", (unsigned long long)state);
	fflush(stdout);
	while (time(NULL) < end)
		step();
	while (handle_count)
		do_close(0);
	for (size_t i = 0; i < NAMES; i++) { /* once more, all of it */
		look_at(&names[i]);
		if (!names[i].file)
			continue;
		struct handle h = {open(path_of(&names[i]), O_RDONLY), O_RDONLY, names[i].file};
		for (int k = 0; k < 20; k++)
			do_read(&h);
		close(h.fd);
		do_unlink(&names[i]);
	}
	for (int folder = 1; folder <= 2; folder++)
		if (folder_there[folder])
			do_folder(folder);
	printf("%lu steps, no difference\n", steps);
	return 0;
}
