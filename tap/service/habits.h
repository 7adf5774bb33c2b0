/*
 * habits.h: what a service was found to do in its own way, by one answer, so that it need not be
 * found again: remembered over mounts, in its journal. Loop thread only, but for habits_load.
 */
#ifndef TAPFS_TAP_SERVICE_HABITS_H
#define TAPFS_TAP_SERVICE_HABITS_H

#include "tap/service/service.h"

enum habit {
	HABIT_NO_CHARSET,  /* refuses a form whose type names its charset */
	HABIT_FIXED_TEXTS, /* takes a text of arraysize="*" for an array: Daiquiri 1.3 */
	HABIT_TABLEDATA,   /* its binary tables spoil texts: vollt writes a byte a character */
	HABIT_RUNIDS,      /* shows the RUNIDs of jobs: one without a RUNID is not ours */
	HABITS
};

static inline bool service_has_habit(const struct service *s, enum habit h)
{
	return s->habits & (1u << h);
}

/* From now on, and at the next mount. */
void service_learn_habit(struct service *, enum habit);
/* When the service is prepared. */
bool habits_load(struct service *, struct error **err);

#endif
