/* files.c: see files.h. */
#include "tests/service/dal/files.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tests/service/dal/hips.h"
#include "tests/service/data/fits.h"
#include "tests/service/data/light_curves.h"
#include "tests/service/data/preview.h"

struct files {
	char *dir, *db_path;
	pthread_mutex_t making; /* one at a time: twenty who want the same wait for one */
};

static bool write_buf(const struct buf *b, const char *path, struct error **err)
{
	CLEANUP_FCLOSE FILE *f = fopen(path, "wxe");

	if (!f || fwrite(buf_str(b), 1, b->len, f) != b->len || fflush(f) != 0)
		return error_set(err, errno, "%s: %s", path, strerror(errno));
	return true;
}

static bool make_preview(const struct fits_source *s, const char *path, struct error **err)
{
	CLEANUP_BUF struct buf png = BUF_INIT;

	svc_preview(s, &png);
	return write_buf(&png, path, err);
}

static bool make_note(const struct fits_source *s, const char *path, struct error **err)
{
	const struct image *im = s->image;
	CLEANUP_BUF struct buf text = BUF_INIT;

	buf_addf(&text,
		 "%s\n\nAn image that was made up, %d x %d pixels%s of %.2f\", in band %c.\n",
		 im->title, im->width, im->height, im->kind == IMAGE_MOSAIC ? " a chip" : "",
		 im->scale * 3600, im->band);
	buf_addf(&text, "Its middle is at right ascension %.6f, declination %+.6f (ICRS).\n",
		 im->ra, im->dec);
	if (s->generation)
		buf_addf(&text, "This is generation %d of it.\n", s->generation);
	return write_buf(&text, path, err);
}

static bool make_light_curve(const struct fits_source *s, const char *path, struct error **err)
{
	CLEANUP_BUF struct buf csv = BUF_INIT;

	if (!svc_light_curve_csv(s->db, s->image->name, &csv))
		return error_set(err, ENOENT, "There is no light curve %s.", s->image->name);
	if (s->generation)
		buf_addf(&csv, "%d,V,%d,0\n", 60000 + s->generation, s->generation);
	return write_buf(&csv, path, err);
}

/* The name is all that a light curve has of an image. */
static bool name_light_curve(sqlite3 *db, const char *name, struct image *out)
{
	(void)db;
	*out = (struct image){.kind = IMAGE_FIELD};
	snprintf(out->name, sizeof(out->name), "%s", name);
	return true;
}

static const struct room {
	const char *folder, *suffix, *type;
	bool (*find)(sqlite3 *, const char *name, struct image *out);
	bool (*make)(const struct fits_source *, const char *path, struct error **err);
} rooms[] = {
    {"images/", ".fits", "application/fits", svc_image_find, svc_fits_image},
    {"weights/", ".fits", "application/fits", svc_image_find, svc_fits_weight},
    {"previews/", ".png", "image/png", svc_image_find, make_preview},
    {"notes/", ".txt", "text/plain;charset=UTF-8", svc_image_find, make_note},
    {"lightcurves/", ".csv", "text/csv", name_light_curve, make_light_curve},
    {"hips/", ".txt", "text/plain;charset=UTF-8", svc_hips_find, svc_hips_properties},
    {"hips/", ".png", "image/png", svc_hips_find, svc_hips_picture},
    {"hips/", ".fits", "application/fits", svc_hips_find, svc_hips_fits},
};

/* The room that a path is in, and the name of its image; NULL if it is no such path. */
static const struct room *find_room(const char *path, char name[IMAGE_NAME_SIZE])
{
	bool is_hips = strncmp(path, "hips/", 5) == 0;
	CLEANUP_FREE char *plain = is_hips ? svc_hips_plain(path) : NULL;

	if (is_hips && !plain)
		return NULL;
	if (plain)
		path = plain;
	for (size_t i = 0; i < sizeof(rooms) / sizeof(*rooms); i++) {
		size_t before = strlen(rooms[i].folder), behind = strlen(rooms[i].suffix);
		size_t n = strlen(path);

		if (strncmp(path, rooms[i].folder, before) != 0 || n <= before + behind ||
		    n - before - behind >= IMAGE_NAME_SIZE ||
		    strcmp(path + n - behind, rooms[i].suffix) != 0)
			continue;
		snprintf(name, IMAGE_NAME_SIZE, "%.*s", (int)(n - before - behind), path + before);
		return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789") == strlen(name)
			   ? &rooms[i]
			   : NULL;
	}
	return NULL;
}

const char *svc_files_type(const char *path)
{
	char name[IMAGE_NAME_SIZE];
	const struct room *room = find_room(path, name);

	return room ? room->type : NULL;
}

struct files *svc_files_new(const char *db_path)
{
	struct files *f = xcalloc(1, sizeof(*f));

	f->db_path = xstrdup(db_path);
	f->dir = xasprintf("%.*s.files", (int)(strlen(db_path) - strlen(".db")), db_path);
	pthread_mutex_init(&f->making, NULL);
	return f;
}

void svc_files_free(struct files *f)
{
	pthread_mutex_destroy(&f->making);
	free(f->db_path);
	free(f->dir);
	free(f);
}

/* DIR/images-m31-0.fits */
static char *place_of(const struct files *f, const struct room *room, const char *name,
		      int generation)
{
	return xasprintf("%s/%.*s-%s-%d%s", f->dir, (int)strlen(room->folder) - 1, room->folder,
			 name, generation, room->suffix);
}

int svc_files_look(struct files *f, const char *path, int generation)
{
	char name[IMAGE_NAME_SIZE];
	const struct room *room = find_room(path, name);
	CLEANUP_FREE char *place = room ? place_of(f, room, name, generation) : NULL;

	return place ? open(place, O_RDONLY | O_CLOEXEC) : -1;
}

static bool make(struct files *f, const struct room *room, const char *name, int generation,
		 const char *path, struct error **err)
{
	CLEANUP_FREE char *place = place_of(f, room, name, generation);
	CLEANUP_FREE char *making = xasprintf("%s.%d", place, (int)getpid());
	struct image image;
	struct fits_source source = {NULL, &image, generation};
	bool ok = false;

	if (sqlite3_open_v2(f->db_path, &source.db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
		error_set(err, EIO, "%s: %s", f->db_path, sqlite3_errmsg(source.db));
	else if (!room->find(source.db, name, &image))
		error_set(err, ENOENT, "There is no file %s.", path);
	else if (mkdir(f->dir, 0777) < 0 && errno != EEXIST)
		error_set(err, errno, "%s: %s", f->dir, strerror(errno));
	else
		ok = true;
	if (ok) {
		unlink(making);
		ok = room->make(&source, making, err);
		if (ok && rename(making, place) < 0)
			ok = error_set(err, errno, "%s: %s", place, strerror(errno));
		if (!ok)
			unlink(making);
	}
	sqlite3_close(source.db);
	return ok;
}

int svc_files_get(struct files *f, const char *path, int generation, struct error **err)
{
	char name[IMAGE_NAME_SIZE];
	const struct room *room = find_room(path, name);
	int fd = -1;

	if (!room) {
		error_set(err, ENOENT, "There is no file %s.", path);
		return -1;
	}
	pthread_mutex_lock(&f->making);
	fd = svc_files_look(f, path, generation);
	if (fd < 0 && make(f, room, name, generation, path, err)) {
		fd = svc_files_look(f, path, generation);
		if (fd < 0)
			error_set(err, errno, "%s: %s", path, strerror(errno));
	}
	pthread_mutex_unlock(&f->making);
	return fd;
}
