/* A campaign through its flows, on both engines: the whole cycle, acts given twice, what is refused and why, seats that move on. */
#include "world.h"

static bool refused(struct world *w, enum err err, int msg)
{
	bool right = (err == ERR_REFUSED || err == ERR_INVALID) && w->cx->problems && w->cx->problems->msg == msg;
	if (!right) {
		printf("# error %s\n", err_name(err));
		show_problems(w->cx);
	}
	cx_clear_problems(w->cx);
	return right;
}

/* Three seats at A, one at B; five students by falling average. */
static bool small_world(struct world *w, const char *weights)
{
	if (!world_open(w)) return false;
	make_campaign(w, weights);
	(void)make_place(w, "Universitetet i Bergen", 2, true);
	(void)make_place(w, "Universidad de Valladolid", 1, false);
	(void)make_student(w, "Ada", 160000, "B2");
	(void)make_student(w, "Ben", 150000, "B2");
	(void)make_student(w, "Cleo", 140000, "B2");
	(void)make_student(w, "Dan", 130000, "B2");
	(void)make_student(w, "Eve", 120000, "A2");
	return tap.failures == 0;
}

static void open_and_apply(struct world *w)
{
	struct receipt r;
	MUST(campaign_open(w->cx, w->campaign));
	for (size_t i = 0; i < 4; i++)
		MUST(apply(w, i, (const size_t[]){0, 1}, 2, &r));
	MUST(apply(w, 4, (const size_t[]){1}, 1, &r));
}

static void close_and_allocate(struct world *w, enum allocation_mechanism m, struct run_view *run)
{
	later(w, 3600000);
	MUST(campaign_close(w->cx, w->campaign));
	MUST(campaign_choose_mechanism(w->cx, w->campaign, m));
	MUST(campaign_allocate(w->cx, w->campaign, run));
}

static void publish(struct world *w, int64_t *mails)
{
	struct mail_preview shown;
	MUST(campaign_publish_preview(w->cx, w->campaign, &shown));
	MUST(campaign_publish(w->cx, w->campaign, shown.digest, mails));
}

static void test_opening(void)
{
	struct world world, *w = &world;
	if (!world_open(w)) return;
	MUST(entity_check_schema(w->cx));
	make_campaign(w, "average=100");
	CHECK(refused(w, campaign_open(w->cx, w->campaign), M_campaign_open_nothing));
	(void)make_place(w, "Universitetet i Bergen", 2, true);
	size_t s = make_student(w, "Ada", 160000, "B2");
	struct campaign_view v;
	as_student(w, s);
	CHECK_INT(campaign_view(w->cx, w->campaign, &v), ERR_NOT_FOUND); /* students see nothing of a draft */
	CHECK_INT(campaign_open(w->cx, w->campaign), ERR_DENIED);
	as_office(w);
	cx_clear_problems(w->cx);
	MUST(campaign_view(w->cx, w->campaign, &v));
	CHECK_INT(v.state.stage, STAGE_DRAFT);
	MUST(campaign_open(w->cx, w->campaign));
	MUST(campaign_view(w->cx, w->campaign, &v));
	CHECK_INT(v.state.stage, STAGE_OPEN);
	CHECK_INT(v.campaign->seed_sha256.len, 64);
	CHECK_INT(v.campaign->seed.len, 0);
	CHECK_INT(v.seats, 2);
	CHECK(refused(w, campaign_open(w->cx, w->campaign), M_campaign_open_already));
	struct run_view run;
	CHECK(refused(w, campaign_allocate(w->cx, w->campaign, &run), M_campaign_still_open));
	/* what students relied on is fixed */
	struct opportunity *o = entity_new(w->cx, &opportunity_entity);
	MUST(record_load(w->cx, &opportunity_entity, w->place[0], o));
	struct field_set seats = {0};
	field_set_add(&seats, opportunity_f_seats);
	o->seats = 1;
	CHECK(refused(w, opportunity_flow_change(w->cx, o, &seats), M_campaign_seats_fewer));
	o->seats = 3;
	MUST(opportunity_flow_change(w->cx, o, &seats));
	struct campaign *c = entity_new(w->cx, &campaign_entity);
	MUST(record_load(w->cx, &campaign_entity, w->campaign, c));
	struct field_set weights = {0};
	field_set_add(&weights, campaign_f_weights);
	c->weights = STR("ects=100");
	CHECK(refused(w, campaign_flow_change(w->cx, c, &weights), M_campaign_frozen));
	world_close(w);
}

static void test_find_and_apply(void)
{
	struct world world, *w = &world;
	struct found_stays f;
	struct application_draft d;
	struct receipt r, again;
	if (!small_world(w, "average=100")) return;
	MUST(campaign_open(w->cx, w->campaign));
	as_student(w, 4); /* Eve: A2 where B1 is asked */
	MUST(find_stays(w->cx, w->campaign, UUID_NONE, &f));
	REQUIRE(f.len == 2);
	CHECK_INT(f.can_go, 1);
	CHECK_INT(f.nearly, 1);
	CHECK_STR(f.stays[0].offer->partner_name, "Universidad de Valladolid");
	CHECK_INT(f.stays[0].verdict.state, RULE_YES);
	CHECK_INT(f.stays[1].verdict.state, RULE_NO);
	CHECK_INT(f.student->year, 4);
	CHECK_INT(find_stays(w->cx, w->campaign, w->person[0], &f), ERR_NOT_FOUND); /* nobody else's */
	cx_clear_problems(w->cx);
	as_student(w, 0);
	MUST(star_set(w->cx, w->place[1], true));
	MUST(star_set(w->cx, w->place[1], true));
	later(w, 1);
	MUST(star_set(w->cx, w->place[0], true));
	MUST(application_draft(w->cx, w->campaign, NULL, 0, &d));
	REQUIRE(d.nranks == 2);
	CHECK(uuid_eq(d.ranks[0].opportunity, w->place[1])); /* in the order of starring */
	CHECK_INT(d.nquestions, 1);
	CHECK_INT(d.questions[0].what, ASKED_TRAVEL);
	struct ranked list[2] = {{w->place[0], 1}, {w->place[1], 2}};
	CHECK_INT(application_submit(w->cx, w->campaign, list, 2, (struct pairs){NULL, 0}, &r), ERR_INVALID); /* travel was not answered */
	CHECK_STR(w->cx->problems->field, "travel");
	cx_clear_problems(w->cx);
	as_office(w);
	int64_t before = count_rows(w, SQL("select count(*) from audit_entry where tenant = ?1"));
	MUST(apply(w, 0, (const size_t[]){0, 1}, 2, &r));
	CHECK(!r.again);
	CHECK_INT(r.len, 2);
	CHECK_INT(r.sha256.len, 64);
	CHECK_INT(count_rows(w, SQL("select count(*) from audit_entry where tenant = ?1")), before + 1); /* one act, one entry */
	later(w, 1000);
	MUST(apply(w, 0, (const size_t[]){0, 1}, 2, &again));
	CHECK(again.again);
	CHECK_STR(again.sha256, str_z(w->cx->arena, r.sha256));
	CHECK_INT(count_rows(w, SQL("select count(*) from audit_entry where tenant = ?1")), before + 1);
	MUST(apply(w, 0, (const size_t[]){1, 0}, 2, &again)); /* another order takes its place */
	CHECK(!again.again);
	CHECK_INT(count_rows(w, SQL("select count(*) from application where tenant = ?1")), 1);
	CHECK_INT(count_rows(w, SQL("select count(*) from application_choice where tenant = ?1")), 2);
	CHECK_STR(again.application->number, str_z(w->cx->arena, r.application->number));
	/* not eligible, twice, a gap, too many */
	CHECK_INT(apply(w, 4, (const size_t[]){0}, 1, &r), ERR_INVALID);
	CHECK_STR(w->cx->problems->field, "ranks");
	cx_clear_problems(w->cx);
	CHECK_INT(apply(w, 1, (const size_t[]){0, 0}, 2, &r), ERR_INVALID);
	cx_clear_problems(w->cx);
	as_student(w, 1);
	CHECK_INT(application_submit(w->cx, w->campaign, (const struct ranked[]){{w->place[0], 2}}, 1, (struct pairs){by_train, 1}, &r),
	          ERR_INVALID);
	cx_clear_problems(w->cx);
	MUST(application_submit(w->cx, w->campaign, (const struct ranked[]){{w->place[0], 1}, {w->place[1], 1}}, 2,
	                        (struct pairs){by_train, 1}, &r));
	struct receipt theirs;
	as_student(w, 2);
	CHECK_INT(application_receipt(w->cx, r.application->row.id, &theirs), ERR_NOT_FOUND);
	CHECK_INT(application_withdraw(w->cx, r.application->row.id), ERR_NOT_FOUND);
	cx_clear_problems(w->cx);
	as_student(w, 1);
	MUST(application_withdraw(w->cx, r.application->row.id));
	MUST(application_withdraw(w->cx, r.application->row.id));
	as_office(w);
	struct campaign_view v;
	MUST(campaign_view(w->cx, w->campaign, &v));
	CHECK_INT(v.applications, 1);
	CHECK_INT(v.withdrawn, 1);
	/* after the end: the reason has its date */
	w->cx->now_ms = day_ms(2026, 12, 1);
	CHECK(refused(w, apply(w, 2, (const size_t[]){0}, 1, &r), M_campaign_closed));
	w->cx->now_ms -= 1;
	MUST(apply(w, 2, (const size_t[]){0}, 1, &r));
	world_close(w);
}

static void test_cycle(void)
{
	struct world world, *w = &world;
	struct run_view run;
	struct comparison cmp;
	struct allocated *got;
	struct campaign_view v;
	int64_t mails;
	size_t n;
	if (!small_world(w, "average=100")) return;
	open_and_apply(w);
	later(w, 3600000);
	MUST(campaign_close(w->cx, w->campaign));
	CHECK(refused(w, campaign_allocate(w->cx, w->campaign, &run), M_campaign_no_mechanism));
	MUST(campaign_compare(w->cx, w->campaign, &cmp));
	REQUIRE(cmp.len >= 2);
	CHECK_INT(cmp.figures[0].mechanism, ALLOCATION_SERIAL);
	CHECK_INT(cmp.figures[0].placed, 3);
	CHECK_INT(cmp.figures[0].unplaced, 2);
	CHECK_INT(cmp.figures[0].first, 2);
	CHECK_INT(cmp.figures[0].mean_rank, 133);
	CHECK_INT(cmp.figures[0].worst_rank, 2);
	CHECK_INT(cmp.figures[0].envy, 0);
	CHECK_INT(cmp.nstudents, 5);
	CHECK_INT(cmp.beside, 3); /* no rule is chosen: the fewest */
	CHECK_INT(cmp.most, 3);
	for (size_t i = 0; i < cmp.nstudents; i++) /* serial and deferred are the same where scores are */
		CHECK_INT(cmp.students[i].rank[1], cmp.students[i].rank[0]);
	CHECK(cmp.figures[cmp.len - 1].placed >= 3);
	/* an optimum says what a place would have cost all, not a score */
	struct place_reason optimum;
	MUST(campaign_choose_mechanism(w->cx, w->campaign, ALLOCATION_GREEDY));
	MUST(campaign_allocate(w->cx, w->campaign, &run));
	MUST(campaign_verify(w->cx, w->campaign));
	MUST(campaign_allocated(w->cx, w->campaign, &got, &n));
	for (size_t i = 0, found = 0; i <= n; i++) {
		if (i == n) CHECK(found > 0);
		if (i == n || str_present(got[i].place)) continue;
		MUST(campaign_reason(w->cx, got[i].application, w->place[0], &optimum));
		if (!optimum.effect.known) continue;
		found++;
		CHECK_INT(optimum.effect.unplaced, run.nstudents - run.placed);
		CHECK(optimum.effect.unplaced_if >= optimum.effect.unplaced); /* nobody more can be placed */
		CHECK(!str_blank(optimum.line) && !str_blank(optimum.could) && optimum.extra_seats > 0);
		tap_show("optimum", optimum.line);
		tap_show("could", optimum.could);
	}
	MUST(campaign_undo_allocation(w->cx, w->campaign));
	MUST(campaign_choose_mechanism(w->cx, w->campaign, ALLOCATION_SERIAL));
	MUST(campaign_allocate(w->cx, w->campaign, &run));
	CHECK_INT(run.placed, 3);
	CHECK_INT(run.nstudents, 5);
	MUST(campaign_verify(w->cx, w->campaign));
	struct str first = run.result_sha256;
	MUST(campaign_undo_allocation(w->cx, w->campaign));
	CHECK(refused(w, campaign_verify(w->cx, w->campaign), M_campaign_not_allocated));
	later(w, 1000);
	MUST(campaign_allocate(w->cx, w->campaign, &run));
	CHECK_STR(run.result_sha256, str_z(w->cx->arena, first)); /* the same question, the same answer */
	MUST(campaign_allocated(w->cx, w->campaign, &got, &n));
	REQUIRE(n == 5);
	CHECK_STR(got[0].name, "Student Ada");
	CHECK_INT(got[0].rank, 1);
	CHECK_INT(got[2].rank, 2);
	CHECK_INT(got[3].rank, UNKNOWN);
	/* reasons, for the office before publication, for students after it */
	struct place_reason why;
	MUST(campaign_reason(w->cx, got[3].application, w->place[0], &why));
	CHECK_INT(why.code, ALLOCATION_REASON_FULL_CUTOFF);
	CHECK_INT(why.seats, 2);
	CHECK_INT(why.cutoff, 750000);
	CHECK_INT(why.score, 650000);
	CHECK_INT(why.extra_seats, 2); /* the first of them would be Cleo's */
	tap_show("why", why.line);
	tap_show("could", why.could);
	as_student(w, 3);
	CHECK_INT(campaign_reason(w->cx, got[3].application, w->place[0], &why), ERR_REFUSED);
	cx_clear_problems(w->cx);
	as_office(w);
	struct mail_preview shown;
	MUST(campaign_publish_preview(w->cx, w->campaign, &shown));
	CHECK_INT(shown.len, 5);
	CHECK_INT(shown.nwithout, 0);
	CHECK_INT(campaign_publish(w->cx, w->campaign, STR("what I saw yesterday"), &mails), ERR_STALE);
	cx_clear_problems(w->cx);
	MUST(campaign_publish(w->cx, w->campaign, shown.digest, &mails));
	CHECK_INT(mails, 5);
	MUST(campaign_view(w->cx, w->campaign, &v));
	CHECK_INT(v.state.stage, STAGE_PUBLISHED);
	CHECK_INT(v.waiting, 3);
	CHECK_INT(v.unplaced, 2);
	CHECK(refused(w, campaign_allocate(w->cx, w->campaign, &run), M_campaign_already_published));
	/* until a mail has left, all of it can be taken back */
	MUST(campaign_undo_publication(w->cx, w->campaign));
	CHECK_INT(count_rows(w, SQL("select count(*) from placement where tenant = ?1")), 0);
	CHECK_INT(count_rows(w, SQL("select count(*) from mail where tenant = ?1")), 0);
	publish(w, &mails);
	as_student(w, 3);
	MUST(campaign_reason(w->cx, got[3].application, w->place[0], &why));
	as_office(w);
	/* an answer: the stay, with its origin */
	struct uuid stay, same;
	struct placement *p = newest(w, 0);
	REQUIRE(p && !uuid_none(p->opportunity));
	as_student(w, 1);
	CHECK_INT(placement_accept(w->cx, p->row.id, &stay), ERR_NOT_FOUND); /* not hers */
	cx_clear_problems(w->cx);
	as_student(w, 0);
	MUST(placement_accept(w->cx, p->row.id, &stay));
	MUST(placement_accept(w->cx, p->row.id, &same));
	CHECK(uuid_eq(stay, same));
	CHECK_INT(count_rows(w, SQL("select count(*) from stay where tenant = ?1")), 1);
	CHECK_INT(placement_decline(w->cx, p->row.id), ERR_REFUSED);
	cx_clear_problems(w->cx);
	struct stay **stays;
	MUST(my_stays(w->cx, &stays, &n));
	REQUIRE(n == 1);
	CHECK_STR(stays[0]->origin, str_z(w->cx->arena, v.campaign->number));
	CHECK_INT(stays[0]->programme_year, 4);
	CHECK_INT(stays[0]->category, CATEGORY_STUDENT);
	CHECK_INT(stays[0]->accepted_ms, w->cx->now_ms);
	CHECK(uuid_eq(stays[0]->academic_year, w->year));
	as_office(w);
	CHECK(refused(w, campaign_undo_publication(w->cx, w->campaign), M_campaign_answers_came));
	struct audit_report sealed;
	MUST(audit_verify(w->cx, &sealed));
	CHECK(sealed.whole);
	world_close(w);
}

static void test_chain(void)
{
	struct world world, *w = &world;
	struct run_view run;
	struct answer_line *lines;
	struct campaign_view v;
	int64_t mails, lapsed;
	struct uuid stay;
	size_t n;
	if (!small_world(w, "average=100")) return;
	open_and_apply(w);
	close_and_allocate(w, ALLOCATION_SERIAL, &run);
	publish(w, &mails); /* Ada, Ben: Bergen; Cleo: Valladolid; Dan, Eve: waiting */
	struct placement *ada = newest(w, 0), *ben = newest(w, 1), *cleo = newest(w, 2), *dan = newest(w, 3);
	CHECK(uuid_none(dan->opportunity));
	as_student(w, 2);
	MUST(placement_accept(w->cx, cleo->row.id, &stay));
	/* Ada declines: Dan is next at Bergen. Cleo would have liked it too, but her standing place is not moved. */
	later(w, 60000);
	as_student(w, 0);
	MUST(placement_decline(w->cx, ada->row.id));
	MUST(placement_decline(w->cx, ada->row.id));
	as_office(w);
	dan = newest(w, 3);
	REQUIRE(dan && uuid_eq(dan->opportunity, w->place[0]));
	CHECK_INT(dan->round, 2);
	CHECK(uuid_eq(dan->replaces, ada->row.id));
	CHECK_INT(dan->answer_by_ms, day_ms(2027, 1, 15));
	CHECK(uuid_eq(newest(w, 1)->row.id, ben->row.id));
	CHECK_INT(count_rows(w, SQL("select count(*) from mail where tenant = ?1 and kind = 'campaign.freed'")), 1);
	CHECK_INT(count_rows(w, SQL("select count(*) from mail where tenant = ?1 and kind = 'campaign.placement'")), 6);
	MUST(campaign_answers(w->cx, w->campaign, &lines, &n));
	REQUIRE(n == 6);
	bool followed = false;
	for (size_t i = 0; i < n; i++)
		if (uuid_eq(lines[i].placement, dan->row.id)) {
			followed = true;
			CHECK_STR(lines[i].replaces_name, "Student Ada");
			CHECK(lines[i].newest);
		}
	CHECK(followed);
	/* Cleo withdraws although she had accepted: her stay is cancelled and the seat at Valladolid goes to Eve */
	struct my_application *mine;
	as_student(w, 2);
	MUST(my_applications(w->cx, UUID_NONE, &mine, &n));
	MUST(application_withdraw(w->cx, mine[0].application->row.id));
	as_office(w);
	CHECK_INT(count_rows(w, SQL("select count(*) from stay where tenant = ?1 and cancelled_ms is not null")), 1);
	struct placement *eve = newest(w, 4);
	REQUIRE(eve && uuid_eq(eve->opportunity, w->place[1]));
	/* silence: at the deadline the offers lapse, and nobody is left to follow */
	w->cx->now_ms = day_ms(2027, 1, 15);
	as_student(w, 1);
	CHECK(refused(w, placement_accept(w->cx, ben->row.id, &stay), M_placement_late));
	w->cx->actor = NULL;
	MUST(campaign_expire(w->cx, &lapsed));
	CHECK_INT(lapsed, 3);
	MUST(campaign_expire(w->cx, &lapsed));
	CHECK_INT(lapsed, 0);
	as_office(w);
	MUST(campaign_view(w->cx, w->campaign, &v));
	CHECK_INT(v.state.stage, STAGE_ANSWERED);
	CHECK_INT(v.expired, 3);
	CHECK_INT(v.declined, 2);
	CHECK_INT(v.waiting, 0);
	world_close(w);
}

/* A late offer has days of its own; the two seats of one opportunity that lapse together go to two different people. */
static void test_late_offers(void)
{
	struct world world, *w = &world;
	struct run_view run;
	struct receipt r;
	int64_t mails, lapsed;
	if (!world_open(w)) return;
	make_campaign(w, "average=100");
	(void)make_place(w, "Universitetet i Bergen", 2, false);
	for (int i = 0; i < 5; i++)
		(void)make_student(w, (const char *const[]){"Ada", "Ben", "Cleo", "Dan", "Eve"}[i], 160000 - i * 10000, NULL);
	MUST(campaign_open(w->cx, w->campaign));
	for (size_t i = 0; i < 5; i++)
		MUST(apply(w, i, (const size_t[]){0}, 1, &r));
	close_and_allocate(w, ALLOCATION_DEFERRED, &run);
	publish(w, &mails);
	struct placement *ada = newest(w, 0), *ben = newest(w, 1);
	w->cx->now_ms = day_ms(2027, 1, 15);
	MUST(campaign_expire(w->cx, &lapsed));
	CHECK_INT(lapsed, 2);
	struct placement *cleo = newest(w, 2), *dan = newest(w, 3), *eve = newest(w, 4);
	REQUIRE(!uuid_none(cleo->opportunity) && !uuid_none(dan->opportunity) && uuid_none(eve->opportunity));
	CHECK_INT(cleo->answer_by_ms, day_ms(2027, 1, 20));
	CHECK(!uuid_eq(cleo->replaces, dan->replaces));
	CHECK(uuid_eq(cleo->replaces, ada->row.id) || uuid_eq(cleo->replaces, ben->row.id));
	world_close(w);
}

static void test_exceptions(void)
{
	struct world world, *w = &world;
	struct file_exception *list;
	struct mail_preview shown;
	struct receipt r;
	struct run_view run;
	struct comparison cmp;
	int64_t sent, known, unknown;
	size_t n;
	if (!world_open(w)) return;
	make_campaign(w, "average=100");
	(void)make_place(w, "Universitetet i Bergen", 2, true);
	(void)make_place(w, "Universidad de Valladolid", 1, false);
	size_t fine = make_student(w, "Ada", 160000, "B2"), no_average = make_student(w, "Ben", UNKNOWN, "B2"),
	       declared = make_student(w, "Cleo", 140000, NULL);
	MUST(campaign_open(w->cx, w->campaign));
	MUST(apply(w, fine, (const size_t[]){0, 1}, 2, &r));
	MUST(apply(w, no_average, (const size_t[]){0, 1}, 2, &r));
	/* her level is asked, since nobody knows it, and then never again */
	as_student(w, declared);
	struct application_draft d;
	const struct ranked list2[2] = {{w->place[0], 1}, {w->place[1], 2}};
	MUST(application_draft(w->cx, w->campaign, list2, 2, &d));
	REQUIRE(d.nquestions == 2);
	CHECK_STR(d.questions[0].name, "language.en");
	const struct pair answers[] = {{STR("language.en"), STR("B2")}, {STR("travel"), STR("plane")}};
	MUST(application_submit(w->cx, w->campaign, list2, 2, (struct pairs){answers, 2}, &r));
	MUST(application_draft(w->cx, w->campaign, list2, 2, &d));
	CHECK_INT(d.nquestions, 0);
	as_office(w);
	MUST(campaign_exceptions(w->cx, w->campaign, &list, &n));
	REQUIRE(n == 2);
	CHECK_STR(list[0].name, "Student Ben");
	REQUIRE(list[0].ngaps == 1);
	CHECK_INT(list[0].gaps[0].missing, MISSING_AVERAGE);
	CHECK_INT(list[0].gaps[0].options, 2);
	REQUIRE(list[1].ngaps == 1);
	CHECK_INT(list[1].gaps[0].missing, MISSING_LANGUAGE_PROOF);
	tap_show("gap", list[1].gaps[0].words);
	MUST(campaign_ask_preview(w->cx, w->campaign, NULL, 0, &shown));
	REQUIRE(shown.len == 2);
	CHECK(str_find(shown.mails[1].body, STR("English")) != STR_NPOS);
	CHECK_INT(campaign_ask(w->cx, w->campaign, NULL, 0, STR("other"), &sent), ERR_STALE);
	cx_clear_problems(w->cx);
	MUST(campaign_ask(w->cx, w->campaign, NULL, 0, shown.digest, &sent));
	CHECK_INT(sent, 2);
	MUST(campaign_exceptions(w->cx, w->campaign, &list, &n));
	CHECK_INT(list[0].gaps[0].asked_ms, w->cx->now_ms);
	MUST(campaign_undo_ask(w->cx, w->campaign, &sent));
	CHECK_INT(sent, 2);
	CHECK_INT(count_rows(w, SQL("select count(*) from mail where tenant = ?1")), 0);
	/* what is still unknown does not enter, and says why */
	later(w, 1000);
	MUST(campaign_close(w->cx, w->campaign));
	MUST(campaign_score(w->cx, w->campaign, &known, &unknown));
	CHECK_INT(known, 2);
	CHECK_INT(unknown, 1);
	MUST(campaign_compare(w->cx, w->campaign, &cmp));
	CHECK_INT(cmp.nleft_out, 3); /* Ben twice, Cleo at Bergen */
	MUST(campaign_choose_mechanism(w->cx, w->campaign, ALLOCATION_SERIAL));
	MUST(campaign_allocate(w->cx, w->campaign, &run));
	CHECK_INT(run.placed, 2);
	struct place_reason why;
	MUST(campaign_reason(w->cx, list[0].application, w->place[0], &why));
	CHECK(!why.in_run);
	CHECK(!str_blank(why.why_not));
	tap_show("why not", why.why_not);
	world_close(w);
}

static void test_conditions(void)
{
	struct world world, *w = &world;
	struct open_condition *list;
	struct offer *offers;
	int64_t added;
	size_t n;
	if (!world_open(w)) return;
	make_campaign(w, "");
	(void)make_place(w, "Universitetet i Bergen", 2, true);
	struct condition *k = entity_new(w->cx, &condition_entity);
	struct opportunity *o = entity_new(w->cx, &opportunity_entity);
	MUST(record_load(w->cx, &opportunity_entity, w->place[0], o));
	MUST(record_load(w->cx, &condition_entity, o->condition, k));
	k->row = (struct row){.archived_ms = UNKNOWN, .import_version = UNKNOWN};
	k->isced_f = STR("0531");
	k->places = 3;
	MUST(condition_flow_create(w->cx, k));
	MUST(campaign_conditions(w->cx, w->campaign, &list, &n));
	REQUIRE(n == 2);
	CHECK_INT(list[0].in_campaign + list[1].in_campaign, 1);
	MUST(campaign_add_conditions(w->cx, w->campaign, NULL, 0, &added));
	CHECK_INT(added, 1);
	MUST(campaign_add_conditions(w->cx, w->campaign, NULL, 0, &added));
	CHECK_INT(added, 0);
	MUST(campaign_offers(w->cx, w->campaign, &offers, &n));
	CHECK_INT(n, 2);
	world_close(w);
}

static void correct_level(struct world *w, size_t student, const char *cefr)
{
	struct language_level *l = entity_new(w->cx, &language_level_entity);
	struct field_set set = {0};
	MUST(record_load(w->cx, &language_level_entity, w->level[student], l));
	l->cefr = str_of(cefr);
	field_set_add(&set, language_level_f_cefr);
	MUST(language_level_flow_change(w->cx, l, &set));
}

/* "With B1 you would have had it", and "even with B1 others go first": both hold when the level is there. */
static void test_level_that_would_do(void)
{
	struct world world, *w = &world;
	struct run_view run;
	struct receipt r;
	struct place_reason why;
	struct uuid ids[3];
	if (!world_open(w)) return;
	make_campaign(w, "average=80 language=20");
	(void)make_place(w, "Universitetet i Bergen", 1, true);
	(void)make_place(w, "Universidad de Valladolid", 1, false);
	(void)make_student(w, "Ada", 150000, "B2");
	(void)make_student(w, "Fay", 170000, "B1");
	(void)make_student(w, "Gus", 100000, "B1");
	MUST(campaign_open(w->cx, w->campaign));
	for (size_t i = 0; i < 3; i++) {
		MUST(apply(w, i, i ? (const size_t[]){0, 1} : (const size_t[]){0}, i ? 2 : 1, &r));
		ids[i] = r.application->row.id;
	}
	as_office(w);
	correct_level(w, 1, "A2");
	correct_level(w, 2, "A2");
	close_and_allocate(w, ALLOCATION_SERIAL, &run);
	CHECK_INT(run.placed, 2); /* Ada at Bergen, Fay at Valladolid */
	MUST(campaign_reason(w->cx, ids[1], w->place[0], &why));
	CHECK(!why.in_run && why.changed);
	CHECK_STR(why.could, "with English B1");
	CHECK(str_find(why.why_not, STR("Even")) == STR_NPOS);
	MUST(campaign_reason(w->cx, ids[2], w->place[0], &why));
	CHECK(!why.in_run && why.changed);
	CHECK(str_blank(why.could));
	CHECK(str_find(why.why_not, STR("Even with English B1")) != STR_NPOS);
	/* for the asking: without, nothing is tried */
	MUST(campaign_reasons(w->cx, ids[1], w->place, 1, 0, &why));
	CHECK(!why.changed && str_blank(why.could));
	/* and so it is */
	MUST(campaign_undo_allocation(w->cx, w->campaign));
	correct_level(w, 2, "B1");
	MUST(campaign_allocate(w->cx, w->campaign, &run));
	MUST(campaign_reason(w->cx, ids[2], w->place[0], &why));
	CHECK(why.in_run && why.code != ALLOCATION_REASON_PLACED);
	MUST(campaign_undo_allocation(w->cx, w->campaign));
	correct_level(w, 1, "B1");
	MUST(campaign_allocate(w->cx, w->campaign, &run));
	MUST(campaign_reason(w->cx, ids[1], w->place[0], &why));
	CHECK_INT(why.code, ALLOCATION_REASON_PLACED);
	world_close(w);
}

/* A seat is kept for apprentices while one of them asks for it: at the allocation, and when it comes free again. */
static void test_reserved(void)
{
	struct world world, *w = &world;
	struct run_view run;
	struct comparison cmp;
	struct receipt r;
	int64_t mails;
	if (!world_open(w)) return;
	make_campaign(w, "average=100");
	(void)make_place(w, "Universitetet i Bergen", 2, true);
	(void)make_place(w, "Universidad de Valladolid", 1, false);
	struct opportunity *o = entity_new(w->cx, &opportunity_entity);
	struct field_set set = {0};
	MUST(record_load(w->cx, &opportunity_entity, w->place[0], o));
	o->reserved = 3;
	field_set_add(&set, opportunity_f_reserved);
	CHECK(refused(w, opportunity_flow_change(w->cx, o, &set), M_opportunity_reserved_over));
	o->reserved = 1;
	MUST(opportunity_flow_change(w->cx, o, &set));
	(void)make_student(w, "Ada", 160000, "B2");
	(void)make_student(w, "Ben", 150000, "B2");
	w->apprentices = true;
	for (int i = 0; i < 3; i++)
		(void)make_student(w, (const char *const[]){"Gil", "Hana", "Ivo"}[i], 140000 - 10000 * i, "B2");
	MUST(campaign_open(w->cx, w->campaign));
	for (size_t i = 0; i < 5; i++)
		MUST(apply(w, i, i < 2 ? (const size_t[]){0} : (const size_t[]){1, 0}, i < 2 ? 1 : 2, &r));
	close_and_allocate(w, ALLOCATION_RANKSUM, &run);
	CHECK_STR(run.floors, str_z(w->cx->arena, str_fmt(w->cx->arena, "option_or_cap,group,floor\n%.*s,apprentice,1\n",
	                                                  STR_ARG(uuid_text(w->cx->arena, w->place[0])))));
	MUST(campaign_verify(w->cx, w->campaign));
	MUST(campaign_compare(w->cx, w->campaign, &cmp));
	for (size_t i = 0; i < cmp.len; i++) {
		bool together = cmp.figures[i].mechanism >= ALLOCATION_RANKSUM;
		CHECK_INT(cmp.figures[i].reserved, 1);
		CHECK_INT(cmp.figures[i].reserved_used, together); /* by merit Ada and Ben go before */
		CHECK_INT(cmp.figures[i].apprentices_placed, 1 + together);
		CHECK_INT(cmp.figures[i].placed, 3);
	}
	publish(w, &mails);
	size_t holder = 5, waiting = 5;
	for (size_t i = 2; i < 5; i++) {
		struct placement *at = newest(w, i);
		if (uuid_none(at->opportunity)) waiting = i;
		if (uuid_eq(at->opportunity, w->place[0])) holder = i;
	}
	REQUIRE(holder < 5 && waiting < 5);
	later(w, 60000);
	struct placement *kept = newest(w, holder);
	as_student(w, holder);
	MUST(placement_decline(w->cx, kept->row.id));
	as_office(w);
	/* Ada or Ben waits too and wants it first: it is not theirs. */
	CHECK(uuid_eq(newest(w, waiting)->opportunity, w->place[0]));
	CHECK_INT(newest(w, waiting)->round, 2);
	world_close(w);
}

TAP_MAIN(TAP(test_opening), TAP(test_find_and_apply), TAP(test_cycle), TAP(test_chain), TAP(test_reserved), TAP(test_level_that_would_do),
         TAP(test_late_offers), TAP(test_exceptions), TAP(test_conditions))
