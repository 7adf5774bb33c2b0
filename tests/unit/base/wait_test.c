/* wait_test.c: who waits is called once, also when it waits again or leaves meanwhile. */
#include <criterion/criterion.h>

#include "base/wait.h"

static struct waitlist list;
static struct waiter a, b;
static int calls_a, calls_b;

static void count_b(struct waiter *w)
{
	(void)w;
	calls_b++;
}

static void again(struct waiter *w)
{
	calls_a++;
	waitlist_add(&list, w);
}

static void cancels_b(struct waiter *w)
{
	(void)w;
	calls_a++;
	waiter_cancel(&b);
}

static void start(void)
{
	waitlist_init(&list);
	a = b = (struct waiter){.wake = count_b};
}

TestSuite(wait, .init = start);

Test(wait, all_are_woken_and_the_list_is_empty)
{
	waitlist_add(&list, &a);
	waitlist_add(&list, &b);
	waitlist_wake(&list);
	cr_expect_eq(calls_b, 2);
	cr_expect(waitlist_empty(&list));
}

Test(wait, one_that_waits_again_is_called_once_a_wake)
{
	a.wake = again;
	waitlist_add(&list, &a);
	waitlist_wake(&list);
	cr_expect_eq(calls_a, 1);
	cr_expect_not(waitlist_empty(&list));
	waitlist_wake(&list);
	cr_expect_eq(calls_a, 2);
}

Test(wait, one_that_another_cancels_is_not_called)
{
	a.wake = cancels_b;
	waitlist_add(&list, &a);
	waitlist_add(&list, &b);
	waitlist_wake(&list);
	cr_expect_eq(calls_a, 1);
	cr_expect_eq(calls_b, 0);
	waiter_cancel(&b); /* cancelling twice is harmless */
}
