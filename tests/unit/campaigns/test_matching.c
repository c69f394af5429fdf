/* Three years of real preferences as campaigns, through the flows of the pages: allocated, verified, published; with the time that
 * one student's search and one allocation take. */
#include "world.h"
#include <time.h>

/* Of the process, all threads: a busy machine does not blur it. */
static int64_t cpu_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void one_year(struct world *w, const char *dir, const char *label, int64_t students, int64_t centres)
{
	struct matching_loaded m;
	struct run_view run;
	struct mail_preview shown;
	struct comparison cmp;
	int64_t mails;
	struct str path = str_fmt(w->cx->arena, "%s/data/matching/%s", tap_shared_dir(), dir);
	int64_t t0 = cpu_us();
	MUST(campaign_load_matching(w->cx, path, str_of(label), &m));
	int64_t t1 = cpu_us();
	CHECK_INT(m.students, students);
	CHECK_INT(m.opportunities, centres);
	w->campaign = m.campaign;
	MUST(campaign_compare(w->cx, m.campaign, &cmp));
	CHECK_INT(cmp.nleft_out, 0);
	for (size_t i = 0; i < cmp.len; i++)
		printf("# %s %s: placed %lld of %lld, first choices %lld, mean rank %lld/100, envy %lld\n", label,
		       cmp.figures[i].properties->name, (long long)cmp.figures[i].placed, (long long)cmp.figures[i].students,
		       (long long)cmp.figures[i].first, (long long)cmp.figures[i].mean_rank, (long long)cmp.figures[i].envy);
	MUST(campaign_choose_mechanism(w->cx, m.campaign, ALLOCATION_DEFERRED));
	int64_t t2 = cpu_us();
	MUST(campaign_allocate(w->cx, m.campaign, &run));
	int64_t t3 = cpu_us();
	MUST(campaign_verify(w->cx, m.campaign));
	MUST(campaign_publish_preview(w->cx, m.campaign, &shown));
	MUST(campaign_publish(w->cx, m.campaign, shown.digest, &mails));
	CHECK_INT(mails, m.applications);
	CHECK_INT(run.nstudents, m.applications);
	CHECK(run.placed > students * 17 / 20); /* the draw is new each time */
	printf("# %s: %lld students, %lld choices, placed %lld; loaded in %lld ms, allocated in %lld ms of processor\n", label,
	       (long long)m.students, (long long)m.choices, (long long)run.placed, (long long)((t1 - t0) / 1000),
	       (long long)((t3 - t2) / 1000));
	struct allocated *got;
	struct place_reason why;
	size_t n, explained = 0;
	MUST(campaign_allocated(w->cx, m.campaign, &got, &n));
	CHECK_INT(n, m.applications);
	struct offer *offers;
	size_t noffers;
	MUST(campaign_offers(w->cx, m.campaign, &offers, &noffers));
	for (size_t i = 0; i < n && explained < 3; i++) {
		if (str_present(got[i].place) && got[i].rank == 1) continue;
		MUST(campaign_reason(w->cx, got[i].application, offers[i % noffers].id, &why));
		CHECK(!str_blank(why.line));
		explained++;
	}
}

static void test_three_years(void)
{
	struct world world, *w = &world;
	if (!tap_shared_dir() || access(tap_shared_dir(), R_OK)) SKIP("the shared data are not here");
	if (!world_open(w)) return;
	one_year(w, "wpi_IQP2017-2018", "2017-2018", 928, 46);
	one_year(w, "wpi_IQP2018-2019", "2018-2019", 927, 47);
	one_year(w, "wpi_IQP2019-2020", "2019-2020", 1126, 57);
	struct audit_report sealed;
	MUST(audit_verify(w->cx, &sealed));
	CHECK(sealed.whole);
	/* the seat of the first to decline goes on, among a thousand */
	struct answer_line *lines;
	size_t n, offers = 0;
	MUST(campaign_answers(w->cx, w->campaign, &lines, &n));
	int64_t t0 = cpu_us();
	MUST(placement_decline(w->cx, lines[0].placement));
	int64_t t1 = cpu_us();
	MUST(campaign_answers(w->cx, w->campaign, &lines, &n));
	for (size_t i = 0; i < n; i++)
		offers += lines[i].round == 2;
	printf("# a freed seat was passed on in %lld ms, %zu offer(s)\n", (long long)((t1 - t0) / 1000), offers);
	CHECK(offers <= 1);
	world_close(w);
}

/* 60 opportunities with requirements, 120 applicants with five choices each. */
static void test_search_time(void)
{
	struct world world, *w = &world;
	struct receipt r;
	struct found_stays f;
	if (!world_open(w)) return;
	make_campaign(w, "average=60 ects=20 language=20");
	for (int i = 0; i < 60; i++)
		(void)make_place(w, str_z(w->cx->arena, str_fmt(w->cx->arena, "University %02d", i)), 2, i % 2);
	for (int i = 0; i < 120; i++)
		(void)make_student(w, str_z(w->cx->arena, str_fmt(w->cx->arena, "Given%03d", i)), 100000 + i * 700, i % 7 ? "B2" : "A2");
	MUST(campaign_open(w->cx, w->campaign));
	for (size_t i = 0; i < 120; i++) {
		size_t list[5];
		for (size_t k = 0; k < 5; k++)
			list[k] = (i * 3 + k * 14) % 60 & ~(size_t)1;
		for (size_t k = 1; k < 5; k++)
			for (size_t j = 0; j < k; j++)
				if (list[j] == list[k]) list[k] = (list[k] + 2) % 60;
		MUST(apply(w, i, list, 5, &r));
	}
	int64_t best = INT64_MAX;
	as_student(w, 7);
	for (int i = 0; i < 20; i++) {
		struct arena_mark mark = arena_mark(w->cx->arena);
		int64_t t0 = cpu_us();
		MUST(find_stays(w->cx, w->campaign, UUID_NONE, &f));
		int64_t t = cpu_us() - t0;
		if (t < best) best = t;
		CHECK_INT(f.len, 60);
		CHECK_INT(f.can_go, 30);
		arena_rewind(w->cx->arena, mark);
	}
	printf("# 60 opportunities with verdict, cost and demand for one student: %lld us\n", (long long)best);
	as_office(w);
	world_close(w);
}

TAP_MAIN(TAP(test_search_time), TAP(test_three_years))
