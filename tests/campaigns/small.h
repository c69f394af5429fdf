/* A small campaign made through the flows: five destinations, nine students, one of whom lacks a language level and one an address. */
#pragma once
#include "office/campaigns/flow.h"

enum { SMALL_STUDENTS = 9 };
struct small {
	struct uuid campaign, years[3], persons[SMALL_STUDENTS];
	const char *names[SMALL_STUDENTS];
};
/* The account of student i acts. */
struct actor *small_student(struct cx *cx, const struct small *s, size_t i);
struct actor *small_staff(struct cx *cx, uint64_t role, const char *name);
/* Everything up to a draft campaign. `with_campaign`: with its places, opened, and everybody but the first has applied. */
enum err small_make(struct cx *cx, bool with_campaign, struct small *out) MUST_CHECK;
void small_register(void);
