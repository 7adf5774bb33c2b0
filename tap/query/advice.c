/* advice.c: the paragraphs of an advice, in their order; see advice.h. */
#include "tap/query/advice.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text/match.h"
#include "tap/query/advice_inside.h"

#define NO_TABLE "sent no [A-Za-z]+, but"

/* "HTTP 503: …"; 0: the message is of no answer's status. */
static int status_of(const char *message)
{
	int status;

	return sscanf(message, "HTTP %3d", &status) == 1 ? status : 0;
}

static void advise_proxy(struct buf *b, const struct advice_on *a)
{
	if (status_of(a->message) == 407)
		buf_adds(b, "The proxy wants to know who you are. Put user and password into its "
			    "URL (https_proxy=http://USER:PASSWORD@HOST:PORT in the environment), "
			    "mount again and `touch` the query.\n");
}

static void advise_signin(struct buf *b, const struct advice_on *a)
{
	if ((a->errnum != EACCES && a->errnum != EPERM) || a->ended != ADVICE_ANSWERED)
		return;
	if (a->signed_in && a->errnum == EPERM)
		buf_adds(b, "You are signed in, and may not do this. Ask the service's operators "
			    "for access, then `touch` the query.\n");
	else if (a->signed_in)
		buf_adds(b, "The service does not accept this mount's sign-in. Check the user and "
			    "the content of token_file (see tapfs.ini(5)), mount again and `touch` "
			    "the query.\n");
	else
		buf_adds(b, "The service wants you to sign in. Set the options auth, user and "
			    "token_file (see tapfs.ini(5)), mount again and `touch` the query.\n");
	if (*a->signin_hint)
		buf_addf(b, "%s\n", a->signin_hint);
}

/* The server's certificate; the message names the ways to trust it. */
static void advise_trust(struct buf *b, const struct advice_on *a)
{
	if (a->errnum == EPROTO && strstr(a->message, "ca_file"))
		buf_adds(b, "The query was not sent, and is not at fault. Once the authority is "
			    "trusted, mount again and `touch` the query.\n");
}

/* False: it is nothing that another text of the query would change. */
static bool may_be_the_query(const struct advice_on *a)
{
	int status = status_of(a->message);

	if (a->ended != ADVICE_ANSWERED || status >= 500 || status == 404 || status == 407)
		return false;
	switch (a->errnum) {
	case EACCES:
	case EPERM:
	case ENOENT:
	case EPROTO:
	case ENOSPC:
	case EDQUOT:
	case EHOSTUNREACH:
	case ETIMEDOUT:
	case EAGAIN:
	case ECONNRESET: return false;
	default: break;
	}
	/* what came in place of a table, and a table that a parser complains of */
	return !text_matches(a->message,
			     NO_TABLE "|^line [0-9]+: |in the middle of the table|holds no table|"
				      "broke off|reset by peer|SSL|HTTP/0\\.9");
}

/* Words in place of a result, which may be of the query or of anything else. */
static bool says_words(const struct advice_on *a)
{
	return text_matches(a->message, NO_TABLE " *(JSON|text|another document)");
}

static void advise_again(struct buf *b, const struct advice_on *a)
{
	int status = status_of(a->message);

	if (a->ended == ADVICE_ABORTED_HERE)
		buf_adds(b, "You aborted the job in jobs/. `touch` the query to run it again.\n");
	else if (a->ended == ADVICE_ABORTED_THERE)
		buf_adds(b, "The job was aborted on the service: by its operators, or by you with "
			    "another program. `touch` the query to run it again.\n");
	else if (a->ended == ADVICE_UPLOADS)
		buf_adds(b, "Correct the table or the query, then `touch` the query.\n");
	else if (says_words(a))
		buf_adds(b, "If these words name a mistake in the query, correct it and save it. "
			    "If not, `touch` the query to run it again; if it fails again, report "
			    "it to the service's operators.\n");
	else if (status >= 500)
		buf_adds(b, "The service failed, not the query. `touch` the query to run it again. "
			    "If it fails again, report it to the service's operators.\n");
	else if (status == 404)
		buf_adds(b, "The service has nothing at this address, and the query is not at "
			    "fault. If the service has moved, correct its url in tapfs.ini, mount "
			    "again and `touch` the query.\n");
	else
		buf_adds(b, "The query is not at fault. `touch` it to run it again.\n");
}

static bool says_touch(const char *text)
{
	return strstr(text, "`touch`");
}

/* A paragraph, after an empty line; false: nothing was added. */
static bool add_paragraph(struct buf *b, void (*add)(struct buf *, const struct advice_on *),
			  const struct advice_on *a)
{
	size_t before = b->len;

	if (before)
		buf_addc(b, '\n');
	add(b, a);
	if (b->len > before + (before > 0))
		return true;
	buf_cut(b, before);
	return false;
}

char *advice_on(const struct advice_on *a)
{
	static const struct {
		void (*add)(struct buf *, const struct advice_on *);
		bool blames; /* the query */
	} kinds[] = {
	    {advise_place, true},   {advise_tables, true}, {advise_columns, true},
	    {advise_time, true},    {advise_quota, false}, {advise_proxy, false},
	    {advise_signin, false}, {advise_trust, false},
	};
	struct buf b = BUF_INIT;
	bool blamed = false;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (add_paragraph(&b, kinds[i].add, a))
			blamed |= kinds[i].blames;
	if (!blamed && !may_be_the_query(a) && !says_touch(a->message) && !says_touch(buf_str(&b)))
		add_paragraph(&b, advise_again, a);
	return buf_steal(&b);
}
