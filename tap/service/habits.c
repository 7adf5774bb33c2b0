/* habits.c: see habits.h. */
#include "tap/service/habits.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"

static const struct {
	const char *name; /* in the journal */
	const char *what;
} habits[HABITS] = {
    [HABIT_NO_CHARSET] = {"no-charset", "refuses a form whose type names its charset"},
    [HABIT_FIXED_TEXTS] = {"fixed-texts", "wants texts of tables with their greatest length"},
    [HABIT_TABLEDATA] = {"tabledata", "spoils texts in binary tables: TABLEDATA is asked for"},
    [HABIT_RUNIDS] = {"runids", "shows the RUNIDs of jobs"},
};

bool habits_load(struct service *s, struct error **err)
{
	for (unsigned h = 0; s->journal && h < HABITS; h++) {
		struct error *bad = NULL;

		if (journal_habit_has(s->journal, habits[h].name, &bad))
			s->habits |= 1u << h;
		if (bad) {
			error_move(err, bad);
			return false;
		}
	}
	return true;
}

struct learning {
	struct work work; /* first */
	struct journal *journal;
	const char *name;
	struct error *error;
};

static void learning_run(struct work *w)
{
	struct learning *l = (struct learning *)w;

	journal_habit_add(l->journal, l->name, &l->error);
}

static void learning_done(struct work *w)
{
	struct learning *l = (struct learning *)w;

	if (l->error) /* it is found again at the next mount */
		log_warn("the journal cannot be written: %s", error_text(l->error));
	error_free(l->error);
	free(l);
}

void service_learn_habit(struct service *s, enum habit h)
{
	struct learning *l;

	if (service_has_habit(s, h))
		return;
	s->habits |= 1u << h;
	log_info("%s %s", s->name, habits[h].what);
	if (s->read_only || !s->journal)
		return;
	l = xcalloc(1, sizeof(*l));
	l->work.run = learning_run;
	l->work.done = learning_done;
	l->journal = s->journal;
	l->name = habits[h].name;
	work_submit(s->loop, LANE_STATE, &l->work);
}
